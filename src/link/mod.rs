//! Link: rows in, who holds which document out.
//!
//! Ties are sought in the order of their strength ([`Basis`]): the IIN that a document bears, the number
//! that the registry holds, the number of the document that was replaced (followed along chains), the
//! personal number of the issuing state, and at last the identity: exact (folded names, birth date, issuing
//! country), or so near that one row is by far the likeliest person. A document has at most one owner. What two ties say differently is a [`Conflict`].
//!
//! Memory: 21 bytes a document while ties are sought and 13 afterwards, 12 a registry row (4 of them for its
//! activity), and 12 a key while a join lasts; the latter is laid down where the engine spills.

mod activity;
pub mod column;
mod direct;
pub mod evidence;
pub mod frequency;
pub mod join;
pub mod likely;
pub mod near;
pub mod people;
pub mod rows;
mod identity;
pub mod worth;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use bytemuck::Pod;

use self::activity::EventSide;
pub use self::activity::Living;
use self::column::Column;
use self::evidence::Model;
use self::frequency::Frequencies;
use self::join::{KeyTable, Side, bits_for, blocks_for, partitions};
use self::likely::{Likely, Records};
use self::rows::{DocumentRow, Event, NO_ROW, RegistryRow, Table, decimal, document_key};
use self::worth::Worth;
use crate::batch::NO_IIN;
use crate::day::NO_DAY;
use crate::engine::Engine;
use crate::normalise::hash::{mix_pair, scramble};
use crate::spill::Values;

/// How a document was tied to a registry row, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Basis {
    /// The document bears the row's IIN.
    Iin,
    /// The registry row holds this document's number.
    DocumentNumber,
    /// It replaced a document that is the row's.
    PreviousNumber,
    /// It shares the issuing state's personal number with a document that is the row's.
    PersonalNumber,
    /// Names, birth date and state agree, exactly or so nearly that it is hardly anybody else.
    Identity,
    /// Not tied.
    None,
}

impl Basis {
    /// The contract's word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Basis::Iin => "iin",
            Basis::DocumentNumber => "document_number",
            Basis::PreviousNumber => "previous_number",
            Basis::PersonalNumber => "personal_number",
            Basis::Identity => "identity",
            Basis::None => "",
        }
    }
}

/// A document whose ties disagree: it bears the IIN of one row, but another row holds its number, or
/// neither name nor birth date are those of the row whose IIN it bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The document.
    pub document: u32,
    /// The row whose IIN it bears.
    pub named: u32,
    /// The row that holds its number, or [`NO_ROW`].
    pub holder: u32,
}

/// Both datasets, tied.
#[derive(Debug)]
pub struct Links {
    /// For each document its owner, or [`NO_ROW`].
    pub owners: Vec<u32>,
    /// For each document how it was tied.
    pub bases: Vec<Basis>,
    /// For each registry row the document that it holds, or [`NO_ROW`].
    pub registered: Vec<u32>,
    /// For each document the registry row that holds it, or [`NO_ROW`].
    pub holders: Vec<u32>,
    /// For each registry row the end of its part of `owned`; see [`Links::documents_of`].
    owned_starts: Vec<u32>,
    owned: Vec<u32>,
    /// Documents whose ties disagree, by document.
    pub conflicts: Vec<Conflict>,
    /// Documents that several rows could own by identity: row, document, and the probability of the two in
    /// ten-thousandths; sorted.
    pub ambiguous: Vec<(u32, u32, u16)>,
    /// For each document tied by identity the probability that it is its owner's, in ten-thousandths; by document.
    pub likely: Vec<(u32, u16)>,
    /// Documents that bear an IIN which no registry row has.
    pub unknown_iins: Vec<u32>,
    /// Registry rows whose IIN stands in an earlier row: `(first, later)`, sorted by the later.
    pub duplicate_iins: Vec<(u32, u32)>,
    /// Registry rows that hold the document of an earlier row: `(first, later)`, sorted.
    pub shared_documents: Vec<(u32, u32)>,
    /// Rows whose documents say that they are one person: one replaced the other's, or both bear one personal
    /// number; the smaller row first, sorted.
    pub akin: Vec<(u32, u32)>,
    /// Documents with the number of an earlier one: `(first, later)`, sorted by the later.
    pub duplicate_documents: Vec<(u32, u32)>,
    /// What the activity says of each registry row; empty when there is no activity.
    pub living: Vec<Living>,
    /// How common names and dates are.
    pub frequencies: Frequencies,
    /// What agreements are worth.
    pub model: Model,
    /// How sure ties by a number are.
    pub worth: Worth,
}

