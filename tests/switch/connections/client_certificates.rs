//! Client certificates and their keys, in all the forms that there are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::bench::{Bench, Wanted, merged};
use super::openssl::OpenSsl;

fn files(certificate: &str, key: &str) -> Value {
    json!({"client-certificate": format!("{certificate}.crt"), "client-key": format!("{key}.key")})
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table, one row for each kubeconfig")]
fn keys_of_all_kinds_are_used() {
    let mut bench = Bench::new();
    let server = bench.server();
    let folder = bench.folder().to_owned();
    let plane = bench.cluster.plane();
    let ssl = OpenSsl::new(&folder, plane.authority(), &plane.authority_key());
    // With an extension it is of version 3.
    std::fs::write(folder.join("client.ext"), "extendedKeyUsage=clientAuth\n").unwrap();
    std::fs::write(folder.join("signer.ext"), "basicConstraints=critical,CA:TRUE\n").unwrap();
    let v3 = "-extfile client.ext";

    ssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key");
    ssl.run("rsa -in rsa.key -traditional -out pkcs1.key");
    ssl.run("ecparam -name prime256v1 -genkey -out ec.key");
    ssl.run("ecparam -name secp384r1 -genkey -noout -out p384.key");
    ssl.run("ecparam -name secp521r1 -genkey -noout -out p521.key");
    ssl.run("genpkey -algorithm ed25519 -out ed25519.key");
    for name in ["rsa", "pkcs1", "ec", "p384", "p521", "ed25519"] {
        ssl.certify(name, "authority", v3);
    }
    let not_supported = Wanted::KubectlAlone("ECDSA of P-256 and P-384");
    for (name, key, wanted) in [
        ("RSA, PKCS #8", "rsa", Wanted::Both),
        ("RSA, PKCS #1", "pkcs1", Wanted::Both),
        ("ECDSA P-256, SEC 1, with its parameters", "ec", Wanted::Both),
        ("ECDSA P-384", "p384", Wanted::Both),
        ("ECDSA P-521", "p521", not_supported),
        ("Ed25519", "ed25519", Wanted::Both),
    ] {
        let case = bench.config(&server, &files(key, key));
        bench.row(&format!("client certificate: {name}"), &case, wanted);
    }
    let data = json!({
        "client-certificate-data": STANDARD.encode(ssl.text("rsa.crt")),
        "client-key-data": STANDARD.encode(ssl.text("rsa.key")),
    });
    let case = bench.config(&server, &data);
    bench.row("client certificate: as data", &case, Wanted::Both);

    ssl.run("req -new -key rsa.key -subj /O=system:masters/CN=somebody -out v1.csr");
    ssl.run(
        "x509 -req -in v1.csr -CA authority.crt -CAkey authority.key -set_serial 8 -out v1.crt",
    );
    ssl.run("x509 -in v1.crt -noout -text -out v1.txt");
    assert!(ssl.text("v1.txt").contains("Version: 1 "), "as microk8s makes them");
    let case = bench.config(&server, &files("v1", "rsa"));
    bench.row("client certificate: X.509 version 1", &case, Wanted::Both);
    let wrong = Wanted::Neither("it is the key of another certificate");
    let case = bench.config(&server, &files("v1", "ec"));
    bench.row("client certificate: version 1, another's key", &case, wrong);
    let case = bench.config(&server, &files("rsa", "ec"));
    bench.row("client certificate: another's key", &case, wrong);

    ssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out between.key");
    ssl.run("req -new -key between.key -subj /CN=between -out between.csr");
    ssl.run(
        "x509 -req -in between.csr -CA authority.crt -CAkey authority.key -set_serial 9 -days 2 \
         -extfile signer.ext -out between.crt",
    );
    ssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out chain.key");
    ssl.certify("chain", "between", v3);
    let case = bench.config(&server, &files("chain", "chain"));
    let words = "does not take the login";
    bench.row("client certificate: a chain without its middle", &case, Wanted::Neither(words));
    let chain = ssl.text("chain.crt") + &ssl.text("between.crt");
    std::fs::write(folder.join("chain.crt"), chain).unwrap();
    let case = bench.config(&server, &files("chain", "chain"));
    bench.row("client certificate: a chain", &case, Wanted::Both);

    ssl.run("pkcs8 -topk8 -in rsa.key -passout pass:x -out encrypted.key");
    ssl.run("rsa -in rsa.key -traditional -aes128 -passout pass:x -out old-encrypted.key");
    for key in ["encrypted", "old-encrypted"] {
        let case = bench.config(&server, &files("rsa", key));
        let words = Wanted::Neither("it is encrypted with a password");
        bench.row(&format!("client certificate: {key} key"), &case, words);
    }

    std::fs::write(folder.join("empty.key"), "").unwrap();
    std::fs::write(folder.join("empty.crt"), "").unwrap();
    std::fs::write(folder.join("one.crt"), ssl.text("rsa.crt") + &ssl.text("rsa.key")).unwrap();
    std::fs::copy(folder.join("one.crt"), folder.join("one.key")).unwrap();
    let text = |name: &str| STANDARD.encode(ssl.text(name));
    let rsa = files("rsa", "rsa");
    let change = |changes: Value| merged(&rsa, &changes);
    for (name, user, wanted) in [
        ("both in one file", files("one", "one"), Wanted::Both),
        ("an empty key", files("rsa", "empty"), Wanted::Neither("it holds no private key")),
        ("an empty certificate", files("empty", "rsa"), Wanted::Neither("it holds no certificate")),
        ("no such file", files("nowhere", "rsa"), Wanted::Neither("nowhere.crt: No such file")),
        ("no such key", files("rsa", "nowhere"), Wanted::Neither("nowhere.key: No such file")),
        ("no key", change(json!({"client-key": null})), Wanted::Neither("but no key")),
        (
            "file and data",
            change(json!({"client-certificate-data": text("rsa.crt")})),
            Wanted::Neither("client-certificate and client-certificate-data are both there"),
        ),
        (
            "key as file and data",
            change(json!({"client-key-data": text("rsa.key")})),
            Wanted::Neither("client-key and client-key-data are both there"),
        ),
        ("with a token that is good", change(Bench::token()), Wanted::Both),
    ] {
        let case = bench.config(&server, &user);
        bench.row(&format!("client certificate: {name}"), &case, wanted);
    }
    let (unknown, unknown_key) = other_client();
    std::fs::write(folder.join("other.crt"), unknown).unwrap();
    std::fs::write(folder.join("other.key"), unknown_key).unwrap();
    let case = bench.config(&server, &files("other", "other"));
    let words = "does not take the login";
    bench.row("client certificate: of another authority", &case, Wanted::Neither(words));
}

fn other_client() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["somebody".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}
