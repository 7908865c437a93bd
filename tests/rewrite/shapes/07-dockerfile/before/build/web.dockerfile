FROM hkccr.ccs.tencentyun.com/shop/web:1
RUN echo "FROM ccr.ccs.tencentyun.com/shop/inner:1" > /Dockerfile
RUN <<EOT
set -e
echo image=ccr.ccs.tencentyun.com/shop/there:1 > /etc/image
EOT
