#!/bin/sh
docker build -tprod.tencentcloudcr.com/shop/web:v1 .
docker run -eIMAGE=prod.tencentcloudcr.com/shop/helper:1 prod.tencentcloudcr.com/shop/web:v1
