//! A key and its value on a line: `.env`, properties, INI, TOML, systemd.

mod lines;

use std::collections::HashMap;

use memchr::memrchr;

use super::Purpose;
use super::keys::{by_key, by_variable, plain};
use super::kind::FileKind;
use super::outline::{Form, Meaning, Outline, Part, within};
use super::reading::Fields;
use crate::sources::find::Found;
use lines::Lines;

/// What each of `found` means in a file of settings.
pub(super) fn read(bytes: &[u8], found: &[Found]) -> Outline {
    let meanings = vec![Meaning::new(Purpose::Reference, ""); found.len()];
    let mut outline = Outline { meanings, ..Outline::default() };
    let mut maps = HashMap::new();
    for line in Lines::new(bytes) {
        for index in within(found, &line.span) {
            let place = &found[index].span;
            let meaning = &mut outline.meanings[index];
            if line.comment <= place.start {
                *meaning = Meaning::new(Purpose::Comment, "");
                continue;
            }
            let blocks: Vec<String> = line.section.split('.').map(plain).collect();
            let purpose = by_key(&blocks, &plain(&line.key)).or_else(|| own(&line.key));
            let before = &bytes[line.value.start.min(place.start)..place.start];
            let purpose = purpose.or_else(|| by_inner_variable(before));
            // What is looked up by, unless it is the name of a section.
            let is_key = place.start < line.value.start && !line.key.is_empty();
            let purpose = purpose.or(is_key.then_some(Purpose::Comparison));
            let name = match (line.section.is_empty(), line.key.is_empty()) {
                (true, _) => line.key.clone(),
                (_, true) => line.section.clone(),
                _ => format!("{}.{}", line.section, line.key),
            };
            let is_whole = line.value.start == place.start;
            let group = line.group().filter(|_| is_whole);
            *meaning = Meaning {
                variable: Some(line.key.clone()),
                map: group.map(|group| {
                    let next = maps.len();
                    *maps.entry(group).or_insert(next)
                }),
                ..Meaning::new(purpose.unwrap_or(Purpose::Reference), name)
            };
        }
        // Of systemd and supervisord.
        let is_command = line.key.starts_with("Exec") || line.key == "command";
        if is_command && !within(found, &line.span).is_empty() {
            let (span, kind) = (line.value.clone(), Some(FileKind::Shell));
            outline.parts.push(Part { span, kind, path: String::new(), form: Form::Plain });
        }
    }
    if !maps.is_empty() {
        outline.maps = vec![Fields::default(); maps.len()];
        for line in Lines::new(bytes) {
            let map = line.group().and_then(|group| maps.get(&group));
            if let (Some(map), Some(key)) = (map, line.part()) {
                outline.maps[*map].0.push(line.field(bytes, key));
            }
        }
    }
    outline
}

/// Keys of Podman's units, of `.netrc` and of nginx.
fn own(key: &str) -> Option<Purpose> {
    Some(match key {
        "Image" => Purpose::Container,
        "machine" => Purpose::Login,
        "server_name" | "server" | "proxy_pass" | "proxy_set_header" | "proxy_ssl_name" | "if"
        | "rewrite" | "return" | "upstream" | "map" => Purpose::Url,
        _ => return None,
    })
}

/// Of `Environment="A=x" "B=y"`, what stands in front of a place in it.
fn by_inner_variable(before: &[u8]) -> Option<Purpose> {
    let start = memrchr(b'"', before).or_else(|| memrchr(b' ', before)).map_or(0, |at| at + 1);
    let name = before[start..].split(|byte| *byte == b'=').next()?;
    by_variable(std::str::from_utf8(name).ok()?)
}

#[cfg(test)]
mod tests {
    use crate::sources::context::testing::said;

