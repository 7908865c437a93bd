#!/bin/sh
helm pull oci://ccr.ccs.tencentyun.com/shop-charts/web --version 1.2.0
helm upgrade --install web "oci://hkccr.ccs.tencentyun.com/shop-charts/web" --version 1.2.0
helm push web-1.2.0.tgz oci://ccr.ccs.tencentyun.com/shop-charts
