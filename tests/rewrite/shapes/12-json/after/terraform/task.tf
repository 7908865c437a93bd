resource "example_task" "web" {
  definition = "[{\"name\":\"web\",\"image\":\"prod.tencentcloudcr.com/shop/web:v1\"}]"
  other = jsonencode({
    image = "prod.tencentcloudcr.com/shop/api:v1"
  })
}
