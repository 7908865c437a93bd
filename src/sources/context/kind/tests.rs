use super::*;

fn by_path(path: &str) -> FileKind {
    kind(path, b"")
}

fn by_bytes(text: &str) -> FileKind {
    kind("run", text.as_bytes())
}

#[test]
fn names_tell_the_kind() {
    use FileKind::{
        Dockerfile, Documentation, Groovy, Hcl, Json, Make, Settings, Shell, Xml, Yaml,
    };
    for (path, expected) in [
        ("deploy/web.yaml", Yaml),
        ("deploy/web.YML", Yaml),
        (".gitlab-ci.yml", Yaml),
        ("chart/templates/_helpers.tpl", Yaml),
        ("values.yaml.gotmpl", Yaml),
        ("values.yml.j2", Yaml),
        ("a.json", Json),
        ("docker-bake.json", Json),
        ("main.tf.json", Json),
        ("Dockerfile", Dockerfile),
        ("build/Dockerfile.alpine", Dockerfile),
        ("build/Dockerfile-dev", Dockerfile),
        ("Dockerfile.go", Dockerfile),
        ("web.dockerfile", Dockerfile),
        ("web.Dockerfile", Dockerfile),
        ("Containerfile", Dockerfile),
        ("Dockerfile.tmpl", Dockerfile),
        ("Dockerfile.j2", Dockerfile),
        ("Earthfile", Dockerfile),
        ("Dockerfile.md", Documentation),
        ("scripts/build.sh", Shell),
        ("user_data.sh.tftpl", Shell),
        (".envrc", Shell),
        ("Makefile", Make),
        ("Makefile.docker", Make),
        ("hack/image.mk", Make),
        ("Jenkinsfile", Groovy),
        ("ci/Jenkinsfile.release", Groovy),
        ("release.jenkinsfile", Groovy),
        ("vars/build.groovy", Groovy),
        ("build.gradle", Groovy),
        ("build.gradle.kts", Groovy),
        ("src/org/shop/Build.groovy", FileKind::Source(Syntax::C)),
        ("main.tf", Hcl),
        ("prod.tfvars", Hcl),
        ("docker-bake.hcl", Hcl),
        ("web.nomad", Hcl),
        (".env", Settings),
        (".env.production", Settings),
        (".env.example", Settings),
        ("prod.env", Settings),
        ("application.properties", Settings),
        ("setup.cfg", Settings),
        ("config.toml", Settings),
        ("web.service", Settings),
        ("pom.xml", Xml),
        ("Web.csproj", Xml),
        ("README", Documentation),
        ("README.zh-CN.md", Documentation),
        ("CHANGELOG.md", Documentation),
        ("README.txt", Documentation),
        ("guide.rst", Documentation),
        ("guide.adoc", Documentation),
        ("docs/images.txt", Documentation),
        ("chart/templates/NOTES.txt", Documentation),
        ("images.txt", FileKind::Text(Syntax::Plain)),
        ("dump.sql", FileKind::Text(Syntax::Sql)),
        ("db/migrations/V1__images.sql", FileKind::Source(Syntax::Sql)),
        ("app.libsonnet", FileKind::Text(Syntax::CAndHash)),
        ("main.go", FileKind::Source(Syntax::C)),
        ("app.py", FileKind::Source(Syntax::Hash)),
        ("policy.rego", FileKind::Source(Syntax::Hash)),
        ("deploy.ps1", FileKind::WindowsShell),
        ("deploy.bat", FileKind::WindowsShell),
        (".env.yaml", Yaml),
        ("docs/example.yaml", Yaml),
        ("", FileKind::Text(Syntax::Plain)),
        (".tmpl", FileKind::Text(Syntax::Plain)),
    ] {
        assert_eq!(by_path(path), expected, "{path}");
    }
}

