//! One number read aloud: a text in, its parts, its problems and the numbers it may have been meant to be out.
//!
//! The model behind `iinrec check`, serialised as the contract says. A number with blanks, dashes or digits of
//! another script is explained on its cleaned digits, and each of these is a problem of its own: registers
//! compare texts. The law: suggestions are for a person to look at. The check digit cannot see digit 11
//! (weight 11 is 0 modulo 11) and lets one random number in ten through, so no suggestion is ever applied.

use serde::Serialize;

use crate::day;
use crate::validate::checks::check_of;
use crate::validate::defect::{Check, Severity, check_digit_message};
use crate::validate::{bin, iin};
use crate::{batch::Role, validate::iin::problem};

/// Longest list of suggestions.
const SUGGESTIONS_MAX: usize = 10;

/// Whose number it looks like, by length and digit 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NumberKind {
    /// A person's.
    Iin,
    /// An organisation's.
    Bin,
    /// Not twelve digits, or a digit 5 that neither has.
    Unknown,
}

/// One thing that is wrong with the number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The code, as in `defects.parquet`; organisations' numbers have codes starting in `bin_`.
    pub check: &'static str,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// One plain sentence.
    pub message: String,
}

/// The arithmetic of the check digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CheckDigit {
    /// The digit that the number has.
    pub digit: u8,
    /// The digit that the rule gives, or null when both passes give 10.
    pub expected: Option<u8>,
    /// 1, or 2 when the first pass gave 10.
    pub pass: u8,
    /// The weighted sum of that pass.
    pub sum: u16,
    /// The sum modulo 11.
    pub remainder: u16,
}

/// What the digits say. Fields that the kind of number lacks are null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Parts {
    /// Birth date `YYYY-MM-DD`; null without a century or where the digits are no date.
    pub birth_date: Option<String>,
    /// Digits 1-6 of a person's number, YYMMDD.
    pub birth_digits: Option<String>,
    /// 1800, 1900 or 2000.
    pub century: Option<u16>,
    /// `male` or `female`.
    pub sex: Option<&'static str>,
    /// Whether digit 7 is 0: a foreigner, without century or sex.
    pub foreigner: Option<bool>,
    /// Registration of an organisation, `YY-MM`.
    pub registered: Option<String>,
    /// Whose number an organisation's is, in words.
    pub organisation: Option<&'static str>,
    /// Digit 6 of an organisation's number.
    pub division: Option<u8>,
    /// Digits 8-11, or 7-11 of an organisation's.
    pub serial: Option<String>,
    /// The arithmetic of digit 12.
    pub check_digit: Option<CheckDigit>,
}

/// A valid number close to the one that was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// Twelve digits.
    pub number: String,
    /// What was changed, in words.
    pub change: String,
}

/// Everything about one number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The text as given.
    pub number: String,
    /// Whose number it looks like.
    pub kind: NumberKind,
    /// Whether no problem is an error. It does not say that the number was ever issued.
    pub valid: bool,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What the digits say; null when there are not twelve.
    pub parts: Option<Parts>,
    /// Valid numbers close by, most plausible first, at most ten.
    pub suggestions: Vec<Suggestion>,
}

/// Reads a number. Suggestions are made for a number that is not valid.
///
/// ```
/// let reading = iinrec::validate::number::read("991231099996");
/// assert!(!reading.valid);
/// assert!(reading.suggestions.iter().any(|close| close.number == "991231099995"));
/// ```
#[must_use]
pub fn read(number: &str) -> Reading {
    read_with(number, false)
}

/// Reads a number that the reader has reason to doubt: suggestions are made even when it is valid, because
/// nine of ten wrong digits 11 pass the check digit.
#[must_use]
pub fn read_doubted(number: &str) -> Reading {
    read_with(number, true)
}

