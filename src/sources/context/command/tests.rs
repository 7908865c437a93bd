use super::*;

/// What the reader says of each `CCR` in `script`: place and purpose.
fn said(script: &str) -> Vec<String> {
    said_of(script, Dialect::Posix)
}

fn said_of(script: &str, dialect: Dialect) -> Vec<String> {
    let text = script.replace("CCR", "ccr.ccs.tencentyun.com");
    let places: Vec<Span> = text
        .match_indices("ccr.ccs.tencentyun.com")
        .map(|(at, host)| {
            let rest = &text[at + host.len()..];
            let is_part = |it: char| it.is_ascii_alphanumeric() || "/.-_:@".contains(it);
            at..at + host.len() + rest.find(|it| !is_part(it)).unwrap_or(rest.len())
        })
        .collect();
    let outline = read(text.as_bytes(), &(0..text.len()), dialect, &places);
    outline.meanings.iter().map(|it| format!("{}: {:?}", it.place, it.purpose)).collect()
}

#[test]
fn docker_says_what_it_does_with_an_image() {
    for (script, expected) in [
        ("docker pull CCR/a/b:1", "docker pull: Container"),
        ("sudo docker run --rm -it CCR/a/b:1 sh", "docker run: Container"),
        ("docker push CCR/a/b:1", "docker push: Push"),
        ("docker -H tcp://x push CCR/a/b:1", "docker push: Push"),
        ("docker image push CCR/a/b:1", "docker image push: Push"),
        ("docker build -t CCR/a/b:1 .", "docker build -t: Push"),
        ("docker build -tCCR/a/b:1 .", "docker build -t: Push"),
        ("docker build . --tag=\"CCR/a/b:1\"", "docker build --tag: Push"),
        ("docker buildx build --push --tag CCR/a/b:1 .", "docker buildx build --tag: Push"),
        ("docker build --cache-from CCR/a/b:1 .", "docker build --cache-from: Container"),
        (
            "docker buildx build --cache-to type=registry,ref=CCR/a/b:c .",
            "docker buildx build --cache-to: Push",
        ),
        (
            "docker buildx build -o type=image,name=CCR/a/b,push=true .",
            "docker buildx build -o: Push",
        ),
        ("docker build --build-arg BASE=CCR/a/b:1 .", "docker build --build-arg: Reference"),
        ("docker tag web:1 CCR/a/b:1", "docker tag: Push"),
        ("docker tag CCR/a/b:1 web:1", "docker tag: Container"),
        ("docker login CCR -u 100 --password-stdin", "docker login: Login"),
        ("echo $P | docker login --username=1 --password-stdin CCR", "docker login: Login"),
        ("docker login -u 1 -p \"$P\" https://CCR", "docker login: Login"),
        ("docker logout CCR", "docker logout: Login"),
        ("docker manifest create CCR/a/b:1 x", "docker manifest create: Push"),
        ("docker manifest inspect CCR/a/b:1", "docker manifest inspect: Container"),
        (
            "docker buildx imagetools create -t CCR/a/b:1 x",
            "docker buildx imagetools create -t: Push",
        ),
        (
            "docker buildx imagetools inspect CCR/a/b:1",
            "docker buildx imagetools inspect: Container",
        ),
        ("docker commit web CCR/a/b:1", "docker commit: Push"),
        ("docker images --filter reference='CCR/a/*'", "docker images --filter: Comparison"),
        ("docker images CCR/a/b", "docker images: Container"),
        ("podman push x docker://CCR/a/b:1", "podman push: Push"),
        ("nerdctl -n k8s.io pull CCR/a/b:1", "nerdctl pull: Container"),
        ("buildah bud -t CCR/a/b:1 .", "buildah bud -t: Push"),
        ("buildah from CCR/a/b:1", "buildah from: Container"),
        ("ctr -n k8s.io images push CCR/a/b:1", "ctr images push: Push"),
        ("ctr i pull --user a:b CCR/a/b:1", "ctr i pull: Container"),
        ("ctr -n=k8s.io images tag x CCR/a/b:1", "ctr images tag: Push"),
        ("crictl pull CCR/a/b:1", "crictl pull: Container"),
        ("$DOCKER push CCR/a/b:1", "docker push: Push"),
        ("$ENGINE push CCR/a/b:1", "$ENGINE push: Push"),
        ("\"${DOCKER_CMD}\" login CCR", "docker login: Login"),
        ("/usr/bin/docker push CCR/a/b:1", "docker push: Push"),
        ("docker.exe push CCR/a/b:1", "docker push: Push"),
        ("docker exec dind docker push CCR/a/b:1", "docker push: Push"),
        ("docker run -v x:y docker:cli docker pull CCR/a/b:1", "docker pull: Container"),
        ("retry 3 docker push CCR/a/b:1", "docker push: Push"),
        ("run_or_die docker push CCR/a/b:1", "docker push: Push"),
        ("ssh root@host docker pull CCR/a/b:1", "docker pull: Container"),
        ("sudo -E -u ci docker push CCR/a/b:1", "docker push: Push"),
        ("xargs -n1 -I{} docker pull CCR/a/{}", "docker pull: Container"),
        ("DOCKER_BUILDKIT=1 docker build -t CCR/a/b .", "docker build -t: Push"),
        ("docker service update --image CCR/a/b:1 web", "docker service update --image: Container"),
        ("docker save -o x.tar CCR/a/b:1", "docker save: Container"),
    ] {
        assert_eq!(said(script), [expected], "{script}");
    }
}

