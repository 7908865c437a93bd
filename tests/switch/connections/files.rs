//! How kubeconfigs are written, and several of them together.

use serde_json::json;

use super::bench::{Bench, Case, Wanted, document, merged};

/// A folder of its own, with a kubeconfig whose paths are relative to it.
fn in_folder(bench: &Bench) -> Case<'static> {
    let folder = bench.folder().join("elsewhere");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("ca.crt"), bench.plane().authority()).unwrap();
    std::fs::write(folder.join("token"), &crate::support::cluster::User::admin().token).unwrap();
    let cluster = json!({"server": bench.plane().server(), "certificate-authority": "ca.crt"});
    let text = document(&cluster, &json!({"tokenFile": "./token"})).to_string();
    std::fs::write(folder.join("config"), text).unwrap();
    Case::of(folder.join("config"))
}

#[test]
fn a_kubeconfig_is_read_alike_however_it_is_written() {
    let mut bench = Bench::new();
    let (server, token) = (bench.server(), Bench::token());
    let whole = document(&server, &token);
    let yaml = serde_yaml::to_string(&whole).unwrap();
    let (address, authority) = (
        server["server"].as_str().unwrap(),
        server["certificate-authority-data"].as_str().unwrap(),
    );
    let secret = token["token"].as_str().unwrap();
    let anchors = format!(
        "x: &prod {{server: '{address}', certificate-authority-data: {authority}}}\n\
         clusters: [{{name: test, cluster: {{<<: *prod, disable-compression: true}}}}]\n\
         users: [{{name: test, user: {{token: {secret}}}}}]\n\
         contexts: [{{name: test, context: {{cluster: test, user: test}}}}]\ncurrent-context: test\n"
    );
    let merge_several =
        anchors.replace("<<: *prod", "<<: [{server: 'https://127.0.0.1:1'}, *prod]");
    let twice =
        yaml.replace("current-context: test", "current-context: nowhere\ncurrent-context: test");
    let gone = Wanted::Neither("is missing or empty");
    let rows = [
        ("YAML", yaml.clone(), Wanted::Both),
        ("JSON", whole.to_string(), Wanted::Both),
        ("with CRLF", yaml.replace('\n', "\r\n"), Wanted::Both),
        ("with a byte order mark", format!("\u{feff}{yaml}"), Wanted::Both),
        ("with comments", format!("# ours\n{yaml}# end\n"), Wanted::Both),
        ("as a document", format!("---\n{yaml}"), Wanted::Both),
        ("an anchor and a merge key", anchors, Wanted::Both),
        ("several merged, the first wins", merge_several, Wanted::Neither("refused")),
        ("a key twice, the last counts", twice, Wanted::Both),
        ("nulls", yaml.clone() + "preferences: null\nextensions: null\n", Wanted::Both),
        ("fields that nobody knows", yaml.clone() + "acme: {x: 1}\n", Wanted::Both),
        (
            "without kind",
            merged(&whole, &json!({"kind": null, "apiVersion": null})).to_string(),
            Wanted::Both,
        ),
        (
            "of another version",
            merged(&whole, &json!({"apiVersion": "v2"})).to_string(),
            Wanted::Neither("its apiVersion is not v1"),
        ),
        (
            "of another kind",
            merged(&whole, &json!({"kind": "Pod"})).to_string(),
            Wanted::Neither("its kind is not Config"),
        ),
        ("not YAML", "{".to_owned(), Wanted::Neither("did not find expected node content")),
        (
            "a number for a token",
            yaml.replace(secret, "12345"),
            Wanted::Neither("does not take the login"),
        ),
        ("empty", String::new(), gone),
        ("blank", " \n".to_owned(), gone),
        ("only comments", "# nothing\n".to_owned(), gone),
        (
            "no current context",
            merged(&whole, &json!({"current-context": null})).to_string(),
            Wanted::Neither("no current context; there is only test"),
        ),
        (
            "an unknown context",
            merged(&whole, &json!({"current-context": "x"})).to_string(),
            Wanted::Neither("no context `x`"),
        ),
        (
            "a context without a user",
            merged(
                &whole,
                &json!({"contexts": [{"name": "test", "context": {"cluster": "test"}}]}),
            )
            .to_string(),
            Wanted::Neither(""),
        ),
        (
            "a context with an unknown user",
            merged(&whole, &json!({"users": []})).to_string(),
            Wanted::Neither("no user `test`"),
        ),
        (
            "a context with an unknown cluster",
            merged(&whole, &json!({"clusters": []})).to_string(),
            Wanted::Neither("no cluster `test`"),
        ),
    ];
    for (name, text, wanted) in rows {
        let case = Case::of(bench.file(&text));
        bench.row(&format!("kubeconfig: {name}"), &case, wanted);
    }
    let case = in_folder(&bench);
    bench.row("kubeconfig: relative paths", &case, Wanted::Both);
    let case = Case { kubeconfig: "elsewhere/config".to_owned(), ..Case::default() };
    bench.row("kubeconfig: relative paths, itself relative", &case, Wanted::Both);
    let case = Case { kubeconfig: bench.folder().display().to_string(), ..Case::default() };
    bench.row("kubeconfig: a folder", &case, Wanted::Neither("it is a directory"));
    let case = Case { kubeconfig: "nowhere".to_owned(), ..Case::default() };
    bench.row("kubeconfig: no such file", &case, gone);
    bench.row("kubeconfig: none at all", &Case::default(), gone);
}

#[test]
fn several_files_are_one() {
    let mut bench = Bench::new();
    let whole = document(&bench.server(), &Bench::token());
    let part = |keys: &[&str]| {
        let all = whole.as_object().unwrap().clone();
        let part: serde_json::Map<_, _> =
            all.into_iter().filter(|(key, _)| keys.contains(&key.as_str())).collect();
        bench.file(&serde_json::Value::Object(part).to_string()).display().to_string()
    };
    let (clusters, users) = (part(&["clusters"]), part(&["users"]));
    let contexts = part(&["contexts", "current-context"]);
    let all = bench.file(&whole.to_string()).display().to_string();
    let wrong = document(&bench.server(), &json!({"token": "nonsense"}));
    let wrong = bench.file(&wrong.to_string()).display().to_string();
    let bad = bench.file("{").display().to_string();
    let empty = bench.file("").display().to_string();
    let not_taken = Wanted::Neither("does not take the login");
    let rows = [
        ("parts", vec![&clusters, &users, &contexts], Wanted::Both),
        ("the first wins", vec![&all, &wrong], Wanted::Both),
        ("the first wins, and is wrong", vec![&wrong, &all], not_taken),
        ("the same twice", vec![&all, &all], Wanted::Both),
        (
            "one that can't be read",
            vec![&all, &bad],
            Wanted::Neither("did not find expected node content"),
        ),
        ("an empty one", vec![&empty, &all], Wanted::Both),
    ];
    let colons =
        |files: &[&String]| files.iter().map(|file| file.as_str()).collect::<Vec<_>>().join(":");
    for (name, files, wanted) in rows {
        let case = Case { kubeconfig: colons(&files), ..Case::default() };
        bench.row(&format!("several kubeconfigs: {name}"), &case, wanted);
    }
    let missing = format!(":nowhere:{all}:");
    let case = Case { kubeconfig: missing, ..Case::default() };
    bench.row("several kubeconfigs: a missing one, and empty names", &case, Wanted::Both);
}
