//! Rows: what linking and rules need of a record, in a few dozen bytes, and where to find the rest.
//!
//! In: batches, by way of the stages [`RegistryStage`], [`DocumentsStage`] and [`ActivityStage`], which
//! check and normalise what they see and keep only this. Out: [`Table`]s of rows in file order. Text stays
//! in the files; a row knows where its record starts, so that evidence can quote it as it stood.
//!
//! The law: a row holds no text and no pointer, so that twenty million of them fit beside each other, and
//! the columns that joins sweep over (`keys`) lie apart from what they fetch now and then.

use std::sync::{Arc, Mutex};

use bytemuck::{Pod, Zeroable};

use super::column::{Column, Places};
use crate::batch::{Batch, NO_IIN, Role};
use crate::day::NO_DAY;
use crate::engine::Engine;
use crate::engine::stage::Stage;
use crate::error::Result;
use crate::ingest::csv::PIECE_BYTES;
use crate::ingest::{Ingested, Piece};
use crate::normalise::codes;
use crate::normalise::contact::{address_key_with, phone_key};
use crate::normalise::country;
use crate::normalise::hash::{hash, mix_pair};
use crate::normalise::memo::Memo;
use crate::normalise::name::{NameMemo, NameSketch, key_and_sketch};
use crate::normalise::number;
use crate::spill::{Place, Shelf, Spill, SpillFile, Values};
use crate::validate::checks;
use crate::validate::defect::{Check, Defect};
use crate::validate::defects::{self, Defects, Packed};
use crate::validate::iin;
use crate::validate::kernel;

/// "No row": the value of links that lead nowhere.
pub const NO_ROW: u32 = u32::MAX;

/// What is kept of a registry record. Codes are those of `normalise`; 0 is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct RegistryRow {
    /// Exact name key, or 0.
    pub name: u64,
    /// Key of the document's number, or 0.
    pub number: u64,
    /// Key of the phone, or 0.
    pub phone: u64,
    /// Key of the address, or 0.
    pub address: u64,
    /// The representative's packed IIN, or [`NO_IIN`].
    pub representative: u64,
    /// Key of the office that assigned the number, or 0; told apart by its text alone.
    pub office: u64,
    /// Where the record starts in its file.
    pub offset: u64,
    /// Day of birth.
    pub birth: i32,
    /// Day the registered document was issued.
    pub issue: i32,
    /// Last day of its validity.
    pub expiry: i32,
    /// Day the IIN was assigned.
    pub assigned: i32,
    /// Country of the registered document; citizenship where the export does not say.
    pub country: u16,
    /// Citizenship.
    pub citizenship: u16,
    /// Kind of document.
    pub kind: u8,
    /// Sex.
    pub sex: u8,
    /// Channel of the application.
    pub channel: u8,
    /// Status of the row.
    pub status: u8,
    /// What is wrong with the IIN: bits of `validate::iin::problem`.
    pub problems: u8,
    /// What the IIN says differently: bits of [`contradiction`].
    pub contradictions: u8,
    /// How the name sounds; see [`RegistryRow::sketch`].
    pub(super) sketch: [u16; 3],
}

impl RegistryRow {
    /// How the name sounds, whatever its spelling.
    #[must_use]
    pub fn sketch(&self) -> NameSketch {
        NameSketch::unpacked(self.sketch)
    }

    /// The key of its document in joins; 0 for none.
    #[must_use]
    pub fn document_key(&self) -> u64 {
        document_key(self.country, self.number)
    }

    /// The key of its representative in groups; 0 for none.
    #[must_use]
    pub fn representative_key(&self) -> u64 {
        // Twelve zeros are packed as 0, which would be no key.
        if self.representative == NO_IIN { 0 } else { self.representative + 1 }
    }
}

/// What an IIN and its row may say differently.
pub mod contradiction {
    /// The birth date.
    pub const BIRTH: u8 = 1;
    /// The sex.
    pub const SEX: u8 = 2;
}

