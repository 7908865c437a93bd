REPO=ccr.ccs.tencentyun.com/shop
docker pull $REPO/web:v1
