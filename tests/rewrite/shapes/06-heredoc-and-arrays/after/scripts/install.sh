#!/usr/bin/env bash
set -euo pipefail

cat > compose.yaml <<EOF
services:
  web:
    image: prod.tencentcloudcr.com/shop/web:${TAG}
  db:
    image: "prod.tencentcloudcr.com/shop/postgres:15"
EOF

cat <<'DOCKERFILE' > Dockerfile
FROM prod.tencentcloudcr.com/shop/base:1 AS build
COPY --from=prod.tencentcloudcr.com/shop/tools:2 /bin/tool /bin/tool
DOCKERFILE

kubectl apply -f - <<-YAML
	apiVersion: v1
	kind: Pod
	metadata: {name: once}
	spec:
	  containers: [{name: once, image: prod.tencentcloudcr.com/shop/once:v1}]
	YAML
