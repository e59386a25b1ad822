//! Oracles: each clever step of linking against its plain definition, on a small world of made-up people.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::cluster::{Clustering, clusters};
use super::table::Dictionary;
use super::*;
use crate::batch::Role;
use crate::normalise::hash::mix;
use crate::validate::iin;

/// People with slips, of whom some have an IIN; the columns that a bank has.
fn world(persons: usize, seed: u64) -> People {
    let mut roll = seed;
    let mut dice = |sides: u64| {
        roll = mix(roll.wrapping_add(1));
        roll % sides
    };
    let name = |which: u64| {
        const PARTS: [&str; 8] = ["ber", "kar", "mol", "tan", "sul", "dar", "nur", "alt"];
        [which % 8, which / 8 % 8, which / 64 % 8].map(|at| PARTS[at as usize]).concat()
    };
    let roles =
        [Role::Iin, Role::Surname, Role::GivenName, Role::BirthDate, Role::Phone, Role::City, Role::Sex];
    let mut columns: Vec<(Dictionary, Vec<u32>)> = roles.map(|_| Default::default()).into();
    let mut people = People::default();
    for person in 0..persons as u64 {
        let birth = format!("19{:02}-{:02}-{:02}", 40 + dice(60), 1 + dice(12), 1 + dice(28));
        let eleven = format!("{}{}{:04}", birth[2..].replace('-', ""), 3, 1000 + person % 9000);
        let digits: Vec<u8> = eleven.bytes().map(|byte| byte - b'0').collect();
        let check = iin::check_digit(digits[..].try_into().expect("eleven digits"));
        let number = check.map_or(String::new(), |digit| format!("{eleven}{digit}"));
        let whole = [
            number,
            name(dice(20) * dice(20)),
            name(dice(9) * dice(9)),
            birth,
            format!("+7701{:07}", dice(9_999_999)),
            name(dice(12)),
            ["M", "F"][dice(2) as usize].to_owned(),
        ];
        for copy in 0..1 + dice(3) {
            for (at, (dictionary, codes)) in columns.iter_mut().enumerate() {
                let lost = dice(6) == 0 || (at == 0 && dice(2) == 0);
                let slip = copy > 0 && dice(8) == 0 && matches!(at, 1 | 2 | 4);
                let text = if lost {
                    String::new()
                } else if slip {
                    whole[at][..whole[at].len() - 1].to_owned()
                } else {
                    whole[at].clone()
                };
                codes.push(dictionary.code(&text));
            }
            let row = people.rows.len() as u32;
            people.rows.push(row);
            people.ids.push(&row.to_string());
            people.files.push((copy % 2) as u16);
        }
    }
    people.columns = columns
        .into_iter()
        .zip(roles)
        .map(|((dictionary, codes), role)| table::Column {
            header: role.name().to_owned(),
            role,
            texts: dictionary.texts,
            codes,
        })
        .collect();
    people
}

fn run(people: &mut People, threads: usize, options: &Options) -> Linked {
    let engine = Engine::new(threads).expect("threads");
    link(&engine, people, options, &mut |_| {}).expect("nothing is laid down")
}

/// Few comparisons, so that a small world is blocked as a large one is.
fn sparing() -> Options {
    Options { comparisons_max: 12, ..Options::default() }
}

#[test]
fn pairs_that_keys_bring_together_are_scored_as_the_plain_definition_has_them() {
    let mut people = world(250, 1);
    let found = run(&mut people, 2, &sparing());
    assert!(!found.blocks.all && found.blocks.comparisons > 100, "the world is blocked");
    let codes = Codes::new(&found.fields);
    let mut comparer = Comparer::new(&found.fields, &codes);
    let kept: BTreeSet<(u32, u32)> = found.pairs.iter().map(|pair| (pair.left, pair.right)).collect();
    assert_eq!(kept.len(), found.pairs.len(), "no pair is there twice");
    let mut partners = Vec::new();
    let mut expected = BTreeSet::new();
    for one in 0..people.len() {
        found.blocks.partners(one as u32, &mut partners);
        assert!(partners.windows(2).all(|two| two[0].0 < two[1].0), "ascending, each once");
        for &(two, _) in &partners {
            assert!(two as usize > one, "later partners only");
            let pattern = comparer.pattern(one, two as usize);
            let weight = found.weights.pair(&found.fields, pattern, one);
            let short = comparer.pattern_above(one, two as usize, &found.weights, FLOOR);
            match short {
                Some(short) => assert_eq!(short, pattern, "a pattern that is finished is the plain one"),
                None => assert!(weight < FLOOR + 0.01, "what is dropped could not reach the floor: {weight}"),
            }
            if weight >= FLOOR {
                expected.insert((one as u32, two));
            }
        }
    }
    assert_eq!(kept, expected);
    for pair in &found.pairs {
        let pattern = comparer.pattern(pair.left as usize, pair.right as usize);
        assert_eq!(pair.pattern, pattern);
        assert_eq!(pair.weight, found.weights.pair(&found.fields, pattern, pair.left as usize));
    }
}