impl Links {
    /// The probability that a row and a document, which a basis tied, are one person's; four decimals, since finer
    /// ones would only pretend.
    #[must_use]
    pub fn confidence(&self, basis: Basis, row: &RegistryRow, number: u32, document: &DocumentRow) -> f64 {
        let likely = || self.likely.binary_search_by_key(&number, |&(document, _)| document).ok();
        match (basis, (basis == Basis::Identity).then(likely).flatten()) {
            (_, Some(at)) => f64::from(self.likely[at].1) / 1e4,
            _ => f64::from(likely::ten_thousandths(self.worth.probability(basis, row, document))) / 1e4,
        }
    }

    /// The documents of a registry row, in row order.
    #[must_use]
    pub fn documents_of(&self, row: usize) -> &[u32] {
        &self.owned[self.owned_starts[row] as usize..self.owned_starts[row + 1] as usize]
    }
}

/// The key of an IIN in joins; 0 for none. One to one, so equal keys are equal numbers.
fn iin_key(packed: u64) -> u64 {
    if packed == NO_IIN { 0 } else { scramble(decimal(packed)) }
}

/// A column of row numbers that partitions fill from many threads, each its own rows.
fn unlinked(count: usize) -> Vec<AtomicU32> {
    (0..count).map(|_| AtomicU32::new(NO_ROW)).collect()
}

fn settled(column: Vec<AtomicU32>) -> Vec<u32> {
    column.into_iter().map(AtomicU32::into_inner).collect()
}

/// Blocks of pieces, so that a join has some blocks a thread whatever the number of pieces.
fn blocks(engine: &Engine, pieces: usize, rows: usize) -> usize {
    blocks_for(engine, rows, engine.threads() * 4).min(pieces).max(1)
}

/// A side whose keys are made of a column's values; `key` is told the row as well.
fn side<T: Pod + Sync>(
    engine: &Engine,
    bits: u32,
    column: &Column<T>,
    key: impl Fn(usize, &T) -> u64 + Sync + Send,
) -> Side {
    let count = blocks(engine, column.pieces(), column.len());
    Side::new(engine, bits, count, |block, out| {
        for piece in column.pieces() * block / count..column.pieces() * (block + 1) / count {
            let (first, values) = column.piece(piece);
            for (i, value) in values.iter().enumerate() {
                out(key(first + i, value), (first + i) as u32);
            }
        }
    })
}

/// The names and birth dates of a document and a registry row: `None` where one side says nothing.
fn agrees<T: PartialEq>(a: T, b: T, unknown: &T) -> Option<bool> {
    if a == *unknown || b == *unknown { None } else { Some(a == b) }
}

/// Whether a row and a document describe two persons: birth dates differ, and so do the names or, where
/// they cannot be compared, the sexes.
#[must_use]
pub fn is_someone_else(row: &RegistryRow, document: &DocumentRow) -> bool {
    let name = agrees(row.name, document.name, &0);
    let birth = agrees(row.birth, document.birth, &NO_DAY);
    let sex = agrees(row.sex, document.sex, &0);
    // A name with a lost letter has no key; then birth date and sex must both differ.
    birth == Some(false) && (name == Some(false) || (name.is_none() && sex == Some(false)))
}

/// Names as they stand in the records. Rows hold keys; whoever compares asks for the few names that keys cannot
/// decide.
pub trait Names: Sync + std::fmt::Debug {
    /// Surname, given name and patronymic of a registry row.
    fn registry(&self, row: usize) -> [String; 3];
    /// Surname, given name and patronymic of a document.
    fn document(&self, row: usize) -> [String; 3];
}

