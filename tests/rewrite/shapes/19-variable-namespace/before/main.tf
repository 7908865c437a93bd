locals {
  image = "ccr.ccs.tencentyun.com/${var.namespace}/web:${var.tag}"
}
