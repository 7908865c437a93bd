locals {
  hosts = {
    "ap-guangzhou" = "ccr.ccs.tencentyun.com"
    "ap-hongkong"  = "hkccr.ccs.tencentyun.com"
  }
  is_ccr = var.registry == "ccr.ccs.tencentyun.com"
}
