//! A quick look at an object's text: most objects of a cluster name neither CCR nor a pull secret,
//! and need not be parsed.

use crate::cluster::Item;
use crate::image::{CcrHosts, Host};

/// What every host of CCR has in its name.
const CCR: &str = "ccr.ccs.tencentyun.com";
const PULL_SECRETS: &str = "\"imagePullSecrets\"";

pub(super) struct Sieve {
    needles: Vec<String>,
}

impl Sieve {
    pub(super) fn new(ccr: &CcrHosts, also: Option<&Host>) -> Self {
        let mut needles = vec![CCR.to_owned(), PULL_SECRETS.to_owned()];
        needles.extend(ccr.named().iter().chain(also).map(ToString::to_string));
        Self { needles }
    }

    /// No is certain, yes is not.
    pub(super) fn lets_through(&self, item: &Item<'_>) -> bool {
        self.needles.iter().any(|needle| item.may_contain(needle))
    }
}
