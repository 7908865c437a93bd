#!/bin/sh
docker build -tprod.tencentcloudcr.com/shop/web:v1 -t prod.tencentcloudcr.com/shop/web:latest .
docker push prod.tencentcloudcr.com/shop/web:v1
docker tag web:dev prod.tencentcloudcr.com/shop/web:v2 && docker push "prod.tencentcloudcr.com/shop/web:v2"
skopeo copy docker://prod.tencentcloudcr.com/shop/web:v1 docker://harbor.example.com/shop/web:v1
