//! Small worlds for the tests of signals: literal CSV through the real stages and the real link.
//!
//! Cells are read by the definitions (`iin::pack`, `day::parse`, `country::parse`, the contract's words), so
//! that a case fails for what the signal does and not for what the reader of exports does.

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, RecordBatch, StringViewArray, UInt16Array, UInt64Array};
use arrow_schema::{Field, Schema};

use super::{Code, Signal};
use crate::batch::{Batch, Dataset, Kind, NO_IIN, Role};
use crate::day::{self, NO_DAY};
use crate::engine::Engine;
use crate::engine::stage::Stage;
use crate::ingest::{Ingested, Piece};
use crate::link::rows::{
    self, ActivityStage, DocumentRow, DocumentsStage, RegistryRow, RegistryStage, Table,
};
use crate::link::{Links, link};
use crate::normalise::{codes, country};
use crate::rules::settings::Settings;
use crate::rules::{Names, World};
use crate::validate::iin;

/// The as-of day of all cases: 2025-01-01.
pub(crate) const AS_OF: i32 = 20_089;

/// A small world that can be asked for its signals.
pub(crate) struct Case {
    engine: Engine,
    settings: Settings,
    registry: Table<RegistryRow>,
    documents: Table<DocumentRow>,
    links: Links,
    names: CaseNames,
}

impl Case {
    /// A world without activity.
    pub(crate) fn new(
        registry_header: &str,
        registry: &[impl AsRef<str>],
        documents_header: &str,
        documents: &[impl AsRef<str>],
    ) -> Self {
        let none: &[&str] = &[];
        Case::with_activity(registry_header, registry, documents_header, documents, none)
    }

    /// A world of three datasets; activity is `iin,kind,occurred_on`, and none when there are no events.
    pub(crate) fn with_activity(
        registry_header: &str,
        registry: &[impl AsRef<str>],
        documents_header: &str,
        documents: &[impl AsRef<str>],
        activity: &[impl AsRef<str>],
    ) -> Self {
        let engine = Engine::new(2).expect("two threads");
        let names = CaseNames([names(registry_header, registry), names(documents_header, documents)]);
        let (registry, _) = read(&RegistryStage::new(AS_OF), Dataset::Registry, registry_header, registry);
        let (documents, _) =
            read(&DocumentsStage::new(AS_OF), Dataset::Documents, documents_header, documents);
        let (registry, documents) =
            (rows::merge(&mut ingested(registry)), rows::merge(&mut ingested(documents)));
        let stage = ActivityStage::new(AS_OF);
        let (events, count) = read(&stage, Dataset::Activity, "iin,kind,occurred_on", activity);
        let activity = stage.merge(&mut ingested(events)).expect("nothing is laid down");
        let activity = if count == 0 { Vec::new() } else { activity.pieces };
        let links = link(&engine, &registry, &documents, activity, &names, AS_OF);
        Case { engine, settings: Settings::default(), registry, documents, links, names }
    }

    /// A world of a registry alone.
    pub(crate) fn registry(header: &str, rows: &[&str]) -> Self {
        let none: &[&str] = &[];
        Case::new(header, rows, "document_country,document_number", none)
    }

    /// The settings, to be changed.
    pub(crate) fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// What rules see.
    pub(crate) fn world(&self) -> World<'_> {
        World {
            engine: &self.engine,
            registry: &self.registry,
            documents: &self.documents,
            links: &self.links,
            duplicates: &[],
            names: &self.names,
            as_of: AS_OF,
            settings: &self.settings,
            nearby: None,
            near: None,
        }
    }

    /// All signals.
    pub(crate) fn signals(&self) -> Vec<Signal> {
        super::find(&self.world())
    }

    /// The weight of a row's signal of a code.
    pub(crate) fn weight(&self, row: u32, code: Code) -> Option<u16> {
        self.signals().into_iter().find(|s| s.row == row && s.code == code).map(|s| s.weight)
    }

    /// The evidence of a row's signal of a code.
    pub(crate) fn evidence(&self, row: u32, code: Code) -> String {
        let signal = self.signals().into_iter().find(|s| s.row == row && s.code == code);
        signal.expect("the row has this signal").evidence
    }
}

/// The names of registry rows and documents, as the rows of the case have them.
#[derive(Debug)]
struct CaseNames([Vec<[String; 3]>; 2]);

