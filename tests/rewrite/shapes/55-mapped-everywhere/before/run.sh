#!/bin/sh
docker run ccr.ccs.tencentyun.com/shop/web:v1 ccr.ccs.tencentyun.com/shop
kubectl set image deploy/web web=ccr.ccs.tencentyun.com/shop/web@sha256:4c1f0b9ae6d873254c1f0b9ae6d873254c1f0b9ae6d873254c1f0b9ae6d87325
helm pull oci://ccr.ccs.tencentyun.com/shop/chart
