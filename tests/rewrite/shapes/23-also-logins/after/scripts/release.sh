docker login prod.tencentcloudcr.com -u 100012345678 -p "$ccr.ccs.tencentyun.com_PASSWORD"
docker push prod.tencentcloudcr.com/shop/web:$TAG
