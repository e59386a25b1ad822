//! Figure: numbers as people read them, wherever they are shown.

use std::borrow::Borrow;

/// A number with its thousands apart: 12,340. Templates hand references.
#[must_use]
pub fn grouped(number: impl Borrow<u64>) -> String {
    grouped_by(*number.borrow(), ',')
}

/// The same with what parts the thousands in another language.
#[must_use]
pub fn grouped_by(number: u64, group: char) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    text
}
