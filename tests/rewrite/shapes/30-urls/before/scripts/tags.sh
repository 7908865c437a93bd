#!/bin/sh
curl -u "$U:$P" https://ccr.ccs.tencentyun.com/v2/shop/web/tags/list
curl -sf https://ccr.ccs.tencentyun.com/v2/
nc -z ccr.ccs.tencentyun.com:443
