locals {
  a = "ccr.ccs.tencentyun.com/shop/a:1" # ccr2tcr:keep the old one
  // ccr2tcr:keep
  b = "ccr.ccs.tencentyun.com/shop/b:1"
  c = "ccr.ccs.tencentyun.com/shop/c:1"
}
