web:
  docker_container.running:
    - image: prod.tencentcloudcr.com/shop/web:{{ pillar['tag'] }}
