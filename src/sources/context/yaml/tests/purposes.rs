//! What names are there for in manifests, charts and policies.

use super::says;
use crate::sources::context::Purpose::{
    AllowList, Auths, BesideEditionFlag, Comment, Comparison, Container, Documentation, Generated,
    Matcher, Mirror, Pattern, Reference, Sealed,
};

#[test]
fn containers_of_pods_take_latest() {
    says(
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nspec:\n  initContainers: [{image: CCR/a}]\n  containers:\n  - image: CCR/b\n    env: [{name: X, value: CCR/c}]\n  ephemeralContainers:\n  - {image: \"CCR/d\"}\n  volumes:\n  - name: v\n    image: {reference: CCR/e}\n",
        &[
            ("spec.initContainers[0].image", Container),
            ("spec.containers[0].image", Container),
            ("spec.containers[0].env[0].value", Reference),
            ("spec.ephemeralContainers[0].image", Container),
            ("spec.volumes[0].image.reference", Container),
        ],
    );
    // The tag is made elsewhere.
    says(
        "values.yaml",
        "sidecars:\n- image: CCR/a\n  tag: v1\nservices:\n  web:\n    image: CCR/b\nimage: CCR/c\n",
        &[
            ("sidecars[0].image", Reference),
            ("services.web.image", Reference),
            ("image", Reference),
        ],
    );
}

#[test]
fn values_of_charts_and_operators_are_references() {
    says(
        "values.yaml",
        "global: {imageRegistry: CCR}\nimage: {registry: CCR, repository: shop/web, tag: v1}\nwebhookimage: CCR/a\nargs: [-helper=CCR/shop/h:1]\nspark.kubernetes.container.image: CCR/spark\nhub: CCR/shop\n",
        &[
            ("global.imageRegistry", Reference),
            ("image.registry", Reference),
            ("webhookimage", Reference),
            ("args[0]", Reference),
            ("[\"spark.kubernetes.container.image\"]", Reference),
            ("hub", Reference),
        ],
    );
}

#[test]
fn what_kustomize_looks_for_is_a_matcher() {
    let images = "images:\n- name: CCR/shop/web\n  newTag: v2\n- name: nginx\n  newName: CCR/lib/nginx\n- name: CCR/x\n  digest: sha256:0\n";
    let said = [
        ("images[0].name", Matcher),
        ("images[1].newName", Reference),
        ("images[2].name", Matcher),
    ];
    says("base/kustomization.yaml", images, &said);
    says("base/Kustomization", images, &said);
    says(
        "x.yaml",
        &format!("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n{images}"),
        &said,
    );
    // A list of images that isn't kustomize's.
    says(
        "x.yaml",
        "images:\n- name: CCR/a\n- name: CCR/b\n  tag: v1\n",
        &[("images[0].name", Reference), ("images[1].name", Reference)],
    );
    says(
        "app.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    kustomize:\n      images:\n      - CCR/a/b=CCR/c/d:v2\n      - CCR/a/b:v3\n      - nginx=CCR/e/f\n",
        &[
            ("spec.source.kustomize.images[0]", Matcher),
            ("spec.source.kustomize.images[0]", Reference),
            ("spec.source.kustomize.images[1]", Matcher),
            ("spec.source.kustomize.images[2]", Reference),
        ],
    );
    says(
        "flux.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n  images:\n  - name: CCR/a/b\n    newTag: v1\n  postBuild: {substitute: {registry: CCR}}\n",
        &[("spec.images[0].name", Matcher), ("spec.postBuild.substitute.registry", Reference)],
    );
}

#[test]
fn patches_in_strings_are_read_as_what_they_are() {
    says(
        "kustomization.yaml",
        "patches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: test\n      path: /spec/image\n      value: CCR/a\n    - op: replace\n      path: /spec/image\n      value: CCR/b\n- patch: |\n    kind: Deployment\n    apiVersion: apps/v1\n    spec: {template: {spec: {containers: [{name: x, image: CCR/c}]}}}\n",
        &[
            ("[0].value", Comparison),
            ("[1].value", Reference),
            ("spec.template.spec.containers[0].image", Container),
        ],
    );
    says(
        "patch.json",
        "[{\"op\": \"replace\", \"path\": \"/image\", \"value\": \"CCR/a\"}]",
        &[("[0].value", Reference)],
    );
}

#[test]
fn what_is_signed_or_encrypted_is_sealed_as_a_whole() {
    says(
        "secrets.yaml",
        "image: CCR/a\npassword: ENC[AES256_GCM,data:x]\n---\nb: CCR/b # CCR/c\nsops:\n    mac: ENC[AES256_GCM,data:y]\n    version: 3.8.1\n",
        &[("image", Sealed), ("b", Sealed), ("", Sealed)],
    );
    says("s.json", "{\"a\": \"CCR/a\", \"sops\": {\"mac\": \"ENC[x]\"}}", &[("a", Sealed)]);
    says(
        "sealed.yaml",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  template:\n    metadata: {annotations: {x: CCR/a}}\n---\nkind: Pod\nimage: CCR/b\n",
        &[("spec.template.metadata.annotations.x", Sealed), ("image", Reference)],
    );
    // A setting of that name is no signature.
    says("values.yaml", "sops: {image: CCR/a}\n", &[("sops.image", Reference)]);
}

#[test]
fn what_a_program_writes_is_generated() {
    says(
        "out/all.yaml",
        "---\n# Source: web/templates/deploy.yaml\nkind: Deployment\nimage: CCR/a\n---\nkind: Pod\nimage: CCR/b\n",
        &[("image", Generated), ("image", Reference)],
    );
    says(
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"spec\":{\"image\":\"CCR/a\"}}\nspec: {containers: [{image: CCR/b}]}\nstatus:\n  containerStatuses: [{image: CCR/c}]\n",
        &[
            (
                "metadata.annotations[\"kubectl.kubernetes.io/last-applied-configuration\"]",
                Generated,
            ),
            ("spec.containers[0].image", Container),
            ("status.containerStatuses[0].image", Generated),
        ],
    );
    says("package-lock.json", "{\"a\": \"CCR/a\"}", &[("", Generated)]);
}

#[test]
fn stores_of_logins_are_reported() {
    says(
        "config.json",
        "{\"auths\": {\"CCR\": {\"auth\": \"eDp5\"}}, \"credHelpers\": {\"CCR\": \"x\"}}",
        &[
            ("auths[\"ccr.ccs.tencentyun.com\"] (key)", Auths),
            ("credHelpers[\"ccr.ccs.tencentyun.com\"] (key)", Auths),
        ],
    );
    says(
        "secret.yaml",
        "apiVersion: v1\nkind: Secret\nstringData:\n  .dockerconfigjson: '{\"auths\":{\"CCR\":{\"auth\":\"x\"}}}'\n  other: \"{\\\"auths\\\":{\\\"CCR\\\":{}}}\"\n  more: |\n    {\"auths\": {\n      \"CCR\": {}}}\n",
        &[
            ("stringData[\".dockerconfigjson\"]", Auths),
            ("stringData.other", Auths),
            ("stringData.more", Auths),
        ],
    );
}

#[test]
fn mirrors_and_runtimes_are_reported() {
    says(
        "daemon.json",
        "{\"registry-mirrors\": [\"https://CCR\"], \"insecure-registries\": [\"CCR\"]}",
        &[("registry-mirrors[0]", Mirror), ("insecure-registries[0]", Mirror)],
    );
    says(
        "registries.yaml",
        "mirrors:\n  CCR:\n    endpoint: [\"https://CCR\"]\nconfigs:\n  \"CCR\":\n    auth: {username: a, password: b}\n",
        &[
            ("mirrors[\"ccr.ccs.tencentyun.com\"] (key)", Mirror),
            ("mirrors[\"ccr.ccs.tencentyun.com\"].endpoint[0]", Mirror),
            ("configs[\"ccr.ccs.tencentyun.com\"] (key)", Mirror),
        ],
    );
    says(
        "idms.yaml",
        "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nspec:\n  imageDigestMirrors:\n  - source: CCR/a\n    mirrors: [CCR/b]\n",
        &[
            ("spec.imageDigestMirrors[0].source", Mirror),
            ("spec.imageDigestMirrors[0].mirrors[0]", Mirror),
        ],
    );
    says(
        "talos.yaml",
        "machine:\n  registries:\n    mirrors: {CCR: {endpoints: [x]}}\n",
        &[("machine.registries.mirrors[\"ccr.ccs.tencentyun.com\"] (key)", Mirror)],
    );
    says(
        "kind.yaml",
        "kind: Cluster\ncontainerdConfigPatches:\n- |-\n  [plugins.\"io.containerd.grpc.v1.cri\".registry.mirrors.\"CCR\"]\n",
        &[("containerdConfigPatches[0]", Mirror)],
    );
}

#[test]
fn policies_are_lists_that_tcr_is_added_to() {
    says(
        "repos.yaml",
        "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sAllowedRepos\nspec:\n  parameters:\n    repos: [\"CCR/\"]\n",
        &[("spec.parameters.repos[0]", AllowList)],
    );
    says(
        "kyverno.yaml",
        "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec:\n  rules:\n  - validate:\n      pattern: {spec: {containers: [{image: \"CCR/* | registry.k8s.io/*\"}]}}\n    verifyImages: [{imageReferences: [\"CCR/*\"]}]\n",
        &[
            ("spec.rules[0].validate.pattern.spec.containers[0].image", AllowList),
            ("spec.rules[0].verifyImages[0].imageReferences[0]", AllowList),
        ],
    );
    says(
        "vap.yaml",
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nspec:\n  validations:\n  - expression: \"object.spec.containers.all(c, c.image.startsWith('CCR/'))\"\n",
        &[("spec.validations[0].expression", AllowList)],
    );
    says(
        "values.yaml",
        "allowedRegistries: [CCR]\npolicy: {trustedImagePrefixes: {prod: [CCR/shop/]}}\nregistrySources: {blockedRegistries: [CCR]}\n",
        &[
            ("allowedRegistries[0]", AllowList),
            ("policy.trustedImagePrefixes.prod[0]", AllowList),
            ("registrySources.blockedRegistries[0]", AllowList),
        ],
    );
    says(
        "sigstore.yaml",
        "apiVersion: policy.sigstore.dev/v1beta1\nkind: ClusterImagePolicy\nspec: {images: [{glob: \"CCR/**\"}]}\n",
        &[("spec.images[0].glob", AllowList)],
    );
}

#[test]
fn expressions_compare_or_match() {
    says(
        "x.yaml",
        "a: ^CCR/.*\nb: CCR/(shop|data)/web\nc: 'CCR/*'\nimageRegex: CCR/shop\nexpr: kube_pod_container_info{image=~\"CCR/.+\"}\nd: $REG == \"CCR\"\nmatchPackageNames: [CCR/shop/web]\nexcludeImages: [CCR/shop]\nenum: [CCR]\nap-guangzhou: CCR\nregion: CCR\n",
        &[
            ("a", Pattern),
            ("b", Pattern),
            ("c", Comparison),
            ("imageRegex", Pattern),
            ("expr", Pattern),
            ("d", Comparison),
            ("matchPackageNames[0]", Comparison),
            ("excludeImages[0]", Comparison),
            ("enum[0]", Comparison),
            ("ap-guangzhou", Comparison),
            ("region", Reference),
        ],
    );
}

#[test]
fn texts_for_people_are_documentation() {
    says(
        "values.schema.json",
        "{\"properties\": {\"image\": {\"type\": \"string\", \"description\": \"as CCR/shop/web\", \"default\": \"CCR/a\", \"examples\": [\"CCR/b\"]}}, \"_comment\": \"CCR\", \"//\": \"CCR\"}",
        &[
            ("properties.image.description", Documentation),
            ("properties.image.default", Reference),
            ("properties.image.examples[0]", Documentation),
            ("_comment", Comment),
            ("[\"//\"]", Comment),
        ],
    );
}

#[test]
fn an_image_beside_an_edition_flag_changes_with_it() {
    let flag = |text: &str| BesideEditionFlag(text.to_owned());
    says(
        "scf.yaml",
        "Properties:\n  CodeUri: x\n  ImageConfig:\n    ImageType: personal\n    ImageUri: CCR/a\nother: CCR/b\n",
        &[
            ("Properties.ImageConfig.ImageType", Reference),
            ("Properties.ImageConfig.ImageUri", flag("ImageType: personal")),
            ("other", Reference),
        ],
    );
    says(
        "tke.json",
        "{\"Image\": \"CCR/a\", \"x\": {\"ImageRegistryType\": \"personal\"}}",
        &[("Image", flag("ImageRegistryType: personal")), ("x.ImageRegistryType", Reference)],
    );
    says(
        "a.yaml",
        "imageType: personal\nimage: {repository: CCR/a}\n",
        &[("imageType", Reference), ("image.repository", flag("imageType: personal"))],
    );
    says("a.yaml", "imageType: enterprise\nimage: CCR/a\n", &[("image", Reference)]);
}

#[test]
fn objects_in_lists_are_objects() {
    says(
        "list.yaml",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: constraints.gatekeeper.sh/v1\n  kind: X\n  spec: {a: CCR}\n- apiVersion: v1\n  kind: Pod\n  spec: {containers: [{image: CCR/a}]}\n  status: {image: CCR/b}\n",
        &[
            ("items[0].spec.a", AllowList),
            ("items[1].spec.containers[0].image", Container),
            ("items[1].status.image", Generated),
        ],
    );
}
