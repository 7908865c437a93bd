variable "REGISTRY" {
  default = "prod.tencentcloudcr.com"
}
target "web" {
  tags = ["${REGISTRY}/shop/web:v1"]
}
