package images

const Default = "prod.tencentcloudcr.com/shop/web:v1"

func Of(name string) string { return "prod.tencentcloudcr.com/" + name }
