#!/bin/bash
IMAGES=(
  prod.tencentcloudcr.com/shop/a:1
  "prod.tencentcloudcr.com/shop/b:2"
  'prod.tencentcloudcr.com/shop/c:3' # from Hong Kong
)
MORE="prod.tencentcloudcr.com/shop/d:4 prod.tencentcloudcr.com/shop/e:5"
declare -A BY_NAME=([web]=prod.tencentcloudcr.com/shop/web:1 [api]="prod.tencentcloudcr.com/shop/api:1")
for image in "${IMAGES[@]}" $MORE; do
  docker pull "$image"
done
