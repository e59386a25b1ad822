//! `presence_missing`: a foreigner of 16 or older was given a number without having appeared.
//!
//! ## What it finds
//! Rows of foreigners and stateless persons, 16 or older at the assignment, assigned since personal presence
//! is asked for (a setting, by default 2024-01-01), online or by a representative.
//!
//! ## Why it matters
//! Presence was asked for because numbers had been given to persons who do not exist. Foreigner and 16 are
//! the law's own distinctions; nothing else of the person counts.
//!
//! ## Evidence
//! Channel, day and age.
//!
//! ## Innocent causes
//! The founding text says 2024-01-01, the amending order is dated 2024-02-29; consulates issued numbers in
//! 2024 and again for limited groups from 18.04.2025; a channel entered wrongly; a later citizenship.
//!
//! ## Example
//! Assigned on 2024-05-06 online at the age of 31.

use super::{Code, Look, Sign};
use crate::day::{self, NO_DAY};
use crate::link::rows::RegistryRow;
use crate::normalise::codes;
use crate::normalise::country;

/// Age from which a person must appear; a child is represented by a parent.
const PRESENCE_AGE: i32 = 16;

/// Whether the law treats the person as a foreigner: a citizenship is known and it is not Kazakhstan's.
pub(super) fn is_foreigner(kept: &RegistryRow) -> bool {
    !matches!(kept.citizenship, country::UNKNOWN | country::KAZ)
}

/// The sign on one row.
pub(super) fn sign(look: &Look<'_>, _row: usize, kept: &RegistryRow) -> Option<Sign> {
    let channel = u16::from(kept.channel);
    let absent = matches!(channel, codes::ONLINE | codes::REPRESENTATIVE);
    if !absent || kept.assigned < look.world.settings.presence_from || !is_foreigner(kept) {
        return None;
    }
    if kept.birth == NO_DAY || kept.birth > kept.assigned {
        return None;
    }
    let age = day::whole_years(kept.birth, kept.assigned);
    if age < PRESENCE_AGE {
        return None;
    }
    let how = if channel == codes::ONLINE { "online" } else { "to a representative" };
    let evidence = format!(
        "assigned on {} {how} at the age of {age}; personal presence is asked for since {}",
        day::iso(kept.assigned),
        day::iso(look.world.settings.presence_from),
    );
    Some((Code::PresenceMissing.weight(), evidence))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn presences() {
        // citizenship, birth, assigned, channel
        for (row, expected, why) in [
            ("UZB,1990-01-01,2024-05-06,online", Some(550), "online"),
            ("UZB,1990-01-01,2024-05-06,representative", Some(550), "by proxy"),
            ("XXA,1990-01-01,2024-05-06,online", Some(550), "a stateless person"),
            ("UZB,1990-01-01,2024-05-06,in_person", None, "was there"),
            ("UZB,1990-01-01,2024-05-06,unknown", None, "nobody knows"),
            ("UZB,1990-01-01,2023-12-31,online", None, "before the law"),
            ("KAZ,1990-01-01,2024-05-06,online", None, "a citizen"),
            (",1990-01-01,2024-05-06,online", None, "of unknown citizenship"),
            ("UZB,2008-05-07,2024-05-06,representative", None, "fifteen: a parent stands in"),
            ("UZB,2008-05-06,2024-05-06,representative", Some(550), "sixteen on that day"),
            ("UZB,,2024-05-06,online", None, "of unknown age"),
            ("UZB,1990-01-01,,online", None, "of unknown day"),
        ] {
            let case = Case::registry(
                "iin,citizenship,birth_date,assigned_on,channel",
                &[&format!("180101099996,{row}")],
            );
            assert_eq!(case.weight(0, Code::PresenceMissing), expected, "{row}: {why}");
        }
    }
}
