//! The lines that docker prints.

use ccr2tcr::diagnostic::shell_word;
use ccr2tcr::image::{Host, ParsedReference};
use ccr2tcr::tencent::Region;

use super::error_text::image_in;
use super::known::Known;
use super::template::{if_on, literal};

/// What the user wanted of docker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried {
    Pull,
    Push,
}

impl Tried {
    /// By the words of docker's configuration that matched.
    pub(super) fn read(command: &str) -> Option<Self> {
        match command {
            "pull" | "image pull" | "run" | "container run" | "create" | "container create" => {
                Some(Self::Pull)
            }
            "push" | "image push" => Some(Self::Push),
            _ => None,
        }
    }
}

/// An image as the lines write it: text, or what docker fills in.
struct Image {
    /// The reference.
    old: String,
    /// The reference in TCR, if it is known.
    new: Option<String>,
    /// The line that copies it.
    sync: String,
}

/// The template for a failure that a registry has to do with.
pub(super) fn advice(tried: Tried, error: &str, known: &Known) -> String {
    let mapping = known.mapping.as_ref();
    let mapping_flag = mapping
        .map(|(path, _)| format!(" --mapping {}", shell_word(&path.display().to_string())))
        .unwrap_or_default();
    let unread = mapping.filter(|(_, mapping)| mapping.is_none());
    let lines = |image: Image| {
        let mut lines = lines(tried, &image, &literal(&mapping_flag));
        if let Some((path, _)) = unread {
            let path = path.display().to_string();
            lines.push(format!("The mapping file {} can't be read", literal(&path)));
        }
        lines.join("\n")
    };
    if let Some(image) = image_in(error, &known.ccr) {
        let (old, new) = (image.to_string(), in_tcr(&image, known));
        let sync = match image.digest {
            // A pattern has no digests.
            Some(_) => format!("echo {old} | docker ccr2tcr sync --images -"),
            None => format!("docker ccr2tcr sync {old}{}", host_flags(&image.host)),
        };
        return lines(Image { old, new, sync });
    }
    let hosts = Region::ccr_hosts().into_iter().map(|(host, _)| host);
    let hosts: Vec<(Host, String)> = hosts
        .chain(known.ccr.named().iter().cloned())
        .map(|host| (host.clone(), host_flags(&host)))
        .collect();
    // A mapping can't be applied to what docker fills in.
    let new = match (&known.target, mapping) {
        (Some(host), None) => Some(format!("{host}/{{{{$r}}}}")),
        _ => None,
    };
    let sync = "docker ccr2tcr sync {{$a}}{{$f}}".to_owned();
    let image = Image { old: "{{$a}}".to_owned(), new, sync };
    if_on(&hosts, &lines(image))
}

fn lines(tried: Tried, Image { old, new, sync }: &Image, mapping: &str) -> Vec<String> {
    let mut lines = Vec::new();
    match (tried, new) {
        (Tried::Pull, new) => {
            lines.push(format!("Copy it from CCR to TCR: {sync}{mapping}"));
            lines.extend(new.as_ref().map(|new| format!("Its name in TCR: {new}")));
        }
        (Tried::Push, Some(new)) => {
            lines.push(format!("Push it to TCR: docker tag {old} {new} && docker push {new}"));
            lines.push("Find what names CCR in this folder: docker ccr2tcr rewrite".to_owned());
        }
        (Tried::Push, None) => {
            lines.push("The hosts of TCR to push to: docker ccr2tcr instances".to_owned());
            lines.push("Find what names CCR in this folder: docker ccr2tcr rewrite".to_owned());
        }
    }
    lines
}

/// `--ccr-region`, where the host isn't that of the default region.
fn host_flags(host: &Host) -> String {
    let serves = |(known, _): &(Host, Region)| known == host;
    match Region::ccr_hosts().into_iter().find(serves) {
        Some((_, region)) if region != Region::guangzhou() => format!(" --ccr-region {region}"),
        _ => String::new(),
    }
}

