//! Rates: how often each thing happens in the generated world.
//!
//! In: nothing. Out: [`Rates`] with a default for each, which the command line may change one by one.
//! Shares lie in 0..=1; [`Rates::check`] refuses what cannot be drawn. The defaults follow what is known
//! (documents are renewed by 10-20 % of people a year) and are bold enough that every rule has cases in
//! a world of some thousand people.

use crate::error::{Error, Result};

/// How often each thing happens; shares of registry rows unless a field says otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Share of registry rows of foreigners and stateless persons.
    pub foreigners: f64,
    /// Share of foreigners without any citizenship (XXA).
    pub stateless: f64,
    /// Share of foreigners whose seventh digit is 0, which says neither century nor sex.
    pub century_free: f64,
    /// Share of people in households that share surname, phone and address.
    pub families: f64,
    /// Share of foreigners for whom an employer's representative filed, on few days.
    pub employers: f64,
    /// Share of foreigners who live with hundreds at one address.
    pub dormitories: f64,
    /// Share of people who are one of two twins with consecutive documents.
    pub twins: f64,
    /// Share of people with the name, birth date and country of another person.
    pub namesakes: f64,
    /// Share of registry rows that are a second number of a person in the register.
    pub duplicates: f64,
    /// Share of registry rows marked deceased.
    pub deceased: f64,
    /// Mean number of activity events of a person who has any.
    pub events: f64,
    /// Share of genuine people without any activity.
    pub silent: f64,
    /// Share of people whose documents are in the register of documents.
    pub coverage: f64,
    /// Share of replaced documents that are still in that register.
    pub previous_coverage: f64,
    /// Share of document rows without a status.
    pub status_missing: f64,
    /// Share of Kazakh documents that bear the IIN.
    pub iin_kz: f64,
    /// Share of foreign documents that bear the IIN.
    pub iin_foreign: f64,
    /// Share of newer documents that name the one they replaced.
    pub previous_number: f64,
    /// Share of documents with the personal number of their country, where it has one.
    pub personal_number: f64,
    /// Share of passports and ID cards with their machine-readable zone.
    pub mrz: f64,
    /// Share of people with a second document of another kind.
    pub other_kind: f64,
    /// Share of people with two valid passports of one country.
    pub second_passport: f64,
    /// Document rows of persons who are in no registry, per registry row.
    pub strangers: f64,
    /// Share of people with a newer document that the registry does not have.
    pub renewed: f64,
    /// Share of those that were renewed twice.
    pub twice_renewed: f64,
    /// Share of people with a newer document that the registry does have.
    pub corrected: f64,
    /// Share of people whose registered document ran out, with no newer one.
    pub expired: f64,
    /// Share of people whose registered document was lost, stolen or cancelled, with no newer one.
    pub invalidated: f64,
    /// Share of people with a new surname on a new document.
    pub married: f64,
    /// Share of people with a new citizenship and its document.
    pub naturalised: f64,
    /// Share of registry rows with a wrong birth date: a digit, or day and month swapped.
    pub birth_typo: f64,
    /// Share of registry rows with the wrong sex.
    pub sex_typo: f64,
    /// Documents that bear a number the registry lacks, per registry row.
    pub iin_unknown: f64,
    /// Share of people whose document bears another person's number.
    pub iin_mismatch: f64,
    /// Share of document rows with a requested or older spelling of the name.
    pub respelled: f64,
    /// Share of foreigners whose registry names are Cyrillic instead of Latin.
    pub cyrillic_foreigners: f64,
    /// Share of Cyrillic rows with Kazakh letters reduced to Russian ones.
    pub reduced: f64,
    /// Share of Cyrillic rows with `?` where an export lost a Kazakh letter.
    pub lost_letters: f64,
    /// Share of registered numbers with spaces, signs or Cyrillic look-alikes.
    pub formatted: f64,
    /// Share of numbers on documents with a wrong check digit.
    pub check_typos: f64,
    /// Share of fields with `-`, `НЕТ`, `ЖОҚ` instead of a value.
    pub placeholders: f64,
    /// Share of optional fields that are empty.
    pub missing: f64,
    /// Share of registry rows of persons who do not exist.
    pub invented: f64,
}

