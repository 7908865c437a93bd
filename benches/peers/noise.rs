//! Bytes that no tool can compress, the same in every run: splitmix64 from a seed. Written out
//! here, because a generator from a crate may change its numbers with its version.

/// What every gzip file begins with. Some tools look at it, and would compress a layer that is
/// not compressed yet.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// A stream of such bytes.
pub(crate) struct Noise {
    state: u64,
    begun: bool,
}

impl Noise {
    /// The stream of this seed.
    pub(crate) fn of(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0xd134_2543_de82_ef95), begun: false }
    }

    /// Fills a piece with what comes next. Pieces are multiples of eight bytes, but for the last.
    pub(crate) fn fill(&mut self, piece: &mut [u8]) {
        let mut words = piece.chunks_exact_mut(8);
        for word in &mut words {
            word.copy_from_slice(&self.next().to_le_bytes());
        }
        let last = words.into_remainder();
        let length = last.len();
        last.copy_from_slice(&self.next().to_le_bytes()[..length]);
        if !std::mem::replace(&mut self.begun, true) {
            let length = GZIP.len().min(piece.len());
            piece[..length].copy_from_slice(&GZIP[..length]);
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }
}
