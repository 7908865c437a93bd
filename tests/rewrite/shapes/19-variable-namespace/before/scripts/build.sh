#!/bin/bash
IMAGE=ccr.ccs.tencentyun.com/${NS}/web
docker pull ccr.ccs.tencentyun.com/$NS/$APP:latest
printf 'image: ccr.ccs.tencentyun.com/%s/web:%s\n' "$ns" "$tag" > image.yaml
