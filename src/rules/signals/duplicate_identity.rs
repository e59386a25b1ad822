//! `duplicate_identity`: the person of this number seems to have another one.
//!
//! ## What it finds
//! Rows of a cluster of [`duplicates`](crate::rules::duplicates), where nobody is likelier a twin or a namesake.
//!
//! ## Why it matters
//! A number is given once and for life. Who has two has two credit histories, and may have sold one of them.
//!
//! ## Evidence
//! The other number, what the two share, and the probability that they are one person's.
//!
//! ## Innocent causes
//! Adoption and a wrong check digit in the first number give a second one lawfully. An office that did not find
//! the first number under another spelling gave a second in good faith. Twins and namesakes, where all else
//! agrees by chance. So it is worth a look and no more by itself: the person exists.
//!
//! ## Example
//! The same names and birth date as 900304390175, who holds the passport that this one's replaced.

use super::look::is_judged;
use super::{Code, Look, Signal, words};
use crate::rules::duplicates::{Duplicate, Papers};

/// Finds the rows whose person seems to have another number.
pub(super) fn find(look: &Look<'_>) -> Vec<Signal> {
    let registry = look.world.registry;
    let duplicates = look.world.duplicates.iter();
    let judged = duplicates.filter(|duplicate| is_judged(&registry.rows[duplicate.row as usize]));
    let signal = |duplicate: &Duplicate| {
        let most = u32::from(Code::DuplicateIdentity.weight());
        let weight = most * u32::from(duplicate.probability) / 10_000;
        Signal::new(duplicate.row, Code::DuplicateIdentity, weight as u16, evidence(look, duplicate))
    };
    judged.map(signal).collect()
}

fn evidence(look: &Look<'_>, duplicate: &Duplicate) -> String {
    let partner = words::number_of(look.world.registry.iins[duplicate.partner as usize]);
    let papers = match duplicate.papers {
        Papers::Shared => "the same document",
        Papers::Akin => "a document that replaced the other's, or one personal number",
        Papers::Handover => "a document issued when the other's ended",
        Papers::Beside | Papers::Apart => "",
    };
    let phone = if duplicate.phone { "one phone" } else { "" };
    let address = if duplicate.address { "one address" } else { "" };
    let shared: Vec<&str> = [papers, phone, address].into_iter().filter(|words| !words.is_empty()).collect();
    let shared = if shared.is_empty() { String::new() } else { format!("; {}", shared.join(", ")) };
    let more = match duplicate.size {
        2 => String::new(),
        size => format!("; {size} numbers in all"),
    };
    let percent = words::percent(u64::from(duplicate.probability), 10_000);
    format!("name and birth date are those of {partner} ({percent} % likely one person){shared}{more}")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, iin};
    use super::*;
    use crate::rules::World;
    use crate::rules::duplicates;

    #[test]
    fn the_other_number_is_named_and_a_namesake_is_not() {
        let header = "iin,surname,given_name,birth_date,document_country,document_number,phone";
        for (second, expected, why) in [
            ("SATO,AI,2000-01-01,UZB,AA0000001,", Some("the same document"), "one document"),
            ("OLA,BO,1918-01-01,UZB,AA0000001,", None, "another person"),
            ("SATO,AI,,UZB,AA0000002,", None, "no birth date, and nothing shared"),
        ] {
            let rows =
                [format!("{},SATO,AI,2000-01-01,UZB,AA0000001,", iin(0)), format!("{},{second}", iin(1))];
            let case = Case::registry(header, &[&rows[0], &rows[1]]);
            let world = case.world();
            let found = duplicates::find(&world);
            let signals = find(&Look::new(&World { duplicates: &found, ..world }));
            assert_eq!(signals.first().map(|signal| signal.row), expected.map(|_| 0), "{why}");
            if let Some(words) = expected {
                assert!(signals[0].weight > 200 && signals[0].weight <= Code::DuplicateIdentity.weight());
                assert!(
                    signals[0].evidence.contains(words) && signals[0].evidence.contains(&iin(1)),
                    "{why}"
                );
            }
        }
    }
}
