//! What names are there for in CI, and in files of tools that build and run images.

use super::says;
use crate::sources::context::Purpose::{Comment, Comparison, Container, Login, Push, Reference};

#[test]
fn actions_of_github_push_log_in_and_run() {
    says(
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  build:\n    container: CCR/ci/node:20\n    services:\n      db: {image: \"CCR/ci/db:1\"}\n    steps:\n    - uses: docker/login-action@v3\n      with: {registry: CCR, username: x, password: \"${{ secrets.P }}\"}\n    - uses: docker/metadata-action@v5\n      with:\n        images: |\n          CCR/shop/web\n          CCR/shop/api\n    - uses: docker/build-push-action@v6\n      with:\n        push: true\n        tags: CCR/shop/web:${{ github.sha }}\n        build-args: |\n          BASE=CCR/shop/base:1\n        cache-to: type=registry,ref=CCR/shop/cache\n        cache-from: type=registry,ref=CCR/shop/cache\n    - uses: docker://CCR/ci/lint:1\n    - run: docker pull CCR/shop/web:v1\n    - run: |\n        # CCR/old\n        docker push CCR/shop/web:v1\n    - if: contains(env.X, 'CCR')\n",
        &[
            ("jobs.build.container", Container),
            ("jobs.build.services.db.image", Container),
            ("jobs.build.steps[0].with.registry", Login),
            ("jobs.build.steps[1].with.images", Push),
            ("jobs.build.steps[1].with.images", Push),
            ("jobs.build.steps[2].with.tags", Push),
            ("jobs.build.steps[2].with.build-args", Reference),
            ("jobs.build.steps[2].with.cache-to", Push),
            ("jobs.build.steps[2].with.cache-from", Reference),
            ("jobs.build.steps[3].uses", Container),
            ("docker pull", Container),
            ("jobs.build.steps[5].run", Comment),
            ("docker push", Push),
            ("jobs.build.steps[6].if", Comparison),
        ],
    );
    says(
        ".github/workflows/test.yml",
        "jobs:\n  a:\n    container: {image: CCR/a, credentials: {username: x, password: y}}\n    steps:\n    - uses: docker/build-push-action@v6\n      with: {push: false, tags: CCR/shop/web}\n",
        &[("jobs.a.container.image", Login), ("jobs.a.steps[0].with.tags", Reference)],
    );
}

#[test]
fn variables_are_what_they_are_used_for() {
    says(
        ".github/workflows/ci.yml",
        "env:\n  REGISTRY: CCR\n  IMAGE: CCR/shop/web\n  OTHER: CCR/shop/other:v1\njobs:\n  build:\n    steps:\n    - uses: docker/login-action@v3\n      with: {registry: \"${{ env.REGISTRY }}\"}\n    - uses: docker/build-push-action@v6\n      with: {tags: \"${{ env.IMAGE }}:v1\"}\n",
        &[("env.REGISTRY", Login), ("env.IMAGE", Push), ("env.OTHER", Reference)],
    );
    says(
        ".gitlab-ci.yml",
        "variables:\n  HOST: CCR\n  IMAGE: $HOST/shop/web\n  BASE: CCR/shop/base:1\nbuild:\n  image: CCR/ci/docker:24\n  services: [CCR/ci/dind:24, {name: CCR/ci/db}]\n  before_script:\n  - docker login -u $U -p $P $HOST\n  script:\n  - docker build -t $IMAGE:$CI_COMMIT_SHA .\n  - docker push $IMAGE:$CI_COMMIT_SHA\n",
        &[
            ("variables.HOST", Login),
            ("variables.BASE", Reference),
            ("build.image", Container),
            ("build.services[0]", Container),
            ("build.services[1].name", Container),
        ],
    );
    says(
        "task.yaml",
        "apiVersion: tekton.dev/v1\nkind: Task\nspec:\n  params:\n  - name: IMAGE\n    default: CCR/shop/web\n  steps:\n  - image: CCR/tools/kaniko\n    args: [\"--destination=$(params.IMAGE)\"]\n",
        &[("spec.params[0].default", Push), ("spec.steps[0].image", Container)],
    );
}

#[test]
fn jobs_of_gitlab_run_in_images() {
    says(
        "ci/.gitlab-ci.yml",
        "image: CCR/ci/a\ndefault:\n  image: {name: CCR/ci/b, entrypoint: [\"\"]}\njob:\n  script:\n  - echo CCR/x\n  - docker tag web CCR/shop/web:v1\n  - docker login CCR -u x\n  - |\n    cat > .env <<EOF\n    WEB=CCR/shop/web:v1\n    EOF\n  - 'docker push CCR/shop/web:v1'\n  rules:\n  - if: $REG == \"CCR\"\n",
        &[
            ("image", Container),
            ("default.image.name", Container),
            ("echo", Reference),
            ("docker tag", Push),
            ("docker login", Login),
            ("WEB", Reference),
            ("docker push", Push),
            ("job.rules[0].if", Comparison),
        ],
    );
}

#[test]
fn plugins_of_drone_push_and_log_in() {
    let step = "  - name: publish\n    image: plugins/docker\n    settings:\n      registry: CCR\n      repo: CCR/shop/web\n      username: {from_secret: u}\n      password: {from_secret: p}\n      cache_from: CCR/shop/web\n";
    let said = |at: &'static str| {
        [("registry", Login), ("repo", Push), ("cache_from", Reference)]
            .map(|(key, purpose)| (format!("{at}.{key}"), purpose))
    };
    let expected = said("steps[0].settings");
    let expected: Vec<(&str, _)> =
        expected.iter().map(|(place, purpose)| (place.as_str(), purpose.clone())).collect();
    says(".drone.yml", &format!("kind: pipeline\nsteps:\n{step}"), &expected);
    says(
        ".woodpecker.yml",
        "steps:\n  build:\n    image: CCR/ci/go:1\n    commands:\n    - docker pull CCR/a\n  publish:\n    image: woodpeckerci/plugin-docker-buildx\n    settings: {repo: CCR/shop/web, tags: latest}\nservices:\n- name: db\n  image: CCR/ci/db\n",
        &[
            ("steps.build.image", Container),
            ("docker pull", Container),
            ("steps.publish.settings.repo", Push),
            ("services[0].image", Container),
        ],
    );
}

