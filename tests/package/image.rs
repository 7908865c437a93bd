//! The image of both plugins: what is in it, that registries take it, that it is the same twice.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::{Packed, pass, root};
use crate::support::{Distribution, Run, Store, built, run, tool, write};

struct Image {
    packed: Packed,
}

impl Image {
    /// For both machines, of small programs; with an authority of its own.
    fn new() -> Self {
        let packed = Packed::small();
        packed.pack_for("linux-arm64", "package");
        let trusted = packed.path("trusted");
        std::fs::create_dir(&trusted).unwrap();
        write(&trusted, "cacert.pem", "an authority");
        write(&trusted, "LICENSE", "a licence");
        let image = Self { packed };
        image.write("image");
        image
    }

    fn write(&self, name: &str) {
        let mut layout = tool("scripts/image/layout");
        layout
            .current_dir(root())
            .arg(self.packed.path("package"))
            .arg(self.packed.path("trusted"));
        run(layout.arg(self.packed.path(name))).ends_with(0);
    }

    fn check(&self) -> Run {
        let mut check = tool("scripts/image/check");
        pass(&mut check, &["HOME", "XDG_CACHE_HOME"]);
        run(check.current_dir(root()).arg(self.packed.path("image")))
    }

    fn blob(&self, digest: &Value) -> PathBuf {
        let digest = digest.as_str().unwrap().replace(':', "/");
        self.packed.path("image/blobs").join(digest)
    }

    fn document(&self, digest: &Value) -> Value {
        serde_json::from_slice(&std::fs::read(self.blob(digest)).unwrap()).unwrap()
    }

    fn index(&self) -> Value {
        let file = std::fs::read(self.packed.path("image/index.json")).unwrap();
        serde_json::from_slice(&file).unwrap()
    }
}

fn crane() -> Command {
    let crane = built("registries", "crane", "github.com/google/go-containerregistry", "crane");
    tool(crane.to_str().unwrap())
}

#[test]
fn a_registry_takes_the_image_for_both_machines_as_it_is() {
    let image = Image::new();
    image.check().ends_with(0).says(&["image for linux-amd64: ", "image for linux-arm64: "]);

    let store = Store::new();
    let registry = Distribution::serve(&store, "image", &json!({}));
    let name = format!("{}/tools/ccr2tcr:v1", registry.host());
    run(crane().arg("push").arg(image.packed.path("image")).arg(&name)).ends_with(0);
    let back = image.packed.path("back");
    run(crane().args(["pull", "--format", "oci", &name]).arg(&back)).ends_with(0);
    let pulled: Value =
        serde_json::from_slice(&std::fs::read(back.join("index.json")).unwrap()).unwrap();
    let digest = &image.index()["manifests"][0]["digest"];
    assert_eq!(&pulled["manifests"][0]["digest"], digest);

    // A layer that isn't what its digest says is refused.
    let manifest = image.document(digest)["manifests"][0]["digest"].clone();
    let layer = image.document(&manifest)["layers"][1]["digest"].clone();
    std::fs::write(image.blob(&layer), "changed").unwrap();
    image.check().ends_with(1);
}

#[test]
fn it_runs_docker_s_plugin_without_rights_and_holds_what_that_needs() {
    let image = Image::new();
    let index = image.document(&image.index()["manifests"][0]["digest"]);
    for (platform, machine) in index["manifests"].as_array().unwrap().iter().zip(["amd64", "arm64"])
    {
        assert_eq!(platform["platform"], json!({"os": "linux", "architecture": machine}));
        let manifest = image.document(&platform["digest"]);
        let config = image.document(&manifest["config"]["digest"]);
        assert_eq!(config["architecture"], machine);
        assert_eq!(config["config"]["User"], "65532:65532");
        assert_eq!(config["config"]["Entrypoint"], json!(["/usr/local/bin/docker-ccr2tcr"]));
        let labels = &config["config"]["Labels"];
        assert_eq!(labels["org.opencontainers.image.version"], env!("CARGO_PKG_VERSION"));
        let mut listed = String::new();
        for layer in manifest["layers"].as_array().unwrap() {
            let list = ["--list", "--verbose", "--gzip", "--numeric-owner", "--file"];
            let said = run(tool("tar").args(list).arg(image.blob(&layer["digest"]))).ends_with(0);
            listed.push_str(&said.stdout);
        }
        for (mode, owner, name) in [
            ("-rw-r--r--", "0/0", "etc/ssl/certs/ca-certificates.crt"),
            ("drwxr-xr-x", "65532/65532", "home/nonroot/"),
            ("drwxrwxrwt", "0/0", "tmp/"),
            ("-rwxr-xr-x", "0/0", "usr/local/bin/docker-ccr2tcr"),
            ("-rwxr-xr-x", "0/0", "usr/local/bin/kubectl-tcr_switch"),
            ("-rw-r--r--", "0/0", "usr/share/doc/ccr2tcr/THIRD-PARTY.md"),
        ] {
            let start = format!("{mode} {owner} ");
            let is_it =
                |line: &str| line.starts_with(&start) && line.ends_with(&format!(" {name}"));
            assert!(listed.lines().any(is_it), "{start}{name} in\n{listed}");
        }
    }
}

#[test]
fn the_same_archives_make_the_same_image() {
    let image = Image::new();
    image.write("again");
    let (first, second) = (image.packed.path("image"), image.packed.path("again"));
    run(tool("diff").arg("-r").arg(first).arg(second)).ends_with(0);
}
