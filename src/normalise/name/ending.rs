//! Endings: what half of a country's surnames and all patronymics share, told from what is the family's own.
//!
//! In: folds. Out: the fold without its ending. Three questions are answered here: is it a surname's feminine
//! form (-ова, -ская), is it one surname in two languages (Серікұлы, Сериков), and whose child a patronymic
//! names (Серикович, Серікқызы, SERIK OGLU).
//!
//! The law: an ending is taken off only where a root of three letters or more is left.

/// Endings that make a surname or patronymic of a father's name, as they fold; longer ones first.
const OF_FATHER: [&[u8]; 35] = [
    b"?IZI", b"JODA", b"SODA", b"?LI", b"OVIJNA", b"OVIJ", b"EVIJ", b"AVIJ", b"IVNA", b"OVNA", b"EVNA",
    b"AUNA", b"EUNA", b"IJNA", b"KIZI", b"HIZI", b"OHLI", b"UHLI", b"OHLU", b"UHLU", b"ZODA", b"ZADE",
    b"ZADA", b"ZADEH", b"TEHI", b"UULU", b"OVA", b"EVA", b"ULI", b"ULU", b"OV", b"EV", b"AU", b"EU", b"IJ",
];

/// Words that stand behind a father's name and make a patronymic of it.
const MARKERS: [&[u8]; 16] = [
    b"OHLI", b"UHLI", b"OHLU", b"UHLU", b"ULI", b"ULU", b"KIZI", b"HIZI", b"ZODA", b"ZADE", b"ZADA", b"TEHI",
    b"UHIL", b"OHIL", b"?LI", b"?IZI",
];

/// Endings that only patronymics have, with which one is found among the words of a full name.
const SLAVIC: [&[u8]; 9] = [b"OVIJ", b"EVIJ", b"AVIJ", b"OVNA", b"EVNA", b"IVNA", b"AUNA", b"EUNA", b"IJNA"];

/// Patronymics that end otherwise: Ильич, Никитич and their like.
const SLAVIC_WHOLE: [&[u8]; 5] = [b"ILIJ", b"NIKITIJ", b"LUKIJ", b"FOMIJ", b"KUZMIJ"];

/// Endings that patronymics share with surnames.
const TURKIC: [&[u8]; 12] = [
    b"KIZI", b"HIZI", b"OHLI", b"UHLI", b"ULI", b"OHLU", b"ZODA", b"JODA", b"SODA", b"ZADE", b"?LI", b"?IZI",
];

/// A root as short as a name may be.
const ROOT_BYTES_MIN: usize = 3;

fn strip<'a>(fold: &'a [u8], endings: &[&[u8]]) -> Option<&'a [u8]> {
    let ending = endings.iter().find(|ending| fold.len() >= ending.len() + 2 && fold.ends_with(ending))?;
    Some(&fold[..fold.len() - ending.len()])
}

/// Drops vowels at the end, which endings swallow: Сергей and Сергеевич, Илья and Ильич.
fn trim(root: &[u8]) -> &[u8] {
    let mut root = root;
    while root.len() > 2 && root.last().is_some_and(|byte| matches!(byte, b'A' | b'E' | b'I' | b'O' | b'U')) {
        root = &root[..root.len() - 1];
    }
    root
}

/// A patronymic's root: Серикович, Серікұлы and SERIKOVNA share it.
pub(super) fn patronymic_root(fold: &[u8]) -> &[u8] {
    trim(strip(fold, &OF_FATHER).unwrap_or(fold))
}

/// The father's name of a patronymic, as far as the fold still shows it.
pub(super) fn father(fold: &[u8]) -> &[u8] {
    strip(fold, &OF_FATHER).unwrap_or(fold)
}

/// Whether a word makes a patronymic of the one before it.
pub(in crate::normalise) fn is_marker(fold: &[u8]) -> bool {
    MARKERS.contains(&fold)
}

/// Whether a word of a full name ends as only patronymics do.
pub(in crate::normalise) fn is_slavic_patronymic(fold: &[u8]) -> bool {
    SLAVIC_WHOLE.contains(&fold) || strip(fold, &SLAVIC).is_some()
}

