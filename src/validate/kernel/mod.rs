//! The kernel: a column of packed numbers in, one byte of problems a number out, at the speed of memory.
//!
//! [`problems`](super::iin::problems) is the definition; every implementation here gives the same bytes for
//! every column whose elements come from [`pack`](super::iin::pack) or are [`NO_IIN`](crate::batch::NO_IIN).
//! Which implementation runs is a value ([`Kernel`]), made once when a run is planned, so that a test or a
//! measurement can name one. Elements that `pack` cannot make (a nibble above 9) give unspecified bytes, never
//! undefined behaviour.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;

/// An implementation of [`Kernel::check_column`].
///
/// The variants are public so that benches and tests can name them; [`Kernel::Avx2`] on a machine without
/// AVX2 quietly does the portable work, so the value is safe to make anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Word-wide arithmetic on one number at a time; runs everywhere, miri included.
    Portable,
    /// Sixteen numbers at a time in 256-bit vectors.
    Avx2,
}

impl Kernel {
    /// The fastest implementation that this machine can run.
    #[must_use]
    pub fn detect() -> Kernel {
        if avx2_runs() { Kernel::Avx2 } else { Kernel::Portable }
    }

    /// Writes the problems of each packed number to the byte at the same place.
    ///
    /// # Panics
    /// When the slices differ in length.
    pub fn check_column(self, packed: &[u64], out: &mut [u8]) {
        assert_eq!(packed.len(), out.len(), "one byte a number");
        match self {
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 if avx2_runs() => avx2::check_column(packed, out),
            _ => portable::check_column(packed, out),
        }
    }
}

/// Writes the problems of each packed number, by the fastest implementation of this machine.
///
/// ```
/// use iinrec::{batch::NO_IIN, validate::{iin, kernel}};
/// let column = [iin::pack(b"000101699999").unwrap(), NO_IIN, iin::pack(b"000101699998").unwrap()];
/// let mut found = [0; 3];
/// kernel::check_column(&column, &mut found);
/// assert_eq!(found, [0, 0, iin::problem::CHECK_DIGIT]);
/// ```
///
/// # Panics
/// When the slices differ in length.
pub fn check_column(packed: &[u64], out: &mut [u8]) {
    Kernel::detect().check_column(packed, out);
}

/// Whether the AVX2 file may run. The standard library remembers the answer, so asking costs one load.
/// Miri has no vector units to speak of and takes the portable way.
fn avx2_runs() -> bool {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    return std::is_x86_feature_detected!("avx2");
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    return false;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::NO_IIN;
    use crate::validate::iin::problems;
    use proptest::prelude::*;

    /// Every implementation gives what the definition gives, over a whole column.
    fn hold_together(column: &[u64]) {
        let expected: Vec<u8> = column.iter().map(|&packed| problems(packed)).collect();
        for kernel in [Kernel::Portable, Kernel::Avx2] {
            // A byte that no problem set has shows up where an implementation forgot to write.
            let mut found = vec![0xEE; column.len()];
            kernel.check_column(column, &mut found);
            if found != expected {
                let index = found.iter().zip(&expected).position(|(a, b)| a != b).unwrap();
                panic!(
                    "{kernel:?} at {index}: {:012x} gives {:#b}, by definition {:#b}",
                    column[index], found[index], expected[index]
                );
            }
        }
    }

    /// A decimal number as packed digits.
    fn packed(number: u64) -> u64 {
        (0..12).fold((number, 0), |(rest, sum), place| (rest / 10, sum | (rest % 10) << (4 * place))).1
    }

    #[test]
    fn every_birth_with_every_digit_7() {
        let mut column = Vec::with_capacity(100_000);
        for birth in 0..1_000_000u64 {
            // Every six-digit birth with all ten digits 7; the tail is drawn from the birth itself, so that
            // all check digits occur.
            for digit_7 in 0..10 {
                let tail = (birth * 7919 + digit_7 * 104_729) % 100_000;
                column.push(packed(birth * 1_000_000 + digit_7 * 100_000 + tail));
            }
            if column.len() == 100_000 {
                hold_together(&column);
                column.clear();
            }
        }
        assert!(column.is_empty());
    }

    #[test]
    fn every_digit_at_every_place() {
        let mut column = Vec::new();
        for number in ["180101199992", "180101199192", "180101199120", "000229599999", "991240999991"] {
            let number = crate::validate::iin::pack(number.as_bytes()).unwrap();
            for place in 0..12 {
                for digit in 0..10u64 {
                    column.push(number & !(15 << (4 * place)) | digit << (4 * place));
                }
            }
        }
        column.push(NO_IIN);
        hold_together(&column);
    }

    #[test]
    fn every_length_up_to_two_blocks() {
        for len in 0..=33 {
            for missing in [0, 3, 7] {
                let column: Vec<u64> = (0..len)
                    .map(|i| if i % 8 == missing { NO_IIN } else { packed(i * 31_415_926_535) })
                    .collect();
                hold_together(&column);
            }
        }
    }

    proptest! {
        #[test]
        fn random_columns(column in proptest::collection::vec(
            prop_oneof![9 => (0u64..1_000_000_000_000).prop_map(packed), 1 => Just(NO_IIN)], 0..200,
        )) {
            hold_together(&column);
        }
    }
}
