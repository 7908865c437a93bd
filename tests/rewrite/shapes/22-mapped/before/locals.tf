locals {
  web = {
    registry   = "ccr.ccs.tencentyun.com"
    repository = "shop/web"
    tag        = "v1"
  }
}
