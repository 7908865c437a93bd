#!/bin/sh
REGISTRY=${REGISTRY:-prod.tencentcloudcr.com}
docker pull "$REGISTRY/shop/web:v1"
