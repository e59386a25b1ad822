//! Families: one name in the spellings of many languages, which no scheme leads to from one another.
//!
//! In: a fold, out: the family that it belongs to. The families are data (`data/name_families.csv`), reviewed
//! by people. The law: no fold belongs to two families.

use std::sync::LazyLock;

use crate::normalise::fold::folded;
use crate::normalise::hash::hash;

/// A family by its place in the table, from 1; 0 is none.
pub(super) type FamilyId = u16;

struct Families {
    /// Hashes of folds and the family of each, sorted.
    members: Vec<(u64, FamilyId)>,
    canonical: Vec<&'static str>,
}

/// Built at first use, because the data holds spellings as documents print them and the fold is the crate's.
static FAMILIES: LazyLock<Families> = LazyLock::new(|| {
    let rows = include_str!("../../../data/name_families.csv").lines().skip(1);
    let mut families = Families { members: Vec::new(), canonical: Vec::new() };
    for (canonical, spellings) in rows.filter_map(|row| row.split_once(',')) {
        families.canonical.push(canonical);
        let id = families.canonical.len() as FamilyId;
        families.members.extend(spellings.split('|').map(|name| (hash(folded(name).as_bytes()), id)));
    }
    families.members.sort_unstable();
    families.members.dedup();
    families
});

/// The family of a fold's hash; 0 when it belongs to none.
pub(super) fn of(hash: u64) -> FamilyId {
    let members = &FAMILIES.members;
    members.binary_search_by_key(&hash, |member| member.0).map_or(0, |at| members[at].1)
}

/// The canonical name of the family of spellings that a fold belongs to, if any.
///
/// ```
/// use iinrec::normalise::name::family;
/// assert_eq!(family("MAHOMED"), Some("MUHAMMAD"));
/// assert_eq!(family("IVAN"), None);
/// ```
#[must_use]
pub fn family(fold: &str) -> Option<&'static str> {
    Some(canonical(of(hash(fold.as_bytes())))).filter(|name| !name.is_empty())
}

/// The canonical name of a family.
pub(super) fn canonical(family: FamilyId) -> &'static str {
    FAMILIES.canonical.get(usize::from(family).wrapping_sub(1)).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_fold_belongs_to_two_families() {
        for pair in FAMILIES.members.windows(2) {
            assert!(
                pair[0].0 != pair[1].0,
                "{} and {} share a fold",
                canonical(pair[0].1),
                canonical(pair[1].1)
            );
        }
        let family = |name: &str| canonical(of(hash(folded(name).as_bytes())));
        assert_eq!(family("Магомед"), "MUHAMMAD");
        assert_eq!(family("Иван"), "");
    }
}
