package images

const Default = "ccr.ccs.tencentyun.com/shop/web:v1"

func Of(name string) string { return "ccr.ccs.tencentyun.com/" + name }
