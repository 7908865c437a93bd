#!/usr/bin/env bash
set -euo pipefail

cat > compose.yaml <<EOF
services:
  web:
    image: ccr.ccs.tencentyun.com/shop/web:${TAG}
  db:
    image: "ccr.ccs.tencentyun.com/shop/postgres:15"
EOF

cat <<'DOCKERFILE' > Dockerfile
FROM ccr.ccs.tencentyun.com/shop/base:1 AS build
COPY --from=ccr.ccs.tencentyun.com/shop/tools:2 /bin/tool /bin/tool
DOCKERFILE

kubectl apply -f - <<-YAML
	apiVersion: v1
	kind: Pod
	metadata: {name: once}
	spec:
	  containers: [{name: once, image: ccr.ccs.tencentyun.com/shop/once:v1}]
	YAML