#[test]
fn the_chance_of_equality_is_that_of_all_pairs() {
    let people = world(120, 2);
    let (fields, _) = field::settle(&Engine::new(1).expect("a thread"), &people);
    for field in &fields {
        let (mut same, mut all) = (0.0, 0.0);
        for one in 0..people.len() {
            for two in one + 1..people.len() {
                if field.codes[one] != 0 && field.codes[two] != 0 {
                    all += 1.0;
                    same += f64::from(u8::from(field.codes[one] == field.codes[two]));
                }
            }
        }
        assert!((field.chance() - same / all).abs() < 1e-12, "{}", field.name);
    }
}

#[test]
fn threads_change_nothing() {
    let mut people = world(300, 3);
    let results: Vec<_> = [1, 2, 7]
        .iter()
        .map(|&threads| {
            let found = run(&mut people, threads, &sparing());
            let probabilities: Vec<u64> =
                found.pairs.iter().map(|pair| found.probability(pair).to_bits()).collect();
            (found.pairs, found.clusters, found.estimate, probabilities, found.trained.model)
        })
        .collect();
    assert!(results[0] == results[1] && results[0] == results[2]);
}

#[test]
fn files_that_hold_nobody_twice_give_no_pair_of_their_own() {
    let mut people = world(200, 4);
    for options in [Options::default(), sparing()] {
        let found = run(&mut people, 2, &Options { unique_within_file: true, ..options });
        let file = |record: u32| people.files[record as usize];
        assert!(!found.pairs.is_empty());
        assert!(found.pairs.iter().all(|pair| file(pair.left) != file(pair.right)));
        let mut seen = BTreeSet::new();
        for (record, &first) in found.clusters.iter().enumerate() {
            assert!(seen.insert((first, people.files[record])), "a cluster with two records of one file");
        }
    }
}

#[test]
fn rules_can_be_switched_off() {
    let mut people = world(200, 5);
    let numbers = |found: &Linked| {
        let field = found.fields.iter().find(|field| field.role == Role::Iin).expect("a column of numbers");
        let mut held: BTreeSet<(u32, u32)> = BTreeSet::new();
        for (record, &first) in found.clusters.iter().enumerate() {
            if field.codes[record] != 0 {
                held.insert((first, field.codes[record]));
            }
        }
        let clusters: BTreeSet<u32> = held.iter().map(|(first, _)| *first).collect();
        held.len() - clusters.len()
    };
    // A threshold so low that nearly all is put together, were it not for the rule.
    let low = Options { threshold: 0.001, ..Options::default() };
    assert_eq!(numbers(&run(&mut people, 2, &low)), 0, "never two valid numbers in one cluster");
    let free = Options { two_iins_never: false, ..low };
    assert!(numbers(&run(&mut people, 2, &free)) > 0, "without the rule there are such");
}

#[test]
fn the_size_guard_fires() {
    let mut people = world(150, 6);
    let options = Options { cluster_records_max: 2, ..Options::default() };
    let found = run(&mut people, 2, &options);
    let mut sizes = vec![0; people.len()];
    found.clusters.iter().for_each(|&first| sizes[first as usize] += 1);
    assert_eq!(sizes.iter().max(), Some(&2));
    assert!(found.conflicts.iter().any(|(_, why)| *why == Conflict::TooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_order_of_pairs_changes_no_cluster(seed in 0u64..1000, turn in 1usize..50) {
        let mut people = world(60, seed);
        let found = run(&mut people, 1, &Options::default());
        let codes = Codes::new(&found.fields);
        let rules = Rules::new(&people, &found.fields, &Options::default());
        let clustering = Clustering {
            fields: &found.fields,
            codes: &codes,
            weights: &found.weights,
            rules: &rules,
            threshold: 0.0,
            records_max: 500,
        };
        let mut turned = found.pairs.clone();
        turned.reverse();
        let by = turn % turned.len().max(1);
        turned.rotate_left(by);
        let engine = Engine::new(2).expect("threads");
        let again = clusters(&engine, &clustering, &turned, people.len());
        prop_assert_eq!(again.first, found.clusters);
    }
}
