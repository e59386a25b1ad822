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
use super::table::{ByHash, People};
use crate::engine::Engine;
use crate::normalise::hash::{hash, mix, mix_pair};

/// A way of looking at a field that two records may share.
#[derive(Debug)]
struct View {
    name: String,
    /// The fields that it shows, as bits.
    fields: u16,
    /// For each record the codes that it shows; one a record unless `ends` says otherwise.
    codes: Vec<u32>,
    ends: Option<Vec<u32>>,
    frequency: Vec<u32>,
    /// How often it agrees in a match when its field does not agree exactly.
    loose: f32,
    /// Whether it may stand alone.
    alone: bool,
}

impl View {
    fn of(&self, record: usize) -> &[u32] {
        match &self.ends {
            None => &self.codes[record..=record],
            Some(ends) => {
                let start = if record == 0 { 0 } else { ends[record - 1] as usize };
                &self.codes[start..ends[record] as usize]
            }
        }
    }

    fn new(name: String, field: usize, codes: Vec<u32>, count: usize, loose: f32, alone: bool) -> Self {
        let mut frequency = vec![0u32; count];
        for &code in &codes {
            frequency[code as usize] += 1;
        }
        View { name, fields: 1 << field, codes, ends: None, frequency, loose, alone }
    }
}

/// The index of one key.
#[derive(Debug)]
struct Key {
    name: String,
    fields: u16,
    /// Records by bucket, ascending; the top bit marks the last of a bucket.
    members: Vec<u32>,
    /// For each record where it stands in `members`.
    places: Vec<u32>,
    /// Where the places of each record end, when a record has several.
    ends: Option<Vec<u32>>,
    comparisons: u64,
}

