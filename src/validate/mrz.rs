//! The machine readable zone of passports and cards: its text in, its fields and check digits out.
//!
//! Rules are ICAO Doc 9303, parts 3 (alphabet, check digits), 4 (TD3, passports, 2 lines of 44), 5 (TD1,
//! cards, 3 of 30), 6 (TD2, 2 of 36) and 7 (visas, which have the size of TD3 or TD2 and fewer check digits).
//! Exports hold the lines joined, or separated by line ends, spaces, `|` or `/`.
//!
//! The law: nothing is allocated and nothing is repaired. [`verify`] answers the one question asked of ten
//! million rows; [`parse`] borrows the fields from the text for those that want to compare them.

use crate::day;

/// The three sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Cards: three lines of 30.
    Td1,
    /// Older cards: two lines of 36.
    Td2,
    /// Passports: two lines of 44.
    Td3,
}

/// Which check digits of a zone are wrong, as bits.
pub mod digit {
    /// That of the document number.
    pub const NUMBER: u8 = 1;
    /// That of the birth date.
    pub const BIRTH: u8 = 2;
    /// That of the expiry date.
    pub const EXPIRY: u8 = 4;
    /// That of the personal number (TD3 only).
    pub const PERSONAL: u8 = 8;
    /// The last one, over all of these.
    pub const COMPOSITE: u8 = 16;
}

/// The answer of [`verify`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MrzVerdict {
    /// Size, alphabet and every check digit are as they should be.
    Holds,
    /// Neither TD1 nor TD2 nor TD3 has lines of this length.
    Length,
    /// A character stands where the zone cannot have it.
    Character,
    /// Check digits are wrong: bits of [`digit`].
    CheckDigits(u8),
}

/// Why a text is no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MrzError {
    /// Lines of 3 × 30, 2 × 36 or 2 × 44 characters were expected.
    Length,
    /// This byte of the given text is outside the alphabet of its field.
    Character {
        /// Offset in bytes from the start of the text.
        at: usize,
    },
}

/// A date of two-digit year, month and day; each part may be unknown (`<<`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MrzDate {
    /// Year in its century, 0-99.
    pub year: Option<u8>,
    /// Month as printed, 0-99; not checked to exist.
    pub month: Option<u8>,
    /// Day as printed, 0-99; not checked to exist.
    pub day: Option<u8>,
}

impl MrzDate {
    /// Whether every known part is that of the given day; `None` when no part is known or there is no day.
    #[must_use]
    pub fn agrees(self, day: i32) -> Option<bool> {
        if day == day::NO_DAY || self == MrzDate::default() {
            return None;
        }
        let (year, month, month_day) = day::to_civil(day);
        let same = |part: Option<u8>, other: u32| part.is_none_or(|part| u32::from(part) == other);
        Some(
            same(self.year, year.rem_euclid(100) as u32)
                && same(self.month, month)
                && same(self.day, month_day),
        )
    }
}

/// The fields of a zone, borrowed from its text, without the `<` that fill them up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mrz<'a> {
    /// Which of the three sizes.
    pub size: Size,
    /// One or two letters: `P`, `PM`, `ID`, `V` …
    pub document_code: &'a str,
    /// One to three letters: alpha-3, or ICAO's own (`D`, `XXA`, `UTO`).
    pub issuing_state: &'a str,
    /// The number, or its first nine characters.
    pub number: &'a str,
    /// The rest of a number of more than nine characters (TD1 and TD2 only), else empty.
    pub number_rest: &'a str,
    /// Birth date.
    pub birth: MrzDate,
    /// `M`, `F`, `X`, or `<` when not given.
    pub sex: u8,
    /// Expiry date.
    pub expiry: MrzDate,
    /// One to three letters, as the issuing state.
    pub nationality: &'a str,
    /// The field of the names, with its filler; see [`Mrz::surname`] and [`Mrz::given_names`].
    names: &'a str,
    /// The field of optional data, with its filler; see [`Mrz::personal_number`].
    optional: &'a str,
    /// Which check digits are wrong: bits of [`digit`], 0 when all are right.
    pub wrong_digits: u8,
}

impl<'a> Mrz<'a> {
    fn names(&self) -> (&'a str, &'a str) {
        self.names.split_once("<<").unwrap_or((self.names, ""))
    }

