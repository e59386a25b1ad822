//! The twelve-digit number: packing, unpacking.
use crate::batch::NO_IIN;

/// Packs twelve ASCII digits into the low 48 bits of a `u64`, four bits a digit, first digit highest.
/// Order and leading zeros are kept: packed numbers compare as their texts do.
#[must_use]
pub fn pack(text: &[u8]) -> Option<u64> {
    let text: &[u8; 12] = text.try_into().ok()?;
    text.iter()
        .try_fold(0u64, |packed, &byte| byte.is_ascii_digit().then(|| packed << 4 | u64::from(byte - b'0')))
}

/// The twelve digits of a packed number, as text.
///
/// # Panics
/// When given [`NO_IIN`].
#[must_use]
pub fn unpack(packed: u64) -> String {
    assert_ne!(packed, NO_IIN);
    (0..12).rev().map(|place| char::from(b'0' + (packed >> (4 * place) & 15) as u8)).collect()
}