    #[test]
    fn keys_are_the_place() {
        for (path, text, expected) in [
            (".env", "WEB_IMAGE=CCR/shop/web:v1\n", "WEB_IMAGE: Reference"),
            (".env", "export WEB_IMAGE=\"CCR/shop/web:v1\"\r\n", "WEB_IMAGE: Reference"),
            (".env", "# WEB_IMAGE=CCR/shop/web\n", ": Comment"),
            (".env", "A=x # CCR/shop/web\n", ": Comment"),
            (".env", "A='x#y' # CCR/shop/web\n", ": Comment"),
            ("a.properties", "image.name = CCR/shop/web\n", "image.name: Reference"),
            ("a.properties", "image.name: CCR/shop/web\n", "image.name: Reference"),
            ("a.properties", "! CCR\n", ": Comment"),
            (
                "spark-defaults.conf",
                "spark.kubernetes.container.image CCR/a/b\n",
                "spark.kubernetes.container.image: Reference",
            ),
            ("a.ini", "; CCR\n", ": Comment"),
            ("a.ini", "[web]\nimage = CCR/shop/web\n", "web.image: Reference"),
            (
                "config.toml",
                "[[runners]]\n[runners.docker]\nimage = \"CCR/a/b\"\n",
                "runners.docker.image: Container",
            ),
            (
                "config.toml",
                "[runners.docker]\nallowed_images = [\"CCR/a/*\"]\n",
                "runners.docker.allowed_images: AllowList",
            ),
            (
                "config.toml",
                "[plugins.\"io.containerd.grpc.v1.cri\".registry.mirrors.\"CCR\"]\n",
                "plugins.io.containerd.grpc.v1.cri.registry.mirrors.ccr.ccs.tencentyun.com: Mirror",
            ),
            (
                "config.toml",
                "[plugins.cri]\nsandbox_image = \"CCR/a/pause:3\"\n",
                "plugins.cri.sandbox_image: Container",
            ),
            ("registries.conf", "[[registry]]\nlocation = \"CCR\"\n", "registry.location: Mirror"),
            ("hosts.toml", "server = \"https://CCR\"\n", "server: Mirror"),
            ("a.toml", "images = [\n  \"CCR/a/b\",\n]\n", "images: Reference"),
            (
                "web.service",
                "[Service]\nExecStart=/usr/bin/docker run CCR/a/b\n",
                "docker run: Container",
            ),
            ("web.container", "[Container]\nImage=CCR/a/b\n", "Container.Image: Container"),
            (
                ".env",
                "DOCKER_AUTH_CONFIG={\"auths\":{\"CCR\":{\"auth\":\"x\"}}}\n",
                "DOCKER_AUTH_CONFIG: Auths",
            ),
            (
                "x.service",
                "[Service]\nEnvironment=\"A=b\" \"NO_PROXY=a,CCR\"\n",
                "Service.Environment: AllowList",
            ),
            ("proxy.conf", "server_name CCR;\n", "server_name: Url"),
            (".netrc", "machine CCR login 1 password 2\n", "machine: Login"),
            ("app.conf", "[program:x]\ncommand=docker run CCR/a/b\n", "docker run: Container"),
            (".env", "URL=https://CCR/v2/\n", "URL: Url"),
            (".env", "\u{feff}A=CCR/a/b", "A: Reference"),
            (
                "hosts.ini",
                "[registry]\nCCR ansible_host=10.0.0.1\n",
                "registry.ccr.ccs.tencentyun.com ansible_host: Comparison",
            ),
            ("a.toml", "\"CCR\" = \"x\"\n", "ccr.ccs.tencentyun.com: Comparison"),
            (".env", "=\n[\n]\n:\n\"\nCCR", ": Reference"),
        ] {
            assert_eq!(said(path, text), [expected], "{text}");
        }
    }

    #[test]
    fn parts_with_one_prefix_are_one_reference() {
        let text = "WEB_IMAGE_REGISTRY=CCR\nWEB_IMAGE_REPOSITORY=shop/web\nWEB_IMAGE_TAG='v1'\n\
                    API_IMAGE_REPOSITORY=shop/api\n";
        assert_eq!(
            said(".env", text),
            ["WEB_IMAGE_REGISTRY: Reference [registry=CCR repository=shop/web tag=v1]"]
        );
        let text = "[image]\nregistry = \"CCR\"\nrepository = \"shop/web\"\n";
        assert_eq!(
            said("a.toml", text),
            ["image.registry: Reference [registry=CCR repository=shop/web]"]
        );
        // This may be put in front of anything.
        assert_eq!(said(".env", "REGISTRY=CCR\nREPOSITORY=shop/web\n"), ["REGISTRY: Reference"]);
    }
}