#[test]
fn other_ci_runs_and_pushes() {
    says(
        ".circleci/config.yml",
        "jobs:\n  build:\n    docker:\n    - image: CCR/ci/a\n    - image: CCR/ci/b\n      auth: {username: u, password: p}\n    steps:\n    - run: docker push CCR/a\n    - run:\n        command: |\n          docker push CCR/b\n",
        &[
            ("jobs.build.docker[0].image", Container),
            ("jobs.build.docker[1].image", Login),
            ("docker push", Push),
            ("docker push", Push),
        ],
    );
    says(
        "azure-pipelines.yml",
        "resources:\n  containers:\n  - container: c\n    image: CCR/ci/a\nsteps:\n- bash: docker push CCR/b\n- pwsh: |\n    docker push CCR/c\n",
        &[
            ("resources.containers[0].image", Container),
            ("docker push", Push),
            ("docker push", Push),
        ],
    );
    says(
        "wf.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  templates:\n  - name: a\n    container: {image: CCR/a, command: [sh, -c], args: [\"docker push CCR/b\"]}\n  - name: b\n    script:\n      image: CCR/c\n      source: |\n        docker pull CCR/d\n",
        &[
            ("spec.templates[0].container.image", Container),
            ("docker push", Push),
            ("spec.templates[1].script.image", Container),
            ("docker pull", Container),
        ],
    );
    says(
        "run.yaml",
        "apiVersion: tekton.dev/v1\nkind: TaskRun\nspec:\n  taskRef: {name: kaniko}\n  params:\n  - {name: IMAGE, value: CCR/shop/web}\n  - {name: BUILDER, value: CCR/x}\n  taskSpec:\n    steps:\n    - image: CCR/a\n      script: |\n        #!/bin/sh\n        docker push CCR/b\n",
        &[
            ("spec.params[0].value", Push),
            ("spec.params[1].value", Reference),
            ("spec.taskSpec.steps[0].image", Container),
            ("docker push", Push),
        ],
    );
    says(
        "bitbucket-pipelines.yml",
        "image: {name: CCR/a, username: u, password: p}\npipelines:\n  default:\n  - step:\n      image: CCR/b\n      script:\n      - docker push CCR/c\n",
        &[
            ("image.name", Login),
            ("pipelines.default[0].step.image", Container),
            ("docker push", Push),
        ],
    );
    says(
        "Taskfile.yml",
        "version: 3\nvars: {IMAGE: CCR/shop/web}\ntasks:\n  push:\n    cmds:\n    - docker push CCR/a\n    - cmd: docker push CCR/b\n    - docker push $IMAGE\n",
        &[("vars.IMAGE", Push), ("docker push", Push), ("docker push", Push)],
    );
}

