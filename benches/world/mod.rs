//! A generated world for the benches: made once a bench, the same bytes every time.
//!
//! `IINREC_BENCH_PEOPLE` sets its size (default 200,000).

#![allow(dead_code, reason = "each bench uses its part")]

use std::path::PathBuf;

use iinrec::batch::Dataset;
use iinrec::day;
use iinrec::engine::Engine;
use iinrec::generate::{Options, generate};
use iinrec::ingest::{self, DataFile, Input, Needs, Reading, Spooling, Unobserved};
use iinrec::link::rows::{
    ActivityStage, DocumentRow, DocumentsStage, Event, RegistryRow, RegistryStage, Table, merge,
};
use iinrec::report::values::Records;
use iinrec::spill::Values;

/// The files of a world, in a folder that is removed at the end.
pub(crate) struct World {
    folder: tempfile::TempDir,
    pub(crate) people: u64,
}

impl World {
    pub(crate) fn new() -> Self {
        let people =
            std::env::var("IINREC_BENCH_PEOPLE").ok().and_then(|n| n.parse().ok()).unwrap_or(200_000);
        let folder = tempfile::tempdir().expect("a scratch folder");
        generate(&Options::new(people, 7, folder.path().join("world"))).expect("a world");
        World { folder, people }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("world").join(name)
    }

    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn input(&self, dataset: Dataset) -> Input {
        let path = self.path(&format!("{}.csv", dataset.name()));
        let file = DataFile::open(&path, dataset, &Reading::default(), Needs::Required, &Spooling::default())
            .expect("a readable file");
        Input { dataset, files: vec![file] }
    }
}

/// The day as of which generated worlds are judged.
pub(crate) fn as_of() -> i32 {
    day::from_civil(2026, 1, 1).expect("a date")
}

/// The tables of a world.
pub(crate) struct Tables {
    pub(crate) registry: Table<RegistryRow>,
    pub(crate) documents: Table<DocumentRow>,
    pub(crate) activity: Vec<Values<Event>>,
    pub(crate) inputs: [Input; 2],
}

impl Tables {
    /// Where names and numbers are read again.
    pub(crate) fn records(&self) -> Records<'_> {
        Records {
            registry_files: &self.inputs[0],
            documents_files: &self.inputs[1],
            registry: &self.registry,
            documents: &self.documents,
            cases: None,
            offices: None,
        }
    }

    /// A copy of the events, which linking uses up.
    pub(crate) fn activity(&self) -> Vec<Values<Event>> {
        self.activity.iter().map(|piece| Values::Memory(piece.all().to_vec())).collect()
    }
}

pub(crate) fn tables(world: &World, engine: &Engine) -> Tables {
    let as_of = as_of();
    let inputs = [Dataset::Registry, Dataset::Documents].map(|dataset| world.input(dataset));
    let mut registry =
        ingest::read(engine, &inputs[0], &RegistryStage::new(as_of), &Unobserved).expect("a registry");
    let mut documents =
        ingest::read(engine, &inputs[1], &DocumentsStage::new(as_of), &Unobserved).expect("documents");
    let activity = world.input(Dataset::Activity);
    let stage = ActivityStage::new(as_of);
    let mut activity = ingest::read(engine, &activity, &stage, &Unobserved).expect("activity");
    Tables {
        registry: merge(&mut registry),
        documents: merge(&mut documents),
        activity: stage.merge(&mut activity).expect("nothing is laid down").pieces,
        inputs,
    }
}
