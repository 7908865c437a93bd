#!/bin/bash
helm upgrade --install web ./charts/web \
  --set image.repository=ccr.ccs.tencentyun.com/shop/web \
  --set-string image.tag="$TAG" \
  --set 'sidecar.image=ccr.ccs.tencentyun.com/shop/sidecar:v1,replicas=2'
kubectl run debug --rm -it --image=ccr.ccs.tencentyun.com/shop/debug:1 -- sh
kubectl run debug2 --image ccr.ccs.tencentyun.com/shop/debug:2
kubectl set image deploy/web web=ccr.ccs.tencentyun.com/shop/web:$TAG --record
kubectl -n shop set image deployment api "api=hkccr.ccs.tencentyun.com/shop/api:v3"
kubectl patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"ccr.ccs.tencentyun.com/shop/web:v2"}]}}}}'
kubectl debug node/n1 -it --image="ccr.ccs.tencentyun.com/shop/netshoot:1"
kustomize edit set image web=ccr.ccs.tencentyun.com/shop/web:v3
docker run -d --name web -e A=b ccr.ccs.tencentyun.com/shop/web:v1 serve
docker pull ccr.ccs.tencentyun.com/shop/web