#[test]
fn other_tools_for_images_are_known() {
    for (script, expected) in [
        ("skopeo copy docker://CCR/a/b:1 docker://x/b:1", "skopeo copy: Container"),
        ("skopeo copy --dest-creds a:b docker://x docker://CCR/a/b:1", "skopeo copy: Push"),
        ("skopeo sync --src docker --dest docker x/b CCR/a", "skopeo sync: Push"),
        ("skopeo inspect docker://CCR/a/b:1", "skopeo inspect: Container"),
        ("skopeo login CCR", "skopeo login: Login"),
        ("crane cp CCR/a/b:1 x/b", "crane cp: Container"),
        ("crane copy x/b CCR/a/b:1", "crane copy: Push"),
        ("crane auth login CCR -u a -p b", "crane auth: Login"),
        ("crane push x.tar CCR/a/b:1", "crane push: Push"),
        ("crane digest CCR/a/b:1", "crane digest: Container"),
        ("regctl image copy x CCR/a/b:1", "regctl image copy: Push"),
        ("regctl registry login CCR", "regctl registry: Login"),
        ("oras push CCR/a/b:1 file", "oras push: Push"),
        ("oras login CCR", "oras login: Login"),
        ("helm push web.tgz oci://CCR/a", "helm push: Push"),
        ("helm registry login CCR", "helm registry login: Login"),
        ("helm pull oci://CCR/a/web", "helm pull: Reference"),
        ("helm chart save . CCR/a/web:1", "helm chart: Push"),
        (
            "helm upgrade web . --set image.repository=CCR/a/b",
            "helm upgrade --set image.repository: Reference",
        ),
        ("kubectl run web --image=CCR/a/b:1", "kubectl run --image: Container"),
        ("kubectl set image deploy/web web=CCR/a/b:1", "kubectl set image: Container"),
        ("kubectl create deployment web --image CCR/a/b", "kubectl create --image: Container"),
        (
            "kubectl create secret docker-registry x --docker-server=CCR",
            "kubectl create --docker-server: Login",
        ),
        ("kubectl create secret docker-registry CCR --docker-username=x", "kubectl create: Login"),
        ("kustomize edit set image CCR/a/b=x/b:1", "kustomize: Matcher"),
        ("kustomize edit set image web=CCR/a/b:1", "kustomize: Reference"),
        ("/kaniko/executor --destination=CCR/a/b:1", "executor --destination: Push"),
        ("/kaniko/executor -d CCR/a/b:1", "executor -d: Push"),
        ("mvn compile jib:build -Djib.to.image=CCR/a/b", "mvn -Djib.to.image: Push"),
        ("./mvnw package -Djib.from.image=CCR/a/b", "mvnw -Djib.from.image: Container"),
        ("make docker-build docker-push IMG=CCR/a/b:1", "make: Push"),
        ("make deploy IMG=CCR/a/b:1", "make: Reference"),
        ("./push.sh CCR/a/b", "push.sh: Push"),
        ("./deploy.sh CCR/a/b:1", "deploy.sh: Reference"),
        ("cosign sign --key k CCR/a/b:1", "cosign sign: Push"),
        ("trivy image CCR/a/b:1", "trivy: Container"),
        ("kind load docker-image CCR/a/b:1", "kind: Container"),
    ] {
        assert_eq!(said(script), [expected], "{script}");
    }
}

