#!/bin/sh
docker pull "${REGION}ccr.ccs.tencentyun.com/shop/web:v1"
docker pull mirror.example.com/ccr.ccs.tencentyun.com/shop/web:v1
