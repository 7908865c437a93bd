locals {
  image = "prod.tencentcloudcr.com/front/web:${var.tag}"
  other = "prod.tencentcloudcr.com/other/web:v1"
}
