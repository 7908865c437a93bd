from    --platform=${BUILDPLATFORM}   hkccr.ccs.tencentyun.com/shop/base:1   as   build