/// Ties documents to registry rows.
#[must_use]
pub fn link(
    engine: &Engine,
    registry: &Table<RegistryRow>,
    documents: &Table<DocumentRow>,
    activity: Vec<Values<Event>>,
    names: &dyn Names,
    as_of: i32,
) -> Links {
    let by_iin = tie_by_iin(engine, registry, documents, activity);
    let by_number = tie_by_number(engine, registry, documents);

    let direct::Direct { mut ties, conflicts, unknown_iins } =
        direct::settle(engine, registry, documents, by_iin.named, &by_number);
    follow_chains(&mut ties, &by_number);
    let contested = tie_by_personal_number(engine, documents, &mut ties);
    follow_chains(&mut ties, &by_number);
    let frequencies = Frequencies::of(engine, registry);
    let records = Records { engine, registry, documents, registered: &by_number.registered, names };
    let model = records.model(&ties, &frequencies);
    let exact = identity::tie(engine, registry, documents, &by_number.registered, as_of, &mut ties);
    let Likely { probabilities, ambiguous } = records.tie(&exact, &mut ties, &frequencies, &model);
    follow_chains(&mut ties, &by_number);
    let likely = along_chains(probabilities, &ties, &by_number);
    let worth = Worth::of(registry, documents, &ties);
    let akin = akin(contested, &ties, &by_number);

    let ByNumber { registered, holders, previous, previous_holders, shared, duplicates } = by_number;
    drop((previous, previous_holders));
    let (owned_starts, owned) = group(&ties.owners, registry.len());
    Links {
        owners: ties.owners,
        bases: ties.bases,
        registered,
        holders,
        owned_starts,
        owned,
        conflicts,
        akin,
        ambiguous,
        likely,
        frequencies,
        model,
        worth,
        unknown_iins,
        duplicate_iins: by_iin.duplicates,
        shared_documents: shared,
        duplicate_documents: duplicates,
        living: by_iin.living,
    }
}

struct ByIin {
    named: Vec<u32>,
    duplicates: Vec<(u32, u32)>,
    living: Vec<Living>,
}

/// Joins on the IIN: which row each document names, and what the activity says of each row.
fn tie_by_iin(
    engine: &Engine,
    registry: &Table<RegistryRow>,
    documents: &Table<DocumentRow>,
    activity: Vec<Values<Event>>,
) -> ByIin {
    let bits = bits_for(registry.len());
    let registry_side = side(engine, bits, &registry.iins, |_, &iin| iin_key(iin));
    let document_side = side(engine, bits, &documents.iins, |_, &iin| iin_key(iin));
    let named = unlinked(documents.len());
    let living: Vec<AtomicU32> =
        (0..if activity.is_empty() { 0 } else { registry.len() }).map(|_| AtomicU32::new(0)).collect();
    let events = EventSide::new(engine, bits, activity);
    let duplicates = partitions(engine, bits, |partition| {
        let mut duplicates = Vec::new();
        let table = KeyTable::build(&registry_side, partition, |first, row| duplicates.push((first, row)));
        for (key, document) in document_side.partition(partition) {
            if let Some(row) = table.get(key) {
                named[document as usize].store(row, Relaxed);
            }
        }
        if !living.is_empty() {
            let seen = events.seen(partition, table.slots(), |iin| table.slot(scramble(iin)));
            for (slot, life) in seen {
                living[table.row(slot) as usize].store(life.0, Relaxed);
            }
        }
        duplicates
    });
    let mut duplicates: Vec<_> = duplicates.into_iter().flatten().collect();
    engine.sort_by_key(&mut duplicates, |&(first, later)| (later, first));
    let living = living.into_iter().map(|life| Living(life.into_inner())).collect();
    ByIin { named: settled(named), duplicates, living }
}

struct ByNumber {
    registered: Vec<u32>,
    holders: Vec<u32>,
    /// For each document the document that it replaced.
    previous: Vec<u32>,
    /// For each document the registry row that holds the document which it replaced.
    previous_holders: Vec<u32>,
    shared: Vec<(u32, u32)>,
    duplicates: Vec<(u32, u32)>,
}

