//! Words: values as evidence shows them.

use crate::batch::NO_IIN;
pub(super) use crate::figure::grouped;
use crate::link::rows::RegistryRow;
use crate::normalise::{country, number};
use crate::validate::iin;

/// A share in per cent with one decimal, rounded down so that "100.0" means all.
pub(super) fn percent(part: u64, whole: u64) -> String {
    let tenths = part * 1000 / whole.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// An IIN, or what stands for none.
pub(super) fn number_of(packed: u64) -> String {
    if packed == NO_IIN { "(no readable IIN)".to_owned() } else { iin::unpack(packed) }
}

/// The document of a row: country and number.
pub(super) fn document(row: &RegistryRow) -> String {
    let number = number::unkey(row.number);
    let number = number.as_deref().unwrap_or("(a long number)");
    match country::alpha3(row.country) {
        "" => format!("document {number} of an unknown country"),
        country => format!("document {number} of {country}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_well() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(12_340), "12,340");
        assert_eq!(grouped(1_000_000), "1,000,000");
        assert_eq!(percent(972, 1000), "97.2");
        assert_eq!(percent(9_999, 10_000), "99.9");
        assert_eq!(percent(0, 0), "0.0");
    }
}
