#!/bin/sh
docker pull ccr.ccs.tencentyun.com/shop/web
docker pull ccr.ccs.tencentyun.com/shop/web:$TAG
docker pull "ccr.ccs.tencentyun.com/shop/api:$TAG"
