//! Random numbers that a printed seed repeats.

use std::time::{SystemTime, UNIX_EPOCH};

/// A sequence of numbers (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    /// A sequence from `CCR2TCR_TEST_SEED`, or from the time; says which.
    pub(crate) fn seeded() -> Self {
        Self::from(seed())
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    /// True so many times of a hundred.
    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of these.
    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

impl From<u64> for Random {
    fn from(seed: u64) -> Self {
        Self(seed.max(1))
    }
}

/// `CCR2TCR_TEST_SEED`, or a new one; it is printed.
fn seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    seed_or(now.as_secs() ^ u64::from(now.subsec_nanos()))
}

/// `CCR2TCR_TEST_SEED`, or this one; it is printed.
pub(crate) fn seed_or(usual: u64) -> u64 {
    let given = std::env::var("CCR2TCR_TEST_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = given.unwrap_or(usual);
    println!("seed {seed}; CCR2TCR_TEST_SEED={seed} brings it back");
    seed
}
