//! Text: numbers and values as people read them.
//!
//! In: counts, shares, weights in bits, and values of records. Out: text without markup, which the templates escape.
//! The law: a share is never rounded to certainty, and a value of a record cannot change what stands around it: signs
//! that steer the direction of text are written out, and whatever is long is cut.

use std::borrow::Borrow;
use std::fmt::Write as _;

use crate::figure::grouped;

/// A number of things.
#[must_use]
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A share in percent. What is not certain does not read as if it were.
#[must_use]
pub fn percent(share: impl Borrow<f64>) -> String {
    let share = *share.borrow();
    let text = format!("{:.1} %", 100.0 * share);
    match &*text {
        "100.0 %" if share < 1.0 => "over 99.9 %".to_owned(),
        "100.0 %" => "100 %".to_owned(),
        "0.0 %" if share > 0.0 => "under 0.1 %".to_owned(),
        "0.0 %" => "0 %".to_owned(),
        _ => text,
    }
}

/// A positive number in two significant digits: `1.3`, `40`, `4,100`, `2.5 million`.
#[must_use]
pub fn rough(number: f64) -> String {
    if !number.is_finite() {
        return "∞".to_owned();
    }
    let below = number.max(1e-9);
    let step = 10f64.powi(below.log10().floor() as i32 - 1);
    let number = (below / step).round() * step;
    match number {
        n if n >= 1e9 => power_of_ten(n.log10().floor() as u32),
        n if n >= 1e6 => format!("{} million", trimmed(n / 1e6)),
        n if n >= 10.0 => grouped(n.round() as u64),
        n => trimmed(n),
    }
}

/// A power of ten, `10⁹`.
#[must_use]
pub fn power_of_ten(power: u32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = power.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect::<String>();
    format!("10{raised}")
}

/// One decimal, unless it is none; of small numbers as many as it takes.
fn trimmed(number: f64) -> String {
    let decimals = if number >= 1.0 { 1 } else { (1.0 - number.log10().floor()) as usize };
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Weights that change odds by less than a tenth say next to nothing.
const SILENT_BITS: f64 = 0.1375;

/// A weight as a factor: `×40`, `÷25`, `×1`.
#[must_use]
pub fn factor(bits: f64) -> String {
    if bits.abs() < SILENT_BITS {
        "×1".to_owned()
    } else if bits > 0.0 {
        format!("×{}", rough(bits.exp2()))
    } else {
        format!("÷{}", rough((-bits).exp2()))
    }
}

/// A weight in words: "40 times likelier".
#[must_use]
pub fn likelier(bits: f64) -> String {
    if bits.abs() < SILENT_BITS {
        "neither likelier nor less likely".to_owned()
    } else if bits > 0.0 {
        format!("{} times likelier", rough(bits.exp2()))
    } else {
        format!("{} times less likely", rough((-bits).exp2()))
    }
}

/// The words of a code: `birth_date` is "birth date".
#[must_use]
pub fn words(code: &str) -> String {
    shown(&code.replace('_', " "))
}

/// Characters of a value that are shown at most: a record may be a megabyte.
pub const SHOWN_MAX: usize = 160;

/// A value as it is shown. Signs that cannot be seen and could hide something or turn text round are written out as
/// `⟨U+202E⟩`; joiners, which Persian and Hindi names need, stay.
#[must_use]
pub fn shown(value: &str) -> String {
    shown_up_to(value, SHOWN_MAX)
}

/// The same of a value of which more is shown.
#[must_use]
pub fn shown_up_to(value: &str, most: usize) -> String {
    let mut text = String::with_capacity(value.len());
    for (at, letter) in value.chars().enumerate() {
        if at == most {
            text.push('…');
            break;
        }
        if is_hidden(letter) {
            write!(text, "⟨U+{:04X}⟩", u32::from(letter)).expect("memory takes all");
        } else {
            text.push(letter);
        }
    }
    text
}

fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff9}'..='\u{ffff}')
        || u32::from(letter) & 0xfffe == 0xfffe
}

/// A value beside another: what both begin and end with, and what differs between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What both begin with.
    pub before: String,
    /// What differs.
    pub marked: String,
    /// What both end with.
    pub after: String,
}

impl Cell {
    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.before.is_empty() && self.marked.is_empty() && self.after.is_empty()
    }
}

