//! Block: which pairs of records are compared at all.
//!
//! In: fields. Out: [`Blocks`], from which the later partners of any record can be listed, and how many
//! comparisons that will be, known before the first is made. Records are compared when they share a *key*: the
//! value of one view of a field (a name's sound, the month of a birth) or of two or three views together.
//! Which keys are worth their cost is found from the data: matches are played through on a sample (each field
//! agrees, half agrees or is lost), and keys are taken as long as one finds matches that the others miss. The share of
//! matches that no key finds is the estimate of what blocking loses.
//!
//! The law: a missing value is no key; a bucket that is too large is no bucket, which keys of more views refine;
//! the pairs do not depend on threads or on the order of the records' values.

use super::Options;
use super::field::{Field, FieldKind};
use super::index::Index;
use super::table::{ByHash, People};
use super::value::local_part;
use crate::engine::Engine;
use crate::normalise::hash::{hash, mix, mix_pair};

/// A way of looking at a field that two records may share.
#[derive(Debug)]
struct View<'a> {
    name: String,
    /// The fields that it shows, as bits.
    fields: u16,
    show: Show<'a>,
    /// How many records show each code.
    frequency: Vec<u32>,
    /// How often it agrees in a match when its field does not agree exactly.
    loose: f32,
    /// Whether it may stand alone.
    alone: bool,
}

/// What a view makes of a record: codes of its own, 0 for nothing. Values are looked at, not records, so that a view
/// costs memory by what is distinct.
#[derive(Debug)]
enum Show<'a> {
    /// The codes of the field.
    Whole(&'a [u32]),
    /// A code of each code of the field.
    Mapped(&'a [u32], Vec<u32>),
    /// The words of a text.
    Words(&'a Field),
    /// Codes of several fields' values, in any order.
    Either(Vec<(&'a [u32], Vec<u32>)>),
}

impl View<'_> {
    /// Lists the codes that a record shows, none of them 0.
    #[inline]
    fn of(&self, record: usize, out: &mut Vec<u32>) {
        out.clear();
        match &self.show {
            Show::Whole(codes) => out.push(codes[record]),
            Show::Mapped(codes, map) => out.push(map[codes[record] as usize]),
            Show::Words(field) => match field.codes[record] {
                0 => {}
                code => out.extend_from_slice(field.values.words_of(code)),
            },
            Show::Either(parts) => {
                out.extend(parts.iter().map(|(codes, map)| map[codes[record] as usize]));
                out.sort_unstable();
                out.dedup();
            }
        }
        out.retain(|&code| code != 0);
    }

    /// Whether a record may show more than one code.
    fn shows_several(&self) -> bool {
        matches!(self.show, Show::Words(_) | Show::Either(_))
    }
}

/// The index of one key.
#[derive(Debug)]
struct Key {
    name: String,
    fields: u16,
    index: Index,
}

/// What blocking will do.
#[derive(Debug)]
pub struct Blocks {
    keys: Vec<Key>,
    records: usize,
    /// For each record its file, where records of one file are not compared; else empty.
    files: Vec<u16>,
    /// All pairs are compared.
    pub all: bool,
    /// Pairs of records that may be one person at all.
    pub pairs: u64,
    /// Comparisons at most: a pair that shares two keys is counted twice here and compared once.
    pub comparisons: u64,
    /// The estimated share of matches that some key finds.
    pub recall: f64,
}

/// A partner and the fields without which some key still finds it, as bits.
pub type Partner = (u32, u16);

/// Pairs that are compared without asking for keys.
const ALL_PAIRS_MAX: u64 = 3_000_000;
/// Comparisons a record when there are many records.
const EFFORT_MIN: f64 = 40.0;
/// Comparisons in all when there are few.
const EFFORT_ALL: f64 = 12_000_000.0;

impl Blocks {
    /// Finds the keys and builds their indexes.
    #[must_use]
    pub fn new(engine: &Engine, people: &People, fields: &[Field], options: &Options) -> Self {
        let records = people.len();
        let files = if options.unique_within_file { people.files.clone() } else { Vec::new() };
        let pairs = possible(records, &files);
        let effort = match options.comparisons_max {
            0 => EFFORT_MIN.max(EFFORT_ALL / records as f64),
            asked => asked as f64,
        };
        let all = match options.comparisons_max {
            0 => ALL_PAIRS_MAX,
            asked => asked.saturating_mul(records as u64),
        };
        if pairs <= all {
            return Blocks {
                keys: Vec::new(),
                records,
                files,
                all: true,
                pairs,
                comparisons: pairs,
                recall: 1.0,
            };
        }
        let views = views(engine, fields);
        let (specs, recall) = choose(&views, fields, records, effort);
        let cap = cap(effort);
        let mut keys = engine.map(specs.len(), |at| key(&views, &specs[at], records, cap));
        keys.retain(|key| !key.index.is_empty());
        let comparisons = keys.iter().map(|key| key.index.comparisons).sum();
        Blocks { keys, records, files, all: false, pairs, comparisons, recall }
    }

    /// The later partners of a record, ascending.
    pub fn partners(&self, record: u32, out: &mut Vec<Partner>) {
        out.clear();
        if self.all {
            out.extend((record + 1..self.records as u32).map(|other| (other, u16::MAX)));
            self.leave_own_file(record, out);
            return;
        }
        for key in &self.keys {
            key.index.behind(record, |other| out.push((other, !key.fields)));
        }
        out.sort_unstable();
        out.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                first.1 |= later.1;
            }
            same
        });
        self.leave_own_file(record, out);
    }

    /// Leaves out partners that stand in the record's own file, where no file holds a person twice.
    fn leave_own_file(&self, record: u32, out: &mut Vec<Partner>) {
        if let Some(own) = self.files.get(record as usize) {
            out.retain(|(other, _)| self.files[*other as usize] != *own);
        }
    }

    /// How many of the pairs that are compared are such.
    #[must_use]
    pub fn count(&self, engine: &Engine, such: impl Fn(usize, usize) -> bool + Sync) -> u64 {
        const PART: usize = 2048;
        let parts = engine.map(self.records.div_ceil(PART), |part| {
            let mut partners = Vec::new();
            let mut count = 0;
            for record in part * PART..((part + 1) * PART).min(self.records) {
                self.partners(record as u32, &mut partners);
                count += partners.iter().filter(|(other, _)| such(record, *other as usize)).count() as u64;
            }
            count
        });
        parts.into_iter().sum()
    }

    /// Lets go of the indexes; what is known of the keys stays.
    pub fn let_go(&mut self) {
        self.keys.iter_mut().for_each(|key| key.index.let_go());
    }

    /// The keys, for people: name and comparisons.
    #[must_use]
    pub fn keys(&self) -> Vec<(String, u64)> {
        self.keys.iter().map(|key| (key.name.clone(), key.index.comparisons)).collect()
    }
}

