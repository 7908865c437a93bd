#!/bin/sh
docker tag ccr.ccs.tencentyun.com/shop/web:rc ccr.ccs.tencentyun.com/shop/web:v1
docker push ccr.ccs.tencentyun.com/shop/web:v1
crane copy ccr.ccs.tencentyun.com/shop/web:rc ccr.ccs.tencentyun.com/shop/web:v2
buildah push web docker://ccr.ccs.tencentyun.com/shop/web:v3
pack build ccr.ccs.tencentyun.com/shop/web:v4 --publish
export KO_DOCKER_REPO=ccr.ccs.tencentyun.com/shop
docker buildx build --push -t ccr.ccs.tencentyun.com/shop/web:v5 --cache-to type=registry,ref=ccr.ccs.tencentyun.com/shop/cache:web .
