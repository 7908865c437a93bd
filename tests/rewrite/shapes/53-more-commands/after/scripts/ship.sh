#!/bin/sh
docker tag prod.tencentcloudcr.com/shop/web:rc prod.tencentcloudcr.com/shop/web:v1
docker push prod.tencentcloudcr.com/shop/web:v1
crane copy prod.tencentcloudcr.com/shop/web:rc prod.tencentcloudcr.com/shop/web:v2
buildah push web docker://prod.tencentcloudcr.com/shop/web:v3
pack build prod.tencentcloudcr.com/shop/web:v4 --publish
export KO_DOCKER_REPO=prod.tencentcloudcr.com/shop
docker buildx build --push -t prod.tencentcloudcr.com/shop/web:v5 --cache-to type=registry,ref=prod.tencentcloudcr.com/shop/cache:web .