    /// The surname; a `<` inside stands for a space or hyphen.
    #[must_use]
    pub fn surname(&self) -> &'a str {
        self.names().0.trim_matches('<')
    }

    /// Given names, each separated by `<`; empty for mononyms.
    #[must_use]
    pub fn given_names(&self) -> &'a str {
        self.names().1.trim_matches('<')
    }

    /// Personal number or optional data; the second line's, where a TD1 has two.
    #[must_use]
    pub fn personal_number(&self) -> &'a str {
        self.optional.trim_matches('<')
    }

    /// Whether the number is this one; both without `<`.
    #[must_use]
    pub fn number_is(&self, number: &str) -> bool {
        number.strip_prefix(self.number).is_some_and(|rest| rest == self.number_rest)
    }
}

/// Value of each character for check digits: digits as themselves, A-Z as 10-35, `<` as 0; [`NONE`] for
/// bytes that no zone has. [`DIGIT`] and [`LETTER`] mark the classes beside the value.
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut at = 0;
    while at < 10 {
        values[b'0' as usize + at] = at as u8 | DIGIT;
        at += 1;
    }
    at = 0;
    while at < 26 {
        values[b'A' as usize + at] = (10 + at as u8) | LETTER;
        at += 1;
    }
    values[b'<' as usize] = 0;
    values
};
const DIGIT: u8 = 0x40;
const LETTER: u8 = 0x80;
/// Both marks at once: a byte that no zone has.
const NONE: u8 = DIGIT | LETTER;
const VALUE: u8 = 0x3F;

/// The value of a character in check digits (ICAO 9303-3, 4.9), or `None` outside the alphabet.
#[must_use]
pub fn char_value(byte: u8) -> Option<u8> {
    let value = VALUES[byte as usize];
    (value & NONE != NONE).then_some(value & VALUE)
}

/// Weights repeat 7, 3, 1; longer than any line, so that a field may start at any phase.
const WEIGHTS: [u8; 48] = {
    let mut weights = [0; 48];
    let mut at = 0;
    while at < 48 {
        weights[at] = [7, 3, 1][at % 3];
        at += 1;
    }
    weights
};

/// The weighted sum of a field whose first character stands at `phase` of the checked text. Bytes outside
/// the alphabet count as something; whoever needs to know has looked before.
#[inline]
fn sum(field: &[u8], phase: usize) -> u32 {
    let weights = &WEIGHTS[phase % 3..];
    field
        .iter()
        .zip(weights)
        .map(|(&byte, &weight)| u32::from(VALUES[byte as usize] & VALUE) * u32::from(weight))
        .sum()
}

/// The values of a line's characters, without a table so that the compiler can use vectors; bytes outside
/// the alphabet count as something, as in [`sum`].
#[inline]
fn values_of<const LEN: usize>(line: &[u8]) -> [u8; LEN] {
    let line: &[u8; LEN] = line.try_into().expect("a line of its size");
    line.map(|byte| {
        let (digit, letter) = (byte.wrapping_sub(b'0'), byte.wrapping_sub(b'A'));
        if digit < 10 {
            digit
        } else if letter < 26 {
            letter + 10
        } else {
            0
        }
    })
}

/// [`sum`] over `LEN` values of a line from `start` on; the fixed length lets the compiler unroll it.
#[inline]
fn dot<const LEN: usize>(values: &[u8], start: usize, phase: usize) -> u32 {
    let (values, weights) = (&values[start..][..LEN], &WEIGHTS[phase % 3..][..LEN]);
    let sum: u16 =
        values.iter().zip(weights).map(|(&value, &weight)| u16::from(value) * u16::from(weight)).sum();
    u32::from(sum)
}

/// The check digit of a field (ICAO 9303-3, 4.9): weights 7, 3, 1 repeated, modulo 10.
///
/// ```
/// assert_eq!(iinrec::validate::mrz::check_digit(b"520727"), 3);
/// ```
#[must_use]
pub fn check_digit(field: &[u8]) -> u8 {
    // Fields are short; the loop of chunks keeps any length right, because 48 is a multiple of 3.
    (field.chunks(45).map(|chunk| sum(chunk, 0)).sum::<u32>() % 10) as u8
}

