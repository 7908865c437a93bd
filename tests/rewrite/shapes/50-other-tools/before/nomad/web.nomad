job "web" {
  group "web" {
    task "web" {
      driver = "docker"
      config {
        image = "ccr.ccs.tencentyun.com/shop/web:v1"
        args  = ["--helper", "ccr.ccs.tencentyun.com/shop/helper:v1"]
      }
    }
  }
}
