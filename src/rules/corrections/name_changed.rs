//! `name_changed`: the newest document bears another name, beyond spelling, script or transliteration.
//!
//! # What it finds
//! A surname or given name in the newest document that no scheme of spelling leads to from the registered
//! one. The patronymic is not compared: it comes and goes between documents. Between two scripts half of the letters may be
//! those of a scheme that nobody told us; then the registered document, where it is on file and spells the registered name in
//! the script of the newest, is compared with that one.
//!
//! # Why it matters
//! A search by the new name does not find the number; sanctions and debts are sought by name.
//!
//! # Evidence
//! Both names as they stand, and the document that shows the new one.
//!
//! # Innocent causes
//! Marriage, divorce, a name taken on naturalisation; a clerk who wrote the names into each other's field
//! (order is forgiven, other mixtures are not).
//!
//! # Example
//! Registered AHMETOVA, the passport of 2024 says KIM.

use super::person::Person;
use super::{Correction, Kind};
use crate::normalise::name::{NameLevel, PersonName, across_scripts, compare, may_be_transliterated};

pub(super) fn find(person: &Person<'_>, latest: u32) -> Option<Correction> {
    let document = person.document(latest);
    // Equal keys are the same name under some scheme: nearly all rows end here, without reading text.
    if person.registered.name != 0 && person.registered.name == document.name {
        return None;
    }
    let registered = person.world.names.registry(person.row as usize);
    let current = person.world.names.document(latest as usize);
    let (registered, current) = (person_name(&registered), person_name(&current));
    let found = compare(&registered, &current);
    let mut field = found.changed()?;
    // Across scripts a wholly different name is mostly one whose scheme nobody told us; a change leaves
    // one part as it was.
    let both = found.surname.level == NameLevel::Different && found.given.level == NameLevel::Different;
    if may_be_transliterated(&registered, &current, field) || (both && across_scripts(&registered, &current))
    {
        let (own, _) = person.own.filter(|&(own, _)| own != latest)?;
        let printed = person_name(&person.world.names.document(own as usize));
        if across_scripts(&printed, &current) || compare(&registered, &printed).changed().is_some() {
            return None;
        }
        field = compare(&printed, &current).changed()?;
    }
    Some(Correction {
        kind: Kind::NameChanged,
        field,
        row: person.row,
        document: latest,
        basis: person.basis(latest),
        confidence: person.confidence(latest),
        ambiguous: false,
        since: person.since(latest),
    })
}

fn person_name([surname, given, patronymic]: &[String; 3]) -> PersonName {
    PersonName::new(surname, given, patronymic)
}
