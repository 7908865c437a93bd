#!/bin/sh
WEB_IMAGE=${WEB_IMAGE:-ccr.ccs.tencentyun.com/shop/web:v1}
: "${API_IMAGE:=ccr.ccs.tencentyun.com/shop/api:v1}"
JOB_IMAGE="${1:-ccr.ccs.tencentyun.com/shop/job:v1}"
docker run --rm "$WEB_IMAGE"
