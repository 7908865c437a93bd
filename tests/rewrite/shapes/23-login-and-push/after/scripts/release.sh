#!/bin/bash
set -e
docker login ccr.ccs.tencentyun.com -u 100012345678 -p "$CCR_PASSWORD"
docker build -t ccr.ccs.tencentyun.com/shop/web:$TAG --build-arg BASE=prod.tencentcloudcr.com/shop/base:1 .
docker push ccr.ccs.tencentyun.com/shop/web:$TAG
docker pull prod.tencentcloudcr.com/shop/cache:1