#[test]
fn arguments_say_what_is_done() {
    says(
        "job.yaml",
        "spec:\n  containers:\n  - image: x\n    args: [\"--destination=CCR/a\", --cache-repo=CCR/b, \"--base-image\", CCR/c, -d, x]\n  - command: [docker, push, CCR/d]\n  - args:\n    - --destination\n    - CCR/e\n  - args: [--sidecar-image, CCR/f, --registry-mirror=https://CCR]\n",
        &[
            ("spec.containers[0].args[0]", Push),
            ("spec.containers[0].args[1]", Push),
            ("spec.containers[0].args[3]", Container),
            ("spec.containers[1].command[2]", Push),
            ("spec.containers[2].args[1]", Push),
            ("spec.containers[3].args[1]", Reference),
            ("spec.containers[3].args[2]", crate::sources::context::Purpose::Mirror),
        ],
    );
}

#[test]
fn services_of_compose_files_are_run_or_built() {
    says(
        "docker-compose.yml",
        "x-base: &base CCR/base\nservices:\n  web:\n    image: \"${WEB_IMAGE:-CCR/shop/web:v1}\"\n    environment: [\"HELPER=CCR/h\"]\n  api:\n    build: {context: ., tags: [CCR/shop/api:latest], cache_from: [CCR/cache]}\n    image: CCR/shop/api\n  db:\n    image: CCR/db\n    command: --tool CCR/t\n",
        &[
            ("x-base", Reference),
            ("services.web.image", Reference),
            ("services.web.environment[0]", Reference),
            ("services.api.build.tags[0]", Push),
            ("services.api.build.cache_from[0]", Reference),
            ("services.api.image", Push),
            ("services.db.image", Container),
            ("tool", Reference),
        ],
    );
    says(
        "stack.yaml",
        "services:\n  web:\n    image: CCR/a\n",
        &[("services.web.image", Container)],
    );
}

#[test]
fn tools_that_build_images_push_them() {
    says(
        "skaffold.yaml",
        "apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts:\n  - image: CCR/shop/web\ndeploy: {helm: {releases: [{setValues: {image: CCR/b}}]}}\n",
        &[
            ("build.artifacts[0].image", Push),
            ("deploy.helm.releases[0].setValues.image", Reference),
        ],
    );
    says(
        ".goreleaser.yaml",
        "dockers:\n- image_templates: [\"CCR/shop/web:{{ .Tag }}\"]\n  build_flag_templates: [--build-arg=BASE=CCR/b]\ndocker_manifests:\n- name_template: CCR/shop/web:{{ .Tag }}\n",
        &[
            ("dockers[0].image_templates[0]", Push),
            ("dockers[0].build_flag_templates[0]", Reference),
            ("docker_manifests[0].name_template", Push),
        ],
    );
    says(
        "site.yml",
        "- hosts: all\n  tasks:\n  - docker_login: {registry: CCR, username: u, password: p}\n  - community.docker.docker_image:\n      name: web\n      repository: CCR/shop/web\n      push: true\n  - docker_container: {name: web, image: \"CCR/shop/web:{{ tag }}\"}\n  - shell: docker push CCR/x\n",
        &[
            ("[0].tasks[0].docker_login.registry", Login),
            ("[0].tasks[1][\"community.docker.docker_image\"].repository", Push),
            ("[0].tasks[2].docker_container.image", Reference),
            ("docker push", Push),
        ],
    );
    says(
        "build.yaml",
        "apiVersion: build.openshift.io/v1\nkind: BuildConfig\nspec:\n  source:\n    dockerfile: |\n      FROM CCR/shop/base:1\n  output: {to: {kind: DockerImage, name: \"CCR/shop/web:v1\"}}\n",
        &[("FROM", Container), ("spec.output.to.name", Push)],
    );
}

