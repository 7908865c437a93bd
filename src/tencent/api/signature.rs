//! TC3-HMAC-SHA256, the signature that every call carries (API doc 1141/41604).
//!
//! No library: those for AWS's Signature Version 4 fix its prefix, date and scope, which differ here.

use std::fmt::Write as _;

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::Sha256;

use crate::image::{Digest, hex};
use crate::tencent::ApiKey;

/// The name of the scheme, as it stands in the header and in the string that is signed.
const SCHEME: &str = "TC3-HMAC-SHA256";

/// A POST to `/` that is to be signed.
pub(super) struct UnsignedRequest<'a> {
    /// Signed headers in alphabetical order, names in lower case, values exactly as they are sent.
    pub(super) headers: &'a [(&'a str, &'a str)],
    /// The body, byte for byte as it is sent.
    pub(super) body: &'a [u8],
    /// The service in the scope: the host's first label, also for regional hosts.
    pub(super) service: &'a str,
    /// What `X-TC-Timestamp` says.
    pub(super) moment: Timestamp,
}

impl UnsignedRequest<'_> {
    /// The value of the `Authorization` header.
    pub(super) fn authorization(&self, key: &ApiKey) -> String {
        let signature = self.signature(key.secret.expose());
        let (id, scope, names) = (&key.id, self.scope(), self.header_names());
        format!("{SCHEME} Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}")
    }

    fn signature(&self, secret: &str) -> String {
        let [_, _, signing] = self.derived_keys(secret);
        hex(&hmac(&signing, &self.string_to_sign()))
    }

    // The keys that the secret becomes: of the date, of the service, and the one that signs.
    fn derived_keys(&self, secret: &str) -> [Vec<u8>; 3] {
        let date = hmac(format!("TC3{secret}").as_bytes(), &self.date());
        let service = hmac(&date, self.service);
        let signing = hmac(&service, "tc3_request");
        [date, service, signing]
    }

    fn string_to_sign(&self) -> String {
        let hash = Digest::of(self.canonical_request().as_bytes());
        format!("{SCHEME}\n{}\n{}\n{}", self.moment.as_second(), self.scope(), hash.hex())
    }

    fn canonical_request(&self) -> String {
        let mut text = "POST\n/\n\n".to_owned();
        for (name, value) in self.headers {
            // Writing to a String can't fail.
            let _ = writeln!(text, "{name}:{}", value.trim());
        }
        let _ = write!(text, "\n{}\n{}", self.header_names(), Digest::of(self.body).hex());
        text
    }

    fn header_names(&self) -> String {
        self.headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
    }

    fn scope(&self) -> String {
        format!("{}/{}/tc3_request", self.date(), self.service)
    }

    // In UTC: with local time every signature between 00:00 and 08:00 in China would be refused.
    fn date(&self) -> String {
        self.moment.to_zoned(TimeZone::UTC).date().to_string()
    }
}

fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str =
        r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
    const SECRET: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
    const CVM_HEADERS: &[(&str, &str)] =
        &[("content-type", "application/json; charset=utf-8"), ("host", "cvm.tencentcloudapi.com")];

    fn moment() -> Timestamp {
        Timestamp::from_second(1_551_113_065).unwrap()
    }

    fn cvm<'a>(headers: &'a [(&'a str, &'a str)]) -> UnsignedRequest<'a> {
        UnsignedRequest { headers, body: BODY.as_bytes(), service: "cvm", moment: moment() }
    }

    fn request_hash(unsigned: &UnsignedRequest<'_>) -> String {
        Digest::of(unsigned.canonical_request().as_bytes()).hex().to_owned()
    }

    #[test]
    fn the_example_of_the_older_documentation() {
        let unsigned = cvm(CVM_HEADERS);
        assert_eq!(
            Digest::of(BODY.as_bytes()).hex(),
            "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
        );
        assert_eq!(
            request_hash(&unsigned),
            "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031"
        );
        let [date, service, signing] = unsigned.derived_keys(SECRET);
        assert_eq!(hex(&date), "d1308c81fe71cfd4e06437bbc067b2b8a3d2d8c0e375d547f15c41d5214b395a");
        assert_eq!(
            hex(&service),
            "3c7cb7c7795393edc14fd2e0e6434a518564b4504b88e94f5d11bf59ba3e7050"
        );
        assert_eq!(
            hex(&signing),
            "ac658d5dde49e9bfdd14e04e062f66b05d9f637d44b8a8d845327d4a77f666b1"
        );
        assert_eq!(
            unsigned.signature(SECRET),
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
        );
    }

    #[test]
    fn the_example_with_seven_asterisks() {
        assert_eq!(
            cvm(CVM_HEADERS).signature("Gu5t9xGARNpq86cd98joQYCN3*******"),
            "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"
        );
    }

    #[test]
    fn the_example_of_the_current_documentation() {
        let headers = [CVM_HEADERS[0], CVM_HEADERS[1], ("x-tc-action", "describeinstances")];
        let unsigned = cvm(&headers);
        assert_eq!(
            request_hash(&unsigned),
            "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"
        );
        let secret = "*".repeat(32);
        let [date, service, signing] = unsigned.derived_keys(&secret);
        assert_eq!(hex(&date), "da98fb70dcf6b112dc21038d1eeeb3a95c74b4dcb12c1131f864f6066bd02be0");
        assert_eq!(
            hex(&service),
            "8d70cbefb03939f929db64d32dc2ba89b1095620119fe3e050e2b18c5bd2752f"
        );
        assert_eq!(
            hex(&signing),
            "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af"
        );
        assert_eq!(
            unsigned.signature(&secret),
            "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
        );
    }

    #[test]
    fn what_is_really_sent_to_tcr() {
        let unsigned = UnsignedRequest {
            headers: &[("content-type", "application/json"), ("host", "tcr.tencentcloudapi.com")],
            body: br#"{"Limit":100,"Offset":0}"#,
            service: "tcr",
            moment: moment(),
        };
        assert_eq!(
            request_hash(&unsigned),
            "f656ac14ffbe84847970738237ece396fc1382995bf3e19128c4721aeab97cb0"
        );
        let [_, service, signing] = unsigned.derived_keys(SECRET);
        assert_eq!(
            hex(&service),
            "9d71b57dbc1ac77abcdbdfde83bbd4628700aebb116e1cee75d1209441093587"
        );
        assert_eq!(
            hex(&signing),
            "c4b00e4996c1bf1366efd6ce379c825d08c99de9e288dfb568483c755634b6a1"
        );
        let key = ApiKey { id: "AKIDEXAMPLE".into(), secret: SECRET.into(), token: None };
        assert_eq!(
            unsigned.authorization(&key),
            "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2019-02-25/tcr/tc3_request, \
             SignedHeaders=content-type;host, \
             Signature=853bd5c3a18e4cbe70c472750ae56bc622e57f0c785a2e24c70029b7f1c6d4e0"
        );
    }

    #[test]
    fn the_date_is_that_of_utc() {
        let moment: Timestamp = "2019-02-25T23:59:59Z".parse().unwrap();
        let unsigned = UnsignedRequest { moment, ..cvm(CVM_HEADERS) };
        assert_eq!(unsigned.scope(), "2019-02-25/cvm/tc3_request");
    }
}