#[test]
fn addresses_patterns_and_messages_are_told() {
    for (script, expected) in [
        ("curl -s https://CCR/v2/", "curl: Url"),
        ("curl -d '{\"image\":\"CCR/a/b:1\"}' http://x", "curl: Reference"),
        ("ping -c1 CCR", "ping: Url"),
        ("openssl s_client -connect CCR:443", "openssl: Url"),
        ("docker images | grep CCR", "shell: grep: Pattern"),
        ("if grep -q 'CCR/a' x; then", "shell: grep: Pattern"),
        ("sed -i 's#CCR#x#g' f", "shell: sed: Pattern"),
        ("sed -i \"s|IMAGE|CCR/a/b:$TAG|\" f", "shell: sed: Reference"),
        ("awk '/CCR/ {print}'", "shell: awk: Pattern"),
        ("[[ $x == CCR* ]] && y", "shell: [[: Comparison"),
        ("if [[ $x =~ CCR ]]; then", "shell: [[: Pattern"),
        ("[ \"$x\" = \"CCR\" ]", "shell: [: Comparison"),
        ("[[ $a && $x == CCR* ]]", "$x: Comparison"),
        ("[[ $a && $x = CCR ]]", "$x: Comparison"),
        ("case $x in (CCR*) y;; esac", "ccr.ccs.tencentyun.com*: Comparison"),
        ("case $x in CCR*) y;; esac", "shell: case: Comparison"),
        ("case $x in\n  CCR/*)\n y;;\nesac", "shell: case: Comparison"),
        ("case $x in\n  a | \"CCR\"/*)\n y;;\nesac", "shell: case: Comparison"),
        ("yq -i '.image.repository = \"CCR/a/b\"' f", "shell: yq: Reference"),
        ("yq 'select(.image == \"CCR/a/b\")' f", "shell: yq: Comparison"),
        ("jq '.[] | select(startswith(\"CCR\"))'", "shell: jq: Comparison"),
        ("echo \"Pushing CCR/a/b:1 now\"", "echo: Documentation"),
        ("echo CCR/a/b:1", "echo: Reference"),
        ("printf '%s\\n' CCR/a/b:1", "printf: Reference"),
        ("x=$(echo the CCR/a/b)", "echo: Reference"),
        ("find . -name '*.yaml' -exec sed -i 's#CCR#x#g' {} +", "shell: sed: Pattern"),
        ("ls | xargs -I {} sed -i 's#CCR#x#g' {}", "shell: sed: Pattern"),
        ("git grep CCR", "shell: git: Pattern"),
        ("python3 -c \"print('CCR/a/b')\"", "python3: Source"),
        ("docker run --add-host CCR:10.0.0.1 x", "docker run --add-host: Url"),
        ("docker ps -f ancestor=CCR/a/b", "docker ps: Comparison"),
        ("log_info \"Pushing to CCR\"", "log_info: Documentation"),
        ("read -p \"Registry [CCR]: \" R", "read: Documentation"),
        ("# docker push CCR/a/b", ": Comment"),
        ("docker pull x # CCR/a/b", ": Comment"),
    ] {
        assert_eq!(said(script), [expected], "{script}");
    }
}