fn read_with(number: &str, doubted: bool) -> Reading {
    let (digits, mut problems) = clean(number);
    let packed = iin::pack(digits.as_bytes());
    if packed.is_none() {
        let message = match digits.len() {
            0 => "holds no digit".to_owned(),
            1 => "has 1 digit, a number has 12".to_owned(),
            count => format!("has {count} digits, a number has 12"),
        };
        problems.push(problem_of(Check::IinLength, message));
    }
    let kind = packed.map_or(NumberKind::Unknown, kind_of);
    if let Some(packed) = packed {
        match kind {
            NumberKind::Bin => bin_problems(packed, &mut problems),
            _ => {
                let found = iin::problems(packed);
                for bit in problem::ALL.into_iter().filter(|bit| found & bit != 0) {
                    let check = check_of(bit);
                    problems.push(problem_of(check, check.message(Role::Iin, &digits)));
                }
            }
        }
    }
    let valid = problems.iter().all(|problem| problem.severity != Severity::Error.name());
    // Cleaned digits that are sound need no other suggestion than themselves.
    let sound = packed.is_some_and(is_sound);
    let suggestions = match (sound, doubted) {
        (true, false) if valid => Vec::new(),
        (true, false) => vec![Suggestion { number: digits.clone(), change: "only the digits kept".into() }],
        _ => suggestions(digits.as_bytes()),
    };
    let parts = packed.map(|packed| parts(packed, &digits, kind));
    Reading { number: number.to_owned(), kind, valid, problems, parts, suggestions }
}

fn problem_of(check: Check, message: String) -> Problem {
    Problem { check: check.name(), severity: check.severity().name(), message }
}

fn kind_of(packed: u64) -> NumberKind {
    match iin::digits(packed)[4] {
        0..=3 => NumberKind::Iin,
        4..=6 => NumberKind::Bin,
        _ => NumberKind::Unknown,
    }
}

/// Whether a number is free of errors as what digit 5 says it is.
fn is_sound(packed: u64) -> bool {
    if iin::is_bin(packed) { bin::problems(packed) == 0 } else { iin::problems(packed) == 0 }
}

/// Blocks of Unicode decimal digits seen in exports, by their zero: Arabic-Indic, its eastern form,
/// Devanagari, full-width.
const ZEROS: [(char, &str); 4] = [
    ('\u{0660}', "Arabic-Indic"),
    ('\u{06F0}', "eastern Arabic-Indic"),
    ('\u{0966}', "Devanagari"),
    ('\u{FF10}', "full-width"),
];

/// The ASCII digits of a text, and a problem for each way in which it is more than them.
fn clean(text: &str) -> (String, Vec<Problem>) {
    let mut digits = String::new();
    let mut messages: Vec<String> = Vec::new();
    // A spreadsheet turns a number into a fraction; its zero is no thirteenth digit.
    let whole = text.strip_suffix(".0").filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if whole.is_some() {
        messages.push("ends in .0, as spreadsheets write numbers; the number is the text before it".into());
    }
    for c in whole.unwrap_or(text).chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let script = ZEROS.iter().find_map(|&(zero, script)| {
            let value = u32::from(c).checked_sub(u32::from(zero)).filter(|&value| value < 10)?;
            Some((char::from_digit(value, 10)?, script))
        });
        let message = match (script, c) {
            (Some((digit, script)), _) => {
                digits.push(digit);
                format!("has {script} digits; registers know 0-9 only")
            }
            (None, c) if c.is_whitespace() => "has blanks; the number is its digits alone".to_owned(),
            (None, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}') => {
                "has dashes; the number is its digits alone".to_owned()
            }
            (None, c) if c.is_control() => format!("has the control character U+{:04X}", u32::from(c)),
            (None, c) => format!("has '{c}', which is no digit"),
        };
        if !messages.contains(&message) {
            messages.push(message);
        }
    }
    (digits, messages.into_iter().map(|message| problem_of(Check::IinDigits, message)).collect())
}

fn bin_problems(packed: u64, problems: &mut Vec<Problem>) {
    let found = bin::problems(packed);
    let digits = iin::digits(packed);
    let messages = [
        (problem::CHECK_DIGIT, "bin_check_digit", check_digit_message(packed)),
        (problem::NEVER_ISSUED, "bin_never_issued", check_digit_message(packed)),
        (bin::MONTH, "bin_month", format!("digits 3-4 are no month: {}{}", digits[2], digits[3])),
        (bin::DIVISION, "bin_division", format!("digit 6 is {}; only 0 to 4 are in use", digits[5])),
    ];
    for (bit, check, message) in messages {
        if found & bit != 0 {
            problems.push(Problem { check, severity: Severity::Error.name(), message });
        }
    }
}

/// The arithmetic of a number's check digit.
fn arithmetic(packed: u64) -> CheckDigit {
    let digits = iin::digits(packed);
    let first11: &[u8; 11] = digits[..11].try_into().expect("eleven of twelve");
    let sums = [iin::PASS_1, iin::PASS_2].map(|weights| iin::weighted_sum(first11, &weights));
    let (pass, sum) = if sums[0] % 11 == 10 { (2, sums[1]) } else { (1, sums[0]) };
    CheckDigit { digit: digits[11], expected: iin::check_digit(first11), pass, sum, remainder: sum % 11 }
}

