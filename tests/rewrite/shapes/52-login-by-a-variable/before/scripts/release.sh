#!/bin/bash
REGISTRY="${REGISTRY:-ccr.ccs.tencentyun.com}"
docker login "$REGISTRY" -u "$U" --password-stdin < password
docker build -t "${REGISTRY}/shop/web:${TAG}" .
docker push "${REGISTRY}/shop/web:${TAG}"
docker pull ccr.ccs.tencentyun.com/shop/base:1