/// Cuts a text into the lines of a zone.
fn lines(text: &[u8]) -> Option<(Size, [&[u8]; 3])> {
    let two = |size, len: usize| Some((size, [&text[..len], &text[len..], &[][..]]));
    let separates = |byte: u8| matches!(byte, b'\n' | b'\r' | b' ' | b'\t' | b'|' | b'/');
    if !(text.len() == 90 && separates(text[44])) {
        // Joined lines are the common form. Two lines of 44 with CR LF between them are 90 bytes too.
        match text.len() {
            88 => return two(Size::Td3, 44),
            72 => return two(Size::Td2, 36),
            90 => return Some((Size::Td1, [&text[..30], &text[30..60], &text[60..]])),
            _ => {}
        }
    }
    let mut found: [&[u8]; 3] = [&[]; 3];
    for (index, line) in text.split(|&byte| separates(byte)).filter(|line| !line.is_empty()).enumerate() {
        *found.get_mut(index)? = line;
    }
    match found.map(<[u8]>::len) {
        [44, 44, 0] => Some((Size::Td3, found)),
        [36, 36, 0] => Some((Size::Td2, found)),
        [30, 30, 30] => Some((Size::Td1, found)),
        _ => None,
    }
}

/// What a field may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Letters and filler.
    Letters,
    /// Digits and filler.
    Digits,
    /// Anything of the alphabet.
    Any,
    /// `M`, `F`, `X` or filler.
    Sex,
}

impl Class {
    fn holds(self, byte: u8) -> bool {
        let mark = VALUES[byte as usize] & NONE;
        match self {
            Class::Letters => mark & DIGIT == 0,
            Class::Digits => mark & LETTER == 0,
            Class::Any => mark != NONE,
            Class::Sex => matches!(byte, b'M' | b'F' | b'X' | b'<'),
        }
    }

    /// Whether a whole field is of the class. Long fields compare ranges instead of looking into the table,
    /// which the compiler turns into vector instructions.
    #[inline]
    fn holds_all(self, field: &[u8]) -> bool {
        match self {
            Class::Letters => field.iter().fold(true, |all, &b| all & (b.is_ascii_uppercase() | (b == b'<'))),
            Class::Any => field
                .iter()
                .fold(true, |all, &b| all & (b.is_ascii_uppercase() | b.is_ascii_digit() | (b == b'<'))),
            Class::Digits => field.iter().fold(true, |all, &b| all & (b.is_ascii_digit() | (b == b'<'))),
            Class::Sex => field.iter().all(|&byte| self.holds(byte)),
        }
    }
}

/// Where the classes stand: `(line, start, end, class)`.
type Layout = &'static [(usize, usize, usize, Class)];

const fn layout(size: Size) -> Layout {
    use Class::{Any, Digits, Letters, Sex};
    match size {
        Size::Td3 => &[
            (0, 2, 44, Letters),
            (0, 0, 2, Any),
            (1, 0, 10, Any),
            (1, 10, 13, Letters),
            (1, 13, 20, Digits),
            (1, 20, 21, Sex),
            (1, 21, 28, Digits),
            (1, 28, 44, Any),
        ],
        Size::Td2 => &[
            (0, 2, 36, Letters),
            (0, 0, 2, Any),
            (1, 0, 10, Any),
            (1, 10, 13, Letters),
            (1, 13, 20, Digits),
            (1, 20, 21, Sex),
            (1, 21, 28, Digits),
            (1, 28, 36, Any),
        ],
        Size::Td1 => &[
            (0, 0, 2, Any),
            (0, 2, 5, Letters),
            (0, 5, 30, Any),
            (1, 0, 7, Digits),
            (1, 7, 8, Sex),
            (1, 8, 15, Digits),
            (1, 15, 18, Letters),
            (1, 18, 30, Any),
            (2, 0, 30, Letters),
        ],
    }
}

/// What each character of a joined zone must not be: [`DIGIT`], [`LETTER`], and always [`NONE`]'s own bit.
const fn forbidden<const LEN: usize>(width: usize, layout: Layout) -> [u8; LEN] {
    let mut forbidden = [FOREIGN; LEN];
    let mut at = 0;
    while at < layout.len() {
        let (line, start, end, class) = layout[at];
        let mut place = line * width + start;
        while place < line * width + end {
            forbidden[place] |= match class {
                Class::Letters => DIGIT,
                Class::Digits => LETTER,
                Class::Any | Class::Sex => 0,
            };
            place += 1;
        }
        at += 1;
    }
    forbidden
}

