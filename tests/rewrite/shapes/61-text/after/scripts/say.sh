#!/bin/sh
echo "pulling ccr.ccs.tencentyun.com/shop/web:v1"
docker pull prod.tencentcloudcr.com/shop/web:v1
IMAGE=$(echo "prod.tencentcloudcr.com/shop/web:v2" | tr -d ' ')
echo prod.tencentcloudcr.com/shop/web:v3 | xargs docker pull
cat <<EOF
Usage: IMAGE=prod.tencentcloudcr.com/shop/web:v4 $0
EOF
usage() { echo "e.g. ccr.ccs.tencentyun.com/shop/web:v5" >&2; }
