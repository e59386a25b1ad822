//! Retention: which nights may go, and how they go.
//!
//! In: the nights of a folder, how many stay. Out: those beyond, oldest first. The law: the newest night never goes, nor
//! any that is named as needed (tonight's, the one it was compared with, one that a gate holds back); a night loses its
//! name in one step before the first of its files is removed, so that nobody ever finds half of one, however the removal
//! ends.

use std::collections::BTreeSet;
use std::path::Path;

use crate::day;
use crate::error::{Error, Result};
use crate::plan::is_replaceable;
use crate::scratch::Scratch;

use super::Night;

/// The nights that may go: all but the newest `keep`, the last ones of the newest `months` months, and those of
/// `needed`. With `keep` 0 all stay.
#[must_use]
pub fn due(nights: &[Night], keep: u64, months: u64, needed: &[i32]) -> Vec<Night> {
    if keep == 0 {
        return Vec::new();
    }
    let mut kept: BTreeSet<i32> = needed.iter().copied().collect();
    kept.extend(nights.iter().rev().take(keep as usize).map(|night| night.as_of));
    let mut seen = BTreeSet::new();
    for night in nights.iter().rev() {
        let (year, month, _) = day::to_civil(night.as_of);
        if seen.len() as u64 == months && !seen.contains(&(year, month)) {
            break;
        }
        // Newest first: the first of its month is the last.
        if seen.insert((year, month)) {
            kept.insert(night.as_of);
        }
    }
    nights.iter().filter(|night| !kept.contains(&night.as_of)).cloned().collect()
}

/// Removes a night. `hidden` is a folder of this run beside it, into which it is moved first.
///
/// # Errors
/// When it cannot be moved, or is no report by now.
pub fn remove(night: &Night, hidden: &Scratch) -> Result<()> {
    if !is_replaceable(&night.path) {
        return Err(Error::world("an old night is no report any more, and is left alone").at(&night.path));
    }
    let name = night.path.file_name().expect("a night has a name");
    std::fs::rename(&night.path, hidden.path().join(name))
        .map_err(|e| Error::io("cannot remove an old night", &night.path, &e))
}

/// Forces the names in a folder to disk, so that what was removed stays so.
pub fn settle(folder: &Path) {
    // A file system that cannot do so keeps its own order; then the next run finds what is due again.
    let _ = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &[&str]) -> Vec<Night> {
        text.iter()
            .map(|text| Night { as_of: day::parse(text.as_bytes()).unwrap(), path: (*text).into() })
            .collect()
    }

    #[test]
    fn what_stays() {
        let nights =
            days(&["2026-08-30", "2026-08-31", "2026-09-30", "2026-10-30", "2026-11-01", "2026-11-02"]);
        for (keep, months, needed, expected, why) in [
            (0, 0, "", &[][..], "all stay unless said"),
            (9, 0, "", &[], "fewer than are kept"),
            (
                1,
                0,
                "",
                &["2026-08-30", "2026-08-31", "2026-09-30", "2026-10-30", "2026-11-01"],
                "the newest stays",
            ),
            (2, 0, "2026-09-30", &["2026-08-30", "2026-08-31", "2026-10-30"], "one that is needed"),
            (
                1,
                3,
                "",
                &["2026-08-30", "2026-08-31", "2026-11-01"],
                "last nights of months, this one among them",
            ),
            (1, 99, "", &["2026-08-30", "2026-11-01"], "of every month"),
        ] {
            let needed: Vec<i32> = day::parse(needed.as_bytes()).into_iter().collect();
            let due: Vec<String> =
                due(&nights, keep, months, &needed).iter().map(|night| day::iso(night.as_of)).collect();
            assert_eq!(due, expected, "{why}");
        }
        assert_eq!(due(&[], 1, 1, &[]), []);
    }

    #[test]
    fn a_night_goes_whole_and_what_is_none_stays() {
        use std::fs;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["2026-11-01", "2026-11-02"] {
            fs::create_dir(at(name)).unwrap();
            fs::write(at(name).join("data"), "x").unwrap();
        }
        fs::write(at("2026-11-01/run.json"), "{}").unwrap();
        let nights = |name: &str| Night { as_of: 0, path: at(name) };
        let hidden = super::super::take(folder.path()).unwrap();
        remove(&nights("2026-11-01"), &hidden).unwrap();
        assert!(!at("2026-11-01").exists());
        assert!(remove(&nights("2026-11-02"), &hidden).is_err(), "no run.json in it");
        drop(hidden);
        settle(folder.path());
        let left: Vec<_> = folder.path().read_dir().unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["2026-11-02"]);
    }
}
