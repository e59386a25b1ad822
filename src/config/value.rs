//! Values of the configuration: one shape a form, read from TOML with its range, written as TOML again.
//!
//! The law: reading what was written gives the value again, and a value outside its range never gets in.

use toml::de::DeValue;

use crate::day;

/// A value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number; scores are in thousandths.
    Number(u64),
    /// A day, since 1970-01-01.
    Day(i32),
    /// A text as it was written; empty where nothing is said.
    Text(String),
    /// Texts as they were written.
    Texts(Vec<String>),
    /// On or off.
    Switch(bool),
}

impl Value {
    pub(super) fn number(&self) -> u64 {
        match self {
            Value::Number(number) => *number,
            other => unreachable!("the form of the key is a number, not {other:?}"),
        }
    }

    pub(super) fn day(&self) -> i32 {
        match self {
            Value::Day(day) => *day,
            other => unreachable!("the form of the key is a day, not {other:?}"),
        }
    }

    pub(super) fn texts(&self) -> &[String] {
        match self {
            Value::Texts(texts) => texts,
            other => unreachable!("the form of the key is a list, not {other:?}"),
        }
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Value::Text(text) => text,
            other => unreachable!("the form of the key is a text, not {other:?}"),
        }
    }

    pub(super) fn switch(&self) -> bool {
        match self {
            Value::Switch(on) => *on,
            other => unreachable!("the form of the key is a switch, not {other:?}"),
        }
    }
}

/// What values a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A whole number in a range, both ends included, and its unit for people.
    Number {
        /// Smallest.
        min: u64,
        /// Largest.
        max: u64,
        /// What is counted.
        unit: &'static str,
    },
    /// A score or weight from 0 to `max` thousandths, written as a decimal of at most three places.
    Score {
        /// Largest, in thousandths.
        max: u16,
    },
    /// Bytes, written as a whole number or as text with a unit; 0 is no bound.
    Size,
    /// A day from 1991-01-01 to 2099-12-31.
    Day,
    /// A text, empty where nothing is said.
    Text {
        /// What it is.
        what: &'static str,
        /// One, for the example.
        example: &'static str,
    },
    /// A list of texts.
    Texts {
        /// What each of them is.
        what: &'static str,
    },
    /// `true` or `false`.
    Switch,
}

const FIRST_YEAR: i32 = 1991;
const LAST_YEAR: i32 = 2099;

impl Form {
    /// What may stand there, for people.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Form::Number { min, max, unit } => format!("whole number, {min} to {max}, {unit}"),
            Form::Score { max } => format!("0 to {}, at most three decimals", decimal(max.into())),
            Form::Size => "size as \"500MiB\" or \"4GiB\", 0 for none".to_owned(),
            Form::Day => format!("date, {FIRST_YEAR}-01-01 to {LAST_YEAR}-12-31"),
            Form::Text { what, .. } => what.to_owned(),
            Form::Texts { what } => format!("list of {what}"),
            Form::Switch => "true or false".to_owned(),
        }
    }

    /// Reads a value; `Err` says what was expected.
    ///
    /// # Errors
    /// When it has another type or lies outside the range.
    pub fn read(self, value: &DeValue<'_>) -> Result<Value, String> {
        let expected = || format!("expected: {}", self.words());
        match (self, value) {
            (Form::Number { min, max, .. }, DeValue::Integer(number)) => {
                u64::from_str_radix(number.as_str(), number.radix())
                    .ok()
                    .filter(|number| (min..=max).contains(number))
                    .map(Value::Number)
                    .ok_or_else(expected)
            }
            (Form::Score { max }, DeValue::Integer(number)) if number.radix() == 10 => {
                thousandths(number.as_str())
                    .filter(|&n| n <= max.into())
                    .map(Value::Number)
                    .ok_or_else(expected)
            }
            (Form::Score { max }, DeValue::Float(number)) => thousandths(number.as_str())
                .filter(|&n| n <= max.into())
                .map(Value::Number)
                .ok_or_else(expected),
            (Form::Size, DeValue::Integer(number)) if number.as_str() == "0" => Ok(Value::Number(0)),
            (Form::Size, DeValue::Integer(number)) if number.radix() == 10 => {
                size(number.as_str()).map(Value::Number).ok_or_else(expected)
            }
            (Form::Size, DeValue::String(text)) => size(text).map(Value::Number).ok_or_else(expected),
            (Form::Day, DeValue::Datetime(moment)) => match (moment.date, moment.time, moment.offset) {
                (Some(date), None, None) if (FIRST_YEAR..=LAST_YEAR).contains(&i32::from(date.year)) => {
                    day::from_civil(date.year.into(), date.month.into(), date.day.into())
                        .map(Value::Day)
                        .ok_or_else(expected)
                }
                _ => Err(expected()),
            },
            (Form::Text { .. }, DeValue::String(text)) if !text.contains(char::is_control) => {
                Ok(Value::Text(text.as_ref().to_owned()))
            }
            (Form::Texts { .. }, DeValue::Array(items)) => items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::String(text) => Ok(text.as_ref().to_owned()),
                    _ => Err(expected()),
                })
                .collect::<Result<_, _>>()
                .map(Value::Texts),
            (Form::Switch, DeValue::Boolean(on)) => Ok(Value::Switch(*on)),
            _ => Err(expected()),
        }
    }

    /// Writes a value as TOML.
    #[must_use]
    pub fn write(self, value: &Value) -> String {
        match (self, value) {
            (Form::Score { .. }, Value::Number(number)) => decimal(*number),
            (Form::Size, Value::Number(bytes)) if *bytes > 0 => {
                let units = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)];
                match units.iter().find(|(_, shift)| bytes % (1u64 << shift) == 0) {
                    Some((unit, shift)) => quoted(&format!("{}{unit}", bytes >> shift)),
                    None => bytes.to_string(),
                }
            }
            (_, Value::Number(number)) => number.to_string(),
            (_, Value::Day(days)) => day::iso(*days),
            (_, Value::Text(text)) => quoted(text),
            (_, Value::Texts(texts)) => list(texts),
            (_, Value::Switch(on)) => on.to_string(),
        }
    }
}

