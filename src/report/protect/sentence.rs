//! Sentence: evidence without the values that it quotes.
//!
//! In: a sentence that a rule or a check wrote. Out: the same, of which our own words and counts are left. The law: this is
//! a list of what stays, not of what goes: a word that is not in [`WORDS`] is a value, whatever it looks like, and a
//! number that may be one is none of our counts. A value of evidence becomes its pseudonym, so that it can be joined with
//! the other columns; a date becomes `(date)`, since it may be a birth date. Messages of checks take values apart (one
//! digit, one letter), so that of them no figure stays at all.

use super::mask::{Identifier, Mask};
use crate::normalise::country;
use crate::validate::iin;

/// The words of evidence and of messages, in order.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "BIN", "ICAO", "IIN", "ISO", "RNN", "a", "activity", "address", "addresses", "age", "ago", "alive", "all",
    "also", "an", "and", "another", "another's", "any", "are", "as", "asked", "assigned", "assignment", "at", "be",
    "bear", "before", "begins", "behind", "belongs", "between", "bind", "birth", "both", "but", "by", "came",
    "cancelled", "cannot", "change", "channel", "character", "characters", "check", "citizenship", "city",
    "clients", "closed", "code", "column", "contradict", "country", "country's", "customers", "date", "day",
    "days", "digit", "digits", "do", "document", "documents", "does", "doubt", "down", "e-mail", "earlier",
    "eleven", "else", "email", "empty", "ended", "ends", "exists", "expired", "expiry", "exponent", "export",
    "female", "few", "fewer", "file", "first", "fits", "follow", "for", "form", "found", "from", "full", "gave",
    "give", "given", "group", "has", "have", "held", "hold", "holders", "holds", "id", "iin", "in", "into",
    "is", "issue", "issued", "it", "its", "itself", "jointly", "kind", "known", "knows", "laid", "last",
    "later", "length", "less", "likely", "lines", "long", "longer", "look", "looks", "lost", "machine", "male",
    "malformed", "many", "marked", "members", "missing", "month", "more", "most", "mrz", "must", "name",
    "names", "nationality", "neighbouring", "neither", "never", "newer", "no", "nobody", "non-resident", "nor",
    "not", "nothing", "number", "numbers", "numeric", "occurred", "of", "office", "on", "one", "online", "only",
    "opened", "or", "organisation", "organisation's", "other", "other's", "others", "part", "passes",
    "patronymic", "people", "person", "person's", "personal", "persons", "phone", "place", "placeholder",
    "postcode", "presence", "previous", "probably", "read", "readable", "record", "records", "register",
    "registered", "relative's", "replaced", "reported", "representative", "required", "resident", "ring's",
    "role", "rounded", "row", "rows", "rule", "run", "same", "says", "seen", "series", "several", "sex",
    "shape", "shapes", "sign", "signal", "since", "so", "sole", "some", "sound", "space", "spreadsheet",
    "stand", "stands", "state", "status", "stolen", "strong", "such", "surname", "surnames", "suspected",
    "taxpayer", "ten", "text", "than", "that", "the", "them", "there", "these", "this", "those", "through",
    "ties", "to", "traders", "twelve", "two", "type", "unassigned", "under", "unknown", "until", "use", "usual",
    "valid", "value", "was", "way", "were", "what", "when", "where", "which", "whole", "whose", "with", "word",
    "would", "written", "wrong", "year", "years", "yet", "zone", "zones",
];

/// After these a number is a value, and no count.
const NAMING: [&str; 12] = [
    "document",
    "documents",
    "record",
    "records",
    "number",
    "is",
    "hold",
    "from",
    "to",
    "phone",
    "representative",
    "ends",
];

/// A word of a sentence between what sets it apart.
struct Token<'a> {
    lead: &'a str,
    core: &'a str,
    tail: &'a str,
}

impl<'a> Token<'a> {
    fn of(word: &'a str) -> Self {
        const MARKS: [char; 11] = ['(', ')', '[', ']', ',', ';', ':', '.', '%', '\'', '"'];
        let core = word.trim_matches(MARKS);
        // Of marks alone all is lead.
        let from = if core.is_empty() { word.len() } else { core.as_ptr() as usize - word.as_ptr() as usize };
        Token { lead: &word[..from], core, tail: &word[from + core.len()..] }
    }
}

/// A value that is being gathered: it may have several words.
struct Value<'a> {
    mask: &'a Mask,
    kind: Identifier,
    text: String,
}

impl Value<'_> {
    fn end(&mut self, out: &mut String) {
        if !self.text.is_empty() {
            out.push_str(&self.mask.pseudonym(self.kind, &self.text));
            self.text.clear();
        }
    }
}

