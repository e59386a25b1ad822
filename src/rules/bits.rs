//! Bits: how much a fact speaks for or against, and the probability that sums of it amount to.
//!
//! In: ratios of counts. Out: logarithms to the base two in thousandths, and thousandths of probability. One
//! bit doubles the odds. The law: the same on every machine: integers, and floats that are only multiplied,
//! added and divided, never handed to a library of mathematics.

/// Thousandths of a bit.
pub type Millibits = i32;

/// In whole bits, as reports have them.
#[must_use]
pub fn in_bits(bits: Millibits) -> f64 {
    f64::from(bits) / 1000.0
}

/// The logarithm of a ratio of two counts, neither of them 0.
#[must_use]
pub fn log2(part: u64, whole: u64) -> Millibits {
    thousandths(part) - thousandths(whole)
}

/// The logarithm of the odds of a probability in parts of `whole`, kept away from 0 and 1 by one part.
#[must_use]
pub fn log_odds(part: u64, whole: u64) -> Millibits {
    let part = part.clamp(1, whole - 1);
    log2(part, whole - part)
}

/// The logarithm of a number from 1 on, in thousandths, rounded down.
fn thousandths(value: u64) -> Millibits {
    assert!(value > 0, "nothing has no logarithm");
    let whole = 63 - value.leading_zeros();
    // The rest as a number from 1 to 2 with 63 places; squaring it gives one place of its logarithm each.
    let mut rest = u128::from(value << (63 - whole));
    let mut places = 0u64;
    for _ in 0..20 {
        rest = (rest * rest) >> 63;
        places <<= 1;
        if rest >> 64 > 0 {
            rest >>= 1;
            places |= 1;
        }
    }
    (((u64::from(whole) << 20 | places) * 1000) >> 20) as Millibits
}

/// Two to the power of millibits, which are held within ±60 bits.
#[must_use]
pub fn power(bits: Millibits) -> f64 {
    /// Two to the power of a thousandth.
    const STEP: f64 = 1.000_693_387_462_580_6;
    let bits = bits.clamp(-60_000, 60_000);
    let (mut value, mut square, mut left) = (1.0, STEP, bits.unsigned_abs());
    while left > 0 {
        if left & 1 == 1 {
            value *= square;
        }
        square *= square;
        left >>= 1;
    }
    if bits < 0 { 1.0 / value } else { value }
}

/// Thousandths of the probability whose odds have this logarithm.
#[must_use]
pub fn probability(odds: Millibits) -> u16 {
    let odds = power(odds);
    (odds / (1.0 + odds) * 1000.0 + 0.5) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn logarithms() {
        for (part, whole, expected) in
            [(1, 1, 0), (2, 1, 1000), (1, 2, -1000), (1, 1024, -10_000), (3, 1, 1584), (1, 500, -8965)]
        {
            assert_eq!(log2(part, whole), expected, "{part}/{whole}");
        }
        assert_eq!(log_odds(1, 2), 0);
        assert_eq!(log_odds(0, 1001), log_odds(1, 1001), "never certain");
        assert_eq!(log_odds(1001, 1001), 9965);
    }

    #[test]
    fn probabilities() {
        for (odds, expected) in
            [(0, 500), (1000, 667), (-1000, 333), (10_000, 999), (-10_000, 1), (90_000, 1000)]
        {
            assert_eq!(probability(odds), expected, "{odds}");
        }
    }

    proptest! {
        #[test]
        fn logarithms_equal_those_of_the_library(value in 1u64..u64::MAX) {
            let expected = (value as f64).log2() * 1000.0;
            // Rounded down, and cut after twenty places.
            prop_assert!((f64::from(thousandths(value)) - expected).abs() <= 1.01);
        }

        #[test]
        fn powers_equal_those_of_the_library(bits in -60_000i32..60_000) {
            let expected = (f64::from(bits) / 1000.0).exp2();
            prop_assert!((power(bits) / expected - 1.0).abs() < 1e-9);
        }
    }
}
