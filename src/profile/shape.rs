//! Shape: a value in, what it looks like out: letters become `A` or `a` (`А` or `а` in Cyrillic), digits `9`.
//!
//! The law: no letter and no digit of the value is left, and the length of a word does not show; separators
//! stay, since they are what tells one form from another.

/// Characters of a shape; longer values end in `…`.
const LENGTH_MAX: usize = 40;

/// The shape of a value.
///
/// ```
/// use iinrec::profile::shape::shape;
/// assert_eq!(shape("N12345678"), "A99999999");
/// assert_eq!(shape("Әбдірахманқызы-Ли"), "Аа…-Аа");
/// assert_eq!(shape("01.02.1990"), "99.99.9999");
/// ```
#[must_use]
pub fn shape(value: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    // Letters of the word so far.
    let mut word = 0;
    for letter in value.chars() {
        let mask = mask(letter);
        if mask.is_alphabetic() {
            word += 1;
            match word {
                1 | 2 => {}
                3 => {
                    out.push('…');
                    length += 1;
                    continue;
                }
                _ => continue,
            }
        } else {
            word = 0;
        }
        if length >= LENGTH_MAX {
            out.push('…');
            break;
        }
        out.push(mask);
        length += 1;
    }
    out
}

fn mask(letter: char) -> char {
    match letter {
        'A'..='Z' => 'A',
        'a'..='z' => 'a',
        '\u{400}'..='\u{52f}' => {
            if letter.is_uppercase() {
                'А'
            } else {
                'а'
            }
        }
        _ if letter.is_numeric() => '9',
        _ if letter.is_alphabetic() => 'x',
        _ if letter.is_whitespace() => ' ',
        '№' | '–' | '—' | '«' | '»' => letter,
        _ if letter.is_ascii_punctuation() => letter,
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shapes() {
        for (value, expected) in [
            ("", ""),
            ("Li", "Aa"),
            ("Иванов", "Аа…"),
            ("ИВАНОВ", "АА…"),
            ("de la Cruz", "aa aa Aa…"),
            ("+7 (701) 123-45-67", "+9 (999) 999-99-99"),
            ("AB 1234567", "AA 9999999"),
            ("P<UZBKARIMOV<<RUSTAM", "A<AA…<<AA…"),
            ("٣٤", "99"),
            ("李", "x"),
        ] {
            assert_eq!(shape(value), expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_letter_and_no_digit_is_left(value in "\\PC{0,80}") {
            let shape = shape(&value);
            for letter in shape.chars() {
                prop_assert!(
                    !letter.is_alphanumeric() || "AaАаx9".contains(letter),
                    "{letter} is left of a value"
                );
            }
            prop_assert!(shape.chars().count() <= LENGTH_MAX + 2);
        }
    }
}
