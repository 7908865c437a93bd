//! Tests of `kubeconfig`.

use super::*;

const ONE: &str = "
apiVersion: v1
kind: Config
current-context: ''
clusters:
- name: one
  cluster: {server: 'https://one:6443', certificate-authority: certs/ca.crt, proxy-url: ''}
contexts:
- name: one
  context: {cluster: one, user: jane, namespace: ''}
users:
- name: jane
  user: {token: first, client-certificate: '', client-key: /abs/key, tokenFile: tok}
- name: runner
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, env: null, args: null}
";

const TWO: &str = "
current-context: two
clusters: [{name: two, cluster: {server: 'https://two:6443'}}]
contexts: [{name: two, context: {cluster: two, user: jane}}]
users: [{name: jane, user: {token: second, username: j}}]
preferences: {}
";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// With this KUBECONFIG list, of names in the folder.
    fn read(&self, list: &[&str]) -> Result<Merged, ClusterError> {
        let list = list.iter().map(|name| match *name {
            "" => String::new(),
            name => self.path(name).display().to_string(),
        });
        let list = list.collect::<Vec<_>>().join(":");
        let environment = Environment::for_tests(&[("KUBECONFIG", &list)], self.0.path());
        read(None, &environment)
    }
}

#[test]
fn a_missing_file_in_a_list_is_skipped() {
    let folder = Folder::new(&[("one", ONE.as_bytes()), ("two", TWO.as_bytes())]);
    let merged = folder.read(&["", "gone", "one", "two", "one"]).unwrap();
    let names: Vec<_> = merged.config.clusters.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["one", "two"]);
    assert_eq!(merged.config.current_context.as_deref(), Some("two"), "an empty one is none");
    let jane = merged.config.auth_infos[0].auth_info.as_ref().unwrap();
    assert_eq!(jane.token.as_ref().unwrap().expose_secret(), "first");
    assert_eq!(jane.username, None, "entries of one name are not mixed");
}

#[test]
fn a_missing_file_that_a_flag_names_is_an_error() {
    let folder = Folder::new(&[]);
    let environment = Environment::for_tests(&[], folder.0.path());
    let error = read(Some(&folder.path("gone")), &environment).err().unwrap();
    assert!(error.to_string().ends_with("gone: there is no such file"), "{error}");
}

#[test]
fn without_a_list_the_home_folder_decides() {
    let folder = Folder::new(&[(".kube/config", TWO.as_bytes())]);
    let environment = Environment::for_tests(&[("KUBECONFIG", "")], folder.0.path());
    assert_eq!(read(None, &environment).unwrap().config.clusters[0].name, "two");
}

#[test]
fn missing_and_empty_files_are_nothing() {
    let folder = Folder::new(&[("empty", b""), ("space", b"\n  \n"), ("note", b"# nothing\n")]);
    let merged = folder.read(&["empty", "space", "note", "gone"]).unwrap();
    assert!(merged.is_empty());
    assert_eq!(merged.looked.len(), 4);
}

#[test]
fn paths_are_relative_to_their_file_and_empty_ones_are_none() {
    let folder = Folder::new(&[("sub/one", ONE.as_bytes())]);
    let config = folder.read(&["sub/one"]).unwrap().config;
    let text = |name: &str| Some(folder.path("sub").join(name).display().to_string());
    let cluster = config.clusters[0].cluster.as_ref().unwrap();
    assert_eq!(cluster.certificate_authority, text("certs/ca.crt"));
    assert_eq!(cluster.proxy_url, None);
    let jane = config.auth_infos[0].auth_info.as_ref().unwrap();
    assert_eq!(jane.client_certificate, None);
    assert_eq!(jane.client_key.as_deref(), Some("/abs/key"));
    assert_eq!(jane.token_file, text("tok"));
    let runner = config.auth_infos[1].auth_info.as_ref().unwrap();
    assert_eq!(runner.exec.as_ref().unwrap().command, text("./bin/login"));
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_line_and_without_its_secrets() {
    let folder = Folder::new(&[
        ("syntax", b"clusters:\n- name: a\n  cluster: {server: [\nusers:\n"),
        ("shape", b"users:\n- name: a\n  user: hunter2-the-token\n"),
        ("binary", b"\xc3\x28\x00\xff"),
        ("text", b"hunter2 is my password\n"),
    ]);
    std::fs::create_dir(folder.path("folder")).unwrap();
    for (name, expected) in [
        ("syntax", "syntax, line "),
        ("shape", "shape, line 3: users[0].user: expected"),
        ("binary", "binary: line 1 is not UTF-8"),
        ("folder", "folder: it is a directory"),
        ("text", "text, line 1: expected"),
    ] {
        let error = folder.read(&[name]).err().unwrap();
        let text = error.to_string();
        assert!(text.contains(expected), "{text}");
        assert!(!format!("{text} {error:?}").contains("hunter2"), "{error:?}");
    }
}

#[test]
fn a_byte_order_mark_and_utf_16_are_read() {
    let mut wide = vec![0xff, 0xfe];
    wide.extend(TWO.encode_utf16().flat_map(u16::to_le_bytes));
    let marked = [b"\xef\xbb\xbf", TWO.as_bytes()].concat();
    let folder = Folder::new(&[("wide", &wide), ("marked", &marked)]);
    for name in ["wide", "marked"] {
        assert_eq!(folder.read(&[name]).unwrap().config.clusters[0].name, "two", "{name}");
    }
}
