package images

func Of(name string) string { return "ccr.ccs.tencentyun.com/" + name }
