#!/bin/bash
helm upgrade --install web ./charts/web \
  --set image.repository=prod.tencentcloudcr.com/shop/web \
  --set-string image.tag="$TAG" \
  --set 'sidecar.image=prod.tencentcloudcr.com/shop/sidecar:v1,replicas=2'
kubectl run debug --rm -it --image=prod.tencentcloudcr.com/shop/debug:1 -- sh
kubectl run debug2 --image prod.tencentcloudcr.com/shop/debug:2
kubectl set image deploy/web web=prod.tencentcloudcr.com/shop/web:$TAG --record
kubectl -n shop set image deployment api "api=prod.tencentcloudcr.com/shop/api:v3"
kubectl patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"prod.tencentcloudcr.com/shop/web:v2"}]}}}}'
kubectl debug node/n1 -it --image="prod.tencentcloudcr.com/shop/netshoot:1"
kustomize edit set image web=prod.tencentcloudcr.com/shop/web:v3
docker run -d --name web -e A=b prod.tencentcloudcr.com/shop/web:v1 serve
docker pull prod.tencentcloudcr.com/shop/web