#[test]
fn images_are_copied_to_what_stands_below_them() {
    says(
        "images.yaml",
        "docker.io/redis:7:\n- CCR/shop/redis\nquay.io/a/b: [\"CCR/shop/b\"]\nsidecar.istio.io/proxyImage: CCR/p\n",
        &[
            ("[\"docker.io/redis:7\"][0]", Push),
            ("[\"quay.io/a/b\"][0]", Push),
            ("[\"sidecar.istio.io/proxyImage\"]", Reference),
        ],
    );
    says(
        "regsync.yml",
        "creds:\n- registry: CCR\n  user: x\n  pass: y\nsync:\n- source: CCR/a\n  target: CCR/b\n  type: image\n",
        &[("creds[0].registry", Login), ("sync[0].source", Reference), ("sync[0].target", Push)],
    );
    says(
        "auth.yaml",
        "CCR:\n  username: x\n  password: y\n",
        &[("[\"ccr.ccs.tencentyun.com\"] (key)", crate::sources::context::Purpose::Auths)],
    );
}

#[test]
fn other_plugins_and_actions_push_as_well() {
    says(
        ".drone.yml",
        "steps:\n- name: build\n  image: team/builder\n  settings: {registry: CCR, repo: CCR/shop/web, tags: develop}\n",
        &[("steps[0].settings.registry", Login), ("steps[0].settings.repo", Push)],
    );
    says(
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    steps:\n    - uses: elgohr/Publish-Docker-Github-Action@v5\n      with:\n        name: CCR/shop/web:beta # x\n        username: a\n        password: b\n        registry: CCR # y\n",
        &[("jobs.a.steps[0].with.name", Push), ("jobs.a.steps[0].with.registry", Login)],
    );
    says(
        "env.yaml",
        "TCR_REGISTRY: CCR\nTCR_USERNAME: x\nTCR_PASSWORD: y\nREGISTRY: CCR\nDB_PASSWORD: z\n",
        &[("TCR_REGISTRY", Login), ("REGISTRY", Reference)],
    );
}

#[test]
fn files_of_still_other_tools_are_known() {
    says(
        "cloudbuild.yaml",
        "steps:\n- name: CCR/ci/builder\n  args: [build, -t, CCR/shop/web, .]\nimages: [CCR/shop/web]\n",
        &[("steps[0].name", Container), ("steps[0].args[2]", Reference), ("images[0]", Push)],
    );
    says(
        "pipeline.yml",
        "resources:\n- name: web\n  type: registry-image\n  source: {repository: CCR/shop/web, username: x, password: y}\njobs:\n- plan:\n  - config:\n      image_resource: {type: registry-image, source: {repository: CCR/ci}}\n",
        &[
            ("resources[0].source.repository", Login),
            ("jobs[0].plan[0].config.image_resource.source.repository", Reference),
        ],
    );
    says(
        "package.json",
        "{\"scripts\": {\"release\": \"docker build -t CCR/shop/web . && docker push CCR/shop/web\"}, \"image\": \"CCR/x\"}",
        &[("docker build -t", Push), ("docker push", Push), ("image", Reference)],
    );
    says(".devcontainer/devcontainer.json", "{\"image\": \"CCR/dev\"}", &[("image", Container)]);
    says(
        "action.yml",
        "runs:\n  using: docker\n  image: docker://CCR/act:1\n",
        &[("runs.image", Container)],
    );
    says(
        "task.json",
        "{\"containerDefinitions\": [{\"image\": \"CCR/a\"}]}",
        &[("containerDefinitions[0].image", Container)],
    );
    says(
        "docker-bake.json",
        "{\"target\": {\"web\": {\"tags\": [\"CCR/shop/web\"], \"args\": {\"B\": \"CCR/b\"}}}}",
        &[("target.web.tags[0]", Push), ("target.web.args.B", Reference)],
    );
    says(
        "rules.yaml",
        "- list: trusted_things\n  items: [CCR/a]\n- rule: x\n  condition: container.image in (CCR/b)\n",
        &[
            ("[0].items[0]", crate::sources::context::Purpose::AllowList),
            ("[1].condition", Comparison),
        ],
    );
}
