//! Chance: one stream of random numbers a block, and a mixing function for what many blocks share.
//!
//! The law: what a block draws depends on the seed and the block's number only, so that the same seed
//! gives the same bytes whatever the number of threads. Things that people of many blocks share (an
//! employer's days, a dormitory's street) are functions of the seed and an id through [`mix`].

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The random numbers of one block.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a block; `ChaCha8` has 2^64 independent ones for each seed.
    pub(super) fn new(seed: u64, block: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(block);
        Dice(rng)
    }

    /// Sixty-four random bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..bound`; the bias of the multiplication is far below every rate we plant.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0);
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// True with the given probability.
    pub(super) fn chance(&mut self, rate: f64) -> bool {
        self.fraction() < rate
    }

    /// A number in `0.0..1.0`.
    pub(super) fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A day in `first..=last`, or `None` when there is no such day.
    pub(super) fn day(&mut self, first: i32, last: i32) -> Option<i32> {
        (first <= last).then(|| first + self.below((last - first + 1) as u64) as i32)
    }
}

/// Mixes two numbers into one that looks random (the finaliser of SplitMix64).
pub(super) fn mix(a: u64, b: u64) -> u64 {
    let mut x = a ^ b.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x632B_E59B_D9B4_E019);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A fraction in `0.0..1.0` from mixed bits.
pub(super) fn fraction(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1u64 << 53) as f64
}