/// Pairs of records, those of one file left out where none holds a person twice.
fn possible(records: usize, files: &[u16]) -> u64 {
    let pairs = |count: u64| count * count.saturating_sub(1) / 2;
    let mut sizes = vec![0u64; files.iter().max().map_or(0, |&last| usize::from(last) + 1)];
    for &file in files {
        sizes[usize::from(file)] += 1;
    }
    pairs(records as u64) - sizes.into_iter().map(pairs).sum::<u64>()
}

/// Buckets larger than this are refined or left.
fn cap(effort: f64) -> u32 {
    (effort * 3.0) as u32
}

fn views<'a>(engine: &Engine, fields: &'a [Field]) -> Vec<View<'a>> {
    let mut views: Vec<View<'a>> = engine
        .map(fields.len() + 1, |at| match fields.get(at) {
            Some(field) => field_views(at, field),
            None => name_words(fields).into_iter().collect(),
        })
        .into_iter()
        .flatten()
        .collect();
    views.retain(|view| view.frequency.len() > 2);
    views
}

/// Codes of one field through a function of its values.
fn through(field: &Field, known: &mut ByHash<u32>, show: impl Fn(u32) -> u64) -> Vec<u32> {
    (0..field.values.len() as u32)
        .map(|code| {
            let shown = if code == 0 { 0 } else { show(code) };
            if shown == 0 {
                return 0;
            }
            let next = known.len() as u32 + 1;
            *known.entry(shown).or_insert(next)
        })
        .collect()
}

