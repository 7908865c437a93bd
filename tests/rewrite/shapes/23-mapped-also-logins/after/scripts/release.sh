docker login prod.tencentcloudcr.com -u 100012345678
docker push prod.tencentcloudcr.com/front/web:$TAG
