//! Golden: for each person the best value of every column, and why it is the best.
//!
//! In: records and their clusters. Out: one value a column for every cluster of two records or more. The law: a value
//! stands as it does in some record, never put together from several; what most records say wins, then what is
//! written out longest, then what stands first.

use super::field::{Field, words};
use super::table::{Dictionary, People};
use crate::batch::Role;

/// The best value of a column in a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
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

/// The clusters of two records or more, in the order of their first records.
#[derive(Debug)]
pub struct Groups {
    members: Vec<u32>,
    ends: Vec<u32>,
}

impl Groups {
    /// Gathers the records of clusters; each record names the first record of its own.
    #[must_use]
    pub fn of(clusters: &[u32]) -> Self {
        let mut next = vec![0u32; clusters.len()];
        for &first in clusters {
            next[first as usize] += 1;
        }
        // Where the records of each group go; a record that is alone goes nowhere.
        const NOWHERE: u32 = u32::MAX;
        let (mut sum, mut ends) = (0, Vec::new());
        for size in &mut next {
            let count = std::mem::replace(size, if *size > 1 { sum } else { NOWHERE });
            if count > 1 {
                sum += count;
                ends.push(sum);
            }
        }
        let mut members = vec![0; sum as usize];
        for (record, &first) in clusters.iter().enumerate() {
            let place = &mut next[first as usize];
            if *place != NOWHERE {
                members[*place as usize] = record as u32;
                *place += 1;
            }
        }
        Groups { members, ends }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The records of one, ascending.
    #[must_use]
    pub fn get(&self, at: usize) -> &[u32] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.members[start..self.ends[at] as usize]
    }
}

/// Finds best values.
#[derive(Debug)]
pub struct Golden<'a> {
    people: &'a People,
    /// For each column which of its spellings are one value.
    forms: Vec<Form<'a>>,
}

/// What spellings of one value have in common.
#[derive(Debug)]
enum Form<'a> {
    /// Nothing: each is a value of its own.
    Own,
    /// The codes of a field, by record.
    Field(&'a [u32]),
    /// Its words, by code.
    Words(Vec<u32>),
}

impl<'a> Golden<'a> {
    /// Looks at records and what was compared.
    #[must_use]
    pub fn new(people: &'a People, fields: &'a [Field]) -> Self {
        // Spellings of one value vote together where the column is compared as it stands, and in full names, which are
        // compared by their parts.
        let form = |column: usize| match fields
            .iter()
            .find(|field| field.column == column && !field.name.ends_with("(rest)"))
        {
            Some(field) => Form::Field(&field.codes),
            None if people.columns[column].role == Role::FullName => {
                let (mut dictionary, texts) = (Dictionary::default(), &people.columns[column].texts);
                let form = |code| dictionary.code(&words(texts.get(code)));
                Form::Words((0..texts.len() as u32).map(form).collect())
            }
            None => Form::Own,
        };
        Golden { people, forms: (0..people.columns.len()).map(form).collect() }
    }

    /// The best value of each column that has one, for the records of one cluster.
    pub fn best(&self, cluster: &[u32]) -> impl Iterator<Item = Best> {
        (0..self.forms.len()).filter_map(move |column| self.best_of(cluster, column))
    }

    fn best_of(&self, cluster: &[u32], column: usize) -> Option<Best> {
        let (texts, codes) = (&self.people.columns[column].texts, &self.people.columns[column].codes);
        // Form and spelling of each record that has a value.
        let mut votes: Vec<(u32, u32)> = cluster
            .iter()
            .map(|&record| (record as usize, codes[record as usize]))
            .filter(|&(_, code)| code != 0)
            .map(|(record, code)| {
                let form = match &self.forms[column] {
                    Form::Own => code,
                    Form::Field(codes) => codes[record],
                    Form::Words(forms) => forms[code as usize],
                };
                (form, code)
            })
            .collect();
        votes.sort_unstable();
        let present = votes.len() as u32;
        let length = |code: u32| texts.get(code).chars().count();
        // Of a form the spelling that most records have, then the longest, then the first: codes rise in order of
        // appearance.
        let mut ranked: Vec<(u32, usize, u32)> = votes
            .chunk_by(|a, b| a.0 == b.0)
            .map(|form| {
                let (_, long, code) = form
                    .chunk_by(|a, b| a.1 == b.1)
                    .map(|same| (same.len(), length(same[0].1), same[0].1))
                    .max_by_key(|&(times, long, code)| (times, long, std::cmp::Reverse(code)))
                    .expect("a form has a spelling");
                (form.len() as u32, long, code)
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
        Some(Best { column, code, support, present, reason })
    }
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
            ids: (0..3).map(|i| i.to_string()).collect(),
            rows: (0..3).collect(),
            files: vec![0; 3],
        };
        let groups = Groups::of(&[0; 3]);
        let best = Golden::new(&people, &[]).best(groups.get(0)).next().expect("the column has values");
        assert_eq!((best.support, best.reason), (2, Reason::MostFrequent));
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
                ids: (0..count).map(|i| i.to_string()).collect(),
                rows: (0..count).collect(),
                files: vec![0; count as usize],
            };
            let groups = Groups::of(&vec![0; count as usize]);
            let golden = Golden::new(&people, &[]);
            let best = golden.best(groups.get(0)).next();
            let got = best.map(|best| (people.columns[0].texts.get(best.code), best.reason));
            assert_eq!(got, expected, "{values:?}");
        }
    }

    #[test]
    fn groups_are_the_clusters_of_two_or_more() {
        for (clusters, expected) in [
            (vec![], vec![]),
            (vec![0, 1, 2], vec![]),
            (vec![0, 0, 2], vec![vec![0, 1]]),
            (vec![0, 1, 1, 0, 4, 1], vec![vec![0, 3], vec![1, 2, 5]]),
            (vec![0, 1, 2, 2], vec![vec![2, 3]]),
        ] {
            let groups = Groups::of(&clusters);
            let got: Vec<Vec<u32>> = (0..groups.len()).map(|at| groups.get(at).to_vec()).collect();
            assert_eq!(got, expected, "{clusters:?}");
        }
    }
}
