#!/bin/bash
IMAGE=prod.tencentcloudcr.com/${NS}/web
docker pull prod.tencentcloudcr.com/$NS/$APP:latest
printf 'image: prod.tencentcloudcr.com/%s/web:%s\n' "$ns" "$tag" > image.yaml
