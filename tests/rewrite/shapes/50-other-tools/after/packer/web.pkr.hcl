source "docker" "web" {
  image  = "prod.tencentcloudcr.com/shop/base:1"
  commit = true
}