/// Joins on country and number: what each row holds, who holds each document, what each document replaced.
fn tie_by_number(engine: &Engine, registry: &Table<RegistryRow>, documents: &Table<DocumentRow>) -> ByNumber {
    let bits = bits_for(registry.len().max(documents.len()));
    let registry_side = side(engine, bits, &registry.rows, |_, row| row.document_key());
    let documents_side = side(engine, bits, &documents.rows, |_, row| row.document_key());
    let previous_side = side(engine, bits, &documents.rows, |_, row| document_key(row.country, row.previous));
    let registered = unlinked(registry.len());
    let [holders, previous, previous_holders] = [(); 3].map(|()| unlinked(documents.len()));
    let found = partitions(engine, bits, |partition| {
        let (mut shared, mut duplicates) = (Vec::new(), Vec::new());
        let held = KeyTable::build(&registry_side, partition, |first, row| shared.push((first, row)));
        let issued = KeyTable::build(&documents_side, partition, |first, row| duplicates.push((first, row)));
        for (key, row) in registry_side.partition(partition) {
            if let Some(document) = issued.get(key) {
                registered[row as usize].store(document, Relaxed);
            }
        }
        for (key, document) in documents_side.partition(partition) {
            if let Some(row) = held.get(key) {
                holders[document as usize].store(row, Relaxed);
            }
        }
        for (key, document) in previous_side.partition(partition) {
            if let Some(replaced) = issued.get(key).filter(|&replaced| replaced != document) {
                previous[document as usize].store(replaced, Relaxed);
            }
            if let Some(row) = held.get(key) {
                previous_holders[document as usize].store(row, Relaxed);
            }
        }
        (shared, duplicates)
    });
    let (mut shared, mut duplicates): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
    for (s, d) in found {
        shared.extend(s);
        duplicates.extend(d);
    }
    engine.sort_by_key(&mut shared, |&pair| pair);
    engine.sort_by_key(&mut duplicates, |&(first, later)| (later, first));
    settle_contested(registry, documents, &shared, &duplicates, &registered, &holders);
    tie_across_countries(engine, registry, documents, &previous, &previous_holders);
    ByNumber {
        registered: settled(registered),
        holders: settled(holders),
        previous: settled(previous),
        previous_holders: settled(previous_holders),
        shared,
        duplicates,
    }
}

/// Seeks predecessors that another country issued, for documents whose own country has none of that number:
/// who changes citizenship brings the old state's number. Without a country a number says less, so it must
/// be the only one of that number and the birth dates must agree.
fn tie_across_countries(
    engine: &Engine,
    registry: &Table<RegistryRow>,
    documents: &Table<DocumentRow>,
    previous: &[AtomicU32],
    previous_holders: &[AtomicU32],
) {
    let is_lost =
        |d: usize| previous[d].load(Relaxed) == NO_ROW && previous_holders[d].load(Relaxed) == NO_ROW;
    let seeks = |d: usize, row: &DocumentRow| row.previous != 0 && row.birth != NO_DAY && is_lost(d);
    let key = |number: u64, birth: i32| if number == 0 { 0 } else { mix_pair(number, birth as u64).max(1) };
    let seekers =
        side(
            engine,
            0,
            &documents.rows,
            |d, row| if seeks(d, row) { key(row.previous, row.birth) } else { 0 },
        );
    let wanted = KeyTable::build(&seekers, 0, |_, _| ());
    if seekers.partition_len(0) == 0 {
        return;
    }
    // Only rows that somebody seeks enter a table: few, however large the register.
    let found = |key: u64| if key != 0 && wanted.get(key).is_some() { key } else { 0 };
    let issued = side(engine, 0, &documents.rows, |_, row| found(key(row.number, row.birth)));
    let held = side(engine, 0, &registry.rows, |_, row| found(key(row.number, row.birth)));
    let unique = |side: &Side| {
        let mut twice = BTreeSet::new();
        let table = KeyTable::build(side, 0, |first, _| {
            twice.insert(first);
        });
        (table, twice)
    };
    let ((issued, issued_twice), (held, held_twice)) = (unique(&issued), unique(&held));
    for (key, document) in seekers.partition(0) {
        let only =
            |table: &KeyTable, twice: &BTreeSet<u32>| table.get(key).filter(|row| !twice.contains(row));
        if let Some(replaced) = only(&issued, &issued_twice).filter(|&replaced| replaced != document) {
            previous[document as usize].store(replaced, Relaxed);
        } else if let Some(row) = only(&held, &held_twice) {
            previous_holders[document as usize].store(row, Relaxed);
        }
    }
}

