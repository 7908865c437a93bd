#!/bin/sh
docker build -tccr.ccs.tencentyun.com/shop/web:v1 -t ccr.ccs.tencentyun.com/shop/web:latest .
docker push ccr.ccs.tencentyun.com/shop/web:v1
docker tag web:dev ccr.ccs.tencentyun.com/shop/web:v2 && docker push "ccr.ccs.tencentyun.com/shop/web:v2"
skopeo copy docker://ccr.ccs.tencentyun.com/shop/web:v1 docker://harbor.example.com/shop/web:v1
