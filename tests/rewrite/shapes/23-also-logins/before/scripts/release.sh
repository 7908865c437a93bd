docker login ccr.ccs.tencentyun.com -u 100012345678 -p "$CCR_PASSWORD"
docker push ccr.ccs.tencentyun.com/shop/web:$TAG