/// A sentence of evidence, with pseudonyms for what it quotes.
pub(super) fn evidence(mask: &Mask, text: &str) -> String {
    let tokens: Vec<Token<'_>> = text.split(' ').map(Token::of).collect();
    let core = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |token| token.core);
    let mut out = String::with_capacity(text.len());
    let mut value = Value { mask, kind: Identifier::Document, text: String::new() };
    let mut in_records = false;
    for (at, token) in tokens.iter().enumerate() {
        let before = core(at.checked_sub(1));
        let is_first = before == "records"
            || (before == "record" && !["of", "has", "male", "female"].contains(&token.core));
        // What follows a list of records: `, with another name`.
        let is_end = token.core == "with" && core(Some(at + 1)) == "another";
        let is_named =
            (is_first && !is_date(token.core)) || (in_records && tokens[at - 1].tail == "," && !is_end);
        let is_ours = is_word(token.core) || (is_country(token.core) && value.text.is_empty());
        let counts = || {
            let around = [core(at.checked_sub(2)), before];
            value.text.is_empty() && is_count(token.core, around, core(Some(at + 1)))
        };
        let stays = token.core.is_empty() || (!is_named && (is_ours || is_date(token.core) || counts()));
        if stays {
            value.end(&mut out);
            in_records = false;
        }
        if at > 0 && value.text.is_empty() {
            out.push(' ');
        }
        if stays {
            let shown = if is_date(token.core) { "(date)" } else { token.core };
            out.extend([token.lead, shown, token.tail]);
            continue;
        }
        if value.text.is_empty() {
            in_records |= is_named;
            value.kind = match before {
                _ if in_records => Identifier::Record,
                "phone" => Identifier::Contact,
                _ => Identifier::Document,
            };
            out.push_str(token.lead);
        } else {
            value.text.extend([" ", token.lead]);
        }
        value.text.push_str(token.core);
        if !token.tail.is_empty() {
            value.end(&mut out);
            out.push_str(token.tail);
        }
    }
    value.end(&mut out);
    out
}

/// A sentence that may take a value apart: our words alone.
pub(super) fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_gap = false;
    for (at, word) in text.split(' ').enumerate() {
        let token = Token::of(word);
        let stays = token.core.is_empty() || is_word(token.core);
        if at > 0 && (stays || !is_gap) {
            out.push(' ');
        }
        if stays {
            out.push_str(word);
        } else if !is_gap {
            out.push('…');
        }
        is_gap = !stays;
    }
    out
}

fn is_word(core: &str) -> bool {
    WORDS.binary_search(&core).is_ok()
}

fn is_country(core: &str) -> bool {
    let letters = core.len() == 3 && core.bytes().all(|byte| byte.is_ascii_uppercase());
    letters && country::parse(core).is_some_and(|code| country::alpha3(code) == core)
}

/// YYYY-MM-DD.
fn is_date(core: &str) -> bool {
    core.len() == 10
        && core
            .bytes()
            .enumerate()
            .all(|(at, byte)| if [4, 7].contains(&at) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// Whether a number is one of our counts: 12, 12,340 or 97.2, at a place where a count stands.
fn is_count(core: &str, [two_before, before]: [&str; 2], after: &str) -> bool {
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let groups = || {
        let mut parts = core.split(',');
        parts.next().is_some_and(|first| digits(first, 3))
            && parts.all(|part| part.len() == 3 && digits(part, 3))
    };
    let tenths = || core.split_once('.').is_some_and(|(whole, tenth)| digits(whole, 3) && digits(tenth, 1));
    let is_named = NAMING.contains(&before) || two_before == "ends" || is_country(before);
    let is_told = ["has", "is", "was"].contains(&after) && before != "digit";
    (groups() || tenths()) && !is_named && !is_told && iin::pack(core.as_bytes()).is_none()
}

#[cfg(test)]
mod tests {
    use super::super::mask::tests::mask as mask_of;
    use super::*;

    #[test]
    fn the_words_are_in_order() {
        assert!(WORDS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn counts_and_words_stay_and_values_go() {
        let mask = mask_of(128);
        let iin = mask.pseudonym(Identifier::Iin, "000101699999");
        let document = mask.pseudonym(Identifier::Document, "AA1000003");
        let other = mask.pseudonym(Identifier::Document, "123");
        let [a, b] = ["client-1", "the"].map(|id| mask.pseudonym(Identifier::Record, id));
        let phone = mask.pseudonym(Identifier::Contact, "+77012345678");
        for (plain, masked) in [
            (
                "document AA1000003 of UZB is also registered under 000101699999 and 4 more (with another name and birth date)",
                format!(
                    "document {document} of UZB is also registered under {iin} and 4 more (with another name and birth date)"
                ),
            ),
            (
                "97.2 % of 12,340 registered documents of UZB are in the register; document 123 of UZB is not",
                format!(
                    "97.2 % of 12,340 registered documents of UZB are in the register; document {other} of UZB is not"
                ),
            ),
            (
                "the number says 1990-03-04, the record 1991-01-01",
                "the number says (date), the record (date)".to_owned(),
            ),
            (
                "3 of the ring's 5 hold UZB 123, which stands in 7 rows, 6 of them suspected",
                format!("3 of the ring's 5 hold UZB {other}, which stands in 7 rows, 6 of them suspected"),
            ),
            (
                "3 of the ring's 5 gave the phone +77012345678, which stands in 1,007 rows",
                format!("3 of the ring's 5 gave the phone {phone}, which stands in 1,007 rows"),
            ),
            (
                "000101699999 is also the number of records client-1, the, with another name",
                format!("{iin} is also the number of records {a}, {b}, with another name"),
            ),
            (
                "123 has not the shape of the numbers of UZB",
                format!("{other} has not the shape of the numbers of UZB"),
            ),
            ("the number says female (digit 7 is 4), the record male", {
                let digit = mask.pseudonym(Identifier::Document, "4");
                format!("the number says female (digit 7 is {digit}), the record male")
            }),
        ] {
            assert_eq!(evidence(&mask, plain), masked);
        }
    }

    #[test]
    fn of_a_message_only_words_are_left() {
        for (plain, masked) in [
            (
                "digits 1-7 are no date: month 04 of that year 18 has no day 31",
                "digits … are no date: month … of that year … has no day …",
            ),
            (
                "surname is Омаров Ержан 5, the machine readable zone says OMAROV",
                "surname is … the machine readable zone says …",
            ),
            ("'O' at place 3 is no digit 0-9", "… at place … is no digit …"),
            ("the same number stands in an earlier row", "the same number stands in an earlier row"),
        ] {
            assert_eq!(words(plain), masked);
        }
    }
}