#[test]
fn the_first_lines_tell_it_where_the_name_does_not() {
    assert_eq!(by_bytes("#!/bin/bash\ndocker pull x\n"), FileKind::Shell);
    assert_eq!(by_bytes("#!/usr/bin/env -S bash -e\n"), FileKind::Shell);
    assert_eq!(by_bytes("#!/usr/bin/python3.11\n"), FileKind::Source(Syntax::Hash));
    assert_eq!(by_bytes("#!/usr/bin/env node\n"), FileKind::Source(Syntax::C));
    assert_eq!(by_bytes("# syntax=docker/dockerfile:1\n"), FileKind::Dockerfile);
    assert_eq!(by_bytes("\u{feff}# escape=`\r\n"), FileKind::Dockerfile);
    assert_eq!(by_bytes("# base\n\nFROM alpine:3 AS build\n"), FileKind::Dockerfile);
    assert_eq!(by_bytes("ARG B=a\nfrom --platform=linux/amd64 $B\n"), FileKind::Dockerfile);
    assert_eq!(by_bytes("From: somebody\n"), FileKind::Text(Syntax::Plain));
    assert_eq!(by_bytes("from here we go on\n"), FileKind::Text(Syntax::Plain));
    assert_eq!(by_bytes("# x\n---\na: b\n"), FileKind::Yaml);
    assert_eq!(by_bytes("apiVersion: v1\n"), FileKind::Yaml);
    assert_eq!(by_bytes("#cloud-config\n"), FileKind::Yaml);
    assert_eq!(by_bytes("{\n \"a\": 1}"), FileKind::Json);
    assert_eq!(by_bytes("{{ if .x }}"), FileKind::Text(Syntax::Plain));
    assert_eq!(by_bytes("# x\nset -euo pipefail\n"), FileKind::Shell);
    assert_eq!(by_bytes("docker login x\n"), FileKind::Shell);
    assert_eq!(by_bytes("<?xml version=\"1.0\"?>"), FileKind::Xml);
    assert_eq!(by_bytes(""), FileKind::Text(Syntax::Plain));
    assert_eq!(kind("run", b"\xff\xfe\x00"), FileKind::Text(Syntax::Plain));
}

#[test]
fn what_programs_write_is_told_from_what_people_write() {
    for path in [
        "vendor/x/y.go",
        "web/node_modules/a/b.js",
        "Chart.lock",
        "yarn.lock",
        "api/v1/a.pb.go",
        "app.min.js",
        "terraform.tfstate",
        "zz_generated.deepcopy.go",
    ] {
        assert!(is_generated(path, b""), "{path}");
    }
    assert!(is_generated("a.go", b"// Code generated by mockgen. DO NOT EDIT.\n"));
    assert!(is_generated("a.yaml", b"# This file is generated by make. Do not edit!\n"));
    assert!(is_generated("a.js", &[b'x'; 5000]));
    assert!(!is_generated("vendors/a.go", b""));
    assert!(!is_generated("a.sh", b"echo '# Code generated by x. DO NOT EDIT.' > a\n"));
    assert!(!is_generated("a.go", b"// generated ids are kept\n"));
}

#[test]
fn tests_are_known_by_their_place() {
    for path in [
        "pkg/a_test.go",
        "test_image.py",
        "a.spec.ts",
        "a.test.jsx",
        "src/test/java/A.java",
        "spec/image_spec.rb",
        "src/__tests__/a.js",
        "ImageTest.java",
        "ImageTests.cs",
        "tests/a.rs",
    ] {
        assert!(is_test(path), "{path}");
    }
    for path in ["pkg/a.go", "contest.py", "latest.go", "LATEST.java", "EXIT.java", "attest.rs"] {
        assert!(!is_test(path), "{path}");
    }
    assert!(is_recorded("pkg/testdata/deploy.yaml"));
    assert!(is_recorded("__snapshots__/a.js.snap"));
    assert!(!is_recorded("tests/deploy.yaml"));
}