/// Two values beside each other, with what differs marked where they have much in common.
#[must_use]
pub fn beside(left: &str, right: &str) -> [Cell; 2] {
    let (left, right) = (shown(left), shown(right));
    let whole = |text: &str| Cell { before: text.to_owned(), ..Cell::default() };
    let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let most = a.len().min(b.len());
    let mut head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    // A letter keeps the accents that follow it.
    let is_mark = |letter: Option<&char>| letter.is_some_and(|l| ('\u{300}'..='\u{36f}').contains(l));
    while head > 0 && (is_mark(a.get(head)) || is_mark(b.get(head))) {
        head -= 1;
    }
    let mut tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    while tail > 0 && is_mark(a.get(a.len() - tail)) {
        tail -= 1;
    }
    // Values that share less than half are read as wholes.
    if left == right || (head + tail) * 2 < most.max(1) {
        return [whole(&left), whole(&right)];
    }
    [a, b].map(|letters| Cell {
        before: letters[..head].iter().collect(),
        marked: letters[head..letters.len() - tail].iter().collect(),
        after: letters[letters.len() - tail..].iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_read_them() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), expected);
        }
        for (share, expected) in [
            (0.0, "0 %"),
            (0.0001, "under 0.1 %"),
            (0.5, "50.0 %"),
            (0.9994, "99.9 %"),
            (0.99996, "over 99.9 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(percent(share), expected);
        }
        for (number, expected) in [
            (0.031, "0.031"),
            (1.0, "1"),
            (1.26, "1.3"),
            (9.99, "10"),
            (41.7, "42"),
            (4130.0, "4,100"),
            (2_460_000.0, "2.5 million"),
            (3e9, "10⁹"),
            (1e20, "10²⁰"),
            (f64::INFINITY, "∞"),
        ] {
            assert_eq!(rough(number), expected);
        }
    }

    #[test]
    fn weights_as_factors_and_in_words() {
        for (bits, short, long) in [
            (0.05, "×1", "neither likelier nor less likely"),
            (5.33, "×40", "40 times likelier"),
            (-4.65, "÷25", "25 times less likely"),
            (0.5, "×1.4", "1.4 times likelier"),
        ] {
            assert_eq!((&*factor(bits), &*likelier(bits)), (short, long), "{bits}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        for (value, expected) in [
            ("Әлия", "Әлия"),
            ("\u{202e}live\u{202c}", "⟨U+202E⟩live⟨U+202C⟩"),
            ("a\u{0}b\u{7f}", "a⟨U+0000⟩b⟨U+007F⟩"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("x\u{2069}y\u{ffff}", "x⟨U+2069⟩y⟨U+FFFF⟩"),
        ] {
            assert_eq!(shown(value), expected);
        }
        let long = shown(&"й".repeat(100_000));
        assert_eq!((long.chars().count(), long.ends_with('…')), (SHOWN_MAX + 1, true));
    }

    #[test]
    fn what_differs_is_marked_where_much_is_common() {
        let parts = |cell: &Cell| [cell.before.clone(), cell.marked.clone(), cell.after.clone()];
        for (what, left, right, expected) in [
            ("one letter", "Berikov", "Berekov", [["Ber", "i", "kov"], ["Ber", "e", "kov"]]),
            ("one letter more", "Saule", "Sauleh", [["Saule", "", ""], ["Saule", "h", ""]]),
            ("nothing in common", "Ivan", "Пётр", [["Ivan", "", ""], ["Пётр", "", ""]]),
            ("equal", "Oral", "Oral", [["Oral", "", ""], ["Oral", "", ""]]),
            ("one is missing", "", "Oral", [["", "", ""], ["Oral", "", ""]]),
            ("a repeated letter", "anna", "annna", [["anna", "", ""], ["anna", "", ""]]),
        ] {
            let [a, b] = beside(left, right);
            if what == "a repeated letter" {
                assert_eq!(parts(&a).concat() + "|" + &parts(&b).concat(), "anna|annna");
                continue;
            }
            assert_eq!([parts(&a), parts(&b)], expected.map(|p| p.map(str::to_owned)), "{what}");
        }
        // An accent stays with its letter.
        let [a, b] = beside("Rene\u{301}e", "Renee");
        assert_eq!((&*a.marked, &*b.marked), ("e\u{301}", "e"));
    }
}
