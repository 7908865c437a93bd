#!/bin/sh
helm pull oci://prod.tencentcloudcr.com/shop-charts/web --version 1.2.0
helm upgrade --install web "oci://prod.tencentcloudcr.com/shop-charts/web" --version 1.2.0
helm push web-1.2.0.tgz oci://prod.tencentcloudcr.com/shop-charts
