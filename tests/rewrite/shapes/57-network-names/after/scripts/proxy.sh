#!/bin/sh
export NO_PROXY=localhost,ccr.ccs.tencentyun.com
export no_proxy="$NO_PROXY,hkccr.ccs.tencentyun.com"
docker pull prod.tencentcloudcr.com/shop/web:v1
