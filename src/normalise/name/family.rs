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

/// Names that a short form may stand for; further ones are left out.
pub(super) const SHORTS_MAX: usize = 4;

/// Names by their place in the table of diminutives, from 1; a full name stands for itself. Zeros fill up.
pub(super) type Shorts = [u16; SHORTS_MAX];

/// The bit of a name that stands for itself.
const FULL: u16 = 1 << 15;

static DIMINUTIVES: LazyLock<Vec<(u64, u16)>> = LazyLock::new(|| {
    let mut rows = Vec::new();
    for (at, row) in include_str!("../../../data/diminutives.csv").lines().skip(1).enumerate() {
        let (names, short) = row.split_once(',').unwrap_or((row, ""));
        let id = at as u16 + 1;
        rows.extend(names.split('|').map(|name| (hash(folded(name).as_bytes()), id | FULL)));
        rows.extend(short.split('|').map(|name| (hash(folded(name).as_bytes()), id)));
    }
    rows.sort_unstable();
    rows.dedup_by_key(|row| (row.0, row.1 & !FULL));
    rows
});

/// The names that a fold's hash is or may be short for.
pub(super) fn shorts(hash: u64) -> Shorts {
    let rows = &*DIMINUTIVES;
    let mut found = [0; SHORTS_MAX];
    let from = rows.partition_point(|row| row.0 < hash);
    for (slot, row) in found.iter_mut().zip(rows[from..].iter().take_while(|row| row.0 == hash)) {
        *slot = row.1;
    }
    found
}

/// Whether one is a short form of the other, or both are short for one name.
pub(super) fn is_short_for(left: Shorts, right: Shorts) -> bool {
    left.iter()
        .any(|&one| one != 0 && right.iter().any(|&two| one & !FULL == two & !FULL && one & two & FULL == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_stand_for_their_names() {
        let short = |left: &str, right: &str| {
            let [one, two] = [left, right].map(|name| shorts(hash(folded(name).as_bytes())));
            assert_eq!(is_short_for(one, two), is_short_for(two, one));
            is_short_for(one, two)
        };
        for (left, right, expected, why) in [
            ("Bill", "William", true, "English"),
            ("Саша", "Александр", true, "Russian"),
            ("SASHA", "Александра", true, "also a woman's, and in Latin"),
            ("Александр", "Александра", false, "two names that share a short form"),
            ("Bob", "Rob", true, "two short forms of one name"),
            ("Bob", "Bill", false, "two short forms of two names"),
            ("Анна", "Мария", false, "two names"),
        ] {
            assert_eq!(short(left, right), expected, "{left} ~ {right}: {why}");
        }
    }

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
