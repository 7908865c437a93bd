#!/bin/sh
crictl pull ccr.ccs.tencentyun.com/shop/web:v1
ctr -n k8s.io images pull ccr.ccs.tencentyun.com/shop/web:v1
nerdctl run -d --name web ccr.ccs.tencentyun.com/shop/web:v1
podman pull docker://ccr.ccs.tencentyun.com/shop/web:v1
docker save ccr.ccs.tencentyun.com/shop/web:v1 ccr.ccs.tencentyun.com/shop/api:v1 -o images.tar
docker rmi ccr.ccs.tencentyun.com/shop/web:old || true
docker create --name x ccr.ccs.tencentyun.com/shop/web:v1 && docker cp x:/app .
skopeo inspect "docker://ccr.ccs.tencentyun.com/shop/web:v1" | jq .Digest
crane digest ccr.ccs.tencentyun.com/shop/web:v1
kind load docker-image ccr.ccs.tencentyun.com/shop/web:v1
sudo docker run --rm -v /data:/data ccr.ccs.tencentyun.com/shop/tool:1 /data
ssh node1 "docker pull ccr.ccs.tencentyun.com/shop/web:v1 && docker run ccr.ccs.tencentyun.com/shop/web:v1"
docker-compose pull; docker pull ccr.ccs.tencentyun.com/shop/web:v2 &>/dev/null & wait
xargs -n1 docker pull <<< "ccr.ccs.tencentyun.com/shop/web:v1 ccr.ccs.tencentyun.com/shop/api:v1"
images="$(docker images -q ccr.ccs.tencentyun.com/shop/web)"
