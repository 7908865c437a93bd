docker run ccr.ccs.tencentyun.com/shop/web:v1 # ccr2tcr:keep
docker run ccr.ccs.tencentyun.com/shop/web:v2
