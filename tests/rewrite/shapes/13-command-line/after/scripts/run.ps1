$Image = "prod.tencentcloudcr.com/shop/web:v1"
docker run --rm $Image
docker run --rm prod.tencentcloudcr.com/shop/tool:1
