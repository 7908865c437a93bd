printf 'images:\nccr.ccs.tencentyun.com/shop/web:v1\n' > images.yaml
