docker run --rm -v "$PWD":/w prod.tencentcloudcr.com/shop/tool:1 sh -c "docker pull prod.tencentcloudcr.com/shop/inner:1"
