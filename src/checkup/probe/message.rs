//! What a kubelet's message about a pull means, and what to do. Pure.
//!
//! The texts are those of containerd and Docker, as events of TKE's nodes show them.

/// The meaning of a message about an image, and a hint. What the message echoes of the image's name
/// says nothing: a repository may be called `certificate`, and a digest may hold `429`.
pub(super) fn meaning(message: &str, image: &str) -> (&'static str, &'static str) {
    let (name, digest) = image.split_once('@').unwrap_or((image, ""));
    let path = name.split_once('/').map_or("", |(_, path)| path);
    let mut words = message.to_owned();
    for echoed in [name, path, digest].into_iter().filter(|echoed| !echoed.is_empty()) {
        words = words.replace(echoed, "");
    }
    let has = |part: &str| words.contains(part);
    // No part of a port or an address.
    let has_status = |code: &str| {
        words
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != ':')
            .any(|it| it == code)
    };
    if has("no such host") {
        (
            "the name isn't resolved on the node",
            "docker ccr2tcr doctor --only network.dns,cluster.dns --kube-context CONTEXT",
        )
    } else if has("i/o timeout")
        || has("connection refused")
        || has("no route to host")
        || has("context deadline exceeded")
    {
        (
            "no way from the node to the registry",
            "is the address private? Then link the VPC (docker ccr2tcr network apply \
             --for-kube-context CONTEXT). Is it public? Then let the node's gateway into the \
             allowlist; and security groups must let port 443 out",
        )
    } else if has("x509") || has("certificate") {
        (
            "the node doesn't trust the registry's certificate",
            "docker ccr2tcr doctor --only domain.certificate; look for an old line in the node's \
             /etc/hosts, which the addon may have written",
        )
    } else if has("insufficient_scope")
        || has("authorization failed")
        || has("unauthorized")
        || has("failed to authorize")
        || has_status("401")
        || has("denied")
    {
        (
            "the pull secret is missing, wrong or over, or the namespace isn't in TCR",
            "kubectl tcr-switch secrets copy -n NAMESPACE",
        )
    } else if has("toomanyrequests") || has_status("429") {
        ("the registry asks to pull less", "pull less at once, or take a larger edition of TCR")
    } else if has("not found") {
        ("the image isn't there", "docker ccr2tcr sync")
    } else {
        ("the node can't pull", "kubectl get events -n NAMESPACE")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_kubelets_are_understood() {
        for (message, expected) in [
            ("dial tcp 10.0.0.5:443: i/o timeout", "no way"),
            ("lookup prod-vpc.tencentcloudcr.com on 10.0.0.2:53: no such host", "isn't resolved"),
            ("x509: certificate is valid for *.tencentcloudcr.com, not for x", "trust"),
            ("pull access denied, insufficient_scope: authorization failed", "pull secret"),
            ("prod.tencentcloudcr.com/shop/web:v9: not found", "isn't there"),
            ("toomanyrequests: slow down", "less"),
            ("something else", "can't pull"),
        ] {
            let (meaning, _) = meaning(message, "prod.tencentcloudcr.com/shop/web@sha256:12");
            assert!(meaning.contains(expected), "{message}: {meaning}");
        }
    }

    #[test]
    fn what_a_message_echoes_says_nothing() {
        let image = "prod.tencentcloudcr.com/denied/certificate@sha256:4290";
        for (message, expected) in [
            ("prod.tencentcloudcr.com/denied/certificate@sha256:4290: not found", "isn't there"),
            (
                "GET https://x/v2/denied/certificate/manifests/sha256:4290: 404: not found",
                "isn't there",
            ),
            ("dial tcp 10.0.0.5:4290: i/o timeout", "no way"),
            ("unexpected status: 429 Too Many Requests", "less"),
        ] {
            let (meaning, _) = meaning(message, image);
            assert!(meaning.contains(expected), "{message}: {meaning}");
        }
    }
}
