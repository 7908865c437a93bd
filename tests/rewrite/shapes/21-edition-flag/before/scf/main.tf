resource "tencentcloud_scf_function" "web" {
  name = "web"
  image_config {
    image_type = "personal"
    image_uri  = "ccr.ccs.tencentyun.com/shop/fn:v1@sha256:4c1f0b9ae6d873254c1f0b9ae6d873254c1f0b9ae6d873254c1f0b9ae6d87325"
    entry_point = "python"
  }
}

resource "other" "web" {
  image = "ccr.ccs.tencentyun.com/shop/web:v1"
}
