from    --platform=${BUILDPLATFORM}   prod.tencentcloudcr.com/shop/base:1   as   build
