resource "example_task" "web" {
  definition = "[{\"name\":\"web\",\"image\":\"ccr.ccs.tencentyun.com/shop/web:v1\"}]"
  other = jsonencode({
    image = "ccr.ccs.tencentyun.com/shop/api:v1"
  })
}
