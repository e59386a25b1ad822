//! Profile: batches in, what the columns of a file are like out: how full, how sound, how coded, and in what
//! shapes.
//!
//! It sees every column, also those without a role, and what the checks find in those that have one. The law:
//! nothing that leaves a profile is a value of a record. Shapes are masked, words are printed only where they
//! belong to a closed list, dates only where so many records share one that it is nobody's.
//!
//! Bounded in memory whatever the file: [`distinct`] keeps a thousand hashes, [`common`] some hundred values.
//! Not a goal: judging records, which is for `validate`.

pub mod column;
pub mod common;
pub mod distinct;
pub mod guess;
pub mod shape;

use std::collections::BTreeSet;

use self::column::ColumnProfile;
use crate::batch::{Batch, Dataset, Role};
use crate::engine::stage::Stage;
use crate::ingest::header::Header;
use crate::normalise::codes::{FEMALE, MALE, SexCodes};
use crate::validate::defect::{Check, Defect};
use crate::validate::{checks, iin};

/// What is counted of a file.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// One a column of the file.
    pub columns: Vec<ColumnProfile>,
    /// Accepted records.
    pub records: u64,
    /// Values that are malformed in themselves, by role.
    malformed: std::collections::BTreeMap<Role, u64>,
}

impl Profile {
    /// Takes in what was counted of later records of the file.
    pub fn merge(&mut self, later: Profile) {
        if self.columns.is_empty() {
            *self = later;
            return;
        }
        for (own, later) in self.columns.iter_mut().zip(later.columns) {
            own.merge(later);
        }
        self.records += later.records;
        for (role, count) in later.malformed {
            *self.malformed.entry(role).or_default() += count;
        }
    }

    /// Values of a role that are malformed in themselves.
    #[must_use]
    pub fn malformed(&self, role: Role) -> u64 {
        self.malformed.get(&role).copied().unwrap_or_default()
    }
}

/// Counts what batches hold; they must carry the text of every column.
#[derive(Debug)]
pub struct ProfileStage<'a> {
    /// What the columns are.
    pub header: &'a Header,
    /// What the codes of sex mean.
    pub sex: &'a SexCodes,
    /// The one "now" of the run.
    pub as_of: i32,
}

impl Stage for ProfileStage<'_> {
    type State = Profile;

    fn start(&self) -> Profile {
        let columns = self.header.roles.iter().map(|_| ColumnProfile::default()).collect();
        Profile { columns, ..Profile::default() }
    }

    fn absorb(&self, profile: &mut Profile, batch: &Batch) {
        assert_eq!(batch.cells.len(), profile.columns.len(), "the reading asked for every cell");
        profile.records += batch.len() as u64;
        for (column, cells) in profile.columns.iter_mut().zip(&batch.cells) {
            for row in 0..batch.len() {
                column.take(cells.get(row));
            }
        }
        self.compare_sexes(profile, batch);
        let mut defects = batch.unread.clone();
        // A dataset without its required columns is looked at all the same, and not checked.
        match batch.dataset {
            Dataset::Registry => checks::registry(batch, self.as_of, &mut defects),
            Dataset::Documents => checks::documents(batch, self.as_of, &mut defects),
            Dataset::Activity => checks::activity(batch, self.as_of, &mut defects),
            // All of its columns are text; an IIN among them is checked where it is compared.
            Dataset::Customers => {}
        }
        let malformed: BTreeSet<(Role, u32)> =
            defects.iter().filter(|defect| is_of_the_value(defect)).map(|d| (d.role, d.row)).collect();
        for (role, _) in malformed {
            *profile.malformed.entry(role).or_default() += 1;
        }
    }
}

impl ProfileStage<'_> {
    /// Counts for each code of sex how often digit 7 of the IIN says male or female.
    fn compare_sexes(&self, profile: &mut Profile, batch: &Batch) {
        let (Some(sex), Some(number)) = (self.header.column(Role::Sex), self.header.column(Role::Iin)) else {
            return;
        };
        let (sexes, numbers) = (&batch.cells[sex], &batch.cells[number]);
        for row in 0..batch.len() {
            let code = sexes.get(row);
            // Only words that some list knows: a shifted column must not show names here.
            let Some(read_as) = self.sex.read(code).filter(|&sex| sex != 0) else { continue };
            let packed = iin::pack(numbers.get(row).as_bytes()).filter(|&packed| iin::problems(packed) == 0);
            let says = |sex| packed.and_then(|packed| iin::sex_agrees(packed, sex)) == Some(true);
            let counts = profile.columns[sex].sexes.entry(code.to_owned()).or_default();
            counts.read_as = read_as;
            counts.records += 1;
            counts.male += u64::from(says(MALE));
            counts.female += u64::from(says(FEMALE));
        }
    }
}

/// Whether a defect is the value's own, and not a disagreement with another field or with the day.
fn is_of_the_value(defect: &Defect) -> bool {
    !matches!(
        defect.check,
        Check::Missing
            | Check::IinBirthDiffers
            | Check::IinSexDiffers
            | Check::MrzDiffers
            | Check::DateFuture
            | Check::DateOrder
            | Check::ValidityTooLong
            | Check::DuplicateIin
            | Check::DuplicateDocument
            | Check::SuccessorMissing
    )
}
