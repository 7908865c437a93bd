locals {
  host = "${var.region}ccr.ccs.tencentyun.com"
}