/// What is kept of a document record; the IIN that it bears stands in the table's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct DocumentRow {
    /// Exact name key, or 0.
    pub name: u64,
    /// Key of the number, or 0.
    pub number: u64,
    /// Key of country and personal number, or 0.
    pub personal: u64,
    /// Key of the number of the document it replaced, or 0.
    pub previous: u64,
    /// Where the record starts in its file.
    pub offset: u64,
    /// Day of birth.
    pub birth: i32,
    /// Day of issue.
    pub issue: i32,
    /// Last day of validity.
    pub expiry: i32,
    /// Day of the status.
    pub status_date: i32,
    /// Issuing country.
    pub country: u16,
    /// Nationality of the holder.
    pub nationality: u16,
    /// Kind of document.
    pub kind: u8,
    /// Sex.
    pub sex: u8,
    /// Status.
    pub status: u8,
    /// 1 when the number or the machine readable zone has a defect, else 0.
    pub malformed: u8,
    /// How the name sounds; see [`DocumentRow::sketch`].
    pub(super) sketch: [u16; 3],
    /// Up to the next eight bytes: rows are written as bytes, and those that nobody set must not be.
    pub(super) spare: [u8; 2],
}

impl DocumentRow {
    /// How the name sounds, whatever its spelling.
    #[must_use]
    pub fn sketch(&self) -> NameSketch {
        NameSketch::unpacked(self.sketch)
    }

    /// The key of the document in joins; 0 for none.
    #[must_use]
    pub fn document_key(&self) -> u64 {
        document_key(self.country, self.number)
    }

    /// Whether the number or the machine readable zone has a defect.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        self.malformed == 1
    }
}

/// A dataset as rows, with the way back to its files.
#[derive(Debug)]
pub struct Table<T> {
    /// One a row.
    pub rows: Column<T>,
    /// The key that most joins sweep over: packed IIN ([`NO_IIN`] for none).
    pub iins: Column<u64>,
    /// What reading and checking found.
    pub defects: Defects,
    /// For each piece its file.
    files: Vec<u32>,
    /// For each piece the record number of its first record, and the ordinals of its rejected ones.
    records: Vec<(u32, Vec<u32>)>,
}

impl<T: Pod> Table<T> {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The 0-based number of the record that became a row: rejected records before it count.
    #[must_use]
    pub fn record(&self, row: usize) -> u32 {
        let (piece, at) = self.rows.find(row);
        let (first, rejected) = &self.records[piece];
        // The ordinal o of the row satisfies o = at + rejects before o; rejects are few and ascending.
        let mut ordinal = at as u32;
        for &reject in rejected {
            if reject > ordinal {
                break;
            }
            ordinal += 1;
        }
        first + ordinal
    }

    /// The file of a row, as an index into the dataset's files.
    #[must_use]
    pub fn file(&self, row: usize) -> usize {
        self.files[self.rows.find(row).0] as usize
    }

    fn merge(ingested: &mut Ingested<State<T>>, shelf: Option<&Shelf>) -> Self {
        let pieces = std::mem::take(&mut ingested.pieces);
        let places = Arc::new(Places::new(pieces.iter().map(|p| p.state.len())));
        let count = pieces.len();
        let mut rows = Vec::with_capacity(count);
        let mut iins = Vec::with_capacity(count);
        let mut defects = Defects::default();
        let mut files = Vec::with_capacity(count);
        let mut records = Vec::with_capacity(count);
        for Piece { file, first_record, rejected, state } in pieces {
            match (state.laid, shelf) {
                (Some((laid_rows, laid_iins, laid_defects)), Some(shelf)) => {
                    let laid = Values::Shelf(shelf.clone(), laid_defects);
                    defects.push(first_record, state.packed, Some(laid));
                    rows.push(Values::Shelf(shelf.clone(), laid_rows));
                    iins.push(Values::Shelf(shelf.clone(), laid_iins));
                }
                _ => {
                    defects.push(first_record, state.packed, None);
                    rows.push(Values::Memory(state.rows));
                    iins.push(Values::Memory(state.iins));
                }
            }
            files.push(file as u32);
            records.push((first_record, rejected));
        }
        let (rows, iins) = (Column::new(rows, places.clone()), Column::new(iins, places));
        Table { rows, iins, defects, files, records }
    }
}

