//! Duplicates: one person under several IINs.
//!
//! # What it finds
//! Registry rows with different IINs that are likelier one person's than two persons': they share a document, one
//! holds what replaced the other's, both have one personal number, or names and birth date agree and so do phone
//! or address. Names agree in any script and spelling, a date up to a slip.
//!
//! # Why it matters
//! A number is given once and for life; two of them split a person's history.
//!
//! # Evidence
//! The cluster of IINs, the probability, and each row's best partner.
//!
//! # Innocent causes
//! Adoption gives a person a second number lawfully; so does a wrong check digit in the first. Twins whose names are
//! spelled alike, and namesakes born on one day, are two persons: twins share phone and address, namesakes
//! nothing, and both have documents of one kind at the same time. These three explanations compete.
//!
//! # How
//! Pairs are found by keys (both names as they sound with the birth date; phone or address with the birth date;
//! phone with both names; documents). Names and dates are weighed by the model of the run
//! ([`crate::link::evidence`]), documents and contacts by the tables below. How many rows have a duplicate, a namesake
//! or a twin, and how often one person's rows share a document, a phone or an address, is learned from the run
//! without labels. Clusters grow from the surest pair on; a row that contradicts one of the others stays out,
//! and so does whatever would make a cluster larger than anybody has numbers.

use std::collections::BTreeMap;

use super::signals::group::groups;
use super::{Names, World, corrections::is_current};
use crate::batch::NO_IIN;
use crate::day::NO_DAY;
use crate::link::evidence::{Agreement, Comparison, Odds, Person, births};
use crate::link::likely::ten_thousandths;
use crate::link::rows::{NO_ROW, RegistryRow};
use crate::normalise::codes;
use crate::normalise::hash::mix_pair;

/// One row of a cluster of rows that look like one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duplicate {
    /// The cluster: its smallest row.
    pub cluster: u32,
    /// The registry row.
    pub row: u32,
    /// Rows in the cluster.
    pub size: u32,
    /// The row that it most likely is the same person as.
    pub partner: u32,
    /// Probability of that, in ten-thousandths.
    pub probability: u16,
    /// What their documents say.
    pub papers: Papers,
    /// Whether they share a phone.
    pub phone: bool,
    /// Whether they share an address.
    pub address: bool,
}

/// What the documents of two rows say of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Papers {
    /// Both rows hold the same.
    Shared,
    /// One replaced the other's by its number, or both bear one personal number.
    Akin,
    /// One ended when the other was issued.
    Handover,
    /// Two of one kind and state lived beside each other.
    Beside,
    /// Nothing.
    Apart,
}

/// Rows of one key above which it tells nobody from anybody.
const GROUP_ROWS: usize = 16;
/// The least probability of a pair that is reported: likelier one person than two.
const PAIR_MIN: f64 = 0.5;
/// Nobody has more numbers; a larger cluster is a mistake of a register or of ours.
const CLUSTER_ROWS: usize = 6;
/// Pairs less likely than this keep two clusters apart.
const CONTRADICTS: f64 = 0.05;
/// Days that two documents of one kind must both have lived: renewals overlap by weeks.
const BESIDE_DAYS: i32 = 365;
/// Days between the end of a document and the issue of the next.
const HANDOVER_DAYS: i32 = 31;

/// How many rows in one have a second number, a namesake of the same birth date beyond chance, a twin: before the run
/// is asked.
const RATES: [f64; 3] = [0.002, 0.001, 0.01];
/// How often documents say what, for one person, for two who are no kin, for twins. Parents' passports had
/// children in them.
const PAPERS: [[f64; 5]; 3] =
    [[0.35, 0.25, 0.10, 0.03, 0.27], [1e-5, 1e-5, 0.002, 0.6, 0.398], [0.01, 0.002, 0.01, 0.6, 0.378]];
/// How often a phone is the same.
const PHONE: [f64; 3] = [0.4, 0.001, 0.7];
/// How often an address is.
const ADDRESS: [f64; 3] = [0.4, 0.002, 0.75];
/// Pairs that the tables stand in for.
const TABLE_PAIRS: f64 = 20.0;

