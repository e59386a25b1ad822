//! `remote_channel`: assigned online while that was allowed.
//!
//! ## What it finds
//! Rows of foreigners and stateless persons, assigned on the portal between its opening (2022-01-26) and the
//! day from which presence is asked for. Citizens are left out because the open door of the portal was for
//! foreigners: the distinction is the law's, as in `presence_missing`.
//!
//! ## Why it matters
//! Through this door numbers went to persons who do not exist, which is why it was closed.
//!
//! ## Evidence
//! The day.
//!
//! ## Innocent causes
//! It was the ordinary way: nearly all of these people exist. It is weak, and only adds to other signs.
//!
//! ## Example
//! Assigned online on 2023-04-05.

use super::presence_missing::is_foreigner;
use super::{Code, Look, Sign};
use crate::day;
use crate::link::rows::RegistryRow;
use crate::normalise::codes;

/// The sign on one row.
pub(super) fn sign(look: &Look<'_>, _row: usize, kept: &RegistryRow) -> Option<Sign> {
    let settings = look.world.settings;
    let open = (settings.online_from..settings.presence_from).contains(&kept.assigned);
    if u16::from(kept.channel) != codes::ONLINE || !open || !is_foreigner(kept) {
        return None;
    }
    let evidence = format!("assigned online on {}, before that way was closed", day::iso(kept.assigned));
    Some((Code::RemoteChannel.weight(), evidence))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn channels() {
        for (row, expected, why) in [
            ("UZB,2023-04-05,online", Some(120), "online"),
            ("UZB,2022-01-26,online", Some(120), "on the first day"),
            ("UZB,2022-01-25,online", None, "before the portal opened: an entry error at most"),
            ("UZB,2024-01-01,online", None, "presence_missing has it"),
            ("UZB,2023-04-05,in_person", None, "in person"),
            ("KAZ,2023-04-05,online", None, "a citizen"),
            ("UZB,,online", None, "on an unknown day"),
        ] {
            let case =
                Case::registry("iin,citizenship,assigned_on,channel", &[&format!("180101099996,{row}")]);
            assert_eq!(case.weight(0, Code::RemoteChannel), expected, "{row}: {why}");
        }
    }
}