fn parts(packed: u64, text: &str, kind: NumberKind) -> Parts {
    let check_digit = Some(arithmetic(packed));
    if kind == NumberKind::Bin {
        return Parts {
            registered: Some(format!("{}-{}", &text[..2], &text[2..4])),
            organisation: bin::kind(packed),
            division: Some(iin::digits(packed)[5]),
            serial: Some(text[6..11].to_owned()),
            check_digit,
            ..Parts::default()
        };
    }
    let digit_7 = iin::digits(packed)[6];
    Parts {
        birth_date: iin::birth_day(packed).map(day::iso),
        birth_digits: Some(text[..6].to_owned()),
        century: matches!(digit_7, 1..=6).then(|| 1700 + 100 * u16::from(digit_7.div_ceil(2))),
        sex: match digit_7 {
            1 | 3 | 5 => Some("male"),
            2 | 4 | 6 => Some("female"),
            _ => None,
        },
        foreigner: Some(digit_7 == 0),
        serial: Some(text[7..11].to_owned()),
        check_digit,
        ..Parts::default()
    }
}

/// The sound numbers one slip away, most plausible first: lost leading zeros, neighbours swapped, another
/// check digit, then another digit elsewhere, digit 11 among them, and for eleven or thirteen digits one
/// more or one less. Ties are broken by place and number, so the order never changes.
fn suggestions(digits: &[u8]) -> Vec<Suggestion> {
    let mut found: Vec<(u8, usize, String, String)> = Vec::new();
    let mut offer = |rank: u8, place: usize, candidate: Vec<u8>, change: String| {
        if iin::pack(&candidate).is_some_and(is_sound) {
            // Only digits pass `pack`, so the candidate is text.
            found.push((rank, place, String::from_utf8_lossy(&candidate).into_owned(), change));
        }
    };
    let shown = |digit: u8| char::from(digit);
    let len = digits.len();
    match len {
        12 => {
            for at in 0..11 {
                if digits[at] != digits[at + 1] {
                    let mut candidate = digits.to_vec();
                    candidate.swap(at, at + 1);
                    offer(0, at, candidate, format!("digits {} and {} swapped", at + 1, at + 2));
                }
            }
            for at in 0..12 {
                for digit in (b'0'..=b'9').filter(|&digit| digit != digits[at]) {
                    let mut candidate = digits.to_vec();
                    candidate[at] = digit;
                    let rank = if at == 11 { 1 } else { 2 };
                    let change =
                        format!("digit {} is {} instead of {}", at + 1, shown(digit), shown(digits[at]));
                    offer(rank, at, candidate, change);
                }
            }
        }
        13 => {
            for at in 0..13 {
                let mut candidate = digits.to_vec();
                let digit = candidate.remove(at);
                offer(2, at, candidate, format!("digit {} ({}) left out", at + 1, shown(digit)));
            }
        }
        9..=11 => {
            let zeros = 12 - len;
            let candidate = [&b"000"[..zeros], digits].concat();
            let change = if zeros == 1 { "a leading zero" } else { "leading zeros" };
            offer(0, 0, candidate, format!("{change} put back, as number cells of spreadsheets lose them"));
            if len == 11 {
                for at in 0..12 {
                    for digit in b'0'..=b'9' {
                        let mut candidate = digits.to_vec();
                        candidate.insert(at, digit);
                        offer(2, at, candidate, format!("{} put in as digit {}", shown(digit), at + 1));
                    }
                }
            }
        }
        _ => {}
    }
    found.sort();
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for (_, _, number, change) in found {
        if suggestions.len() < SUGGESTIONS_MAX && suggestions.iter().all(|other| other.number != number) {
            suggestions.push(Suggestion { number, change });
        }
    }
    suggestions
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn checks(reading: &Reading) -> Vec<&'static str> {
        reading.problems.iter().map(|problem| problem.check).collect()
    }

    #[test]
    fn numbers_are_explained() {
        for (text, kind, expected, why) in [
            ("180101199992", NumberKind::Iin, &[][..], "sound"),
            ("180101199991", NumberKind::Iin, &["iin_check_digit"], "a wrong check digit"),
            ("180101 199992", NumberKind::Iin, &["iin_digits"], "a blank"),
            ("180101-199 992", NumberKind::Iin, &["iin_digits", "iin_digits"], "a dash and a blank"),
            ("180101199992.0", NumberKind::Iin, &["iin_digits"], "a spreadsheet's fraction"),
            ("１８０１０１１９９９９２", NumberKind::Iin, &["iin_digits"], "full-width digits"),
            ("١٨٠١٠١١٩٩٩٩٢", NumberKind::Iin, &["iin_digits"], "Arabic-Indic digits"),
            ("991240999991", NumberKind::Bin, &[], "an organisation's"),
            ("991340099908", NumberKind::Bin, &["bin_month"], "an organisation's, month 13"),
            ("991270999905", NumberKind::Unknown, &["iin_birth_date", "iin_century"], "digit 5 is 7"),
            ("12345", NumberKind::Unknown, &["iin_length"], "five digits"),
            ("", NumberKind::Unknown, &["iin_length"], "nothing"),
            (
                "жсн",
                NumberKind::Unknown,
                &["iin_digits", "iin_digits", "iin_digits", "iin_length"],
                "letters",
            ),
        ] {
            let reading = read(text);
            assert_eq!((reading.kind, &*checks(&reading)), (kind, expected), "{text:?}: {why}");
            assert_eq!(reading.valid, expected.is_empty(), "{text:?}: {why}");
        }
    }

    #[test]
    fn the_parts_of_a_number() {
        let parts = read("000101699999").parts.unwrap();
        assert_eq!(parts.birth_date.as_deref(), Some("2000-01-01"));
        assert_eq!((parts.century, parts.sex, parts.foreigner), (Some(2000), Some("female"), Some(false)));
        let check = parts.check_digit.unwrap();
        assert_eq!((check.digit, check.expected, check.pass, check.sum), (9, Some(9), 1, 394));
        let foreigner = read("180101099996").parts.unwrap();
        assert_eq!((foreigner.birth_date, foreigner.century, foreigner.sex), (None, None, None));
        assert_eq!(foreigner.foreigner, Some(true));
        let organisation = read("991240999991").parts.unwrap();
        assert_eq!(organisation.registered.as_deref(), Some("99-12"));
        assert_eq!(organisation.organisation, Some("resident organisation"));
    }

    #[test]
    fn slips_are_found_again() {
        let sound = "180215199997";
        let sound =
            format!("{}{}", &sound[..11], arithmetic(iin::pack(sound.as_bytes()).unwrap()).expected.unwrap());
        let suggests = |text: &str| read(text).suggestions.iter().any(|s| s.number == sound);
        let mut swapped = sound.clone().into_bytes();
        swapped.swap(3, 4);
        let swapped = String::from_utf8(swapped).unwrap();
        assert!(suggests(&swapped));
        assert!(read(&swapped).suggestions[0].change.ends_with("swapped"), "a swap is the likeliest slip");
        assert!(suggests(&format!("{}{}", &sound[..11], (sound.as_bytes()[11] - b'0' + 1) % 10)));
        assert!(suggests(&sound[..11]), "the last digit lost");
        assert_eq!(read("101599992").suggestions[0].number, "000101599992", "leading zeros lost");
        assert_eq!(read("12345").suggestions, [], "too far from any number");
        assert_eq!(read(&format!("{} ", sound)).suggestions[0].number, sound, "digits alone");
    }

    #[test]
    fn a_doubted_number_gets_its_neighbours_at_digit_11() {
        assert_eq!(read("180101199992").suggestions, []);
        let doubted = read_doubted("180101199992");
        assert!(doubted.valid);
        assert!(doubted.suggestions.iter().any(|s| s.change.starts_with("digit 11 is")));
    }

    #[test]
    fn the_contract_in_json() {
        let json = serde_json::to_value(read("991340099908")).unwrap();
        let mut keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["kind", "number", "parts", "problems", "suggestions", "valid"]);
        assert_eq!(json["kind"], "bin");
        assert_eq!(json["valid"], false);
        assert_eq!(json["problems"][0]["check"], "bin_month");
        assert_eq!(json["problems"][0]["severity"], "error");
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_every_suggestion_is_sound(text in "[0-9]{9,13}|[0-9 .-]{0,16}|.{0,20}") {
            let reading = read_doubted(&text);
            prop_assert!(reading.suggestions.len() <= SUGGESTIONS_MAX);
            for suggestion in &reading.suggestions {
                prop_assert!(read(&suggestion.number).valid, "{suggestion:?}");
            }
            prop_assert_eq!(reading.valid, reading.problems.iter().all(|p| p.severity != "error"));
        }
    }
}
