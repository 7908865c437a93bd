resource "tencentcloud_tsf_deploy_container_group" "web" {
  server    = "ccr.ccs.tencentyun.com"
  reponame  = "shop/web"
  tag_name  = "v1"
  replicas  = 2
}