#[test]
fn variables_have_their_name_as_place() {
    for (script, expected) in [
        ("IMAGE=CCR/a/b:1", "IMAGE: Reference"),
        ("IMAGE=\"CCR/a/b:$TAG\"", "IMAGE: Reference"),
        ("export IMAGE='CCR/a/b'", "IMAGE: Reference"),
        ("readonly IMAGE=CCR/a/b", "IMAGE: Reference"),
        ("local -r image=CCR/a/b", "image: Reference"),
        ("IMAGE=${IMAGE:-CCR/a/b:1}", "IMAGE: Reference"),
        (": ${IMAGE:=CCR/a/b:1}", "IMAGE: Reference"),
        (": \"${IMAGE:=CCR/a/b:1}\"", "IMAGE: Reference"),
        ("docker run ${IMAGE:-CCR/a/b:1}", "docker run: Container"),
        ("IMAGE=CCR/a/b make deploy", "IMAGE: Reference"),
        ("KO_DOCKER_REPO=CCR/a ko build .", "KO_DOCKER_REPO: Push"),
        ("y=${x#CCR/}", "x: Pattern"),
        ("y=${x/CCR/other}", "x: Pattern"),
        ("images=(CCR/a/b:1 x)", "images: Reference"),
        ("images=(\n  x\n  # y\n  \"CCR/a/b:1\"\n)", "images: Reference"),
        ("images+=(CCR/a/b)", "images: Reference"),
        ("for i in CCR/a/b x; do docker pull $i; done", "i: Reference"),
        ("MIRRORS=(\n docker.io\n CCR\n)", "MIRRORS: Mirror"),
        ("ALLOWED_REGISTRIES=CCR", "ALLOWED_REGISTRIES: AllowList"),
        ("declare -A H=(\n [ap-guangzhou]=CCR\n)", "declare: Comparison"),
        ("setenv IMAGE CCR/a/b", "IMAGE: Reference"),
        ("set -gx IMAGE CCR/a/b", "IMAGE: Reference"),
    ] {
        assert_eq!(said(script), [expected], "{script}");
    }
}

#[test]
fn scripts_in_scripts_are_read() {
    for (script, expected) in [
        ("x=$(docker inspect CCR/a/b)", "docker inspect: Container"),
        ("x=`docker inspect CCR/a/b`", "docker inspect: Container"),
        ("x=\"$(docker push \"CCR/a/b\")\"", "docker push: Push"),
        ("bash -c 'docker push CCR/a/b'", "docker push: Push"),
        ("ssh host \"docker pull CCR/a/b && x\"", "docker pull: Container"),
        ("docker run x sh -c \"docker push CCR/a/b\"", "docker push: Push"),
        ("trap 'docker rmi CCR/a/b' EXIT", "docker rmi: Container"),
        ("diff <(crane manifest CCR/a/b) x", "crane manifest: Container"),
        ("ssh host <<EOF\ndocker push CCR/a/b\nEOF\n", "docker push: Push"),
        ("(cd x && docker push CCR/a/b)", "docker push: Push"),
        ("f() { docker push CCR/a/b; }", "docker push: Push"),
        ("x | docker push CCR/a/b", "docker push: Push"),
        ("docker build \\\n  -t CCR/a/b \\\n  .", "docker build -t: Push"),
        ("docker build \\\r\n  -t CCR/a/b \\\r\n  .", "docker build -t: Push"),
        ("if true; then docker push CCR/a/b; fi", "docker push: Push"),
        ("! docker pull CCR/a/b || exit", "docker pull: Container"),
        ("echo x > y 2>&1; docker push CCR/a/b", "docker push: Push"),
        ("cat <<EOF\nit's\nEOF\ndocker push CCR/a/b", "docker push: Push"),
        ("x=$(cat <<EOF\nit's (\nEOF\n)\ndocker push CCR/a/b", "docker push: Push"),
        ("echo it's\ndocker push CCR/a/b\n", "docker push: Push"),
        ("x=$((1<<2))\ndocker push CCR/a/b\n", "docker push: Push"),
        ("x=\"${y:-it's}\"; docker push CCR/a/b", "docker push: Push"),
    ] {
        assert_eq!(said(script), [expected], "{script}");
    }
}

#[test]
fn windows_scripts_are_read_by_line() {
    for (script, expected) in [
        ("docker push CCR/a/b", "docker push: Push"),
        ("set IMAGE=CCR/a/b", "IMAGE: Reference"),
        ("$env:IMAGE = \"CCR/a/b\"", "IMAGE: Reference"),
        ("$image = 'CCR/a/b'", "image: Reference"),
        ("if \"%R%\"==\"CCR\" goto x", "%R%==ccr.ccs.tencentyun.com goto: Comparison"),
        ("REM docker push CCR/a/b", ": Comment"),
        ("docker build ^\r\n -t CCR/a/b .", "docker build -t: Push"),
        ("docker build `\r\n -t CCR/a/b .", "docker build -t: Push"),
        ("& docker push CCR/a/b", "docker push: Push"),
        ("if ($x -eq \"CCR\") {", "$x: Comparison"),
        ("$x -replace 'CCR','y'", "$x: Pattern"),
        ("C:\\tools\\docker.exe push CCR/a/b", "docker push: Push"),
    ] {
        assert_eq!(said_of(script, Dialect::Windows), [expected], "{script}");
    }
}