/// What a piece of the registry or the documents becomes.
#[derive(Debug)]
pub struct State<T> {
    rows: Vec<T>,
    iins: Vec<u64>,
    /// Where rows, IINs and defects were laid down, when they were.
    laid: Option<(Place<T>, Place<u64>, Place<u8>)>,
    defects: Vec<Defect>,
    packed: Packed,
    memos: Memos,
}

/// What a worker remembers of the names and addresses that it saw.
#[derive(Debug, Default)]
struct Memos {
    names: NameMemo,
    addresses: Memo,
}

/// Memos that no piece is using: the next piece goes on with what an earlier one learned. They only save
/// work, so who gets which changes no result.
#[derive(Debug, Default)]
struct MemoPool(Mutex<Vec<Memos>>);

impl MemoPool {
    fn take(&self) -> Memos {
        self.0.lock().expect("nobody panics with the pool").pop().unwrap_or_default()
    }

    fn give_back(&self, memos: Memos) {
        self.0.lock().expect("nobody panics with the pool").push(memos);
    }
}

impl<T: Pod> State<T> {
    fn new(memos: Memos) -> Self {
        State {
            rows: Vec::new(),
            iins: Vec::new(),
            laid: None,
            defects: Vec::new(),
            packed: Packed::default(),
            memos,
        }
    }

    fn len(&self) -> usize {
        self.laid.map_or(self.rows.len(), |(rows, _, _)| rows.len())
    }

    /// Makes room for a whole piece when its first batch tells how long rows are.
    fn reserve(&mut self, batch: &Batch) {
        if self.rows.is_empty() && batch.len() > 1 {
            let bytes = (batch.offsets[batch.len() - 1] - batch.offsets[0]) as usize / (batch.len() - 1);
            let rows = PIECE_BYTES / bytes.max(16) * 9 / 8;
            self.rows.reserve(rows);
            self.iins.reserve(rows);
        }
    }

    /// Lets go of what only absorbing needed, and of the rows where there is a scratch file for them.
    fn close(&mut self, kept: &Kept) -> Result<()> {
        let memos = Memos { names: Memo::empty(), addresses: Memo::empty() };
        kept.memos.give_back(std::mem::replace(&mut self.memos, memos));
        self.rows.shrink_to_fit();
        self.iins.shrink_to_fit();
        self.packed = defects::pack(std::mem::take(&mut self.defects));
        if let Some(file) = &kept.file {
            let packed = file.append(&std::mem::take(&mut self.packed.bytes))?;
            self.laid = Some((file.append(&self.rows)?, file.append(&self.iins)?, packed));
            (self.rows, self.iins) = (Vec::new(), Vec::new());
        }
        Ok(())
    }
}

/// What the pieces of a dataset share: memos, and where rows are laid down.
#[derive(Debug, Default)]
struct Kept {
    memos: MemoPool,
    file: Option<SpillFile>,
}

impl Kept {
    fn merge<T: Pod>(self, ingested: &mut Ingested<State<T>>) -> Result<Table<T>> {
        let shelf = self.file.map(SpillFile::seal).transpose()?;
        Ok(Table::merge(ingested, shelf.as_ref()))
    }
}

/// Makes a table of what the pieces became in memory.
#[must_use]
pub fn merge<T: Pod>(ingested: &mut Ingested<State<T>>) -> Table<T> {
    Table::merge(ingested, None)
}

