#!/bin/sh
docker build -tccr.ccs.tencentyun.com/shop/web:v1 .
docker run -eIMAGE=ccr.ccs.tencentyun.com/shop/helper:1 ccr.ccs.tencentyun.com/shop/web:v1
