resource "helm_release" "web" {
  set {
    name  = "image.repository"
    value = "ccr.ccs.tencentyun.com/shop/web"
  }
  set {
    name  = "image.tag"
    value = "v1"
  }
}

locals {
  web = {
    registry   = "ccr.ccs.tencentyun.com"
    repository = "shop/web"
    tag        = "v1"
  }
}
