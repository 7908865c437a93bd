package images

// Default is what runs if nothing is configured.
const Default = "ccr.ccs.tencentyun.com/shop/web:v1"

const Agent = "ccr.ccs.tencentyun.com/tkeimages/agent:v1"
