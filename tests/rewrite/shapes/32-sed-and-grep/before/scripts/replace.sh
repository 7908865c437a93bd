#!/bin/sh
sed -i 's#ccr.ccs.tencentyun.com/shop#registry.example.com/shop#g' deploy.yaml
sed -i -e "s|image: ccr.ccs.tencentyun.com/shop/web:.*|image: $NEW|" deploy.yaml
grep -rn ccr.ccs.tencentyun.com k8s/ || true
docker images | grep "hkccr.ccs.tencentyun.com" | awk '{print $3}'
perl -pi -e 's{ccr.ccs.tencentyun.com}{x}' values.yaml