impl Names for CaseNames {
    fn registry(&self, row: usize) -> [String; 3] {
        self.0[0][row].clone()
    }

    fn document(&self, row: usize) -> [String; 3] {
        self.0[1][row].clone()
    }
}

fn names(header: &str, rows: &[impl AsRef<str>]) -> Vec<[String; 3]> {
    let at = ["surname", "given_name", "patronymic"].map(|name| header.split(',').position(|h| h == name));
    let cell = |row: &str, at: Option<usize>| {
        at.and_then(|at| row.split(',').nth(at)).unwrap_or_default().to_owned()
    };
    rows.iter().map(|row| at.map(|at| cell(row.as_ref(), at))).collect()
}

/// The n-th sound number of a foreigner born on a day in 1918 or 2018: a number of nobody.
pub(crate) fn iin(n: usize) -> String {
    let mut numbers = (0..10_000).map(|serial| format!("1801010{serial:04}")).filter_map(|first11| {
        let digits: Vec<u8> = first11.bytes().map(|byte| byte - b'0').collect();
        let digit = iin::check_digit(digits.as_slice().try_into().expect("eleven digits"))?;
        Some(format!("{first11}{digit}"))
    });
    numbers.nth(n).expect("fewer than ten thousand are asked for")
}

fn ingested<S>(state: S) -> Ingested<S> {
    let piece = Piece { file: 0, first_record: 0, rejected: Vec::new(), state };
    Ingested { pieces: vec![piece], rejects: Vec::new(), totals: Vec::new() }
}

/// One batch of literal rows through a stage, with the columns that a dataset must have.
fn read<S: Stage>(stage: &S, dataset: Dataset, header: &str, rows: &[impl AsRef<str>]) -> (S::State, usize) {
    let mut roles: Vec<Role> =
        header.split(',').map(|name| Role::from_name(name).expect("a column")).collect();
    let given = roles.len();
    roles.extend(dataset.required().iter().filter(|role| !roles.contains(role)).copied().collect::<Vec<_>>());
    let cells: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| {
            let mut cells: Vec<&str> = row.as_ref().split(',').collect();
            assert_eq!(cells.len(), given, "{}", row.as_ref());
            cells.resize(roles.len(), "");
            cells
        })
        .collect();
    let mut slots = [None; Role::COUNT];
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (at, &role) in roles.iter().enumerate() {
        slots[role as usize] = Some(at as u8);
        let column = || cells.iter().map(|row| row[at]);
        columns.push(match role.kind() {
            Kind::Iin => Arc::new(UInt64Array::from_iter_values(
                column().map(|c| iin::pack(c.as_bytes()).unwrap_or(NO_IIN)),
            )),
            Kind::Day => {
                Arc::new(Date32Array::from_iter_values(
                    column().map(|c| {
                        if c.is_empty() { NO_DAY } else { day::parse(c.as_bytes()).expect("a date") }
                    }),
                ))
            }
            Kind::Code => Arc::new(UInt16Array::from_iter_values(column().map(|c| code(role, c)))),
            Kind::Text => Arc::new(StringViewArray::from_iter_values(column())),
        });
    }
    let fields: Vec<Field> = roles
        .iter()
        .zip(&columns)
        .map(|(role, column)| Field::new(role.name(), column.data_type().clone(), false))
        .collect();
    let columns =
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("columns of one length");
    let mut state = stage.start();
    if !rows.is_empty() {
        let ordinals: Vec<u32> = (0..rows.len() as u32).collect();
        let offsets = ordinals.iter().copied().map(u64::from).collect();
        stage.absorb(
            &mut state,
            &Batch { dataset, columns, slots, ordinals, offsets, unread: Vec::new(), cells: Vec::new() },
        );
    }
    (state, rows.len())
}

/// The code of a contract word.
fn code(role: Role, cell: &str) -> u16 {
    let words: &[&str] = match role {
        Role::Sex => &["", "M", "F"],
        Role::DocumentType => &codes::DOCUMENT_TYPES,
        Role::Channel => &codes::CHANNELS,
        Role::Status => &codes::STATUSES,
        _ => return country::parse(cell).expect("a country"),
    };
    if cell.is_empty() {
        return 0;
    }
    words.iter().position(|&word| word == cell).expect("a word of the contract") as u16
}