fn field_views(at: usize, field: &Field) -> Vec<View<'_>> {
    let named = |what: &str| format!("{}{what}", field.name);
    let view = |what: &str, loose: f32, alone: bool, show: &dyn Fn(u32) -> u64| {
        let mut known = ByHash::default();
        let map = through(field, &mut known, show);
        let mut frequency = vec![0u32; known.len() + 1];
        for (&code, &count) in map.iter().zip(&field.frequency) {
            frequency[code as usize] += count;
        }
        View {
            name: named(what),
            fields: 1 << at,
            show: Show::Mapped(&field.codes, map),
            frequency,
            loose,
            alone,
        }
    };
    let whole = |loose: f32, alone: bool| View {
        name: named(""),
        fields: 1 << at,
        show: Show::Whole(&field.codes),
        frequency: field.frequency.clone(),
        loose,
        alone,
    };
    let values = &field.values;
    let piece = |letters: &[u8]| mix(hash(letters)).max(1);
    match field.kind {
        FieldKind::Name => vec![
            view("'s sound", 0.25, true, &|code| values.sound(code)),
            view("'s first letters", 0.6, false, &|code| {
                let fold = values.names().map_or(&[][..], |names| names.fold(code));
                if fold.is_empty() { 0 } else { piece(&fold[..fold.len().min(3)]) }
            }),
        ],
        FieldKind::FullName | FieldKind::Words => vec![words(at, field)],
        FieldKind::Date => vec![
            whole(0.0, true),
            view("'s year and month", 0.4, false, &|code| {
                let (y, m, _) = values.date(code);
                if m == 0 { 0 } else { mix(u64::from(y) << 8 | u64::from(m)) }
            }),
            view("'s month and day", 0.4, false, &|code| {
                let (_, m, d) = values.date(code);
                if m == 0 { 0 } else { mix(1 << 40 | u64::from(m.min(d)) << 8 | u64::from(m.max(d))) }
            }),
            view("'s year", 0.6, false, &|code| {
                let (y, _, _) = values.date(code);
                if y == 0 { 0 } else { mix(1 << 41 | u64::from(y)) }
            }),
        ],
        FieldKind::Number | FieldKind::Phone => vec![
            whole(0.0, true),
            view("'s end", 0.5, false, &|code| {
                let letters = values.letters(code);
                if letters.len() < 5 { 0 } else { piece(&letters[letters.len() - 4..]) }
            }),
            view("'s beginning", 0.5, false, &|code| {
                let letters = values.letters(code);
                if letters.len() < 5 { 0 } else { piece(&letters[..4]) }
            }),
        ],
        FieldKind::Email => vec![
            whole(0.0, true),
            view("'s local part", 0.5, true, &|code| {
                let local = local_part(values.letters(code));
                if local.len() < 4 { 0 } else { piece(local) }
            }),
            view("'s beginning", 0.6, false, &|code| {
                let letters = values.letters(code);
                if letters.len() < 4 { 0 } else { piece(&letters[..4]) }
            }),
        ],
        FieldKind::Place => vec![view("'s sound", 0.2, true, &|code| values.sound(code))],
        FieldKind::Code => vec![
            whole(0.0, true),
            view("'s beginning", 0.6, false, &|code| {
                let letters = values.letters(code);
                if letters.len() < 4 { 0 } else { piece(&letters[..letters.len() / 2]) }
            }),
        ],
        FieldKind::Category => vec![whole(0.0, false)],
    }
}

/// The words of a text, each of which is a code.
fn words(at: usize, field: &Field) -> View<'_> {
    let mut frequency = Vec::new();
    for code in 1..field.values.len() as u32 {
        for &word in field.values.words_of(code) {
            frequency.resize(frequency.len().max(word as usize + 1), 0);
            frequency[word as usize] += field.frequency[code as usize];
        }
    }
    let name = format!("a word of {}", field.name);
    View { name, fields: 1 << at, show: Show::Words(field), frequency, loose: 0.5, alone: true }
}

/// The sounds of surname and given name, whichever column they stand in.
fn name_words(fields: &[Field]) -> Option<View<'_>> {
    let names: Vec<usize> = (0..fields.len()).filter(|&at| fields[at].partner.is_some()).collect();
    if names.len() < 2 {
        return None;
    }
    let mut known: ByHash<u32> = ByHash::default();
    let parts = names
        .iter()
        .map(|&at| {
            let field = &fields[at];
            (field.codes.as_slice(), through(field, &mut known, |code| field.values.sound(code)))
        })
        .collect();
    let bits = names.iter().map(|&at| 1 << at).sum();
    let mut view = View {
        name: "a name".to_owned(),
        fields: bits,
        show: Show::Either(parts),
        frequency: vec![0; known.len() + 1],
        loose: 0.6,
        alone: true,
    };
    let mut codes = Vec::new();
    for record in 0..fields[names[0]].codes.len() {
        view.of(record, &mut codes);
        for &code in &codes {
            view.frequency[code as usize] += 1;
        }
    }
    Some(view)
}

