//! Customers: what `generate --customers` writes, `dedupe` puts together again: the real binary, two seeds.
//!
//! The floors are documented in docs/dedupe.md: F1 of the pairs within clusters at least 0.97 with no option, the same in
//! either script and across the two, and probabilities that are off by 0.03 at most. Twins, namesakes, relatives with
//! one phone and sons with their father's name are among the records.

mod util;

use std::collections::BTreeMap;

use util::{Scratch, Table, command, finish, run_json};

/// Pairs that are one person, that were taken for one, and both.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    truth: u32,
    found: u32,
    both: u32,
}

impl Counts {
    fn precision(self) -> f64 {
        f64::from(self.both) / f64::from(self.found).max(1.0)
    }

    fn recall(self) -> f64 {
        f64::from(self.both) / f64::from(self.truth).max(1.0)
    }
}

#[test]
fn customers_are_found_again_in_both_scripts() {
    for seed in ["3", "4"] {
        let scratch = Scratch::new();
        let world = scratch.join("world");
        let mut generate = command();
        generate.args(["generate", "--customers", "--people", "2500", "--seed", seed, "--out"]).arg(&world);
        finish(&mut generate).expect(0);
        let out = scratch.join("out");
        let truth = world.join("truth_customers.csv");
        let mut dedupe = command();
        dedupe.arg("dedupe").args([world.join("customers.csv"), world.join("customers_branch.csv")]);
        dedupe.arg("--truth").arg(&truth).arg("--out").arg(&out).args(["--as-of", "2026-01-01"]);
        finish(&mut dedupe).expect(0);

        let figures = &run_json(&out)["truth"];
        let f1 = figures["clusters"]["f1"].as_f64().unwrap();
        assert!(f1 >= 0.97, "seed {seed}: {figures}");
        assert!(figures["calibration_error"].as_f64().unwrap() <= 0.03, "seed {seed}: {figures}");

        // Record, person, script.
        let rows: Vec<[String; 3]> = csv::Reader::from_path(&truth)
            .unwrap()
            .records()
            .map(|row| std::array::from_fn(|at| row.as_ref().unwrap()[at].to_owned()))
            .collect();
        let clusters: BTreeMap<String, String> = Table::read(&out.join("clusters.parquet"))
            .select(&["record_id", "cluster_id"])
            .into_iter()
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect();
        let mut by_scripts: BTreeMap<[&str; 2], Counts> = BTreeMap::new();
        for (at, one) in rows.iter().enumerate() {
            for two in &rows[..at] {
                let (same, found) = (one[1] == two[1], clusters[&one[0]] == clusters[&two[0]]);
                if same || found {
                    let mut scripts = [one[2].as_str(), two[2].as_str()];
                    scripts.sort_unstable();
                    let counts = by_scripts.entry(scripts).or_default();
                    counts.truth += u32::from(same);
                    counts.found += u32::from(found);
                    counts.both += u32::from(same && found);
                }
            }
        }
        assert_eq!(by_scripts.len(), 3, "Cyrillic, Latin, and across");
        for (scripts, counts) in &by_scripts {
            assert!(counts.truth >= 100, "seed {seed}, {scripts:?}: {counts:?}");
            assert!(
                counts.precision() >= 0.95 && counts.recall() >= 0.96,
                "seed {seed}, {scripts:?}: {counts:?}"
            );
        }
    }
}