/// A size in bytes: a whole number above 0, alone or with KiB, MiB, GiB or TiB (or K, M, G, T, which mean the
/// same); below 8 EiB, which is what TOML's numbers hold.
///
/// ```
/// use iinrec::config::value::size;
/// assert_eq!((size("500MiB"), size("4g"), size("0"), size("1.5GiB")), (Some(500 << 20), Some(4 << 30), None, None));
/// ```
#[must_use]
pub fn size(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let shift = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kib" | "kb" => 10,
        "m" | "mib" | "mb" => 20,
        "g" | "gib" | "gb" => 30,
        "t" | "tib" | "tb" => 40,
        _ => return None,
    };
    let bytes = text[..digits].parse::<u64>().ok()?.checked_mul(1 << shift)?;
    (bytes > 0 && bytes <= i64::MAX as u64).then_some(bytes)
}

/// Thousandths of a decimal of at most three places, exactly; `None` for others, signs and exponents.
fn thousandths(text: &str) -> Option<u64> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let places = if places.len() > 3 { places.trim_end_matches('0') } else { places };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || places.len() > 3 || !digits(whole) || !digits(places) {
        return None;
    }
    format!("{whole}{places:0<3}").parse().ok()
}

/// Thousandths as a decimal without zeros at its end.
fn decimal(thousandths: u64) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    let short = text.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

/// A list of strings as TOML.
#[must_use]
pub fn list<T: AsRef<str>>(texts: &[T]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text.as_ref())).collect::<Vec<_>>().join(", "))
}

/// A string as TOML, also as a key.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use toml::de::DeTable;

    fn read(form: Form, text: &str) -> Result<Value, String> {
        let table = format!("x = {text}");
        let table = DeTable::parse(&table).expect("TOML");
        form.read(table.get_ref().get("x").expect("x").get_ref())
    }

    #[test]
    fn values_and_their_ranges() {
        let number = Form::Number { min: 1, max: 366, unit: "days" };
        let score = Form::Score { max: 1000 };
        for (form, text, expected, why) in [
            (number, "1", Some(Value::Number(1)), "the smallest"),
            (number, "366", Some(Value::Number(366)), "the largest"),
            (number, "0x10", Some(Value::Number(16)), "TOML's other bases"),
            (number, "0", None, "below"),
            (number, "367", None, "above"),
            (number, "-1", None, "negative"),
            (number, "1.0", None, "no whole number"),
            (number, "\"1\"", None, "text"),
            (number, "99999999999999999999", None, "beyond 64 bits"),
            (score, "0.8", Some(Value::Number(800)), "a decimal"),
            (score, "0.125", Some(Value::Number(125)), "three places"),
            (score, "0.1250", Some(Value::Number(125)), "a zero more"),
            (score, "0.1255", None, "four places"),
            (score, "1", Some(Value::Number(1000)), "a whole number"),
            (score, "1.001", None, "above"),
            (score, "1e-1", None, "an exponent"),
            (score, "nan", None, "no number"),
            (score, "-0.1", None, "negative"),
            (Form::Size, "\"2GiB\"", Some(Value::Number(2 << 30)), "with a unit"),
            (Form::Size, "4096", Some(Value::Number(4096)), "bytes"),
            (Form::Size, "0", Some(Value::Number(0)), "no bound"),
            (Form::Size, "\"many\"", None, "no size"),
            (Form::Size, "-1", None, "negative"),
            (Form::Day, "2024-02-29", Some(Value::Day(19_782)), "a date"),
            (Form::Day, "2024-02-29T00:00:00", None, "a moment"),
            (Form::Day, "1024-02-29", None, "before there was a register"),
            (Form::Day, "\"2024-02-29\"", None, "text"),
        ] {
            assert_eq!(read(form, text).ok(), expected, "{text}: {why}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(thousandths in 0u16..=1000, bytes in 0u64..=i64::MAX as u64, shift in 0u32..50, texts in prop::collection::vec(any::<String>(), 0..4)) {
            let (form, value) = (Form::Score { max: 1000 }, Value::Number(thousandths.into()));
            prop_assert_eq!(read(form, &form.write(&value)).unwrap(), value);
            let (form, value) = (Form::Size, Value::Number(bytes >> shift << shift));
            prop_assert_eq!(read(form, &form.write(&value)).unwrap(), value);
            let (form, value) = (Form::Texts { what: "texts" }, Value::Texts(texts));
            prop_assert_eq!(read(form, &form.write(&value)).unwrap(), value);
        }
    }
}
