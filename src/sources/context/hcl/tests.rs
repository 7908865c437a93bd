use crate::sources::context::testing::said;

fn hcl(text: &str) -> Vec<String> {
    said("main.tf", text)
}

#[test]
fn attributes_are_the_place() {
    for (text, expected) in [
        ("image = \"CCR/a/b\"\n", "image: Reference [image=CCR/a/b]"),
        (
            "variable \"registry\" {\n  default = \"CCR\"\n}\n",
            "variable \"registry\" default: Reference [default=CCR]",
        ),
        ("locals {\n  x = \"CCR/a\" # y\n}", "locals x: Reference [x=CCR/a]"),
        ("locals {\n  x = { web = \"CCR/a/b\" }\n}", "locals x.web: Reference [web=CCR/a/b]"),
        (
            "resource \"a\" \"b\" {\n spec {\n  container {\n   image = \"CCR/a/b:1\"\n  }\n }\n}",
            "resource \"a\" \"b\" … container image: Container [image=CCR/a/b:1]",
        ),
        (
            "job \"x\" {\n task \"y\" {\n  config {\n   image = \"CCR/a/b:1\"\n  }\n }\n}",
            "job \"x\" … config image: Container [image=CCR/a/b:1]",
        ),
        ("# CCR/a/b\n", ": Comment"),
        ("// CCR/a/b\n", ": Comment"),
        ("/* x\n CCR/a/b */\n", ": Comment"),
        ("x = 1 # CCR/a/b", ": Comment"),
        ("target \"web\" {\n tags = [\"CCR/a/b:1\"]\n}", "target \"web\" tags: Push"),
        (
            "target \"web\" {\n cache-to = [\"type=registry,ref=CCR/a/b:c\"]\n}",
            "target \"web\" cache-to: Push",
        ),
        (
            "target \"web\" {\n cache-from = [\"CCR/a/b:c\"]\n}",
            "target \"web\" cache-from: Container",
        ),
        (
            "target \"web\" {\n contexts = { base = \"docker-image://CCR/a/b\" }\n}",
            "target \"web\" contexts.base: Container [base=docker-image://CCR/a/b]",
        ),
        (
            "target \"web\" {\n args = { BASE = \"CCR/a/b\" }\n}",
            "target \"web\" args.BASE: Reference [BASE=CCR/a/b]",
        ),
        (
            "provider \"docker\" {\n registry_auth {\n  address = \"CCR\"\n }\n}",
            "provider \"docker\" registry_auth address: Login [address=CCR]",
        ),
        (
            "provider \"helm\" {\n registry {\n  url = \"oci://CCR\"\n }\n}",
            "provider \"helm\" registry url: Login [url=oci://CCR]",
        ),
        (
            "resource \"docker_registry_image\" \"x\" {\n name = \"CCR/a/b\"\n}",
            "resource \"docker_registry_image\" \"x\" name: Push [name=CCR/a/b]",
        ),
        (
            "resource \"docker_image\" \"x\" {\n name = \"CCR/a/b\"\n}",
            "resource \"docker_image\" \"x\" name: Container [name=CCR/a/b]",
        ),
        ("x = jsonencode({ auths = { \"CCR\" = {} } })", "x.auths: Auths"),
        ("x = jsonencode({ image = \"CCR/a/b\" })", "x.image: Reference [image=CCR/a/b]"),
        ("x = startswith(var.i, \"CCR/\") ? 1 : 2", "x: Comparison"),
        ("x = var.r == \"CCR\"", "x: Comparison"),
        ("x = replace(var.i, \"CCR\", var.r)", "x: Pattern"),
        ("x = var.r != \"\" ? var.r : \"CCR\"", "x: Reference"),
        ("x = join(\"/\", [\"CCR\", \"a\"])", "x: Reference"),
        ("x = { ap-guangzhou = \"CCR\" }", "x.ap-guangzhou: Comparison [ap-guangzhou=CCR]"),
        ("allowed_registries = [\"CCR\"]", "allowed_registries: AllowList"),
        ("x = <<EOT\nCCR/a/b\nEOT\n", "x: Reference"),
        ("user_data = <<-EOT\n  #!/bin/bash\n  docker login CCR\n  EOT\n", "docker login: Login"),
        (
            "provisioner \"local-exec\" {\n command = \"docker push CCR/a/b\"\n}",
            "docker push: Push",
        ),
        (
            "provisioner \"local-exec\" {\n command = <<EOT\ndocker push \\\n CCR/a/b\nEOT\n}",
            "docker push: Push",
        ),
        ("x = \"${var.a ? \"CCR/a/b\" : \"y\"}\"", "x: Reference"),
        ("x = \"unclosed CCR/a/b\ny = 1", "x: Reference"),
        ("image_pull_secrets {\n name = \"CCR\"\n}", "image_pull_secrets name: Auths [name=CCR]"),
        ("x = \"https://CCR/v2/\"", "x: Url [x=https://CCR/v2/]"),
    ] {
        assert_eq!(hcl(text), [expected], "{text}");
    }
}

#[test]
fn attributes_beside_each_other_are_a_map() {
    assert_eq!(
        hcl("image_config {\n server = \"CCR\"\n reponame = \"shop/web\"\n tag_name = \"v1\"\n}"),
        ["image_config server: Reference [registry=CCR repository=shop/web tag=v1]"]
    );
    assert_eq!(
        hcl("x = {\n repository = \"CCR/shop/web\", tag = var.tag\n}"),
        ["x.repository: Reference [repository=CCR/shop/web tag=var.tag]"]
    );
    assert_eq!(
        hcl("image_config {\n image_type = \"personal\"\n image_uri = \"CCR/a/b:1\"\n}"),
        [
            ": Reference",
            "image_config image_uri: BesideEditionFlag(\"image_type = \\\"personal\\\"\") \
             [image_type=personal image_uri=CCR/a/b:1]"
        ]
    );
}

#[test]
fn set_blocks_of_helm_are_the_values_that_they_set() {
    let expected = [
        "set image.registry: Reference [registry=CCR repository=shop/web]",
        "set sidecar.image: Reference [image=CCR/shop/sidecar]",
    ];
    let text = "resource \"helm_release\" \"x\" {\n\
                set {\n name = \"image.registry\"\n value = \"CCR\"\n}\n\
                set {\n name = \"image.repository\"\n value = \"shop/web\"\n}\n\
                set {\n name = \"sidecar.image\"\n value = \"CCR/shop/sidecar\"\n}\n}";
    assert_eq!(hcl(text), expected);
    let text = "resource \"helm_release\" \"x\" {\n\
                set = [\n{ name = \"image.registry\", value = \"CCR\" },\n\
                { name = \"image.repository\", value = \"shop/web\" },\n\
                { name = \"sidecar.image\", value = \"CCR/shop/sidecar\" }\n]\n}";
    assert_eq!(hcl(text), expected);
}

#[test]
fn a_variable_that_is_pushed_to_is_known() {
    let text = "variable \"REGISTRY\" {\n default = \"CCR\"\n}\n\
                target \"web\" {\n tags = [\"${REGISTRY}/shop/web:1\"]\n}\n";
    assert_eq!(
        said("docker-bake.hcl", text),
        ["variable \"REGISTRY\" default: Push [default=CCR]"]
    );
    let text = "locals {\n r = \"CCR/shop\"\n}\n\
                resource \"docker_registry_image\" \"x\" {\n name = \"${local.r}/web\"\n}\n";
    assert_eq!(hcl(text), ["locals r: Push [r=CCR/shop]"]);
}
