//! Every system that builds and pushes images: what is pushed and where somebody logs in is told,
//! whatever file it is written in.

use super::testing::said;

/// The purposes of all places in their order.
fn purposes(path: &str, text: &str) -> Vec<String> {
    let said = said(path, text);
    let purpose = said.iter().filter_map(|it| it.rsplit_once(": ").map(|(_, purpose)| purpose));
    purpose.map(|it| it.split(' ').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn gitlab_ci() {
    let text = "\
variables:
  REGISTRY: CCR
  IMAGE: $REGISTRY/shop/web:$CI_COMMIT_SHA
build:
  image: CCR/shop/builder:1
  before_script:
    - echo \"$PASSWORD\" | docker login -u \"$USER\" --password-stdin $REGISTRY
  script:
    - docker build -t $IMAGE .
    - docker push CCR/shop/web:latest
    - |
      docker tag $IMAGE CCR/shop/web:stable
      docker push CCR/shop/web:stable
    - kubectl set image deploy/web web=CCR/shop/web:latest
    - sed -i \"s|CCR/shop/web:.*|x|\" deploy.yaml
";
    assert_eq!(
        purposes(".gitlab-ci.yml", text),
        ["Login", "Container", "Push", "Push", "Push", "Container", "Pattern"]
    );
}

#[test]
fn github_actions() {
    let text = "\
jobs:
  build:
    runs-on: ubuntu-latest
    container: CCR/shop/builder:1
    steps:
      - uses: docker/login-action@v3
        with:
          registry: CCR
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: CCR/shop/web:${{ github.sha }}
      - run: |
          docker login CCR -u x --password-stdin < p
          docker push CCR/shop/web:1
      - run: docker pull CCR/shop/web:1
      - shell: pwsh
        run: |
          docker push `
            CCR/shop/web:2
";
    assert_eq!(
        purposes(".github/workflows/release.yml", text),
        ["Container", "Login", "Push", "Login", "Push", "Container", "Push"]
    );
}

#[test]
fn jenkins_and_coding() {
    let text = "\
pipeline {
  agent { docker { image 'CCR/shop/builder:1' } }
  environment {
    REGISTRY = 'CCR'
    IMAGE = \"${REGISTRY}/shop/web\"
  }
  stages {
    stage('build') {
      steps {
        sh \"docker build -t ${IMAGE}:${env.BUILD_NUMBER} .\"
        sh '''
          docker login CCR -u $U -p $P
          docker push CCR/shop/web:1
        '''
        script {
          docker.withRegistry('https://CCR', 'ccr') {
            docker.image(\"CCR/shop/web:${env.BUILD_NUMBER}\").push()
          }
        }
        sh 'kubectl set image deploy/web web=CCR/shop/web:1'
      }
    }
  }
}
";
    for path in ["Jenkinsfile", "ci/release.groovy", "cci/Jenkinsfile.release"] {
        assert_eq!(
            purposes(path, text),
            ["Container", "Push", "Login", "Push", "Login", "Push", "Container"],
            "{path}"
        );
    }
}

#[test]
fn drone_and_woodpecker() {
    let text = "\
kind: pipeline
steps:
  - name: build
    image: plugins/docker
    settings:
      registry: CCR
      repo: CCR/shop/web
      tags: [latest]
  - name: test
    image: CCR/shop/test:1
    commands:
      - docker login CCR
      - docker push CCR/shop/web:1
";
    assert_eq!(purposes(".drone.yml", text), ["Login", "Push", "Container", "Login", "Push"]);
}

#[test]
fn tekton() {
    let text = "\
apiVersion: tekton.dev/v1
kind: Task
spec:
  steps:
    - name: build
      image: CCR/shop/kaniko:1
      args:
        - --destination=CCR/shop/web:1
        - --context=.
    - name: push
      image: CCR/shop/docker:1
      script: |
        #!/bin/sh
        docker login CCR
        docker push CCR/shop/web:1
";
    assert_eq!(purposes("task.yaml", text), ["Container", "Push", "Container", "Login", "Push"]);
}

#[test]
fn a_secret_that_is_called_like_the_host_is_no_image() {
    let text =
        "kind: Pod\nspec:\n  imagePullSecrets:\n  - name: CCR\n  containers:\n  - image: CCR/a/b\n";
    assert_eq!(purposes("pod.yaml", text), ["Auths", "Container"]);
    let text = "kind: ServiceAccount\nimagePullSecrets:\n- name: CCR\n";
    assert_eq!(purposes("sa.yaml", text), ["Auths"]);
    assert_eq!(purposes("values.yaml", "pullSecrets: [CCR]\n"), ["Auths"]);
}

#[test]
fn makefiles_and_scripts() {
    let text = "\
REGISTRY ?= CCR
IMG ?= $(REGISTRY)/shop/web:$(TAG)
BASE ?= CCR/shop/base:1
build:
\tdocker build --build-arg BASE=$(BASE) -t $(IMG) .
push: build
\tdocker push $(IMG)
\tdocker push CCR/shop/web:latest
run:
\tdocker run --rm CCR/shop/web:latest
";
    assert_eq!(purposes("Makefile", text), ["Push", "Reference", "Push", "Container"]);
    let text = "\
#!/usr/bin/env bash
set -euo pipefail
REGISTRY=${REGISTRY:-CCR}
docker login \"$REGISTRY\" -u \"$1\" --password-stdin
for name in web api; do
  docker build -t \"$REGISTRY/shop/$name\" \"$name\"
  docker push \"$REGISTRY/shop/$name\"
done
docker pull CCR/shop/tool:1
";
    assert_eq!(purposes("release.sh", text), ["Login", "Container"]);
}
