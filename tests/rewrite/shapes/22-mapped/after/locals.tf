locals {
  web = {
    registry   = "prod.tencentcloudcr.com"
    repository = "front/web"
    tag        = "v1"
  }
}