/// Two rows, compared.
#[derive(Clone, Copy, Debug)]
struct View {
    pair: (u32, u32),
    odds: Odds,
    papers: Papers,
    phone: Agreement,
    address: Agreement,
}

/// Finds the clusters, sorted by cluster and row.
#[must_use]
pub fn find(world: &World<'_>) -> Vec<Duplicate> {
    let views = compare(world, &candidates(world));
    let chances = learn(&views, world.registry.len());
    cluster(world, &views, &chances)
}

/// Pairs that may be one person, by all that can be told without reading their names; the smaller row first.
fn candidates(world: &World<'_>) -> Vec<(u32, u32)> {
    let registry = world.registry;
    let dated = |key: u64, row: &RegistryRow| {
        if key == 0 || row.birth == NO_DAY { 0 } else { mix_pair(key, row.birth as u64).max(1) }
    };
    let keys: [&(dyn Fn(&RegistryRow) -> u64 + Sync); 4] = [
        &|row| dated(row.sketch().both(), row),
        &|row| dated(row.phone, row),
        &|row| dated(row.address, row),
        &|row| if row.phone == 0 { 0 } else { mix_pair(row.phone, row.sketch().both()).max(1) },
    ];
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for key in keys {
        let of_row = |row: usize| {
            let kept = &registry.rows[row];
            if is_current(kept.status) { key(kept) } else { 0 }
        };
        let groups = groups(world.engine, registry.len(), 2, of_row);
        for group in groups.iter().filter(|group| group.len() <= GROUP_ROWS) {
            for (at, &a) in group.iter().enumerate() {
                pairs.extend(
                    group[at + 1..].iter().map(|&b| (a, b)).filter(|&(a, b)| may_be_one(world, a, b)),
                );
            }
        }
    }
    let told = world.links.shared_documents.iter().chain(&world.links.akin);
    pairs.extend(told.copied().filter(|&(a, b)| may_be_one(world, a, b)));
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Whether the rows alone leave it open that two numbers are one person's.
fn may_be_one(world: &World<'_>, a: u32, b: u32) -> bool {
    let (left, right) = (&world.registry.rows[a as usize], &world.registry.rows[b as usize]);
    let iins = [a, b].map(|row| world.registry.iins[row as usize]);
    let (ours, theirs) = (left.sketch(), right.sketch());
    let alike = (ours.surname != 0 && ours.surname == theirs.surname)
        || (ours.given != 0 && ours.given == theirs.given)
        || (ours.both() != 0 && ours.both() == theirs.both());
    alike
        && iins[0] != iins[1]
        && iins.iter().all(|&iin| iin != NO_IIN)
        && births(left.birth, right.birth) <= Agreement::Form
        && (left.sex == 0 || right.sex == 0 || left.sex == right.sex)
        && is_current(left.status)
        && is_current(right.status)
}

fn compare(world: &World<'_>, pairs: &[(u32, u32)]) -> Vec<View> {
    const PART: usize = 256;
    let names: &dyn Names = world.names;
    let links = world.links;
    let parts = world.engine.map(pairs.len().div_ceil(PART), |part| {
        let pairs = &pairs[part * PART..((part + 1) * PART).min(pairs.len())];
        let view = |&(a, b): &(u32, u32)| {
            let (left, right) = (&world.registry.rows[a as usize], &world.registry.rows[b as usize]);
            let person = |row: u32, kept: &RegistryRow| Person::of_row(kept, &names.registry(row as usize));
            let (one, two) = (person(a, left), person(b, right));
            let comparison = Comparison::of(&one, &two);
            (!comparison.excludes()).then(|| View {
                pair: (a, b),
                odds: links.model.odds(&comparison, &one.known(), &two.known(), &links.frequencies),
                papers: papers(world, (a, left), (b, right)),
                phone: Agreement::of(left.phone, right.phone, 0),
                address: Agreement::of(left.address, right.address, 0),
            })
        };
        pairs.iter().filter_map(view).collect::<Vec<View>>()
    });
    parts.concat()
}

/// What the documents of two rows say of each other.
fn papers(world: &World<'_>, (a, left): (u32, &RegistryRow), (b, right): (u32, &RegistryRow)) -> Papers {
    let same_kind = left.kind == 0 || right.kind == 0 || left.kind == right.kind;
    if left.number != 0 && left.number == right.number && left.country == right.country && same_kind {
        return Papers::Shared;
    }
    if world.links.akin.binary_search(&(a, b)).is_ok() {
        return Papers::Akin;
    }
    // Of each document its first day, its last, and whether it was given back or lost on that.
    let life = |row: u32, kept: &RegistryRow| {
        let held = world.links.registered[row as usize];
        let document = (held != NO_ROW).then(|| world.document(held));
        let ended = document.filter(|d| u16::from(d.status) >= codes::REPLACED && d.status_date != NO_DAY);
        match ended {
            Some(document) => (kept.issue, document.status_date, true),
            None => (kept.issue, kept.expiry, false),
        }
    };
    let (one, two) = (life(a, left), life(b, right));
    let known = |day: i32| day != NO_DAY;
    let handed = |before: (i32, i32, bool), after: (i32, i32, bool)| {
        before.2 && known(after.0) && (after.0 - before.1).abs() <= HANDOVER_DAYS
    };
    if handed(one, two) || handed(two, one) {
        return Papers::Handover;
    }
    let lives = [one.0, one.1, two.0, two.1].into_iter().all(known);
    let beside = lives && one.1.min(two.1) - one.0.max(two.0) > BESIDE_DAYS;
    if beside && left.kind == right.kind && left.kind != 0 && left.country == right.country {
        Papers::Beside
    } else {
        Papers::Apart
    }
}

/// The probability of each pair to be one person's, after learning how common such pairs are.
fn learn(views: &[View], rows: usize) -> Vec<f64> {
    const TURNS: usize = 40;
    let rows = rows.max(2) as f64;
    let (mut rates, mut papers, mut phone, mut address) = (RATES, PAPERS[0], PHONE[0], ADDRESS[0]);
    let contact = |agreement: Agreement, same: f64| match agreement {
        Agreement::Same => same,
        Agreement::Missing => 1.0,
        _ => 1.0 - same,
    };
    // One person, two namesakes, twins; the rest is strangers that chance brought together.
    let weigh = |view: &View, rates: &[f64; 3], papers: &[f64; 5], phone: f64, address: f64| -> [f64; 3] {
        let tables = [papers, &PAPERS[1], &PAPERS[2]];
        let (phones, addresses) = ([phone, PHONE[1], PHONE[2]], [address, ADDRESS[1], ADDRESS[2]]);
        let rest = |class: usize| {
            tables[class][view.papers as usize]
                * contact(view.phone, phones[class])
                * contact(view.address, addresses[class])
        };
        let names = [view.odds.person, view.odds.person, view.odds.twins];
        let of: [f64; 3] = std::array::from_fn(|class| rates[class] / rows * names[class] * rest(class));
        let whole = of.iter().sum::<f64>() + rest(1);
        of.map(|part| part / whole)
    };
    for _ in 0..TURNS {
        // The tables count as pairs, so that a small run does not believe its few.
        let mut sums = [0.0; 3];
        let mut kinds = PAPERS[0].map(|share| share * TABLE_PAIRS);
        let [mut phones, mut addresses] = [PHONE, ADDRESS].map(|same| [same[0] * TABLE_PAIRS, TABLE_PAIRS]);
        for view in views {
            let of = weigh(view, &rates, &papers, phone, address);
            (0..3).for_each(|class| sums[class] += of[class]);
            kinds[view.papers as usize] += of[0];
            for (sums, agreement) in [(&mut phones, view.phone), (&mut addresses, view.address)] {
                if agreement != Agreement::Missing {
                    sums[0] += if agreement == Agreement::Same { of[0] } else { 0.0 };
                    sums[1] += of[0];
                }
            }
        }
        // Each pair is two rows'; ten thousand more rows of the documented rates.
        rates = std::array::from_fn(|class| (2.0 * sums[class] + RATES[class] * 1e4) / (rows + 1e4));
        let total: f64 = kinds.iter().sum();
        papers = kinds.map(|kind| kind / total);
        (phone, address) = (phones[0] / phones[1], addresses[0] / addresses[1]);
    }
    views.iter().map(|view| weigh(view, &rates, &papers, phone, address)[0]).collect()
}

/// Grows clusters from the surest pair on.
fn cluster(world: &World<'_>, views: &[View], chances: &[f64]) -> Vec<Duplicate> {
    let chance_of = |a: u32, b: u32| {
        let pair = (a.min(b), a.max(b));
        views.binary_search_by_key(&pair, |view| view.pair).ok().map(|at| chances[at])
    };
    let mut order: Vec<usize> = (0..views.len()).filter(|&at| chances[at] >= PAIR_MIN).collect();
    order.sort_by(|&a, &b| chances[b].total_cmp(&chances[a]).then(views[a].pair.cmp(&views[b].pair)));
    let mut clusters = Clusters::default();
    let mut best: BTreeMap<u32, Duplicate> = BTreeMap::new();
    for at in order {
        let View { pair: (a, b), papers, phone, address, .. } = views[at];
        let fits = |x: u32, y: u32| match chance_of(x, y) {
            Some(chance) => chance >= CONTRADICTS,
            None => may_be_one(world, x, y),
        };
        if !clusters.join(a, b, fits) {
            continue;
        }
        for (row, partner) in [(a, b), (b, a)] {
            // The surest pair comes first, so the first is the best.
            best.entry(row).or_insert(Duplicate {
                cluster: 0,
                row,
                size: 0,
                partner,
                probability: ten_thousandths(chances[at]),
                papers,
                phone: phone == Agreement::Same,
                address: address == Agreement::Same,
            });
        }
    }
    let mut found: Vec<Duplicate> = best.into_values().collect();
    for duplicate in &mut found {
        let members = clusters.members(duplicate.row);
        (duplicate.cluster, duplicate.size) = (members[0], members.len() as u32);
    }
    found.sort_unstable();
    found
}

/// Rows joined into clusters, each known by its smallest row; members ascend.
#[derive(Debug, Default)]
struct Clusters {
    of_row: BTreeMap<u32, u32>,
    members: BTreeMap<u32, Vec<u32>>,
}

impl Clusters {
    fn members(&self, row: u32) -> Vec<u32> {
        self.of_row.get(&row).map_or_else(|| vec![row], |cluster| self.members[cluster].clone())
    }

    /// Joins the clusters of two rows when all their rows fit each other; says whether they are in one.
    fn join(&mut self, a: u32, b: u32, fits: impl Fn(u32, u32) -> bool) -> bool {
        let (left, right) = (self.members(a), self.members(b));
        if left[0] == right[0] {
            return true;
        }
        let fit = left.iter().all(|&x| right.iter().all(|&y| fits(x, y)));
        if !fit || left.len() + right.len() > CLUSTER_ROWS {
            return false;
        }
        self.members.remove(&left[0]);
        self.members.remove(&right[0]);
        let mut all = [left, right].concat();
        all.sort_unstable();
        all.iter().for_each(|&row| {
            self.of_row.insert(row, all[0]);
        });
        self.members.insert(all[0], all);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::signals::testing::{Case, iin};
    use super::*;

    const HEADER: &str = "iin,surname,given_name,birth_date,sex,citizenship,document_type,document_country,\
                          document_number,document_issue_date,document_expiry_date,phone,address";

    /// Forty strangers, and the rows of a case behind them.
    fn case(rows: &[&str], documents: &[&str]) -> Case {
        let mut all: Vec<String> = (0..40)
            .map(|n| {
                let (s, g) = (&"BDFKLMNPRSTV"[n % 12..][..1], &"KLMNPRST"[n % 8..][..1]);
                format!(
                    "{},{s}A{g}EROV,{g}A{s}UN,19{:02}-03-{:02},M,UZB,passport,UZB,AB{:07},2020-01-01,2030-01-01,,",
                    iin(n), 50 + n, n % 28 + 1, n * 10
                )
            })
            .collect();
        all.extend(rows.iter().enumerate().map(|(n, row)| format!("{},{row}", iin(100 + n))));
        Case::new(
            HEADER,
            &all,
            "document_country,document_number,document_type,personal_number,previous_number,\
             surname,given_name,birth_date,issue_date,expiry_date,status,status_date",
            documents,
        )
    }

    #[test]
    fn one_person_and_two() {
        let first = "KARIMOV,RUSTAM,1990-03-04,M,UZB,passport,UZB,AA7000001,2019-05-10,2029-05-09,+77011234567,Almaty Abay 5";
        for (second, documents, expected, why) in [
            (
                "KARIMOV,RUSTAM,1990-03-04,M,UZB,passport,UZB,AA7000001,2019-05-10,2029-05-09,,",
                &[][..],
                true,
                "one document",
            ),
            (
                "Каримов,Рустам,1990-03-04,M,UZB,passport,UZB,AA7000001,2019-05-10,2029-05-09,,",
                &[],
                true,
                "one document, another script",
            ),
            (
                "KARIMOV,RUSTAM,1990-04-03,M,UZB,passport,UZB,AA7000001,2019-05-10,2029-05-09,,",
                &[],
                true,
                "one document, day and month exchanged",
            ),
            (
                "KARIMOV,RUSTAM,1990-03-04,M,UZB,passport,UZB,AB9000001,2023-05-10,2033-05-09,,",
                &[
                    "UZB,AA7000001,passport,,,KARIMOV,RUSTAM,1990-03-04,2019-05-10,2029-05-09,replaced,2023-05-10",
                    "UZB,AB9000001,passport,,AA7000001,KARIMOV,RUSTAM,1990-03-04,2023-05-10,2033-05-09,valid,",
                ],
                true,
                "what replaced the other's",
            ),
            (
                "KARIMOV,RUSTAM,1990-03-04,M,UZB,id_card,UZB,AC9000001,2023-05-10,2033-05-09,+77011234567,Almaty Abay 5",
                &[],
                true,
                "phone and address",
            ),
            (
                "KARIMOV,RUSTAM,1990-03-04,M,UZB,passport,UZB,AB9000001,2020-05-10,2030-05-09,+77029876543,Astana Mir 8",
                &[],
                false,
                "a namesake: nothing else agrees, and two passports live beside each other",
            ),
            (
                "KARIMOV,RUSLAN,1990-03-04,M,UZB,passport,UZB,AA7000002,2019-05-10,2029-05-09,+77011234567,Almaty Abay 5",
                &[],
                false,
                "a twin",
            ),
            (
                "KARIMOV,RUSTAM,1960-01-14,M,UZB,passport,UZB,AA8000002,2019-05-10,2029-05-09,+77011234567,Almaty Abay 5",
                &[],
                false,
                "the father, of one name",
            ),
            (
                "MIRZAEV,JASUR,1983-12-01,M,UZB,passport,UZB,AA7000001,2019-05-10,2029-05-09,,",
                &[],
                false,
                "another person on the same document",
            ),
        ] {
            let case = case(&[first, second], documents);
            let found = find(&case.world());
            assert_eq!(!found.is_empty(), expected, "{why}: {found:?}");
            if expected {
                assert_eq!((found[0].row, found[0].partner, found[0].size), (40, 41, 2), "{why}");
                assert!(found[0].probability >= 5000);
            }
        }
    }

    #[test]
    fn what_contradicts_one_of_a_cluster_stays_out_of_it() {
        let mut clusters = Clusters::default();
        assert!(clusters.join(5, 3, |_, _| true));
        assert!(!clusters.join(3, 9, |x, y| (x, y) != (5, 9)), "5 and 9 are two persons");
        assert!(clusters.join(9, 1, |_, _| true));
        assert_eq!((clusters.members(5), clusters.members(1)), (vec![3, 5], vec![1, 9]));
        for row in 20..20 + CLUSTER_ROWS as u32 - 1 {
            assert!(clusters.join(row, row + 1, |_, _| true));
        }
        assert!(!clusters.join(20, 50, |_, _| true), "nobody has so many numbers");
    }
}
