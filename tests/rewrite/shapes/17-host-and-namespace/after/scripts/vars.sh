REPO=prod.tencentcloudcr.com/shop
docker pull $REPO/web:v1