impl Rates {
    /// The rates of an unremarkable country.
    pub const DEFAULT: Rates = Rates {
        foreigners: 0.25,
        stateless: 0.01,
        century_free: 0.6,
        families: 0.35,
        employers: 0.12,
        dormitories: 0.05,
        twins: 0.006,
        namesakes: 0.002,
        duplicates: 0.002,
        deceased: 0.01,
        events: 5.0,
        silent: 0.06,
        coverage: 0.92,
        previous_coverage: 0.8,
        status_missing: 0.1,
        iin_kz: 0.9,
        iin_foreign: 0.35,
        previous_number: 0.4,
        personal_number: 0.6,
        mrz: 0.5,
        other_kind: 0.12,
        second_passport: 0.01,
        strangers: 0.03,
        renewed: 0.15,
        twice_renewed: 0.15,
        corrected: 0.1,
        expired: 0.02,
        invalidated: 0.01,
        married: 0.015,
        naturalised: 0.004,
        birth_typo: 0.004,
        sex_typo: 0.002,
        iin_unknown: 0.002,
        iin_mismatch: 0.002,
        respelled: 0.03,
        cyrillic_foreigners: 0.15,
        reduced: 0.15,
        lost_letters: 0.02,
        formatted: 0.03,
        check_typos: 0.001,
        placeholders: 0.005,
        missing: 0.02,
        invented: 0.002,
    };

    /// Every rate with its name, in the order of `--help`.
    #[must_use]
    pub fn named(&self) -> [(&'static str, f64); 43] {
        [
            ("foreigners", self.foreigners),
            ("stateless", self.stateless),
            ("century_free", self.century_free),
            ("families", self.families),
            ("employers", self.employers),
            ("dormitories", self.dormitories),
            ("twins", self.twins),
            ("namesakes", self.namesakes),
            ("duplicates", self.duplicates),
            ("deceased", self.deceased),
            ("events", self.events),
            ("silent", self.silent),
            ("coverage", self.coverage),
            ("previous_coverage", self.previous_coverage),
            ("status_missing", self.status_missing),
            ("iin_kz", self.iin_kz),
            ("iin_foreign", self.iin_foreign),
            ("previous_number", self.previous_number),
            ("personal_number", self.personal_number),
            ("mrz", self.mrz),
            ("other_kind", self.other_kind),
            ("second_passport", self.second_passport),
            ("strangers", self.strangers),
            ("renewed", self.renewed),
            ("twice_renewed", self.twice_renewed),
            ("corrected", self.corrected),
            ("expired", self.expired),
            ("invalidated", self.invalidated),
            ("married", self.married),
            ("naturalised", self.naturalised),
            ("birth_typo", self.birth_typo),
            ("sex_typo", self.sex_typo),
            ("iin_unknown", self.iin_unknown),
            ("iin_mismatch", self.iin_mismatch),
            ("respelled", self.respelled),
            ("cyrillic_foreigners", self.cyrillic_foreigners),
            ("reduced", self.reduced),
            ("lost_letters", self.lost_letters),
            ("formatted", self.formatted),
            ("check_typos", self.check_typos),
            ("placeholders", self.placeholders),
            ("missing", self.missing),
            ("invented", self.invented),
        ]
    }

    /// Refuses shares outside 0..=1, and fates that together exceed everybody.
    ///
    /// # Errors
    /// A usage error that names the flag.
    pub fn check(&self) -> Result<()> {
        for (name, rate) in self.named() {
            let highest = if name == "events" { 1000.0 } else { 1.0 };
            if !(0.0..=highest).contains(&rate) {
                let flag = name.replace('_', "-");
                return Err(Error::usage(format!("--{flag} {rate} lies outside 0 to {highest}")));
            }
        }
        let fates = self.named_fates();
        if fates > 1.0 {
            return Err(Error::usage(format!("what happens to people adds up to {fates:.3} of them"))
                .remedy("lower --renewed, --corrected or their neighbours until their sum is at most 1"));
        }
        Ok(())
    }

    /// Share of people to whom something happens that needs rows in the register of documents, and of
    /// those whose document ran out.
    pub(super) fn named_fates(&self) -> f64 {
        self.renewed
            + self.corrected
            + self.expired
            + self.invalidated
            + self.married
            + self.naturalised
            + self.birth_typo
            + self.sex_typo
            + self.iin_mismatch
            + self.second_passport
    }
}

impl Default for Rates {
    fn default() -> Self {
        Rates::DEFAULT
    }
}