/// The mark of a byte that no zone has, in [`forbidden`] and [`fits`].
const FOREIGN: u8 = 1;
const TD3_FORBIDDEN: [u8; 88] = forbidden(44, layout(Size::Td3));
const TD1_FORBIDDEN: [u8; 90] = forbidden(30, layout(Size::Td1));

/// Whether every character of a joined zone is of its class: one pass of vector instructions.
#[inline]
fn fits<const LEN: usize>(text: &[u8; LEN], forbidden: &[u8; LEN]) -> bool {
    let mut wrong = 0;
    for (&byte, &forbidden) in text.iter().zip(forbidden) {
        let digit = u8::from(byte.wrapping_sub(b'0') < 10);
        let letter = u8::from(byte.wrapping_sub(b'A') < 26);
        let known = digit | letter | u8::from(byte == b'<');
        wrong |= ((digit * DIGIT) | (letter * LETTER) | ((known ^ 1) * FOREIGN)) & forbidden;
    }
    wrong == 0
}

/// Whether a joined zone of the two common sizes is clean; `false` also for whatever only the field by
/// field look can tell.
#[inline]
fn is_clean(text: &[u8], size: Size) -> bool {
    let is_sex = |byte: u8| matches!(byte, b'M' | b'F' | b'X' | b'<');
    if let (Size::Td3, Ok(text)) = (size, <&[u8; 88]>::try_from(text)) {
        return fits(text, &TD3_FORBIDDEN) && is_sex(text[64]);
    }
    if let (Size::Td1, Ok(text)) = (size, <&[u8; 90]>::try_from(text)) {
        return fits(text, &TD1_FORBIDDEN) && is_sex(text[37]);
    }
    false
}

/// A number field with the rest of a long one: nine characters, the check digit or `<`, optional data.
struct Number<'a> {
    rest: &'a [u8],
    /// Optional data that is not part of the number.
    optional: &'a [u8],
    right: bool,
}

/// Reads the number of a TD1 or TD2. A number of more than nine characters goes on in the optional data, up
/// to its check digit, which the first `<` follows; the usual place of the check digit then holds `<`.
#[inline]
fn long_number<'a>(first: &'a [u8], check: u8, optional: &'a [u8]) -> Number<'a> {
    if check == b'<' && optional[0] != b'<' {
        let end = memchr::memchr(b'<', optional).unwrap_or(optional.len());
        let (rest, check) = (&optional[..end - 1], optional[end - 1]);
        let right = is_digit(check, sum(first, 0) + sum(rest, first.len()));
        return Number { rest, optional: &optional[end..], right };
    }
    Number { rest: &[], optional, right: is_digit(check, sum(first, 0)) }
}

#[inline]
fn is_digit(check: u8, sum: u32) -> bool {
    u32::from(check.wrapping_sub(b'0')) == sum % 10
}

/// The bits of wrong check digits, and the number's continuation.
#[inline]
fn judge<'a>(size: Size, lines: [&'a [u8]; 3]) -> (u8, Number<'a>) {
    let [first, second, _] = lines;
    let visa = first[0] == b'V';
    let mut wrong = 0;
    let mut expect = |right: bool, bit: u8| wrong |= u8::from(!right) * bit;
    let number = match size {
        Size::Td3 => {
            // The common zone looks each character up once; the sums then run over values alone.
            let values = values_of::<44>(second);
            let right = is_digit(second[9], dot::<9>(&values, 0, 0));
            expect(is_digit(second[19], dot::<6>(&values, 13, 0)), digit::BIRTH);
            expect(is_digit(second[27], dot::<6>(&values, 21, 0)), digit::EXPIRY);
            if !visa {
                // An empty personal number may have `<` for its check digit (9303-4, 4.2.2.2).
                let empty = second[42] == b'<' && second[28..42].iter().all(|&byte| byte == b'<');
                expect(empty || is_digit(second[42], dot::<14>(&values, 28, 0)), digit::PERSONAL);
                let all = dot::<10>(&values, 0, 0) + dot::<7>(&values, 13, 10) + dot::<22>(&values, 21, 17);
                expect(is_digit(second[43], all), digit::COMPOSITE);
            }
            Number { rest: &[], optional: &second[28..42], right }
        }
        Size::Td2 => {
            let number = long_number(&second[..9], second[9], &second[28..35]);
            expect(is_digit(second[19], sum(&second[13..19], 0)), digit::BIRTH);
            expect(is_digit(second[27], sum(&second[21..27], 0)), digit::EXPIRY);
            if !visa {
                let all = sum(&second[..10], 0) + sum(&second[13..20], 10) + sum(&second[21..35], 17);
                expect(is_digit(second[35], all), digit::COMPOSITE);
            }
            number
        }
        Size::Td1 => {
            let number = long_number(&first[5..14], first[14], &first[15..30]);
            let (one, two) = (values_of::<30>(first), values_of::<30>(second));
            expect(is_digit(second[6], dot::<6>(&two, 0, 0)), digit::BIRTH);
            expect(is_digit(second[14], dot::<6>(&two, 8, 0)), digit::EXPIRY);
            let all = dot::<25>(&one, 5, 0)
                + dot::<7>(&two, 0, 25)
                + dot::<7>(&two, 8, 32)
                + dot::<11>(&two, 18, 39);
            expect(is_digit(second[29], all), digit::COMPOSITE);
            number
        }
    };
    expect(number.right, digit::NUMBER);
    (wrong, number)
}

