$Image = "ccr.ccs.tencentyun.com/shop/web:v1"
docker run --rm $Image
docker run --rm ccr.ccs.tencentyun.com/shop/tool:1
