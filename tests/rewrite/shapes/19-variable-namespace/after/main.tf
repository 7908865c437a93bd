locals {
  image = "prod.tencentcloudcr.com/${var.namespace}/web:${var.tag}"
}
