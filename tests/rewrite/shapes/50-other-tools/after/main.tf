module "web" {
  source = "./web"
  image  = "prod.tencentcloudcr.com/shop/web:${var.tag}"
  images = {
    api = "prod.tencentcloudcr.com/shop/api:v1"
    job = "prod.tencentcloudcr.com/shop/job:v1"
  }
}

resource "kubernetes_manifest" "web" {
  manifest = yamldecode(<<-YAML
    kind: Pod
    spec:
      containers:
        - image: prod.tencentcloudcr.com/shop/pod:v1
  YAML
  )
}
