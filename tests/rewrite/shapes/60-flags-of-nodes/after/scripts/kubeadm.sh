#!/bin/sh
kubeadm init --image-repository=prod.tencentcloudcr.com/shop --kubernetes-version v1.28.0
kubeadm config images pull --image-repository prod.tencentcloudcr.com/shop
minikube start --image-repository "prod.tencentcloudcr.com/shop"
mkdir -p /etc/containerd/certs.d/ccr.ccs.tencentyun.com
dockerd --registry-mirror=https://ccr.ccs.tencentyun.com --insecure-registry ccr.ccs.tencentyun.com
