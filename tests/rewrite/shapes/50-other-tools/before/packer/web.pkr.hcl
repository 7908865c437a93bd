source "docker" "web" {
  image  = "ccr.ccs.tencentyun.com/shop/base:1"
  commit = true
}