/// A column that may be missing: its value at a row, or the absent one.
macro_rules! at {
    ($column:expr, $i:expr, $absent:expr) => {
        $column.map_or($absent, |column| column[$i])
    };
}

/// A text column that may be missing.
fn text(column: Option<&arrow_array::StringViewArray>, i: usize) -> &str {
    column.map_or("", |column| column.value(i))
}

/// The key of a document in joins: country and number as one well-mixed number; 0 for none.
#[must_use]
pub fn document_key(country: u16, number: u64) -> u64 {
    if number == 0 { 0 } else { mix_pair(number, u64::from(country)).max(1) }
}

/// Checks registry batches and keeps their rows.
#[derive(Debug)]
pub struct RegistryStage {
    as_of: i32,
    kept: Kept,
}

impl RegistryStage {
    /// Checks as of a day, the one "now" of the run.
    #[must_use]
    pub fn new(as_of: i32) -> Self {
        RegistryStage { as_of, kept: Kept::default() }
    }

    /// Lays rows down where the engine does.
    ///
    /// # Errors
    /// When there is no scratch file to be had.
    pub fn spilling(mut self, engine: &Engine) -> Result<Self> {
        self.kept.file = engine.spill().map(Spill::file).transpose()?;
        Ok(self)
    }

    /// Makes a table of what the pieces became.
    ///
    /// # Errors
    /// When what was laid down cannot be read.
    pub fn merge(self, ingested: &mut Ingested<State<RegistryRow>>) -> Result<Table<RegistryRow>> {
        self.kept.merge(ingested)
    }
}

impl Stage for RegistryStage {
    type State = State<RegistryRow>;

    fn wants(&self, role: Role) -> bool {
        // Read only where evidence quotes them, from the record itself, or as what they are composed to.
        !matches!(role, Role::Patronymic | Role::FullName | Role::DocumentSeries)
    }

    fn start(&self) -> Self::State {
        State::new(self.kept.memos.take())
    }

    fn close(&self, state: &mut Self::State) -> Result<()> {
        state.close(&self.kept)
    }

    fn absorb(&self, state: &mut Self::State, batch: &Batch) {
        state.reserve(batch);
        let first_defect = state.defects.len();
        state.defects.extend_from_slice(&batch.unread);
        checks::registry(batch, self.as_of, &mut state.defects);
        let first_row = state.rows.len();

        let iins = batch.iins(Role::Iin).expect("a required column");
        let mut problems = vec![0; batch.len()];
        kernel::check_column(iins, &mut problems);
        let (surnames, given) = (batch.texts(Role::Surname), batch.texts(Role::GivenName));
        let numbers = batch.texts(Role::DocumentNumber);
        let (phones, addresses) = (batch.texts(Role::Phone), batch.texts(Role::Address));
        let offices = batch.texts(Role::Office);
        let representatives = batch.iins(Role::RepresentativeIin);
        let (births, issues) = (batch.days(Role::BirthDate), batch.days(Role::DocumentIssueDate));
        let (expiries, assigned) = (batch.days(Role::DocumentExpiryDate), batch.days(Role::AssignedOn));
        let (countries, citizenships) = (batch.codes(Role::DocumentCountry), batch.codes(Role::Citizenship));
        let (kinds, sexes) = (batch.codes(Role::DocumentType), batch.codes(Role::Sex));
        let (channels, statuses) = (batch.codes(Role::Channel), batch.codes(Role::Status));
        for i in 0..batch.len() {
            let citizenship = at!(citizenships, i, 0);
            let kind = at!(kinds, i, 0);
            let country = match at!(countries, i, 0) {
                0 => registered_country(citizenship, kind),
                known => known,
            };
            let number = number::key(text(numbers, i));
            let (name, sketch) = key_and_sketch(text(surnames, i), text(given, i), &mut state.memos.names);
            state.iins.push(iins[i]);
            state.rows.push(RegistryRow {
                name,
                number,
                phone: phone_key(text(phones, i)),
                address: address_key_with(text(addresses, i), &mut state.memos.addresses),
                representative: at!(representatives, i, NO_IIN),
                offset: batch.offsets[i],
                birth: at!(births, i, NO_DAY),
                issue: at!(issues, i, NO_DAY),
                expiry: at!(expiries, i, NO_DAY),
                assigned: at!(assigned, i, NO_DAY),
                country,
                citizenship,
                office: office_key(text(offices, i)),
                kind: kind as u8,
                sex: at!(sexes, i, 0) as u8,
                channel: at!(channels, i, 0) as u8,
                status: at!(statuses, i, 0) as u8,
                problems: problems[i],
                contradictions: 0,
                sketch: sketch.packed(),
            });
        }
        for defect in &state.defects[first_defect..] {
            let bit = match defect.check {
                Check::IinBirthDiffers => contradiction::BIRTH,
                Check::IinSexDiffers => contradiction::SEX,
                _ => continue,
            };
            if let Ok(i) = batch.ordinals.binary_search(&defect.row) {
                state.rows[first_row + i].contradictions |= bit;
            }
        }
    }
}

