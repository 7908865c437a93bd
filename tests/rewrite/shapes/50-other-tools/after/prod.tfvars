image = "prod.tencentcloudcr.com/shop/web:v1"
