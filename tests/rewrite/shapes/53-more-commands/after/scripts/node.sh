#!/bin/sh
crictl pull prod.tencentcloudcr.com/shop/web:v1
ctr -n k8s.io images pull prod.tencentcloudcr.com/shop/web:v1
nerdctl run -d --name web prod.tencentcloudcr.com/shop/web:v1
podman pull docker://prod.tencentcloudcr.com/shop/web:v1
docker save prod.tencentcloudcr.com/shop/web:v1 prod.tencentcloudcr.com/shop/api:v1 -o images.tar
docker rmi prod.tencentcloudcr.com/shop/web:old || true
docker create --name x prod.tencentcloudcr.com/shop/web:v1 && docker cp x:/app .
skopeo inspect "docker://prod.tencentcloudcr.com/shop/web:v1" | jq .Digest
crane digest prod.tencentcloudcr.com/shop/web:v1
kind load docker-image prod.tencentcloudcr.com/shop/web:v1
sudo docker run --rm -v /data:/data prod.tencentcloudcr.com/shop/tool:1 /data
ssh node1 "docker pull prod.tencentcloudcr.com/shop/web:v1 && docker run prod.tencentcloudcr.com/shop/web:v1"
docker-compose pull; docker pull prod.tencentcloudcr.com/shop/web:v2 &>/dev/null & wait
xargs -n1 docker pull <<< "prod.tencentcloudcr.com/shop/web:v1 prod.tencentcloudcr.com/shop/api:v1"
images="$(docker images -q prod.tencentcloudcr.com/shop/web)"
