kubectl create secret docker-registry ccr --docker-server=ccr.ccs.tencentyun.com --docker-username="$U" --docker-password="$P"
echo "$P" | helm registry login -u "$U" --password-stdin ccr.ccs.tencentyun.com
echo "$P" | podman login --username "$U" --password-stdin https://ccr.ccs.tencentyun.com
