job "web" {
  group "web" {
    task "web" {
      driver = "docker"
      config {
        image = "prod.tencentcloudcr.com/shop/web:v1"
        args  = ["--helper", "prod.tencentcloudcr.com/shop/helper:v1"]
      }
    }
  }
}
