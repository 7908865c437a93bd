//! distribution 3 with a certificate of a private CA.

use serde_json::json;

use super::content::fill;
use super::run::{Copy, Side};
use crate::support::tls::signed_by_own_ca;
use crate::support::{Distribution, Store};

#[test]
fn a_registry_with_a_certificate_of_a_private_ca_is_copied_from_and_to() {
    let chain = signed_by_own_ca("127.0.0.1");
    let stores = [Store::new(), Store::new()];
    let [source, target] = stores.each_ref().map(|store| {
        let plain = Distribution::serve(store, "plain", &json!({}));
        let tls = json!({"http": {"tls": {
            "certificate": store.file("door.crt", &chain.certificate),
            "key": store.file("door.key", &chain.key),
        }}});
        (plain, Distribution::serve(store, "door", &tls))
    });
    let content = fill(source.0.host(), false);
    let copy = Copy::between(side(&source), side(&target));
    let ca = crate::support::write(copy.folder(), "ca.pem", &chain.ca);
    copy.with(&["--ca-file", ca.to_str().unwrap()]).brings(&content);
}

fn side((plain, door): &(Distribution, Distribution)) -> Side<'_> {
    Side { host: door.host(), plain: plain.host(), login: None }
}
