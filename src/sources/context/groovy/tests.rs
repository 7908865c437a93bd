use crate::sources::context::testing::said;

fn first(path: &str, text: &str) -> String {
    said(path, text).into_iter().next().unwrap_or_default()
}

#[test]
fn steps_of_jenkins_are_known() {
    for (text, expected) in [
        ("sh 'docker push CCR/a/b:1'", "docker push: Push"),
        ("sh \"docker push CCR/a/b:${TAG}\"", "docker push: Push"),
        ("sh \"docker login -u \\\"${U}\\\" CCR\"", "docker login: Login"),
        ("sh '''\n  set -e\n  docker push CCR/a/b\n'''", "docker push: Push"),
        ("sh \"\"\"\n  docker build \\\n  -t CCR/a/b .\n\"\"\"", "docker build -t: Push"),
        ("sh(script: 'docker push CCR/a/b', returnStdout: true)", "docker push: Push"),
        (
            "def x = sh(returnStdout: true, script: \"crane digest CCR/a/b\").trim()",
            "crane digest: Container",
        ),
        ("sh script: 'docker pull CCR/a/b', label: 'x'", "docker pull: Container"),
        ("bat 'docker push CCR/a/b'", "docker push: Push"),
        ("docker.image('CCR/a/b:1').inside { sh 'x' }", "docker.image: Container"),
        ("docker.image(\"CCR/a/b\").push()", "docker.image: Push"),
        ("def i = docker.image('CCR/a/b')\ni.push('1')", "docker.image: Push"),
        ("docker.build(\"CCR/a/b:1\", '.')", "docker.build: Push"),
        ("docker.build 'CCR/a/b:1'", "docker.build: Push"),
        ("app = docker.build(\"CCR/a/b\")", "docker.build: Push"),
        ("docker.withRegistry('https://CCR/a', 'cred') {\n}", "docker.withRegistry: Login"),
        (
            "withDockerRegistry([credentialsId: 'x', url: 'https://CCR']) { }",
            "withDockerRegistry url: Login",
        ),
        ("withDockerRegistry(url: \"https://CCR\") { }", "withDockerRegistry url: Login"),
        ("agent {\n docker {\n  image 'CCR/a/b'\n }\n}", "image: Container"),
        ("agent {\n docker {\n  registryUrl 'https://CCR'\n }\n}", "registryUrl: Login"),
        ("agent { docker 'CCR/a/b' }", "docker: Container"),
        (
            "containerTemplate(name: 'x', image: 'CCR/a/b', ttyEnabled: true)",
            "containerTemplate image: Container",
        ),
        (
            "podTemplate(yaml: '''\nkind: Pod\nspec:\n  containers:\n  - image: CCR/a/b\n''') {}",
            "spec.containers[0].image: ",
        ),
        ("environment {\n  IMAGE = 'CCR/a/b'\n}", "environment.IMAGE: Reference"),
        ("environment {\n  IMAGE = \"CCR/a/${env.JOB}\"\n}", "environment.IMAGE: Reference"),
        ("def image = 'CCR/a/b'", "image: Reference"),
        ("String image = \"CCR/a/b\"", "image: Reference"),
        ("env.IMAGE = 'CCR/a/b'", "env.IMAGE: Reference"),
        ("string(name: 'IMAGE', defaultValue: 'CCR/a/b')", "string defaultValue: Reference"),
        ("def x = 'CCR/' + name", "x: Concatenated"),
        ("def x = 'CCR' + '/a/b'", "x: Concatenated"),
        ("if (x.startsWith('CCR')) {}", "x.startsWith: Comparison"),
        ("switch (x) {\n case 'CCR':\n  y()\n}", "case: Comparison"),
        ("if (x in ['CCR', 'y']) {}", "in: Comparison"),
        ("def m = ['CCR': 'cred']", "m: Comparison"),
        (
            "withCredentials([usernamePassword(credentialsId: 'CCR')]) {}",
            "usernamePassword credentialsId: Auths",
        ),
        ("environment {\n C = credentials('CCR')\n}", "credentials: Auths"),
        ("if (x == 'CCR') {}", "if: Comparison"),
        ("x.replace('CCR', y)", "x.replace: Pattern"),
        ("if (x =~ /CCR/) {}", "if: Pattern"),
        ("echo \"Pushing CCR/a/b\"", "echo: Documentation"),
        ("// docker.build('CCR/a/b')", ": Comment"),
        ("/*\n CCR\n*/", ": Comment"),
        ("writeFile file: 'Dockerfile', text: 'FROM CCR/a/b'", "FROM: Container"),
        (
            "writeFile(file: 'a/values.yaml', text: \"image:\\n  repository: CCR/a/b\\n\")",
            "image.repository: Reference",
        ),
        ("'docker push CCR/a/b'.execute()", "docker push: Push"),
        ("sh 'curl https://CCR/v2/'", "curl: Url"),
        ("sshCommand remote: r, command: \"docker pull CCR/a/b\"", "docker pull: Container"),
        ("x = \"${y}\nsh 'docker push CCR/a/b'", "docker push: Push"),
    ] {
        let said = first("Jenkinsfile", text);
        assert!(said.starts_with(expected), "{text}: {said}");
    }
}

#[test]
fn builds_of_gradle_are_known() {
    for (text, expected) in [
        ("jib {\n from {\n  image = 'CCR/a/b'\n }\n}", "from.image: Container"),
        ("jib {\n to {\n  image = \"CCR/a/b\"\n }\n}", "to.image: Push"),
        ("jib { to { image 'CCR/a/b' } }", "image: Push"),
        ("jib.to.image = 'CCR/a/b'", "jib.to.image: Push"),
        ("jib.from.image = 'CCR/a/b'", "jib.from.image: Container"),
        (
            "tasks.named('bootBuildImage') {\n imageName = 'CCR/a/b'\n}",
            "named.imageName: Reference",
        ),
        ("bootBuildImage {\n imageName = 'CCR/a/b'\n}", "bootbuildimage.imageName: Push"),
        (
            "bootBuildImage {\n docker {\n  publishRegistry {\n   url = 'https://CCR'\n}}}",
            "publishregistry.url: Login",
        ),
        ("task x(type: Exec) {\n commandLine 'docker', 'push', 'CCR/a/b'\n}", "commandLine: Push"),
        (
            "task x(type: Exec) {\n commandLine('docker', 'pull', 'CCR/a/b')\n}",
            "commandLine: Container",
        ),
        ("ext.image = 'CCR/a/b'", "ext.image: Reference"),
    ] {
        assert_eq!(first("build.gradle", text), expected, "{text}");
    }
}

#[test]
fn what_is_pushed_is_known_where_it_is_set() {
    for (text, expected) in [
        ("environment {\n R = 'CCR'\n}\nsh \"docker push ${R}/a/b\"", "environment.R: Push"),
        ("def r = 'CCR'\ndocker.withRegistry(\"https://${r}\", 'c') { }", "r: Login"),
        ("def r = 'CCR/a'\ndef i = \"${r}/b\"\ndocker.build(i)", "r: Push"),
        ("def r = 'CCR/a/b'\nsh 'x'\ndocker.image(r).inside { }", "r: Reference"),
    ] {
        assert_eq!(first("Jenkinsfile", text), expected, "{text}");
    }
}
