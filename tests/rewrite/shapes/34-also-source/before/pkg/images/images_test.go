package images

const want = "ccr.ccs.tencentyun.com/shop/web:v1"
