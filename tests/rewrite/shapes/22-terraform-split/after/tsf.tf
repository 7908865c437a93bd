resource "tencentcloud_tsf_deploy_container_group" "web" {
  server    = "prod.tencentcloudcr.com"
  reponame  = "shop/web"
  tag_name  = "v1"
  replicas  = 2
}
