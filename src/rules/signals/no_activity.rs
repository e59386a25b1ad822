//! `no_activity`: nobody has used the number since it was assigned.
//!
//! ## What it finds
//! Rows without any event on or after the assignment, assigned at least a year (a setting) before the as-of
//! day, in a run whose activity knows at least 30 % of the rows of that age. Asked only of rows with another
//! sign, since it is never reported alone.
//!
//! ## Why it matters
//! A number made up in advance sleeps until it is used.
//!
//! ## Evidence
//! How long it has been silent.
//!
//! ## Innocent causes
//! People leave the country, children have no accounts, and an activity export covers some sources only. It
//! is weak and never enough alone.
//!
//! ## Example
//! No activity since the assignment on 2022-03-04, 1,234 days ago.

use super::{Code, Look, Signal, words};
use crate::day;

/// Adds the sign to signals that are sorted by row and code; as the last code it stands behind a row's others.
pub(super) fn add(look: &Look<'_>, signals: Vec<Signal>) -> Vec<Signal> {
    if !look.activity_speaks() {
        return signals;
    }
    let mut with = Vec::with_capacity(signals.len() + signals.len() / 2);
    let mut signals = signals.into_iter().peekable();
    while let Some(signal) = signals.next() {
        let row = signal.row;
        with.push(signal);
        let kept = &look.world.registry.rows[row as usize];
        if signals.peek().is_none_or(|next| next.row != row) && look.is_silent(row as usize, kept) {
            let days = words::grouped((look.world.as_of - kept.assigned) as u64);
            let evidence =
                format!("no activity since the assignment on {}, {days} days ago", day::iso(kept.assigned));
            with.push(Signal::new(row, Code::NoActivity, Code::NoActivity.weight(), evidence));
        }
    }
    with
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, iin};
    use super::*;

    /// Ten rows with a sign of their own (a wrong sex), of which the first `living` are seen every day.
    fn world(assigned: &str, living: usize, events: &[&str]) -> Case {
        let mut rows: Vec<String> = (0..10).map(|n| format!("{},M,2020-01-01", iin(n))).collect();
        rows.push(format!("000101699999,M,{assigned}"));
        let mut events: Vec<String> = events.iter().map(|day| format!("000101699999,tax,{day}")).collect();
        events.extend((0..living).map(|n| format!("{},tax,2024-01-01", iin(n))));
        Case::with_activity(
            "iin,sex,assigned_on",
            &rows,
            "document_country,document_number",
            &[] as &[&str],
            &events,
        )
    }

    #[test]
    fn silences() {
        for (assigned, living, events, expected, why) in [
            ("2020-01-01", 9, &[][..], Some(150), "nothing ever"),
            ("2020-01-01", 9, &["2019-01-01"], Some(150), "only before the assignment"),
            ("2020-01-01", 9, &["2020-01-01"], None, "something on the day"),
            ("2024-12-01", 9, &[], None, "within the grace"),
            ("", 9, &[], None, "assigned nobody knows when"),
            ("2020-01-01", 2, &[], None, "the activity knows hardly anybody"),
            ("2020-01-01", 0, &[], None, "there is no activity"),
        ] {
            let case = world(assigned, living, events);
            assert_eq!(case.weight(10, Code::NoActivity), expected, "{assigned:?}, {events:?}: {why}");
        }
        let calm = Case::with_activity(
            "iin,assigned_on",
            &["000101699999,2020-01-01", "180101199992,2020-01-01"],
            "document_country,document_number",
            &[] as &[&str],
            &["180101199992,tax,2024-01-01"],
        );
        assert!(calm.signals().is_empty(), "never without another sign");
    }
}
