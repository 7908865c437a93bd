#!/bin/sh
WEB_IMAGE=${WEB_IMAGE:-prod.tencentcloudcr.com/shop/web:v1}
: "${API_IMAGE:=prod.tencentcloudcr.com/shop/api:v1}"
JOB_IMAGE="${1:-prod.tencentcloudcr.com/shop/job:v1}"
docker run --rm "$WEB_IMAGE"
