//! Tencent's Kubernetes (TKE): which of its clusters a context of the kubeconfig is, and what is
//! known of it from outside.
