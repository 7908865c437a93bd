#!/bin/sh
docker run prod.tencentcloudcr.com/front/web:v1 prod.tencentcloudcr.com/front
kubectl set image deploy/web web=prod.tencentcloudcr.com/front/web@sha256:4c1f0b9ae6d873254c1f0b9ae6d873254c1f0b9ae6d873254c1f0b9ae6d87325
helm pull oci://prod.tencentcloudcr.com/front/chart
