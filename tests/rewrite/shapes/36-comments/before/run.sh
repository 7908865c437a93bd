#!/bin/sh
# docker run ccr.ccs.tencentyun.com/shop/old:1
docker run ccr.ccs.tencentyun.com/shop/web:v1 # not ccr.ccs.tencentyun.com/shop/web:v0
