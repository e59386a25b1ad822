//! Names: pairs of names that are one, and pairs that only look so, by language.
//!
//! The pairs are made by `scripts/gen-name-pairs` from published schemes of spelling, without the model; what
//! is measured is whether [`compare`] tells the ones from the others at its one default level, and that no
//! language is served worse than another. `IINREC_NAME_PAIRS` names another table of the same columns; then
//! the figures are printed and nothing is asserted.

#![allow(clippy::print_stdout, reason = "the table is what is measured")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use iinrec::normalise::name::{NEAR_SCORE, NameComparison, PersonName, compare, keys};

/// A cell of the table: columns parted by `|`, or one text in any order.
fn name(cell: &str) -> PersonName {
    let mut parts = cell.split('|');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(surname), Some(given), Some(patronymic)) => PersonName::new(surname, given, patronymic),
        _ => PersonName::from_full(cell),
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    found: u32,
    missed: u32,
    wrong: u32,
    right: u32,
    /// True pairs that share a blocking key.
    met: u32,
}

impl Counts {
    fn judge(&mut self, same: bool, judged: bool) {
        match (same, judged) {
            (true, true) => self.found += 1,
            (true, false) => self.missed += 1,
            (false, true) => self.wrong += 1,
            (false, false) => self.right += 1,
        }
    }

    fn precision(self) -> f64 {
        f64::from(self.found) / f64::from(self.found + self.wrong).max(1.0)
    }

    fn recall(self) -> f64 {
        f64::from(self.found) / f64::from(self.found + self.missed).max(1.0)
    }

    fn f1(self) -> f64 {
        2.0 * self.precision() * self.recall() / (self.precision() + self.recall()).max(1e-9)
    }

    fn blocked(self) -> f64 {
        f64::from(self.met) / f64::from(self.found + self.missed).max(1.0)
    }
}

/// A pair that was judged wrongly.
type Wrong = (String, bool, String, String, String, NameComparison);

/// Counts by language, counts of all where names that are near count as one too, and what was judged wrongly.
fn measure(table: &Path) -> (BTreeMap<String, Counts>, Counts, Vec<Wrong>) {
    let mut reader = csv::Reader::from_path(table).expect("the table of pairs");
    let mut by_language = BTreeMap::<String, Counts>::new();
    let (mut screening, mut wrong) = (Counts::default(), Vec::new());
    for row in reader.records() {
        let row = row.expect("a row");
        let (left, right) = (name(&row[2]), name(&row[3]));
        let found = compare(&left, &right);
        assert_eq!(found.level, compare(&right, &left).level, "{} ~ {} is not symmetric", &row[2], &row[3]);
        let same = &row[1] == "1";
        let counts = by_language.entry(row[0].to_owned()).or_default();
        counts.judge(same, found.is_match());
        if same {
            let (ours, theirs) = (keys(&left), keys(&right));
            counts.met += u32::from(ours.as_slice().iter().any(|key| theirs.as_slice().contains(key)));
        }
        screening.judge(same, found.score >= NEAR_SCORE);
        if same != found.is_match() {
            let text = |at: usize| row[at].to_owned();
            wrong.push((text(0), same, text(2), text(3), text(4), found));
        }
    }
    (by_language, screening, wrong)
}

#[test]
fn no_language_is_served_worse() {
    let given = std::env::var_os("IINREC_NAME_PAIRS").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/names/pairs.csv");
    let (by_language, screening, wrong) = measure(given.as_deref().unwrap_or(&own));
    println!(
        "{:<12} {:>5} {:>5} {:>9} {:>7} {:>7} {:>8}",
        "language", "true", "false", "precision", "recall", "F1", "blocked"
    );
    let mut all = Counts::default();
    for (language, counts) in &by_language {
        print_row(language, *counts);
        all.found += counts.found;
        all.missed += counts.missed;
        all.wrong += counts.wrong;
        all.right += counts.right;
        all.met += counts.met;
    }
    print_row("all", all);
    print_row("all, near", screening);
    if std::env::var_os("IINREC_NAME_WRONG").is_some() {
        for (language, same, left, right, how, found) in &wrong {
            let verdict = if *same { "missed" } else { "wrong " };
            println!(
                "{verdict} {language}: {left} ~ {right} ({how}): {}/{}/{}",
                found.surname.level.name(),
                found.given.level.name(),
                found.patronymic.level.name()
            );
        }
    }
    if given.is_some() {
        return;
    }
    assert!(by_language.len() >= 10, "{} languages", by_language.len());
    assert!(all.found + all.missed >= 2_000 && all.wrong + all.right >= 2_000);
    let spread = |figure: fn(Counts) -> f64| {
        let figures: Vec<f64> = by_language.values().map(|&counts| figure(counts)).collect();
        figures.iter().copied().fold(0.0, f64::max) - figures.iter().copied().fold(1.0, f64::min)
    };
    for (language, counts) in &by_language {
        assert!(counts.f1() >= 0.85, "{language}: F1 {:.3}", counts.f1());
    }
    assert!(
        spread(Counts::precision) <= 0.03,
        "precision differs by {:.3} between languages",
        spread(Counts::precision)
    );
    assert!(
        spread(Counts::recall) <= 0.03,
        "recall differs by {:.3} between languages",
        spread(Counts::recall)
    );
    assert!(all.blocked() >= 0.97, "{:.3} of true pairs share a blocking key", all.blocked());
}

fn print_row(language: &str, counts: Counts) {
    println!(
        "{language:<12} {:>5} {:>5} {:>9.3} {:>7.3} {:>7.3} {:>8.3}",
        counts.found + counts.missed,
        counts.wrong + counts.right,
        counts.precision(),
        counts.recall(),
        counts.f1(),
        counts.blocked()
    );
}