/// Settles numbers that stand in several rows or documents. Numbers of two kinds may coincide within a
/// country, and a document under several IINs is theirs whom it describes, not theirs who stand first.
fn settle_contested(
    registry: &Table<RegistryRow>,
    documents: &Table<DocumentRow>,
    shared: &[(u32, u32)],
    duplicates: &[(u32, u32)],
    registered: &[AtomicU32],
    holders: &[AtomicU32],
) {
    // For each number, known by its first document: the rows and documents that bear it.
    let mut contested: BTreeMap<u32, (BTreeSet<u32>, BTreeSet<u32>)> = BTreeMap::new();
    for &(first, later) in shared {
        let document = registered[later as usize].load(Relaxed);
        if document != NO_ROW {
            contested.entry(document).or_default().0.extend([first, later]);
        }
    }
    for &(first, later) in duplicates {
        let row = holders[first as usize].load(Relaxed);
        if row != NO_ROW {
            let (rows, copies) = contested.entry(first).or_default();
            rows.insert(row);
            copies.insert(later);
        }
    }
    for (first, (rows, mut copies)) in contested {
        copies.insert(first);
        // Kinds that differ are two documents; else likeness decides, then the order of the file.
        let fit = |row: u32, document: u32| {
            let (row, document) = (&registry.rows[row as usize], &documents.rows[document as usize]);
            let known = row.kind != 0 && document.kind != 0;
            (!known || row.kind == document.kind).then(|| (known, likeness(row, document)))
        };
        for &row in &rows {
            let best = copies.iter().filter_map(|&d| Some((fit(row, d)?, Reverse(d)))).max();
            registered[row as usize].store(best.map_or(NO_ROW, |(_, d)| d.0), Relaxed);
        }
        for &document in &copies {
            let best = rows.iter().filter_map(|&row| Some((fit(row, document)?, Reverse(row)))).max();
            holders[document as usize].store(best.map_or(NO_ROW, |(_, row)| row.0), Relaxed);
        }
    }
}

/// How alike the persons of a row and a document are: what agrees in name, birth date and sex, less what
/// differs. Unknown parts say nothing.
fn likeness(row: &RegistryRow, document: &DocumentRow) -> i32 {
    let part = |agrees: Option<bool>, weight: i32| agrees.map_or(0, |yes| if yes { weight } else { -weight });
    part(agrees(row.name, document.name, &0), 2)
        + part(agrees(row.birth, document.birth, &NO_DAY), 2)
        + part(agrees(row.sex, document.sex, &0), 1)
}

/// Owners and bases of documents while they are being settled.
#[derive(Debug)]
struct Ties {
    owners: Vec<u32>,
    bases: Vec<Basis>,
}

/// The longest chain of renewals that is followed; a human life has fewer, a cycle in the data has no end.
const CHAIN_LENGTH_MAX: usize = 32;

/// Gives a document the owner of the one that it replaced, along chains of any order in the file.
fn follow_chains(ties: &mut Ties, by_number: &ByNumber) {
    let mut path = Vec::new();
    for d in 0..ties.owners.len() {
        if ties.owners[d] != NO_ROW {
            continue;
        }
        path.clear();
        let mut at = d;
        let (mut owner, mut anchor) = (NO_ROW, Basis::PreviousNumber);
        while path.len() < CHAIN_LENGTH_MAX {
            if ties.owners[at] != NO_ROW {
                (owner, anchor) = (ties.owners[at], ties.bases[at]);
                break;
            }
            path.push(at);
            if by_number.previous[at] != NO_ROW {
                at = by_number.previous[at] as usize;
            } else {
                // The chain starts with a document that only the registry knows.
                owner = by_number.previous_holders[at];
                break;
            }
        }
        if owner != NO_ROW {
            for &link in &path {
                ties.owners[link] = owner;
                // A chain is as strong as its weakest link.
                ties.bases[link] = Basis::PreviousNumber.max(anchor);
            }
        }
    }
}

