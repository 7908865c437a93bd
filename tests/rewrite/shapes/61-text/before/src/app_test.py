IMAGE = "ccr.ccs.tencentyun.com/shop/web:v1"
