#!/bin/sh
REGISTRY=${REGISTRY:-ccr.ccs.tencentyun.com}
docker pull "$REGISTRY/shop/web:v1"
