variable "REGISTRY" {
  default = "ccr.ccs.tencentyun.com"
}
target "web" {
  tags = ["${REGISTRY}/shop/web:v1"]
}