/// Records of the sample on which keys are tried, and matches that are played of each.
const SAMPLE: usize = 768;
const PLAYS: usize = 8;

/// Chooses keys greedily: most matches found that no other key finds, for the cost.
fn choose(views: &[View<'_>], fields: &[Field], records: usize, effort: f64) -> (Vec<Vec<usize>>, f64) {
    let step = (records / SAMPLE).max(1);
    let sample: Vec<usize> = (0..records).step_by(step).take(SAMPLE).collect();
    let n = records as f64;
    // For each sampled record and view the share of records that would meet it; 2 where it has no value.
    let share: Vec<Vec<f32>> = sample
        .iter()
        .map(|&record| {
            let mut codes = Vec::new();
            let mut rarest = |view: &View<'_>| {
                view.of(record, &mut codes);
                codes.iter().map(|&code| view.frequency[code as usize]).min()
            };
            views.iter().map(|view| rarest(view).map_or(2.0, |f| (f64::from(f) / n) as f32)).collect()
        })
        .collect();
    let plays = sample.len() * PLAYS;
    // Which views agree in each played match.
    let mut agree = vec![0u64; plays];
    for (play, agreeing) in agree.iter_mut().enumerate() {
        let record = play / PLAYS;
        let dice = |what: u64| (mix_pair(play as u64, what) >> 40) as f32 / (1u64 << 24) as f32;
        // A partner lacks what other records lack.
        let lost: Vec<bool> = fields
            .iter()
            .enumerate()
            .map(|(at, field)| dice(at as u64) > field.present as f32 / records as f32)
            .collect();
        let exact: Vec<bool> = (0..fields.len()).map(|at| dice(100 + at as u64) < 0.72).collect();
        for (v, view) in views.iter().enumerate() {
            let bits = (0..fields.len()).filter(|&at| view.fields >> at & 1 == 1);
            let shown = bits.clone().any(|at| !lost[at]);
            let whole = bits.clone().any(|at| !lost[at] && exact[at]);
            if share[record][v] <= 1.0 && shown && (whole || dice(200 + v as u64) < view.loose) {
                *agreeing |= 1 << v;
            }
        }
    }
    let cap_share = f64::from(cap(effort)) / n;
    let mut specs: Vec<Vec<usize>> = Vec::new();
    let count = views.len().min(64);
    for a in 0..count {
        if views[a].alone {
            specs.push(vec![a]);
        }
        for b in a + 1..count {
            if views[a].fields & views[b].fields != 0 {
                continue;
            }
            specs.push(vec![a, b]);
            for c in b + 1..count {
                if (views[a].fields | views[b].fields) & views[c].fields == 0 {
                    specs.push(vec![a, b, c]);
                }
            }
        }
    }
    // For each key: its expected comparisons a record, and on which sampled records it works.
    let tried: Vec<(f64, Vec<bool>)> = specs
        .iter()
        .map(|spec| {
            let mut cost = 0.0;
            let works = share
                .iter()
                .map(|share| {
                    let mut met = 1.0f64;
                    for &v in spec {
                        if share[v] > 1.0 {
                            return false;
                        }
                        met *= f64::from(share[v]);
                    }
                    if met <= cap_share {
                        cost += met * n / 2.0;
                    }
                    met <= cap_share
                })
                .collect();
            (cost / sample.len() as f64, works)
        })
        .collect();
    let masks: Vec<u64> = specs.iter().map(|spec| spec.iter().map(|&v| 1u64 << v).sum()).collect();
    // For each key the plays that it finds, 64 in a word.
    let finds: Vec<Vec<u64>> = (0..specs.len())
        .map(|s| {
            let mut words = vec![0u64; plays.div_ceil(64)];
            for play in 0..plays {
                let found = agree[play] & masks[s] == masks[s] && tried[s].1[play / PLAYS];
                words[play / 64] |= u64::from(found) << (play % 64);
            }
            words
        })
        .collect();
    let mut tally = Tally::new(plays);
    let mut chosen = Vec::new();
    let mut spent = 0.0;
    let mut open: Vec<usize> = (0..specs.len()).collect();
    while chosen.len() < KEYS_MAX {
        let best = open
            .iter()
            .filter(|&&s| spent + tried[s].0 <= effort)
            .map(|&s| {
                let gain = tally.gain(&finds[s]);
                (gain / (tried[s].0 + effort * 0.01), gain, s)
            })
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.2.cmp(&a.2)));
        let Some((_, gain, s)) = best else { break };
        if gain < plays as f64 * 0.0005 {
            break;
        }
        tally.add(&finds[s]);
        spent += tried[s].0;
        open.retain(|&other| other != s);
        chosen.push(specs[s].clone());
    }
    let recall = (plays - tally.missed()) as f64 / plays as f64;
    (chosen, recall)
}