#[test]
fn values_beside_each_other_are_a_map() {
    let said = |text| crate::sources::context::testing::said("a.sh", text);
    assert_eq!(
        said(
            "helm upgrade x . --set image.registry=CCR,image.repository=shop/web \\\n  --set-string image.tag=\"$TAG\" --set sidecar.image=CCR/shop/s"
        ),
        [
            "helm upgrade --set image.registry: Reference [registry=CCR repository=shop/web tag=$TAG]",
            "helm upgrade --set sidecar.image: Reference [image=CCR/shop/s]"
        ]
    );
    assert_eq!(
        said("helm template . --set 'a.image=CCR/shop/a'"),
        ["helm template --set a.image: Reference [image=CCR/shop/a]"]
    );
}

#[test]
fn a_pull_secret_is_renamed_only_where_it_is_used() {
    let said = |text| crate::sources::context::testing::said("a.sh", text);
    assert_eq!(said("kubectl get secret qcloudregistrykey"), ["kubectl get: Auths"]);
    assert_eq!(
        said("helm install x . --set imagePullSecrets[0].name=qcloudregistrykey"),
        ["helm install --set imagePullSecrets[0].name: Reference [name=qcloudregistrykey]"]
    );
}

#[test]
fn what_is_pushed_or_logged_in_to_is_known_where_it_is_set() {
    let said = |text: &str| {
        crate::sources::context::testing::said("a.sh", text).into_iter().next().unwrap_or_default()
    };
    for (text, expected) in [
        ("R=CCR\ndocker push $R/a/b", "R: Push"),
        ("R=CCR\nI=\"${R}/a/b:$T\"\ndocker build -t \"$I\" .", "R: Push"),
        ("R=CCR\necho $P | docker login $R -u $U --password-stdin\ndocker push $R/a/b", "R: Login"),
        ("R=$(ask \"registry\" \"CCR\")\ndocker login \"$R\"", "ask: Login"),
        ("U=CCR\ndocker login -u $U x", "U: Reference"),
        ("R=CCR\nfor i in $R/a $R/b; do\n docker push $i\ndone", "R: Push"),
        ("R=CCR\nskopeo copy docker://x docker://$R/a/b", "R: Push"),
        ("R=CCR\ndocker run $R/a/b", "R: Reference"),
        (
            "S=$(cat <<'EOF'\nset -e\ndocker login CCR\nEOF\n)\nssh host \"$S\"",
            "docker login: Login",
        ),
        ("cat <<EOF\ndocker push CCR/a/b\nEOF", "docker push: Push"),
        ("cat <<EOF\nTo log in: docker login CCR\nEOF", ": Documentation"),
        (
            "cat <<EOF > values.yaml\nimage:\n  repository: CCR/a/b\nEOF",
            "image.repository: Reference",
        ),
        ("kubectl apply -f - <<EOF\nimage: CCR/a/b\nEOF", "image: Reference"),
        (
            "cat <<EOF | sudo tee /etc/docker/daemon.json\n{\"registry-mirrors\":[\"https://CCR\"]}\nEOF",
            "registry-mirrors[0]: Mirror",
        ),
        (
            "echo '{\"registry-mirrors\": [\n \"https://CCR\"]}' > /etc/docker/daemon.json",
            "registry-mirrors[0]: Mirror",
        ),
        ("echo \"FROM CCR/a/b\" > Dockerfile", "FROM: Container"),
        ("echo FROM CCR/a/b >> Dockerfile", "FROM: Container"),
        ("printf 'FROM CCR/a/b\\nRUN x\\n' > Dockerfile", "FROM: Container"),
        ("echo \"IMAGE=CCR/a/b\" >> $GITHUB_ENV", "IMAGE: Reference"),
        ("echo '10.0.0.1 CCR' >> /etc/hosts", "echo: Url"),
        ("export NO_PROXY=localhost,CCR", "NO_PROXY: AllowList"),
        ("docker run -e NO_PROXY=CCR x", "docker run -e: AllowList"),
        ("tccli scf x --ImageUri CCR/a/b --RepoType personal", "tccli: BesideEditionFlag"),
        ("docker run -v /etc/docker/certs.d/CCR:/x y", "docker run -v: Mirror"),
    ] {
        let said = said(text);
        assert!(said.starts_with(expected), "{text}: {said}");
    }
}
