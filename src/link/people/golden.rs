//! Golden: for each person the best value of every column, and why it is the best.
//!
//! In: records and their clusters. Out: one value a column for every cluster of two records or more. The law: a value
//! stands as it does in some record, never put together from several; what most records say wins, then what is
//! written out longest, then what stands first.

use std::collections::BTreeMap;

use super::field::{Field, words};
use super::table::{Dictionary, People};
use crate::batch::Role;

/// The best value of a column in a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
    /// The first record of the cluster.
    pub cluster: u32,
    /// The column.
    pub column: usize,
    /// The code of the value in the column.
    pub code: u32,
    /// Records of the cluster that have the same value in some form.
    pub support: u32,
    /// Records that have any.
    pub present: u32,
    /// Why.
    pub reason: Reason,
}

/// Why a value is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// One record has a value.
    OnlyOne,
    /// All that have a value have this one.
    AllAgree,
    /// More records have it than any other.
    MostFrequent,
    /// As many have another, which is shorter.
    MostComplete,
    /// As many have another of the same length, which stands later.
    First,
}

impl Reason {
    /// The code in `golden.parquet`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Reason::OnlyOne => "only_one",
            Reason::AllAgree => "all_agree",
            Reason::MostFrequent => "most_frequent",
            Reason::MostComplete => "most_complete",
            Reason::First => "first",
        }
    }
}

/// Finds the best values, by cluster and column.
#[must_use]
pub fn golden(people: &People, fields: &[Field], clusters: &[u32]) -> Vec<Best> {
    let mut members: Vec<(u32, u32)> =
        clusters.iter().enumerate().map(|(record, &first)| (first, record as u32)).collect();
    members.sort_unstable();
    // Spellings of one value vote together where the column is compared as it stands, and in full names, which are
    // compared by their parts.
    let forms: Vec<Form<'_>> = (0..people.columns.len())
        .map(|column| {
            match fields.iter().find(|field| field.column == column && !field.name.ends_with("(rest)")) {
                Some(field) => Form::Field(&field.codes),
                None if people.columns[column].role == Role::FullName => {
                    let (mut dictionary, texts) = (Dictionary::default(), &people.columns[column].texts);
                    let form = |code| dictionary.code(&words(texts.get(code)));
                    Form::Words((0..texts.len() as u32).map(form).collect())
                }
                None => Form::Own,
            }
        })
        .collect();
    let mut best = Vec::new();
    for cluster in members.chunk_by(|a, b| a.0 == b.0).filter(|cluster| cluster.len() > 1) {
        for (column, form) in forms.iter().enumerate() {
            best.extend(best_of(people, form, cluster, column));
        }
    }
    best
}

/// What spellings of one value have in common.
enum Form<'a> {
    /// Nothing: each is a value of its own.
    Own,
    /// The codes of a field, by record.
    Field(&'a [u32]),
    /// Its words, by code.
    Words(Vec<u32>),
}

fn best_of(people: &People, form: &Form<'_>, cluster: &[(u32, u32)], column: usize) -> Option<Best> {
    let texts = &people.columns[column].texts;
    // For each form: votes, and its spellings with theirs.
    let mut forms: BTreeMap<u32, (u32, BTreeMap<u32, u32>)> = BTreeMap::new();
    let mut present = 0;
    for &(_, record) in cluster {
        let code = people.columns[column].codes[record as usize];
        if code == 0 {
            continue;
        }
        present += 1;
        let key = match form {
            Form::Own => code,
            Form::Field(codes) => codes[record as usize],
            Form::Words(forms) => forms[code as usize],
        };
        let votes = forms.entry(key).or_default();
        votes.0 += 1;
        *votes.1.entry(code).or_default() += 1;
    }
    let length = |code: u32| texts.get(code).chars().count();
    // Of a form the spelling that most records have, then the longest, then the first: codes rise in order of
    // appearance.
    let mut ranked: Vec<(u32, usize, u32)> = forms
        .into_values()
        .map(|(votes, spellings)| {
            let (code, _) = spellings
                .into_iter()
                .max_by_key(|&(code, times)| (times, length(code), std::cmp::Reverse(code)))
                .expect("a form has a spelling");
            (votes, length(code), code)
        })
        .collect();
    ranked.sort_by_key(|&(votes, length, code)| (std::cmp::Reverse((votes, length)), code));
    let &(support, long, code) = ranked.first()?;
    let reason = match ranked.get(1) {
        None if present == 1 => Reason::OnlyOne,
        None => Reason::AllAgree,
        Some(&(votes, _, _)) if votes < support => Reason::MostFrequent,
        Some(&(_, length, _)) if length < long => Reason::MostComplete,
        Some(_) => Reason::First,
    };
    Some(Best { cluster: cluster[0].0, column, code, support, present, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::people::table::Column;

    #[test]
    fn spellings_of_a_full_name_vote_together() {
        let mut dictionary = Dictionary::default();
        let codes = ["Ким, Анна", "ОСПАН АННА", "Ким Анна"].map(|value| dictionary.code(value)).to_vec();
        let column = Column { header: "ФИО".into(), role: Role::FullName, texts: dictionary.texts, codes };
        let people = People {
            columns: vec![column],
            ids: (0..3).map(|i| i.to_string().into()).collect(),
            rows: (0..3).collect(),
            files: vec![0; 3],
        };
        let best = golden(&people, &[], &[0; 3]);
        assert_eq!((best[0].support, best[0].reason), (2, Reason::MostFrequent));
    }

    #[test]
    fn the_best_value_and_why() {
        type Case<'a> = (&'a [&'a str], Option<(&'a str, Reason)>);
        let cases: [Case<'_>; 6] = [
            (&["", ""], None),
            (&["Almaty", ""], Some(("Almaty", Reason::OnlyOne))),
            (&["Almaty", "Almaty"], Some(("Almaty", Reason::AllAgree))),
            (&["Oral", "Almaty", "Oral"], Some(("Oral", Reason::MostFrequent))),
            (&["A.", "Aigerim"], Some(("Aigerim", Reason::MostComplete))),
            (&["Oral", "Aral"], Some(("Oral", Reason::First))),
        ];
        for (values, expected) in cases {
            let mut dictionary = Dictionary::default();
            let codes: Vec<u32> = values.iter().map(|value| dictionary.code(value)).collect();
            let count = codes.len() as u32;
            let column = Column { header: "city".into(), role: Role::City, texts: dictionary.texts, codes };
            let people = People {
                columns: vec![column],
                ids: (0..count).map(|i| i.to_string().into()).collect(),
                rows: (0..count).collect(),
                files: vec![0; count as usize],
            };
            let best = golden(&people, &[], &vec![0; count as usize]);
            let got = best.first().map(|best| (people.columns[0].texts.get(best.code), best.reason));
            assert_eq!(got, expected, "{values:?}");
        }
    }
}