/// The key of an office: a hash of its text, 0 for none.
fn office_key(text: &str) -> u64 {
    match text.trim() {
        "" => 0,
        text => hash(text.as_bytes()).max(1),
    }
}

/// The country of a document for which the register gives none: permits and certificates are issued by
/// Kazakhstan, everything else by the country of citizenship.
pub(crate) fn registered_country(citizenship: u16, kind: u16) -> u16 {
    match kind {
        codes::RESIDENCE_PERMIT | codes::STATELESS | codes::REFUGEE => country::KAZ,
        _ => citizenship,
    }
}

/// Checks document batches and keeps their rows.
#[derive(Debug)]
pub struct DocumentsStage {
    as_of: i32,
    kept: Kept,
}

impl DocumentsStage {
    /// Checks as of a day, the one "now" of the run.
    #[must_use]
    pub fn new(as_of: i32) -> Self {
        DocumentsStage { as_of, kept: Kept::default() }
    }

    /// Lays rows down where the engine does.
    ///
    /// # Errors
    /// When there is no scratch file to be had.
    pub fn spilling(mut self, engine: &Engine) -> Result<Self> {
        self.kept.file = engine.spill().map(Spill::file).transpose()?;
        Ok(self)
    }

    /// Makes a table of what the pieces became.
    ///
    /// # Errors
    /// When what was laid down cannot be read.
    pub fn merge(self, ingested: &mut Ingested<State<DocumentRow>>) -> Result<Table<DocumentRow>> {
        self.kept.merge(ingested)
    }
}

impl Stage for DocumentsStage {
    type State = State<DocumentRow>;

    fn wants(&self, role: Role) -> bool {
        // Read only where evidence quotes them, from the record itself, or as what they are composed to.
        !matches!(role, Role::Patronymic | Role::Office | Role::FullName | Role::DocumentSeries)
    }

    fn start(&self) -> Self::State {
        State::new(self.kept.memos.take())
    }

    fn close(&self, state: &mut Self::State) -> Result<()> {
        state.close(&self.kept)
    }

