web:
  docker_container.running:
    - image: ccr.ccs.tencentyun.com/shop/web:{{ pillar['tag'] }}