const LAST: u32 = 1 << 31;
const NOWHERE: u32 = u32::MAX;

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
        keys.retain(|key| !key.members.is_empty());
        let comparisons = keys.iter().map(|key| key.comparisons).sum();
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
            let places = match &key.ends {
                None => &key.places[record as usize..=record as usize],
                Some(ends) => {
                    let start = if record == 0 { 0 } else { ends[record as usize - 1] as usize };
                    &key.places[start..ends[record as usize] as usize]
                }
            };
            for &place in places {
                let mut at = place;
                while at != NOWHERE {
                    let member = key.members[at as usize];
                    if member & !LAST != record {
                        out.push((member & !LAST, !key.fields));
                    }
                    at = if member & LAST == 0 { at + 1 } else { NOWHERE };
                }
            }
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

    /// The keys, for people: name and comparisons.
    #[must_use]
    pub fn keys(&self) -> Vec<(String, u64)> {
        self.keys.iter().map(|key| (key.name.clone(), key.comparisons)).collect()
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

fn views(engine: &Engine, fields: &[Field]) -> Vec<View> {
    let mut views: Vec<View> =
        engine.map(fields.len(), |at| field_views(at, &fields[at])).into_iter().flatten().collect();
    views.extend(name_words(fields));
    views.retain(|view| view.frequency.len() > 2);
    views
}

/// Codes of one field through a function of its values.
fn through(field: &Field, show: impl Fn(u32) -> u64) -> (Vec<u32>, usize) {
    let mut known: ByHash<u32> = ByHash::default();
    let mut next = 1;
    let map: Vec<u32> = (0..field.values.len() as u32)
        .map(|code| {
            let shown = if code == 0 { 0 } else { show(code) };
            if shown == 0 {
                return 0;
            }
            *known.entry(shown).or_insert_with(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    (field.codes.iter().map(|&code| map[code as usize]).collect(), next as usize)
}

fn field_views(at: usize, field: &Field) -> Vec<View> {
    let named = |what: &str| format!("{}{what}", field.name);
    let view = |what: &str, loose: f32, alone: bool, show: &dyn Fn(u32) -> u64| {
        let (codes, count) = through(field, show);
        View::new(named(what), at, codes, count, loose, alone)
    };
    let whole = |loose: f32, alone: bool| {
        View::new(named(""), at, field.codes.clone(), field.values.len(), loose, alone)
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
                let letters = values.letters(code);
                let end = letters.iter().position(|&c| c == b'@').unwrap_or(letters.len());
                if end < 4 { 0 } else { piece(&letters[..end]) }
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
fn words(at: usize, field: &Field) -> View {
    let (mut codes, mut ends) = (Vec::new(), Vec::with_capacity(field.codes.len()));
    for &code in &field.codes {
        if code != 0 {
            codes.extend_from_slice(field.values.words_of(code));
        }
        ends.push(codes.len() as u32);
    }
    listed(format!("a word of {}", field.name), 1 << at, codes, ends, 0.5)
}

/// The sounds of surname and given name, whichever column they stand in.
fn name_words(fields: &[Field]) -> Option<View> {
    let names: Vec<usize> = (0..fields.len()).filter(|&at| fields[at].partner.is_some()).collect();
    if names.len() < 2 {
        return None;
    }
    let mut known: ByHash<u32> = ByHash::default();
    let (mut codes, mut ends) = (Vec::new(), Vec::new());
    for record in 0..fields[names[0]].codes.len() {
        let start = codes.len();
        for &at in &names {
            let sound = fields[at].values.sound(fields[at].codes[record]);
            if sound != 0 && fields[at].codes[record] != 0 {
                let next = known.len() as u32 + 1;
                codes.push(*known.entry(sound).or_insert(next));
            }
        }
        codes[start..].sort_unstable();
        if codes.len() == start + 2 && codes[start] == codes[start + 1] {
            codes.pop();
        }
        ends.push(codes.len() as u32);
    }
    let bits = names.iter().map(|&at| 1 << at).sum();
    Some(listed("a name".to_owned(), bits, codes, ends, 0.6))
}

fn listed(name: String, fields: u16, codes: Vec<u32>, ends: Vec<u32>, loose: f32) -> View {
    let count = codes.iter().max().map_or(1, |&max| max as usize + 1);
    let mut frequency = vec![0u32; count];
    for &code in &codes {
        frequency[code as usize] += 1;
    }
    View { name, fields, codes, ends: Some(ends), frequency, loose, alone: true }
}

/// Records of the sample on which keys are tried, and matches that are played of each.
const SAMPLE: usize = 768;
const PLAYS: usize = 8;

/// Chooses keys greedily: most matches found that no other key finds, for the cost.
fn choose(views: &[View], fields: &[Field], records: usize, effort: f64) -> (Vec<Vec<usize>>, f64) {
    let step = (records / SAMPLE).max(1);
    let sample: Vec<usize> = (0..records).step_by(step).take(SAMPLE).collect();
    let n = records as f64;
    // For each sampled record and view the share of records that would meet it; 2 where it has no value.
    let share: Vec<Vec<f32>> = sample
        .iter()
        .map(|&record| {
            let rarest = |view: &View| {
                view.of(record)
                    .iter()
                    .filter(|&&code| code != 0)
                    .map(|&code| view.frequency[code as usize])
                    .min()
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
    // A match counts less each time that a key has found it: a second way to it guards against a slip that the
    // play does not know.
    let worth = [1.0f64, 0.12, 0.02, 0.0];
    let mut found = vec![0usize; plays];
    let mut chosen = Vec::new();
    let mut spent = 0.0;
    let mut open: Vec<usize> = (0..specs.len()).collect();
    while chosen.len() < KEYS_MAX {
        let best = open
            .iter()
            .filter(|&&s| spent + tried[s].0 <= effort)
            .map(|&s| {
                let gain: f64 = (0..plays)
                    .filter(|&play| agree[play] & masks[s] == masks[s] && tried[s].1[play / PLAYS])
                    .map(|play| worth[found[play].min(3)])
                    .sum();
                (gain / (tried[s].0 + effort * 0.01), gain, s)
            })
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.2.cmp(&a.2)));
        let Some((_, gain, s)) = best else { break };
        if gain < plays as f64 * 0.0005 {
            break;
        }
        for play in 0..plays {
            if agree[play] & masks[s] == masks[s] && tried[s].1[play / PLAYS] {
                found[play] += 1;
            }
        }
        spent += tried[s].0;
        open.retain(|&other| other != s);
        chosen.push(specs[s].clone());
    }
    let recall = found.iter().filter(|&&times| times > 0).count() as f64 / plays as f64;
    (chosen, recall)
}

/// Keys at most.
const KEYS_MAX: usize = 24;

/// Groups the records by a key.
fn key(views: &[View], spec: &[usize], records: usize, cap: u32) -> Key {
    let single = spec.iter().all(|&v| views[v].ends.is_none());
    let mut entries: Vec<(u64, u32)> = Vec::with_capacity(records);
    let mut partial: Vec<u64> = Vec::new();
    for record in 0..records {
        partial.clear();
        partial.push(spec.len() as u64);
        for &v in spec {
            let view = &views[v];
            let before = partial.len();
            for at in 0..before {
                let head = partial[at];
                for &code in view.of(record) {
                    // A value that nobody else has finds nobody.
                    if code != 0 && view.frequency[code as usize] > 1 {
                        partial.push(mix_pair(head, u64::from(code)));
                    }
                }
            }
            partial.drain(..before);
            if partial.is_empty() {
                break;
            }
        }
        entries.extend(partial.iter().map(|&hash| (hash, record as u32)));
    }
    entries.sort_unstable();
    entries.dedup();
    let mut members = Vec::new();
    let mut seats: Vec<(u32, u32)> = Vec::new();
    let mut places = if single { vec![NOWHERE; records] } else { Vec::new() };
    let mut comparisons = 0u64;
    for bucket in entries.chunk_by(|a, b| a.0 == b.0) {
        if bucket.len() < 2 || bucket.len() > cap as usize {
            continue;
        }
        comparisons += (bucket.len() * (bucket.len() - 1) / 2) as u64;
        for (at, &(_, record)) in bucket.iter().enumerate() {
            let place = members.len() as u32;
            members.push(if at + 1 == bucket.len() { record | LAST } else { record });
            if single {
                places[record as usize] = place;
            } else {
                seats.push((record, place));
            }
        }
    }
    let mut ends = None;
    if !single {
        seats.sort_unstable();
        let mut list = vec![0u32; records];
        for &(record, _) in &seats {
            list[record as usize] += 1;
        }
        let mut sum = 0;
        for count in &mut list {
            sum += *count;
            *count = sum;
        }
        places = seats.into_iter().map(|(_, place)| place).collect();
        ends = Some(list);
    }
    let name = spec.iter().map(|&v| views[v].name.as_str()).collect::<Vec<_>>().join(" + ");
    let fields = spec.iter().fold(0, |bits, &v| bits | views[v].fields);
    Key { name, fields, members, places, ends, comparisons }
}