/// How often each played match was found: never, once, twice, or more often; a bit a match.
struct Tally {
    times: [Vec<u64>; 3],
}

impl Tally {
    fn new(plays: usize) -> Self {
        let none = vec![0u64; plays.div_ceil(64)];
        let mut all = vec![!0u64; plays.div_ceil(64)];
        if !plays.is_multiple_of(64) {
            *all.last_mut().expect("there are plays") = (1 << (plays % 64)) - 1;
        }
        Tally { times: [all, none.clone(), none] }
    }

    /// What a further key is worth. A match counts less each time that a key has found it: a second way to it guards
    /// against a slip that the play does not know.
    fn gain(&self, finds: &[u64]) -> f64 {
        let count = |times: &[u64]| times.iter().zip(finds).map(|(a, b)| (a & b).count_ones()).sum::<u32>();
        let [never, once, twice] = [0, 1, 2].map(|at| f64::from(count(&self.times[at])));
        never + 0.12 * once + 0.02 * twice
    }

    fn add(&mut self, finds: &[u64]) {
        let [never, once, twice] = &mut self.times;
        for (at, &found) in finds.iter().enumerate() {
            twice[at] = twice[at] & !found | once[at] & found;
            once[at] = once[at] & !found | never[at] & found;
            never[at] &= !found;
        }
    }

    /// Matches that were never found.
    fn missed(&self) -> usize {
        self.times[0].iter().map(|word| word.count_ones() as usize).sum()
    }
}

/// Keys at most.
const KEYS_MAX: usize = 24;

/// Groups the records by a key.
fn key(views: &[View<'_>], spec: &[usize], records: usize, cap: u32) -> Key {
    let several = spec.iter().any(|&v| views[v].shows_several());
    let codes = std::cell::RefCell::new(Vec::new());
    let show = |record: usize, hashes: &mut Vec<u64>| {
        let codes = &mut *codes.borrow_mut();
        hashes.push(spec.len() as u64);
        for &v in spec {
            let view = &views[v];
            view.of(record, codes);
            let before = hashes.len();
            for at in 0..before {
                let head = hashes[at];
                for &code in codes.iter() {
                    // A value that nobody else has finds nobody.
                    if view.frequency[code as usize] > 1 {
                        hashes.push(mix_pair(head, u64::from(code)));
                    }
                }
            }
            hashes.drain(..before);
            if hashes.is_empty() {
                break;
            }
        }
    };
    let index = Index::new(records, cap as usize, several, show);
    let name = spec.iter().map(|&v| views[v].name.as_str()).collect::<Vec<_>>().join(" + ");
    let fields = spec.iter().fold(0, |bits, &v| bits | views[v].fields);
    Key { name, fields, index }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_counts_as_a_list_of_counts_does() {
        let plays = 300usize;
        let mut counts = vec![0usize; plays];
        let mut tally = Tally::new(plays);
        for key in 0..12u64 {
            let finds = |play: usize| mix_pair(key, play as u64).is_multiple_of(3);
            let mut words = vec![0u64; plays.div_ceil(64)];
            (0..plays).for_each(|play| words[play / 64] |= u64::from(finds(play)) << (play % 64));
            let worth = [1.0, 0.12, 0.02, 0.0];
            let gain: f64 =
                (0..plays).filter(|&play| finds(play)).map(|play| worth[counts[play].min(3)]).sum();
            assert!((tally.gain(&words) - gain).abs() < 1e-9, "key {key}");
            tally.add(&words);
            (0..plays).filter(|&play| finds(play)).for_each(|play| counts[play] += 1);
        }
        assert_eq!(tally.missed(), counts.iter().filter(|&&count| count == 0).count());
    }
}
