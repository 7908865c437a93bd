//! Components for `kustomize build`.

use super::*;

const KIND: &str = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";

fn emitted(rendered: &str) -> Emitted {
    component(rendered.as_bytes(), map(rendered).as_bytes()).unwrap()
}

#[test]
fn images_of_containers_are_switched_by_name() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  initContainers:\n  \
               - image: ccr.ccs.tencentyun.com/shop/init@sha256:0\n  containers:\n  \
               - image: ccr.ccs.tencentyun.com/shop/web:v1\n  - image: nginx\n";
    let other = pod.replace("web:v1", "web:v2").replace("name: a", "name: b");

    let component = emitted(&format!("{pod}---\n{other}"));

    assert_eq!(
        body(&component),
        format!(
            "{KIND}images:\n\
             - name: \"ccr.ccs.tencentyun.com/shop/init\"\n  \
               newName: \"shop.tencentcloudcr.com/shop/init\"\n\
             - name: \"ccr.ccs.tencentyun.com/shop/web\"\n  \
               newName: \"shop.tencentcloudcr.com/shop/web\"\n"
        )
    );
    assert_eq!(component.left, Vec::<String>::new());
}

#[test]
fn what_kustomize_knows_no_image_in_is_patched() {
    let object = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata:\n  name: a.b\n  \
                  namespace: shop\nspec:\n  image: ccr.ccs.tencentyun.com/shop/p:v1\n  containers:\n  \
                  - args: [\"--reload=ccr.ccs.tencentyun.com/shop/r:v1\", x]\n  a/b: ~\n";
    assert_eq!(
        body(&emitted(object)),
        format!(
            r#"{KIND}patches:
- target:
    group: "monitoring.coreos.com"
    version: "v1"
    kind: "Prometheus"
    name: "a\\.b"
    namespace: "shop"
  patch: |-
    - op: test
      path: "/spec/containers/0/args/0"
      value: "--reload=ccr.ccs.tencentyun.com/shop/r:v1"
    - op: replace
      path: "/spec/containers/0/args/0"
      value: "--reload=shop.tencentcloudcr.com/shop/r:v1"
    - op: test
      path: "/spec/image"
      value: "ccr.ccs.tencentyun.com/shop/p:v1"
    - op: replace
      path: "/spec/image"
      value: "shop.tencentcloudcr.com/shop/p:v1"
"#
        )
    );
}

#[test]
fn an_image_that_stays_somewhere_is_patched_where_it_does_not() {
    let pod = |name: &str, image: &str| {
        format!(
            "kind: Pod\napiVersion: v1\nmetadata: {{name: {name}}}\n\
             spec: {{containers: [{{image: {image}}}]}}\n---\n"
        )
    };
    let old = "ccr.ccs.tencentyun.com/shop/web:v1";
    let rendered = pod("a", old) + &pod("b", old);
    for new in [map(old), map(old) + "@sha256:0"] {
        let mapped = pod("a", &new) + &pod("b", old);
        let component = component(rendered.as_bytes(), mapped.as_bytes()).unwrap();
        let text = body(&component);
        assert!(text.contains("name: \"a\"\n") && !text.contains("images:"), "{text}");
        assert!(!text.contains("name: \"b\"\n"), "{text}");
    }
}

#[test]
fn definitions_of_kinds_are_patched() {
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
                      metadata: {name: a}\nspec: {containers: [{image: ccr.ccs.tencentyun.com/a/b}]}\n";
    assert!(body(&emitted(definition)).contains("path: \"/spec/containers/0/image\""));
}

#[test]
fn lists_are_taken_apart() {
    let list = "kind: List\napiVersion: v1\nitems:\n- kind: ConfigMap\n  apiVersion: v1\n  \
                metadata: {name: a}\n  data: {a/b: ccr.ccs.tencentyun.com/shop/web}\n";
    let text = body(&emitted(list));
    assert!(text.contains("path: \"/data/a~1b\""), "{text}");
}

#[test]
fn a_name_with_a_hash_may_get_another() {
    let map = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: app-k57f6bkh9t}\n\
               data: {a: ccr.ccs.tencentyun.com/shop/web}\n";
    let text = body(&emitted(map));
    assert!(text.contains("name: \"app(-[a-z0-9]{10})?\""), "{text}");
}

#[test]
fn what_has_no_name_is_left() {
    let job = "kind: Job\napiVersion: batch/v1\nmetadata: {generateName: a-}\n\
               spec: {a: ccr.ccs.tencentyun.com/shop/web}\n";
    let component = emitted(job);
    assert_eq!(component.text, None);
    assert!(component.left[0].starts_with("Job of an object without a name"), "{component:?}");
}

#[test]
fn nothing_comes_of_nothing() {
    assert_eq!(emitted("kind: Pod\nspec: {image: nginx}\n"), Emitted::default());
    assert_eq!(emitted(""), Emitted::default());
}

#[test]
fn other_differences_are_refused() {
    for (old, new) in [("a: b", "a: 1"), ("a: b", "c: b"), ("a: [b]", "a: [b, c]"), ("a: b", "")] {
        let error = component(old.as_bytes(), new.as_bytes()).unwrap_err();
        assert!(matches!(error, EmitError::NotTheSame(_)), "{old} {new}: {error}");
    }
    assert!(matches!(component(b"a: [", b"a: ["), Err(EmitError::NotYaml(_))));
}
