//! Small customer files for the tests of signals: literal rows through the real columns.

use super::{Code, Look, Signal, Terms, find};
use crate::batch::{Dataset, Role};
use crate::engine::Engine;
use crate::link::people::table::{Column, Dictionary, People};
use crate::rules::settings::Settings;

/// A small file that can be asked for its signals. Records of one `record_id` are one person; without that column
/// each record is a person.
pub(super) struct Case {
    engine: Engine,
    pub(super) terms: Terms,
    people: People,
    persons: Vec<u32>,
    pub(super) apart: Vec<(u32, u32, u16)>,
}

impl Case {
    /// A file with these columns, whose values hold no comma.
    pub(super) fn new(header: &str, rows: &[impl AsRef<str>]) -> Self {
        let mut people = People::default();
        let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.as_ref().split(',').collect()).collect();
        let mut ids: Vec<String> = (0..rows.len()).map(|row| row.to_string()).collect();
        for (at, name) in header.split(',').enumerate() {
            let role = Role::from_name(name).expect("a role");
            assert!(Dataset::Customers.roles().contains(&role), "a role of customers");
            if role == Role::RecordId {
                ids = cells.iter().map(|row| row[at].to_owned()).collect();
                continue;
            }
            let mut dictionary = Dictionary::default();
            let codes = cells.iter().map(|row| dictionary.code(row[at].trim())).collect();
            people.columns.push(Column { header: name.to_owned(), role, texts: dictionary.texts, codes });
        }
        let first = |id: &String| ids.iter().position(|other| other == id).expect("itself") as u32;
        let persons = ids.iter().map(first).collect();
        people.ids = ids.iter().collect();
        people.rows = (0..rows.len() as u32).collect();
        people.files = vec![0; rows.len()];
        let terms = Terms::new(&Settings::default(), 20, Vec::new());
        Case { engine: Engine::new(2).expect("two threads"), terms, people, persons, apart: Vec::new() }
    }

    /// The persons, for [`Case::look`].
    pub(super) fn persons(&self) -> Vec<u32> {
        self.persons.clone()
    }

    /// What the rules see.
    pub(super) fn look<'a>(&'a self, persons: &'a [u32]) -> Look<'a> {
        Look::new(&self.engine, &self.terms, &self.people, persons, &self.apart)
    }

    /// All signals.
    pub(super) fn find(&self) -> Vec<Signal> {
        find(&self.look(&self.persons))
    }

    /// Whether a record bears a sign, and whether it is a strong one that nothing explains.
    pub(super) fn sign(&self, record: u32, code: Code) -> Option<bool> {
        let signals = self.find();
        signals
            .iter()
            .find(|signal| (signal.record, signal.code) == (record, code))
            .map(|signal| signal.strong && !signal.explained)
    }
}
