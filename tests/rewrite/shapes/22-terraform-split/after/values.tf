resource "helm_release" "web" {
  set {
    name  = "image.repository"
    value = "prod.tencentcloudcr.com/shop/web"
  }
  set {
    name  = "image.tag"
    value = "v1"
  }
}

locals {
  web = {
    registry   = "prod.tencentcloudcr.com"
    repository = "shop/web"
    tag        = "v1"
  }
}
