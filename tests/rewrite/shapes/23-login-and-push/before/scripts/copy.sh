#!/bin/sh
skopeo login --username "$U" --password "$P" ccr.ccs.tencentyun.com
skopeo copy docker://alpine:3 docker://ccr.ccs.tencentyun.com/shop/alpine:3
