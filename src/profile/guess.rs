//! Guess: the profile of a column without a role in, the role that its values suggest out.
//!
//! The law: a suggestion is made where nine in ten values speak for it and no more likely reading exists, and it is
//! only ever printed; a run reads what headers and `--column` say.

use super::column::{ColumnProfile, Reads};
use crate::batch::{Dataset, Role};
use crate::day;

/// What a column looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// In words, e.g. `IINs`.
    pub words: &'static str,
    /// Values that say so.
    pub count: u64,
    /// The roles that it may have and that no other column has, the likeliest first.
    pub roles: Vec<Role>,
}

/// Percentage of values that must speak for a reading.
const PERCENT: u64 = 90;

/// What the values of a column look like; `taken` are the roles of other columns.
#[must_use]
pub fn guess(dataset: Dataset, column: &ColumnProfile, taken: &[Role], as_of: i32) -> Option<Guess> {
    let values = column.values();
    if values == 0 {
        return None;
    }
    let (different, _) = column.distinct.count();
    let speaks = |what| column.reads(what) * 100 >= values * PERCENT;
    let make = |words, what, roles: &[Role]| {
        let free = |role: &&Role| dataset.roles().contains(role) && !taken.contains(role);
        Some(Guess { words, count: column.reads(what), roles: roles.iter().filter(free).copied().collect() })
    };
    // Codes of one column are few; a column in which each value is another holds no codes.
    let coded = different <= 40 && values >= 20 && different * 4 <= values;
    match () {
        () if speaks(Reads::Mrz) => make("machine readable zones", Reads::Mrz, &[Role::Mrz]),
        () if speaks(Reads::Iin) => make("valid IINs", Reads::Iin, &[Role::Iin, Role::RepresentativeIin]),
        () if speaks(Reads::Date) => {
            let roles = dates(column, as_of);
            make("dates", Reads::Date, roles)
        }
        () if coded && (2..=6).contains(&different) && speaks(Reads::Sex) => {
            make("codes of sex", Reads::Sex, &[Role::Sex])
        }
        () if coded && speaks(Reads::Channel) => make("channels", Reads::Channel, &[Role::Channel]),
        () if coded && speaks(Reads::Status) => make("statuses", Reads::Status, &[Role::Status]),
        () if speaks(Reads::Country) => {
            make("countries", Reads::Country, &[Role::DocumentCountry, Role::Citizenship, Role::Nationality])
        }
        () if coded && speaks(Reads::DocumentType) => {
            make("kinds of documents", Reads::DocumentType, &[Role::DocumentType])
        }
        () if speaks(Reads::Phone) => make("phones", Reads::Phone, &[Role::Phone]),
        () if speaks(Reads::DocumentNumber) && !speaks(Reads::TwelveDigits) => make(
            "document numbers",
            Reads::DocumentNumber,
            &[Role::DocumentNumber, Role::PreviousNumber, Role::PersonalNumber],
        ),
        () if speaks(Reads::TwelveDigits) => {
            make("numbers of twelve digits that are no IINs", Reads::TwelveDigits, &[])
        }
        () if different > 5 && speaks(Reads::Name) => {
            make("names", Reads::Name, &[Role::Surname, Role::GivenName, Role::Patronymic])
        }
        () => None,
    }
}

/// Which dates they are: a birth lies generations back, a validity ends in the future.
fn dates(column: &ColumnProfile, as_of: i32) -> &'static [Role] {
    const ANY: &[Role] = &[
        Role::BirthDate,
        Role::IssueDate,
        Role::DocumentIssueDate,
        Role::AssignedOn,
        Role::OccurredOn,
        Role::StatusDate,
        Role::ExpiryDate,
        Role::DocumentExpiryDate,
    ];
    let Some((first, last)) = column.days else { return ANY };
    if last > as_of {
        return &[Role::ExpiryDate, Role::DocumentExpiryDate];
    }
    if day::to_civil(first).0 < 1980 {
        return &[Role::BirthDate];
    }
    &[Role::OccurredOn, Role::IssueDate, Role::DocumentIssueDate, Role::AssignedOn, Role::StatusDate]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_values() {
        let as_of = day::from_civil(2026, 1, 1).expect("a date");
        let births: Vec<String> = (1..60).map(|n| format!("{}-03-04", 1940 + n)).collect();
        let expiries: Vec<String> = (1..20).map(|n| format!("{}-03-04", 2015 + n)).collect();
        let issues: Vec<String> = (1..20).map(|n| format!("{}-03-04", 2000 + n)).collect();
        let sexes: Vec<String> = (0..60).map(|n| if n % 2 == 0 { "М" } else { "Ж" }.to_owned()).collect();
        let flags: Vec<String> = (0..60).map(|_| "1".to_owned()).collect();
        let numbers: Vec<String> = (0..60).map(|n| format!("AA{:07}", n * 37)).collect();
        let words: Vec<String> = (0..60).map(|n| format!("дом {n} / корпус {n}")).collect();
        let iins = vec!["900304390006".to_owned(); 9];
        let mut doubtful = iins.clone();
        doubtful.extend(["x1".to_owned(), "x2".to_owned()]);
        for (values, words, first) in [
            (&iins, "valid IINs", Some(Role::Iin)),
            (&doubtful, "", None),
            (&births, "dates", Some(Role::BirthDate)),
            (&expiries, "dates", Some(Role::DocumentExpiryDate)),
            (&issues, "dates", Some(Role::DocumentIssueDate)),
            (&sexes, "codes of sex", Some(Role::Sex)),
            (&flags, "kinds of documents", Some(Role::DocumentType)),
            (&numbers, "document numbers", Some(Role::DocumentNumber)),
            (&words, "", None),
        ] {
            let mut column = ColumnProfile::default();
            values.iter().for_each(|value| column.take(value));
            let got = guess(Dataset::Registry, &column, &[], as_of);
            assert_eq!(got.as_ref().map_or("", |guess| guess.words), words, "{}", values[0]);
            assert_eq!(got.and_then(|guess| guess.roles.first().copied()), first, "{}", values[0]);
        }
        let mut column = ColumnProfile::default();
        iins.iter().for_each(|value| column.take(value));
        let guess = guess(Dataset::Registry, &column, &[Role::Iin], as_of).expect("IINs");
        assert_eq!(guess.roles, [Role::RepresentativeIin], "what is taken is not suggested");
    }
}
