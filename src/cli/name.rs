//! `iinrec name`: two names from the command line in, how they compare and why out.

use std::io::{self, Write};

use iinrec::normalise::name::{Likeness, MATCH_SCORE, NameComparison, NameLevel, PersonName, compare, keys};
use serde::Serialize;

/// One side, as it was understood.
#[derive(Debug, Serialize)]
struct Side {
    name: String,
    surname: Vec<String>,
    given_name: Vec<String>,
    patronymic: Vec<String>,
    order_known: bool,
}

/// One part of the comparison.
#[derive(Debug, Serialize)]
struct PartReading {
    level: &'static str,
    reason: String,
}

/// The whole comparison.
#[derive(Debug, Serialize)]
struct Reading {
    left: Side,
    right: Side,
    one_name: bool,
    level: &'static str,
    score: f64,
    surname: PartReading,
    given_name: PartReading,
    patronymic: PartReading,
    rearranged: bool,
    /// Whether a join on blocking keys would bring the two together.
    keys_in_common: usize,
}

/// Prints how two names compare, as text or as one JSON object.
///
/// # Errors
/// When the output cannot be written; a closed pipe is for the caller to forgive.
pub(crate) fn run(left: &str, right: &str, format_json: bool, out: &mut impl Write) -> io::Result<()> {
    let names = [left, right].map(PersonName::from_full);
    let found = compare(&names[0], &names[1]);
    let ours = keys(&names[0]);
    let theirs = keys(&names[1]);
    let in_common = ours.as_slice().iter().filter(|key| theirs.as_slice().contains(key)).count();
    let reading = Reading {
        left: side(left, &names[0]),
        right: side(right, &names[1]),
        one_name: found.is_match(),
        level: found.level.name(),
        score: found.score,
        surname: part(found.surname),
        given_name: part(found.given),
        patronymic: part(found.patronymic),
        rearranged: found.rearranged,
        keys_in_common: in_common,
    };
    if format_json {
        serde_json::to_writer_pretty(&mut *out, &reading)?;
        writeln!(out)?;
    } else {
        aloud(&reading, &found, out)?;
    }
    out.flush()
}

fn side(text: &str, name: &PersonName) -> Side {
    let [surname, given_name, patronymic] =
        name.folds().map(|folds| folds.into_iter().map(str::to_owned).collect::<Vec<_>>());
    Side { name: text.to_owned(), surname, given_name, patronymic, order_known: !name.is_unordered() }
}

fn part(likeness: Likeness) -> PartReading {
    PartReading { level: likeness.level.name(), reason: likeness.in_words() }
}

fn aloud(reading: &Reading, found: &NameComparison, out: &mut impl Write) -> io::Result<()> {
    // A name typed with a line break or an escape in it must not move the terminal's cursor.
    let calm = |text: &str| -> String {
        text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
    };
    writeln!(out, "{} ~ {}: {}", calm(&reading.left.name), calm(&reading.right.name), verdict(found))?;
    let mut line = |label: &str, text: &str| writeln!(out, "  {label:<12} {text}");
    for (label, part) in [
        ("surname", &reading.surname),
        ("given name", &reading.given_name),
        ("patronymic", &reading.patronymic),
    ] {
        line(label, &format!("{:<13} {}", part.level, part.reason))?;
    }
    if reading.rearranged {
        line("order", "surname and given name agree only when they are taken together or change places")?;
    }
    line("score", &format!("{:.4}; {MATCH_SCORE} and more is one name", reading.score))?;
    line("folded", &folded(&reading.left))?;
    line("", &folded(&reading.right))?;
    let keys = match reading.keys_in_common {
        0 => "no blocking key in common: a join would not bring the two together".to_owned(),
        1 => "1 blocking key in common".to_owned(),
        count => format!("{count} blocking keys in common"),
    };
    line("join", &keys)
}

fn verdict(found: &NameComparison) -> &'static str {
    match found.level {
        NameLevel::Identical => "the same name",
        NameLevel::Missing => "nothing to compare",
        NameLevel::Near => "close, but not one name by any rule: a slip of the pen, or another person's",
        NameLevel::Different => "two names",
        _ => "one name",
    }
}

fn folded(side: &Side) -> String {
    let parts = [&side.surname, &side.given_name, &side.patronymic];
    let known: Vec<String> =
        parts.iter().filter(|part| !part.is_empty()).map(|part| part.join(" ")).collect();
    let order = if side.order_known { "" } else { " (order unknown)" };
    if known.is_empty() { "nothing".to_owned() } else { known.join(" · ") + order }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(left: &str, right: &str, json: bool) -> String {
        let mut out = Vec::new();
        run(left, right, json, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn two_names_are_compared_aloud() {
        let text = printed("Серікұлы, Жасұлан", "ZHASSULAN SERIKOV", false);
        for part in [
            "Серікұлы, Жасұлан ~ ZHASSULAN SERIKOV: one name\n",
            "  surname      same_family   another ending of the same name, for another sex or language\n",
            "  given name   same_scheme   one name under the schemes that states use",
            "  patronymic   missing ",
            "(order unknown)",
        ] {
            assert!(text.contains(part), "{part:?} is missing in\n{text}");
        }
        assert!(printed("Омаров, Асан", "Умаров, Асан", false).contains("close, but not one name"));
        assert!(printed("", "-", false).contains("nothing to compare"));
        assert!(!printed("\u{1b}[2JИванов", "Иванов", false).contains('\u{1b}'));
    }

    #[test]
    fn json_says_the_same() {
        let text = printed("Чжан Сяомин", "ZHANG XIAO MING", true);
        let reading: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(reading["one_name"], true);
        assert_eq!(reading["surname"]["level"], "same_scheme");
        assert!(reading["surname"]["reason"].as_str().unwrap().contains("Palladius"));
        assert!(reading["keys_in_common"].as_u64().unwrap() > 0);
    }
}
