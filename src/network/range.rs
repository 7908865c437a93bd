//! Ranges of IPv4 addresses in an allowlist, and which of them are everybody.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// A range of addresses, `1.2.3.0/24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    network: u32,
    prefix: u8,
}

/// Text that is no range for an allowlist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// Neither an address nor a range.
    #[error("`{0}` is no IPv4 address or range: expected 1.2.3.4 or 1.2.3.0/24")]
    NotOne(String),
    /// The allowlist knows IPv4 alone.
    #[error("`{0}` is IPv6: the allowlist holds IPv4 addresses and ranges")]
    Ipv6(String),
    /// Bits behind the prefix, which the API may take for another range than was meant.
    #[error("`{given}` has bits behind its prefix: {meant} is the range, {address} the address")]
    HostBits {
        /// As it was written.
        given: String,
        /// The whole range.
        meant: Range,
        /// The address alone.
        address: Ipv4Addr,
    },
}

/// Ranges as wide as this are one company's at most; a wider one needs a word more.
const WIDEST: u8 = 8;

/// Half of all addresses: whoever lists as many means everybody, less what he has left out.
const NEARLY_ALL: u64 = 1 << 31;

const PRIVATE: [(Range, &str); 6] = [
    (Range::new([10, 0, 0, 0], 8), "private"),
    (Range::new([172, 16, 0, 0], 12), "private"),
    (Range::new([192, 168, 0, 0], 16), "private"),
    (Range::new([100, 64, 0, 0], 10), "a carrier's own"),
    (Range::new([127, 0, 0, 0], 8), "this machine"),
    (Range::new([169, 254, 0, 0], 16), "link-local"),
];

impl Range {
    const fn new(address: [u8; 4], prefix: u8) -> Self {
        Self { network: u32::from_be_bytes(address), prefix }
    }

    /// A range as the API lists it, where one with bits behind its prefix is the whole range.
    ///
    /// # Errors
    /// [`RangeError`] if it is no range at all.
    pub fn listed(text: &str) -> Result<Self, RangeError> {
        match text.trim().parse() {
            Err(RangeError::HostBits { meant, .. }) => Ok(meant),
            range => range,
        }
    }

    /// Whether it is wider than anything that one company has; `0.0.0.0` alone is a spelling of
    /// everybody, too.
    #[must_use]
    pub fn is_wide(self) -> bool {
        self.prefix < WIDEST || self.network == 0
    }

    /// What it is if nobody comes from there over the internet.
    #[must_use]
    pub fn private(self) -> Option<&'static str> {
        let inside = |outer: Self| outer.prefix <= self.prefix && outer.contains(self.network);
        PRIVATE.iter().find(|(range, _)| inside(*range)).map(|(_, what)| *what)
    }

    fn contains(self, address: u32) -> bool {
        (u64::from(address) & !(self.size() - 1)) == u64::from(self.network)
    }

    /// How many addresses.
    fn size(self) -> u64 {
        1 << (32 - u32::from(self.prefix))
    }
}

/// Whether ranges are, put together, nearly all addresses.
#[must_use]
pub(super) fn are_nearly_all(ranges: &[Range]) -> bool {
    let mut ranges = ranges.to_vec();
    ranges.sort_unstable();
    let (mut covered, mut end) = (0, 0);
    for range in ranges {
        let (from, to) = (u64::from(range.network), u64::from(range.network) + range.size());
        covered += to.saturating_sub(from.max(end));
        end = end.max(to);
    }
    covered >= NEARLY_ALL
}

impl FromStr for Range {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let wrong = || RangeError::NotOne(text.to_owned());
        if text.contains(':') {
            return Err(RangeError::Ipv6(text.to_owned()));
        }
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => {
                // `+8` and `08` are numbers for Rust, and something else for others.
                let is_plain = prefix == "0" || !prefix.starts_with(['0', '+']);
                (address, prefix.parse().ok().filter(|_| is_plain).ok_or_else(wrong)?)
            }
            None => (text, 32_u8),
        };
        let address: Ipv4Addr = address.parse().map_err(|_| wrong())?;
        if prefix > 32 {
            return Err(wrong());
        }
        let mut range = Self { network: address.to_bits(), prefix };
        let network = u64::from(range.network) & !(range.size() - 1);
        range.network = u32::try_from(network).map_err(|_| wrong())?;
        if range.network != address.to_bits() {
            return Err(RangeError::HostBits { given: text.to_owned(), meant: range, address });
        }
        Ok(range)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = Ipv4Addr::from(self.network);
        if self.prefix == 32 {
            write!(f, "{address}")
        } else {
            write!(f, "{address}/{}", self.prefix)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Range {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_or_a_range_is_taken_as_it_is_written() {
        for text in ["1.2.3.4", "1.2.3.0/24", "0.0.0.0/0", "128.0.0.0/1"] {
            assert_eq!(range(text).to_string(), text);
        }
        assert_eq!(range("1.2.3.4/32").to_string(), "1.2.3.4");
        for text in
            ["", "1.2.3", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/+8", "1.2.3.0/024", "a", "01.2.3.4"]
        {
            assert!(matches!(text.parse::<Range>(), Err(RangeError::NotOne(_))), "{text}");
        }
        assert!(matches!("::/0".parse::<Range>(), Err(RangeError::Ipv6(_))));
        let error = "1.2.3.4/0".parse::<Range>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`1.2.3.4/0` has bits behind its prefix: 0.0.0.0/0 is the range, 1.2.3.4 the address"
        );
        assert_eq!(Range::listed("1.2.3.4/0").unwrap(), range("0.0.0.0/0"));
    }

    #[test]
    fn wider_than_one_company_is_wide() {
        for wide in ["0.0.0.0/0", "128.0.0.0/1", "2.0.0.0/7", "0.0.0.0"] {
            assert!(range(wide).is_wide(), "{wide}");
        }
        for one in ["9.0.0.0/8", "1.2.3.4"] {
            assert!(!range(one).is_wide(), "{one}");
        }
    }

    #[test]
    fn many_ranges_can_be_everybody() {
        let eights = |count: u32| -> Vec<Range> {
            (0..count).map(|first| range(&format!("{first}.0.0.0/8"))).collect()
        };
        assert!(are_nearly_all(&eights(256)));
        assert!(are_nearly_all(&eights(128)), "half of them");
        assert!(!are_nearly_all(&eights(127)));
        assert!(are_nearly_all(&[range("0.0.0.0/1"), range("128.0.0.0/1")]));
        assert!(!are_nearly_all(&vec![range("9.0.0.0/8"); 300]), "the same again covers no more");
        assert!(!are_nearly_all(&[]));
    }

    #[test]
    fn private_addresses_are_known() {
        assert_eq!(range("10.1.0.0/16").private(), Some("private"));
        assert_eq!(range("172.31.0.0/16").private(), Some("private"));
        assert_eq!(range("100.100.0.0/16").private(), Some("a carrier's own"));
        for public in ["172.32.0.0/16", "8.0.0.0/8", "192.0.0.0/8"] {
            assert_eq!(range(public).private(), None, "{public}");
        }
    }
}
