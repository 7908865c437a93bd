module "web" {
  source = "./web"
  image  = "ccr.ccs.tencentyun.com/shop/web:${var.tag}"
  images = {
    api = "ccr.ccs.tencentyun.com/shop/api:v1"
    job = "hkccr.ccs.tencentyun.com/shop/job:v1"
  }
}

resource "kubernetes_manifest" "web" {
  manifest = yamldecode(<<-YAML
    kind: Pod
    spec:
      containers:
        - image: ccr.ccs.tencentyun.com/shop/pod:v1
  YAML
  )
}
