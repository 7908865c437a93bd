locals {
  image = "ccr.ccs.tencentyun.com/shop/web:${var.tag}"
  other = "ccr.ccs.tencentyun.com/other/web:v1"
}