/// Whether a zone holds: size, alphabet, check digits. Allocates nothing.
///
/// ```
/// use iinrec::validate::mrz::{verify, MrzVerdict};
/// let zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\
///             L898902C36UTO7408122F1204159ZE184226B<<<<<10";
/// assert_eq!(verify(zone.as_bytes()), MrzVerdict::Holds);
/// ```
#[must_use]
pub fn verify(text: &[u8]) -> MrzVerdict {
    let Some((size, lines)) = lines(text) else {
        return MrzVerdict::Length;
    };
    let in_class =
        |&(line, start, end, class): &(usize, usize, usize, Class)| class.holds_all(&lines[line][start..end]);
    if !is_clean(text, size) && !layout(size).iter().all(in_class) {
        return MrzVerdict::Character;
    }
    match judge(size, lines).0 {
        0 => MrzVerdict::Holds,
        wrong => MrzVerdict::CheckDigits(wrong),
    }
}

/// Reads a zone. Wrong check digits are no error; they stand in [`Mrz::wrong_digits`].
///
/// # Errors
/// When the lines have the length of no zone, or a character stands in a field that cannot have it.
pub fn parse(text: &str) -> Result<Mrz<'_>, MrzError> {
    let (size, lines) = lines(text.as_bytes()).ok_or(MrzError::Length)?;
    let fields = if is_clean(text.as_bytes(), size) { &[][..] } else { layout(size) };
    for &(line, start, end, class) in fields {
        let field = &lines[line][start..end];
        if class.holds_all(field) {
            continue;
        }
        if let Some(index) = field.iter().position(|&byte| !class.holds(byte)) {
            // Lines are parts of the text, so the distance of their starts is an offset in it.
            let line_at = lines[line].as_ptr().addr() - text.as_ptr().addr();
            return Err(MrzError::Character { at: line_at + start + index });
        }
    }
    let (wrong_digits, number_end) = judge(size, lines);
    let [first, second, third] = lines;
    let (number, names, birth, sex, expiry, nationality, personal) = match size {
        Size::Td1 => (
            &first[5..14],
            third,
            &second[..6],
            second[7],
            &second[8..14],
            &second[15..18],
            if second[18..29].iter().all(|&byte| byte == b'<') {
                number_end.optional
            } else {
                &second[18..29]
            },
        ),
        Size::Td2 | Size::Td3 => (
            &second[..9],
            &first[5..],
            &second[13..19],
            second[20],
            &second[21..27],
            &second[10..13],
            number_end.optional,
        ),
    };
    let part = |field: &[u8]| {
        // Fields are parts of the text, which is ASCII where they stand: their classes were checked.
        let start = field.as_ptr().addr() - text.as_ptr().addr();
        &text[start..start + field.len()]
    };
    let trimmed = |field: &[u8]| part(field).trim_end_matches('<');
    Ok(Mrz {
        size,
        document_code: trimmed(&first[..2]),
        issuing_state: trimmed(&first[2..5]),
        number: trimmed(number),
        number_rest: if number_end.rest.is_empty() { "" } else { trimmed(number_end.rest) },
        birth: date(birth),
        sex,
        expiry: date(expiry),
        nationality: trimmed(nationality),
        names: part(names),
        optional: part(personal),
        wrong_digits,
    })
}

