#!/bin/bash
IMAGES=(
  ccr.ccs.tencentyun.com/shop/a:1
  "ccr.ccs.tencentyun.com/shop/b:2"
  'hkccr.ccs.tencentyun.com/shop/c:3' # from Hong Kong
)
MORE="ccr.ccs.tencentyun.com/shop/d:4 ccr.ccs.tencentyun.com/shop/e:5"
declare -A BY_NAME=([web]=ccr.ccs.tencentyun.com/shop/web:1 [api]="ccr.ccs.tencentyun.com/shop/api:1")
for image in "${IMAGES[@]}" $MORE; do
  docker pull "$image"
done
