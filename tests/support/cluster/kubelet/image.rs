//! An image's name taken apart as a container runtime does.

/// `HOST/REPOSITORY`, and a tag or digest.
#[derive(Debug, PartialEq)]
pub(super) struct Image {
    pub(super) host: String,
    pub(super) repository: String,
    /// What stands in the path of the manifest.
    pub(super) reference: String,
}

impl Image {
    /// `None` for what a kubelet calls an `InvalidImageName`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (name, None),
        };
        let (host, repository) = match name.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (host, rest),
            _ => ("docker.io", name),
        };
        let is_official = host == "docker.io" && !repository.contains('/');
        let repository =
            if is_official { format!("library/{repository}") } else { repository.to_owned() };
        let is_good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let has_good_parts = repository.split('/').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| is_good(byte) || b"._-".contains(&byte))
        });
        let reference = digest.or(tag).unwrap_or("latest").to_owned();
        has_good_parts.then(|| Self { host: host.to_owned(), repository, reference })
    }

    /// What credentials are looked for by.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.host, self.repository)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        for (text, host, repository, reference) in [
            ("nginx", "docker.io", "library/nginx", "latest"),
            ("bitnami/redis:7", "docker.io", "bitnami/redis", "7"),
            ("localhost/x", "localhost", "x", "latest"),
            ("127.0.0.1:5000/a/b:v1", "127.0.0.1:5000", "a/b", "v1"),
            ("x.io/a:v1@sha256:00", "x.io", "a", "sha256:00"),
        ] {
            let image = Image::parse(text).unwrap();
            assert_eq!(
                (image.host.as_str(), image.repository.as_str(), image.reference.as_str()),
                (host, repository, reference),
                "{text}"
            );
        }
        for text in ["", "x.io/", "x.io/Web:v1", "x.io/a b"] {
            assert_eq!(Image::parse(text), None, "{text}");
        }
    }
}