fn date(field: &[u8]) -> MrzDate {
    let part = |at: usize| match field[at..at + 2] {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some((tens - b'0') * 10 + ones - b'0'),
        _ => None,
    };
    MrzDate { year: part(0), month: part(2), day: part(4) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // The specimens of ICAO 9303: the holder is Anna Maria Eriksson of Utopia, who does not exist.
    const TD3: &str =
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6";
    const TD1: &str =
        "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    const VISA: &str =
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L8988901C4XXX4009078F96121096ZE184226B<<<<<<";

    #[test]
    fn check_digits_of_the_standard() {
        assert_eq!(check_digit(b"520727"), 3);
        assert_eq!(check_digit(b"AB2134<<<"), 5);
        assert_eq!(check_digit(b"HA672242<658022549601086<<<<<<<<<<<<<<0"), 8);
        assert_eq!(check_digit(b"D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<"), 2);
        assert_eq!(char_value(b'<'), Some(0));
        assert_eq!(char_value(b'Z'), Some(35));
        assert_eq!(char_value(b'a'), None);
    }

    #[test]
    fn the_specimens_hold_however_their_lines_are_joined() {
        for (zone, width) in [(TD3, 44), (TD2, 36), (TD1, 30), (VISA, 44)] {
            let lines: Vec<&str> = (0..zone.len() / width).map(|i| &zone[i * width..][..width]).collect();
            for separator in ["", "\n", "\r\n", " ", "|", "/", " | "] {
                let text = lines.join(separator);
                assert_eq!(verify(text.as_bytes()), MrzVerdict::Holds, "{text:?}");
                assert_eq!(parse(&text).unwrap(), parse(zone).unwrap());
            }
        }
    }

    #[test]
    fn the_fields_of_the_specimens() {
        let birth = MrzDate { year: Some(74), month: Some(8), day: Some(12) };
        let expiry = MrzDate { year: Some(12), month: Some(4), day: Some(15) };
        let passport = parse(TD3).unwrap();
        assert_eq!(
            passport,
            Mrz {
                size: Size::Td3,
                document_code: "P",
                issuing_state: "UTO",
                number: "L898902C3",
                number_rest: "",
                birth,
                sex: b'F',
                expiry,
                nationality: "UTO",
                names: "ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                optional: "ZE184226B<<<<<",
                wrong_digits: 0,
            }
        );
        assert_eq!(
            (passport.surname(), passport.given_names(), passport.personal_number()),
            ("ERIKSSON", "ANNA<MARIA", "ZE184226B")
        );
        for (text, size) in [(TD2, Size::Td2), (TD1, Size::Td1)] {
            let card = parse(text).unwrap();
            assert_eq!((card.size, card.number, card.personal_number()), (size, "D23145890", ""));
            assert_eq!((card.birth, card.expiry, card.surname()), (birth, expiry, "ERIKSSON"));
        }
        let day = day::from_civil(1974, 8, 12).unwrap();
        assert_eq!(birth.agrees(day), Some(true));
        assert_eq!(birth.agrees(day + 1), Some(false));
        assert_eq!(
            MrzDate { day: None, ..birth }.agrees(day + 1),
            Some(true),
            "an unknown day differs from none"
        );
        assert_eq!(MrzDate::default().agrees(day), None);
    }

    #[test]
    fn numbers_longer_than_nine_go_on_in_the_optional_data() {
        // The standard's own example of a long number, 9303-5, appendix.
        let text =
            "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<";
        assert_eq!(verify(text.as_bytes()), MrzVerdict::Holds);
        let card = parse(text).unwrap();
        assert_eq!((card.number, card.number_rest), ("D23145890", "734"));
        assert!(card.number_is("D23145890734"));
        assert!(!card.number_is("D23145890"));
    }

    #[test]
    fn what_is_no_zone() {
        for (text, verdict, why) in [
            (String::new(), MrzVerdict::Length, "nothing"),
            (TD3[..87].into(), MrzVerdict::Length, "a character lost at the end"),
            (format!("{TD3}<"), MrzVerdict::Length, "one too many"),
            (TD3.to_lowercase(), MrzVerdict::Character, "small letters"),
            (TD3.replace("ANNA", "ANN4"), MrzVerdict::Character, "a digit in a name"),
            (TD3.replace("740812", "74O812"), MrzVerdict::Character, "the letter O in a date"),
            (TD3.replace("2F1", "2W1"), MrzVerdict::Character, "a sex that there is not"),
            (TD3.replacen("<<<<", "<Я<", 1), MrzVerdict::Character, "a Cyrillic letter of two bytes"),
            (
                TD3.replace("C36U", "C37U"),
                MrzVerdict::CheckDigits(digit::NUMBER | digit::COMPOSITE),
                "number",
            ),
            (TD3.replace("<10", "<11"), MrzVerdict::CheckDigits(digit::COMPOSITE), "composite"),
        ] {
            assert_eq!(verify(text.as_bytes()), verdict, "{why}");
            assert_eq!(parse(&text).is_ok(), matches!(verdict, MrzVerdict::CheckDigits(_)), "{why}");
        }
        let at = TD3.find("74").unwrap() + 2;
        assert_eq!(parse(&TD3.replace("740812", "74O812")), Err(MrzError::Character { at }));
    }

    #[test]
    fn filler_stands_for_what_is_unknown() {
        let zone = zone("N12345678", "XXA", "<<<<<<", '<', "300101", "");
        assert_eq!(verify(zone.as_bytes()), MrzVerdict::Holds);
        assert_eq!(parse(&zone).unwrap().birth, MrzDate::default());
        // The check digit of an empty personal number is 0 or `<`; the composite counts both as 0.
        let mut other = zone.into_bytes();
        assert_eq!(other[86], b'0');
        other[86] = b'<';
        assert_eq!(verify(&other), MrzVerdict::Holds);
    }

    /// A passport's zone with its check digits computed the long way, from the rule's words.
    fn zone(number: &str, nationality: &str, birth: &str, sex: char, expiry: &str, personal: &str) -> String {
        fn digit(text: &str) -> char {
            let value = |c: char| if c == '<' { 0 } else { c.to_digit(36).unwrap() };
            let sum: u32 = text.chars().enumerate().map(|(i, c)| value(c) * [7, 3, 1][i % 3]).sum();
            char::from_digit(sum % 10, 10).unwrap()
        }
        let checked = |text: String| format!("{text}{}", digit(&text));
        let (number, birth, expiry, personal) = (
            checked(format!("{number:<<9}")),
            checked(birth.into()),
            checked(expiry.into()),
            checked(format!("{personal:<<14}")),
        );
        let composite = digit(&format!("{number}{birth}{expiry}{personal}"));
        format!(
            "P<UTO{:<<39}{number}{nationality:<<3}{birth}{sex}{expiry}{personal}{composite}",
            "TEST<<PERSON"
        )
    }

    proptest! {
        #[test]
        fn computed_zones_hold_and_every_changed_digit_is_seen(
            number in "[A-Z0-9]{1,9}", nationality in "[A-Z]{3}", birth in "[0-9]{6}", sex in "[MFX<]",
            expiry in "[0-9]{6}", personal in "[A-Z0-9]{0,14}", shift in 1u8..10,
        ) {
            let zone = zone(&number, &nationality, &birth, sex.chars().next().unwrap(), &expiry, &personal);
            prop_assert_eq!(verify(zone.as_bytes()), MrzVerdict::Holds);
            let parsed = parse(&zone).unwrap();
            prop_assert_eq!((parsed.number, parsed.personal_number()), (&*number, &*personal));
            // 7, 3 and 1 have inverses modulo 10, so no change of one digit goes unseen.
            for at in 44..88 {
                let mut other = zone.clone().into_bytes();
                if other[at].is_ascii_digit() {
                    other[at] = b'0' + (other[at] - b'0' + shift) % 10;
                    prop_assert!(matches!(verify(&other), MrzVerdict::CheckDigits(_)), "position {}", at);
                }
            }
        }

        #[test]
        fn any_text_is_answered(text in "[A-Z0-9<a|/\n ]{0,100}|.{0,100}") {
            let verdict = verify(text.as_bytes());
            match parse(&text) {
                Ok(zone) if zone.wrong_digits == 0 => prop_assert_eq!(verdict, MrzVerdict::Holds),
                Ok(zone) => prop_assert_eq!(verdict, MrzVerdict::CheckDigits(zone.wrong_digits)),
                Err(MrzError::Length) => prop_assert_eq!(verdict, MrzVerdict::Length),
                Err(MrzError::Character { .. }) => prop_assert_eq!(verdict, MrzVerdict::Character),
            }
        }
    }
}
