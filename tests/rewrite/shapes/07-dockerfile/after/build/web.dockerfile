FROM prod.tencentcloudcr.com/shop/web:1
RUN echo "FROM prod.tencentcloudcr.com/shop/inner:1" > /Dockerfile
RUN <<EOT
set -e
echo image=prod.tencentcloudcr.com/shop/there:1 > /etc/image
EOT
