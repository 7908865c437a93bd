#!/bin/sh
R=ccr.ccs.tencentyun.com
docker pull $R/shop/web:v1
docker pull ${R}/tkeimages/agent:v1