    fn absorb(&self, state: &mut Self::State, batch: &Batch) {
        state.reserve(batch);
        state.defects.extend_from_slice(&batch.unread);
        let first_defect = state.defects.len();
        checks::documents(batch, self.as_of, &mut state.defects);

        let first_row = state.rows.len();
        let (surnames, given) = (batch.texts(Role::Surname), batch.texts(Role::GivenName));
        let numbers = batch.texts(Role::DocumentNumber);
        let (personals, previous) = (batch.texts(Role::PersonalNumber), batch.texts(Role::PreviousNumber));
        let iins = batch.iins(Role::Iin);
        let (births, issues) = (batch.days(Role::BirthDate), batch.days(Role::IssueDate));
        let (expiries, status_dates) = (batch.days(Role::ExpiryDate), batch.days(Role::StatusDate));
        let countries = batch.codes(Role::DocumentCountry).expect("a required column");
        let nationalities = batch.codes(Role::Nationality);
        let (kinds, sexes, statuses) =
            (batch.codes(Role::DocumentType), batch.codes(Role::Sex), batch.codes(Role::Status));
        for i in 0..batch.len() {
            let country = countries[i];
            let number = number::key(text(numbers, i));
            let personal = text(personals, i);
            let mut iin = at!(iins, i, NO_IIN);
            // Kazakhstan's documents print the holder's IIN as their personal number.
            if iin == NO_IIN && country == country::KAZ {
                iin = iin::pack(personal.as_bytes()).unwrap_or(NO_IIN);
            }
            let (name, sketch) = key_and_sketch(text(surnames, i), text(given, i), &mut state.memos.names);
            state.iins.push(iin);
            state.rows.push(DocumentRow {
                name,
                number,
                personal: document_key(country, number::key(personal)),
                previous: number::key(text(previous, i)),
                offset: batch.offsets[i],
                birth: at!(births, i, NO_DAY),
                issue: at!(issues, i, NO_DAY),
                expiry: at!(expiries, i, NO_DAY),
                status_date: at!(status_dates, i, NO_DAY),
                country,
                nationality: at!(nationalities, i, 0),
                kind: at!(kinds, i, 0) as u8,
                sex: at!(sexes, i, 0) as u8,
                status: at!(statuses, i, 0) as u8,
                malformed: 0,
                sketch: sketch.packed(),
                spare: [0; 2],
            });
        }
        for defect in &state.defects[first_defect..] {
            if checks::makes_malformed(defect.check)
                && let Ok(i) = batch.ordinals.binary_search(&defect.row)
            {
                state.rows[first_row + i].malformed = 1;
            }
        }
    }
}

/// An event of a living person in eight bytes: the IIN as a number below 10^12 (40 bits), days from
/// 1850 (18 bits), kind of event (6 bits of a hash, so that several kinds can be told apart).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Event(u64);

impl Event {
    /// No event, for places to be filled.
    pub(super) const NONE: Event = Event(0);
    const FIRST_DAY: i32 = -43_829;

    fn new(iin: u64, day: i32, kind: u64) -> Self {
        let day = if day == NO_DAY { 0 } else { day.saturating_sub(Self::FIRST_DAY).clamp(1, (1 << 18) - 1) };
        Event(decimal(iin) << 24 | (day as u64) << 6 | kind & 63)
    }

    /// The IIN as a number.
    #[must_use]
    pub fn iin(self) -> u64 {
        self.0 >> 24
    }

    /// The day as a number that grows with it and fits into 18 bits; 0 for none.
    #[must_use]
    pub(super) fn day_code(self) -> u32 {
        (self.0 >> 6 & 0x3_ffff) as u32
    }

    /// The day of such a number, or [`NO_DAY`].
    #[must_use]
    pub(super) fn day_of(code: u32) -> i32 {
        if code == 0 { NO_DAY } else { code as i32 + Self::FIRST_DAY }
    }

    /// A bit for the kind of event.
    #[must_use]
    pub fn kind_bit(self) -> u64 {
        1 << (self.0 & 63)
    }
}

/// A packed number as a number below 10^12.
#[must_use]
pub fn decimal(packed: u64) -> u64 {
    let pairs = (packed & 0x0f0f_0f0f_0f0f) + (packed >> 4 & 0x0f0f_0f0f_0f0f) * 10;
    let fours = (pairs & 0x00ff_00ff_00ff) + (pairs >> 8 & 0x00ff_00ff_00ff) * 100;
    (fours & 0xffff) + (fours >> 16 & 0xffff) * 10_000 + (fours >> 32) * 100_000_000
}

