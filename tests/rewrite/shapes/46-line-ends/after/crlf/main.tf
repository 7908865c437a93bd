locals {
  image = "prod.tencentcloudcr.com/shop/web:v1" // ccr.ccs.tencentyun.com/shop/old:v1
}