fn in_tcr(image: &ParsedReference, known: &Known) -> Option<String> {
    let host = known.target.clone()?;
    let repository = match &known.mapping {
        None => image.repository.clone(),
        Some((_, mapping)) => {
            mapping.as_ref()?.target(&image.host, image.repository.as_str()).ok()?
        }
    };
    Some(ParsedReference { host, repository, ..image.clone() }.to_string())
}

#[cfg(test)]
mod tests {
    use ccr2tcr::image::{CcrHosts, Mapping};

    use super::*;

    const DENIED: &str =
        "Error response from daemon: pull access denied for ccr.ccs.tencentyun.com/shop/web, no";

    fn known(target: &str) -> Known {
        Known { target: Some(target.parse().unwrap()), ..Known::default() }
    }

    #[test]
    fn a_name_in_the_error_is_mapped() {
        let plain = advice(Tried::Pull, DENIED, &known("prod.tencentcloudcr.com"));
        assert_eq!(
            plain,
            "Copy it from CCR to TCR: docker ccr2tcr sync ccr.ccs.tencentyun.com/shop/web\n\
             Its name in TCR: prod.tencentcloudcr.com/shop/web"
        );
        let mapping = Mapping::new(vec!["shop=retail".parse().unwrap()]);
        let mapped = Known {
            mapping: Some(("/etc/my {{map}}.yaml".into(), Some(mapping))),
            ..known("prod.tencentcloudcr.com")
        };
        assert_eq!(
            advice(Tried::Pull, DENIED, &mapped),
            "Copy it from CCR to TCR: docker ccr2tcr sync ccr.ccs.tencentyun.com/shop/web \
             --mapping '/etc/my {{\"{{\"}}map}}.yaml'\n\
             Its name in TCR: prod.tencentcloudcr.com/retail/web"
        );
        let unknown = advice(Tried::Pull, DENIED, &Known::default());
        assert!(!unknown.contains("Its name"), "{unknown}");
    }

    #[test]
    fn a_push_is_sent_to_the_new_name() {
        let error = "manifest for hkccr.ccs.tencentyun.com/shop/web:v1 not found";
        assert_eq!(
            advice(Tried::Push, error, &known("prod.tencentcloudcr.com")),
            "Push it to TCR: docker tag hkccr.ccs.tencentyun.com/shop/web:v1 \
             prod.tencentcloudcr.com/shop/web:v1 && docker push prod.tencentcloudcr.com/shop/web:v1\n\
             Find what names CCR in this folder: docker ccr2tcr rewrite"
        );
        let pulled = advice(Tried::Pull, error, &Known::default());
        assert!(pulled.ends_with("shop/web:v1 --ccr-region ap-hongkong"), "{pulled}");
        let digest = format!("ccr.ccs.tencentyun.com/shop/web@sha256:{}", "0".repeat(64));
        let pulled = advice(Tried::Pull, &format!("{digest}: not found"), &Known::default());
        let line = format!("echo {digest} | docker ccr2tcr sync --images -");
        assert!(pulled.ends_with(&line), "{pulled}");
    }

    #[test]
    fn without_a_name_docker_is_left_to_look_at_its_argument() {
        let error = "denied: requested access to the resource is denied {{.Root.Execute}}";
        let known = Known {
            ccr: CcrHosts::new(vec!["ccr.corp.lan".parse().unwrap()]),
            ..known("prod.tencentcloudcr.com")
        };
        let template = advice(Tried::Push, error, &known);
        assert!(template.starts_with("{{$a := arg . 0}}"), "{template}");
        assert!(template.contains(r#"eq (slice $a 0 23) "ccr.ccs.tencentyun.com/""#), "{template}");
        assert!(template.contains(r#""ccr.corp.lan/""#), "{template}");
        assert!(template.contains("docker push prod.tencentcloudcr.com/{{$r}}"), "{template}");
        assert!(!template.contains("Execute"), "nothing of the error is repeated: {template}");
    }

    #[test]
    fn a_mapping_that_can_not_be_read_is_told() {
        let known = Known { mapping: Some(("/none.yaml".into(), None)), ..known("a.b.lan") };
        let text = advice(Tried::Pull, DENIED, &known);
        assert!(text.ends_with("\nThe mapping file /none.yaml can't be read"), "{text}");
        assert!(!text.contains("Its name"), "{text}");
    }
}
