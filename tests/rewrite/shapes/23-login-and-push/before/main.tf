provider "docker" {
  registry_auth {
    address  = "ccr.ccs.tencentyun.com"
    username = var.user
    password = var.password
  }
}