/// The probabilities of identities, and those of the documents that were tied along a chain from one.
fn along_chains(mut probabilities: Vec<(u32, u16)>, ties: &Ties, by_number: &ByNumber) -> Vec<(u32, u16)> {
    let known = |probabilities: &[(u32, u16)], d: u32| {
        let at = probabilities.binary_search_by_key(&d, |&(document, _)| document).ok()?;
        Some(probabilities[at].1)
    };
    let tied = (0..ties.bases.len() as u32).filter(|&d| ties.bases[d as usize] == Basis::Identity);
    let chained = tied.filter_map(|d| {
        let mut at = d;
        for _ in 0..CHAIN_LENGTH_MAX {
            match known(&probabilities, at) {
                Some(probability) => return (at != d).then_some((d, probability)),
                None => at = by_number.previous[at as usize],
            }
            if at == NO_ROW {
                break;
            }
        }
        None
    });
    let chained: Vec<(u32, u16)> = chained.collect();
    probabilities.extend(chained);
    probabilities.sort_unstable();
    probabilities
}

/// Rows whose documents say that they are one person: those of contested personal numbers, and those of whom one
/// holds or owns what replaced the other's document.
fn akin(contested: Vec<(u32, u32)>, ties: &Ties, by_number: &ByNumber) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    let mut add = |a: u32, b: u32| {
        if a != NO_ROW && b != NO_ROW && a != b {
            pairs.push((a.min(b), a.max(b)));
        }
    };
    for (d, &owner) in ties.owners.iter().enumerate() {
        let before = match by_number.previous[d] {
            NO_ROW => by_number.previous_holders[d],
            replaced => ties.owners[replaced as usize],
        };
        add(before, owner);
        // The chain leads to one row, the number of this link to another.
        add(owner, by_number.holders[d]);
    }
    contested.into_iter().for_each(|(a, b)| add(a, b));
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Rows under one personal number above which it is a placeholder.
const CONTESTED_MAX: usize = 8;

/// Gives untied documents the owner of those with the same personal number, where that is one row; returns the rows
/// that contest one.
fn tie_by_personal_number(
    engine: &Engine,
    documents: &Table<DocumentRow>,
    ties: &mut Ties,
) -> Vec<(u32, u32)> {
    let untied = |d: usize, row: &DocumentRow| row.personal != 0 && ties.owners[d] == NO_ROW;
    let bits = bits_for(documents.len() / 4);
    let seekers = side(engine, bits, &documents.rows, |d, row| if untied(d, row) { row.personal } else { 0 });
    let givers = side(engine, bits, &documents.rows, |d, row| if untied(d, row) { 0 } else { row.personal });
    let owners = &ties.owners;
    let found = partitions(engine, bits, |partition| {
        let mut contested: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let table = KeyTable::build(&givers, partition, |first, later| {
            if owners[first as usize] != owners[later as usize] {
                contested.entry(first).or_default().push(later);
            }
        });
        let rows = contested.iter().filter(|(_, later)| later.len() < CONTESTED_MAX);
        let rows = rows.flat_map(|(&first, later)| {
            later.iter().map(move |&later| (owners[first as usize], owners[later as usize]))
        });
        let rows: Vec<(u32, u32)> = rows.collect();
        let found = seekers
            .partition(partition)
            .filter_map(|(key, document)| {
                let giver = table.get(key)?;
                (!contested.contains_key(&giver)).then_some((document, owners[giver as usize]))
            })
            .collect::<Vec<_>>();
        (found, rows)
    });
    let mut contested = Vec::new();
    for (found, rows) in found {
        for (document, owner) in found {
            ties.owners[document as usize] = owner;
            ties.bases[document as usize] = Basis::PersonalNumber;
        }
        contested.extend(rows);
    }
    contested
}

/// Documents grouped by owner: the start of each owner's group, and the documents in row order.
fn group(owners: &[u32], registry_rows: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; registry_rows + 1];
    for &owner in owners.iter().filter(|&&owner| owner != NO_ROW) {
        starts[owner as usize + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let mut owned = vec![0u32; starts[registry_rows] as usize];
    for (document, &owner) in owners.iter().enumerate().filter(|(_, owner)| **owner != NO_ROW) {
        let at = &mut next[owner as usize];
        owned[*at as usize] = document as u32;
        *at += 1;
    }
    (starts, owned)
}
