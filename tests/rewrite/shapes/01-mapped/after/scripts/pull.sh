#!/bin/sh
docker pull prod.tencentcloudcr.com/front/web
docker pull ccr.ccs.tencentyun.com/shop/web:$TAG
docker pull "prod.tencentcloudcr.com/front/api:$TAG"
