docker login prod.tencentcloudcr.com -u 100012345678 -p "$CCR_PASSWORD"
docker push prod.tencentcloudcr.com/shop/web:$TAG
