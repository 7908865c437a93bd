printf 'images:\nprod.tencentcloudcr.com/shop/web:v1\n' > images.yaml
