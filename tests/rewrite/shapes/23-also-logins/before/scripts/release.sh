docker login ccr.ccs.tencentyun.com -u 100012345678 -p "$ccr.ccs.tencentyun.com_PASSWORD"
docker push ccr.ccs.tencentyun.com/shop/web:$TAG
