//! Trees with files that can't or may not be rewritten: each is named, and what isn't rewritten is
//! afterwards what it was before, down to its inode.

mod changing;
mod disk;
mod git;
mod kinds;
mod permissions;
mod snapshot;

use super::tree::Tree;
use crate::support::Sandbox;
use snapshot::Snapshot;

const ACCOUNT: &str = "
version: 1
docker_login: [ccr, tcr]
personal: [{namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1], layers: [1kB]}]}]}]}]
enterprise: [{namespaces: [{name: shop}]}]
";

/// What a file says that is to be rewritten.
const IMAGE: &str = "image: CCR/shop/web:v1\n";

/// A sandbox in which the image is in TCR.
fn synced() -> Sandbox {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    sandbox
}

impl Tree<'_> {
    /// Its files as they are.
    fn snapshot(&self) -> Snapshot {
        Snapshot::of(self.folder())
    }

    fn assert_rewritten(&self, name: &str) {
        self.assert_reads(name, &IMAGE.replace("CCR", "TCR"));
    }
}
