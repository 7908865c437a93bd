//! Keys and certificates that the tests' own library can't make: RSA, Ed25519, X.509 version 1.

use std::path::{Path, PathBuf};

use crate::support::{run, tool};

/// An authority that signs with openssl.
pub(super) struct OpenSsl<'a> {
    folder: &'a Path,
}

impl<'a> OpenSsl<'a> {
    /// Of this certificate and key.
    pub(super) fn new(folder: &'a Path, certificate: &str, key: &str) -> Self {
        std::fs::write(folder.join("authority.crt"), certificate).unwrap();
        std::fs::write(folder.join("authority.key"), key).unwrap();
        Self { folder }
    }

    /// Runs openssl in the folder.
    #[track_caller]
    pub(super) fn run(&self, line: &str) {
        let words = line.split_whitespace();
        run(tool("openssl").args(words).current_dir(self.folder)).ends_with(0);
    }

    /// A certificate of the administrator, `NAME.crt`, for the key in `NAME.key`.
    #[track_caller]
    pub(super) fn certify(&self, name: &str, signer: &str, more: &str) -> PathBuf {
        let subject = "-subj /O=system:masters/CN=somebody";
        self.run(&format!("req -new -key {name}.key {subject} -out {name}.csr"));
        self.run(&format!(
            "x509 -req -in {name}.csr -CA {signer}.crt -CAkey {signer}.key -set_serial 7 -days 2 \
             -out {name}.crt {more}"
        ));
        self.folder.join(format!("{name}.crt"))
    }

    /// The text of a file.
    pub(super) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap()
    }
}
