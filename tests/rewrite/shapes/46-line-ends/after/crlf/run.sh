docker run \
  prod.tencentcloudcr.com/shop/web:v1
