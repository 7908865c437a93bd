docker run --rm -v "$PWD":/w ccr.ccs.tencentyun.com/shop/tool:1 sh -c "docker pull ccr.ccs.tencentyun.com/shop/inner:1"
