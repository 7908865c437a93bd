package images

const want = "prod.tencentcloudcr.com/shop/web:v1"