/// Checks activity batches and keeps their events.
#[derive(Debug)]
pub struct ActivityStage {
    as_of: i32,
    file: Option<SpillFile>,
}

impl ActivityStage {
    /// Checks as of a day, the one "now" of the run.
    #[must_use]
    pub fn new(as_of: i32) -> Self {
        ActivityStage { as_of, file: None }
    }

    /// Lays events down where the engine does.
    ///
    /// # Errors
    /// When there is no scratch file to be had.
    pub fn spilling(mut self, engine: &Engine) -> Result<Self> {
        self.file = engine.spill().map(Spill::file).transpose()?;
        Ok(self)
    }

    /// Collects what the pieces became.
    ///
    /// # Errors
    /// When what was laid down cannot be read.
    pub fn merge(self, ingested: &mut Ingested<Events>) -> Result<Activity> {
        let shelf = self.file.map(SpillFile::seal).transpose()?;
        let mut activity = Activity::default();
        for Piece { first_record, state, .. } in std::mem::take(&mut ingested.pieces) {
            match (state.laid, &shelf) {
                (Some((events, defects)), Some(shelf)) => {
                    let laid = Values::Shelf(shelf.clone(), defects);
                    activity.defects.push(first_record, state.packed, Some(laid));
                    activity.pieces.push(Values::Shelf(shelf.clone(), events));
                }
                _ => {
                    activity.defects.push(first_record, state.packed, None);
                    activity.pieces.push(Values::Memory(state.events));
                }
            }
        }
        Ok(activity)
    }
}

/// The events of a dataset.
#[derive(Debug, Default)]
pub struct Activity {
    /// In the pieces in which they were read.
    pub pieces: Vec<Values<Event>>,
    /// What reading and checking found.
    pub defects: Defects,
}

/// What a piece of the activity becomes.
#[derive(Debug, Default)]
pub struct Events {
    /// One a row with an IIN.
    events: Vec<Event>,
    /// Where they and the defects were laid down, when they were.
    laid: Option<(Place<Event>, Place<u8>)>,
    /// What reading and checking found.
    defects: Vec<Defect>,
    packed: Packed,
}

impl Stage for ActivityStage {
    type State = Events;

    fn start(&self) -> Self::State {
        Events::default()
    }

    fn close(&self, state: &mut Self::State) -> Result<()> {
        state.packed = defects::pack(std::mem::take(&mut state.defects));
        match &self.file {
            Some(file) => {
                let packed = file.append(&std::mem::take(&mut state.packed.bytes))?;
                state.laid = Some((file.append(&state.events)?, packed));
                state.events = Vec::new();
            }
            // The list grew by doubling.
            None => state.events.shrink_to_fit(),
        }
        Ok(())
    }

    fn absorb(&self, state: &mut Self::State, batch: &Batch) {
        state.defects.extend_from_slice(&batch.unread);
        checks::activity(batch, self.as_of, &mut state.defects);
        let iins = batch.iins(Role::Iin).expect("a required column");
        let (days, kinds) = (batch.days(Role::OccurredOn), batch.texts(Role::Kind));
        for (i, &iin) in iins.iter().enumerate() {
            if iin != NO_IIN {
                state.events.push(Event::new(iin, at!(days, i, NO_DAY), hash(text(kinds, i).as_bytes())));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_keep_number_and_day() {
        for (text, day) in [("000000000000", 0), ("999999999999", 20_000), ("901123300258", -40_000)] {
            let event = Event::new(iin::pack(text.as_bytes()).unwrap(), day, 5);
            assert_eq!(event.iin(), text.parse::<u64>().unwrap());
            assert_eq!(Event::day_of(event.day_code()), day);
            assert_eq!(event.kind_bit(), 32);
        }
        assert_eq!(Event::day_of(Event::new(0, NO_DAY, 0).day_code()), NO_DAY);
    }
}