/// Whether a word of a full name ends as patronymics do, and surnames too.
pub(in crate::normalise) fn is_turkic_patronymic(fold: &[u8]) -> bool {
    // -ULI ends names of other peoples too (RASULI), mostly behind three letters.
    let least = |ending: &[u8]| if ending == b"ULI" { 4 } else { 2 };
    TURKIC.iter().any(|ending| fold.len() >= ending.len() + least(ending) && fold.ends_with(ending))
}

/// Whether two patronymics name the same father.
pub(super) fn same_father(left: &[u8], right: &[u8]) -> bool {
    same_root(left, right, trim, 2)
}

/// Whether two surnames are made of the same father's name, of four letters or more.
pub(super) fn same_surname_root(left: &[u8], right: &[u8]) -> bool {
    same_root(left, right, |root| root, ROOT_BYTES_MIN + 1)
}

/// Whether two names have a root in common. An ending may have swallowed the root's last letter, which folds
/// doubled letters into one: Серікқызы, Парвиззода, Умедзода; and what looks like an ending may be none: Кылыч.
fn same_root(left: &[u8], right: &[u8], trim: fn(&[u8]) -> &[u8], least: usize) -> bool {
    let roots = |fold: &[u8]| -> [[u8; 64]; 3] {
        let mut found = [[0u8; 64]; 3];
        let root = father(fold);
        found[0][..root.len().min(63)].copy_from_slice(&root[..root.len().min(63)]);
        found[1] = found[0];
        found[2][..fold.len().min(63)].copy_from_slice(&fold[..fold.len().min(63)]);
        let swallowed = match &fold[root.len()..] {
            // ДЗ and ТЗ fold into one letter.
            b"JODA" => b'D',
            b"SODA" => b'T',
            ending => ending.first().copied().filter(|byte| !matches!(byte, b'?')).unwrap_or(0),
        };
        if root.len() < 62 {
            found[1][root.len()] = swallowed;
        }
        found
    };
    let text = |root: &[u8; 64]| root.iter().position(|&byte| byte == 0).unwrap_or(64);
    let (ours, theirs) = (roots(left), roots(right));
    ours.iter().any(|one| {
        let one = trim(&one[..text(one)]);
        theirs.iter().any(|two| one.len() >= least && one == trim(&two[..text(two)]))
    })
}

/// The masculine form of a surname's fold: `None` where it has no feminine ending. -OVA, -EVA, -INA lose
/// their A, -AIA becomes I, -SKA becomes SKI.
pub(super) fn masculine(fold: &[u8], buffer: &mut [u8; 64]) -> Option<usize> {
    let len = fold.len();
    if len > 5 && fold.ends_with(b"AIA") {
        buffer[..len - 3].copy_from_slice(&fold[..len - 3]);
        buffer[len - 3] = b'I';
        return Some(len - 2);
    }
    if len > 5 && fold.ends_with(b"SKA") {
        buffer[..len].copy_from_slice(fold);
        buffer[len - 1] = b'I';
        return Some(len);
    }
    if len > 4 && [&b"OVA"[..], b"EVA", b"INA"].iter().any(|ending| fold.ends_with(ending)) {
        buffer[..len - 1].copy_from_slice(&fold[..len - 1]);
        return Some(len - 1);
    }
    None
}

/// The root that one surname has in several languages: Серікұлы, Серіктегі, Сериков, SERIKZODA; `None` where
/// less than three letters would be left.
pub(super) fn surname_root(fold: &[u8]) -> &[u8] {
    let root = strip(fold, &OF_FATHER).unwrap_or(fold);
    if root.len() < ROOT_BYTES_MIN { fold } else { root }
}

/// Whether a surname ends as those that are made of a father's name do.
pub(super) fn is_of_father(fold: &[u8]) -> bool {
    strip(fold, &OF_FATHER).is_some_and(|root| root.len() >= ROOT_BYTES_MIN)
}

/// A surname's fold without the ending that half of a country shares; what is left is the family's own.
pub(super) fn stem(fold: &[u8]) -> &[u8] {
    const ENDINGS: [&[u8]; 10] =
        [b"OVA", b"EVA", b"INA", b"OV", b"EV", b"IN", b"SKI", b"SKA", b"ENKO", b"IAN"];
    let ending = ENDINGS.iter().find(|ending| fold.len() >= ending.len() + 3 && fold.ends_with(ending));
    ending.map_or(fold, |ending| &fold[..fold.len() - ending.len()])
}
