//! Settings: the dates and thresholds of the rules, each with its reason.

use super::signals::Code;
use crate::day;
use crate::link::rows::RegistryRow;

/// Dates and thresholds of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// First day on which a foreigner of 16 or older must appear in person. The founding text says
    /// 2024-01-01, the amending order is dated 2024-02-29: so a setting.
    pub presence_from: i32,
    /// First day on which a number could be had online (2022-01-26).
    pub online_from: i32,
    /// Days after the assignment within which no activity is expected of anybody.
    pub activity_grace_days: i32,
    /// Of the rows older than the grace, the percentage with some activity from which silence says
    /// something: below it the activity export simply knows few people.
    pub activity_percent_min: u64,
    /// Registered documents of a country from which the share found in the register is a measure at all:
    /// with 50 the share is known to about seven points.
    pub coverage_rows_min: u64,
    /// Percentage of a country's registered documents that must be found before a missing one says
    /// something: an export of a few hundred passports does not cover their state.
    pub coverage_percent_min: u64,
    /// Length in days of the window in which assignments by one representative are counted: numbers take one
    /// to three working days, so what was filed together is assigned within three.
    pub burst_days: i32,
    /// Assignments in the window from which they are a burst: a large family stays below ten.
    pub burst_rows_min: usize,
    /// Clients of one representative from which they are compared with those of others.
    pub clients_rows_min: usize,
    /// Percentage of a burst's people whose existence is open, below which the burst is an employer's: in
    /// any hundred honest records some numbers are mistyped or papers replaced.
    pub burst_doubtful_percent_min: u64,
    /// Length of a run of document numbers under one representative or phone. Twins and families who applied
    /// for passports together have two or three.
    pub run_rows_min: usize,
    /// Largest step within such a run: issuing desks hand out neighbours and spoil a form now and then.
    pub run_gap_max: u64,
    /// Length of a run of document numbers among all numbers assigned on a day. A day has many families.
    pub day_run_rows_min: usize,
    /// Largest step within a day's run.
    pub day_run_gap_max: u64,
    /// Largest step within a run that nothing else ties: every other blank of a packet went elsewhere.
    pub series_gap_max: u64,
    /// Rows of one day and one series of numbers above which the day was a load of old records (their
    /// numbers are dense by nature) and not a day of applications.
    pub day_rows_max: usize,
    /// Persons under one phone that a household explains.
    pub phone_persons_max: usize,
    /// Persons under one address that a household or a small hostel explains.
    pub address_persons_max: usize,
    /// Percentage of genuine documents from which a crowded phone or address is a dormitory's or employer's.
    pub contact_genuine_percent: u64,
    /// Keys of the addresses of known dormitories, ascending: who lives there is part of no crowd.
    pub known_addresses: Vec<u64>,
    /// Packed numbers of known employers, ascending: what they file is no burst, and their people are part
    /// of no crowd.
    pub known_employers: Vec<u64>,
    /// The most that a signal of each code weighs, in thousandths; 0 switches it off, half of the default halves
    /// its bits.
    pub weights: [u16; Code::ALL.len()],
    /// Of a thousand invented identities, how many bear a signal of each code.
    pub shares: [u16; Code::ALL.len()],
    /// Bits of a strong signal of each code, where a run is too small to measure them.
    pub bits: [u16; Code::ALL.len()],
    /// Of a thousand invented identities, how many hold a document that the register knows as theirs: bought, or
    /// entered by an accomplice.
    pub invented_documented: u16,
    /// How many are seen in two ways: a number is made to be used, at a bank and for taxes.
    pub invented_alive: u16,
    /// How many are still seen in two ways a year after the assignment.
    pub invented_alive_for_long: u16,
    /// How many were entered as present at the counter.
    pub invented_present: u16,
    /// Of a thousand crowds (clients of a representative, people under a phone or an address), how many hold some who
    /// were made up together, where a run has too few to tell.
    pub crowds_with_ring: u16,
    /// Rows as many as which the settings' figures count beside those that a run shows.
    pub evidence_rows: u32,
    /// Confirmed suspects from which on they teach the shares: of thirty a share of a half is known to nine points.
    pub confirmed_rows_min: u32,
    /// Of ten thousand registry rows, how many are invented, where a run is too small to tell.
    pub prior_share: u32,
    /// Score in thousandths from which a suspect is `high`; weak signs alone stay below it.
    pub band_high: u16,
    /// Score in thousandths from which a suspect is `medium`.
    pub band_medium: u16,
    /// Score in thousandths from which a suspect is `low`; what stays below is not reported.
    pub band_low: u16,
}

impl Default for Settings {
    fn default() -> Self {
        let date = |year, month, day| day::from_civil(year, month, day).expect("a date of the law exists");
        Settings {
            presence_from: date(2024, 1, 1),
            online_from: date(2022, 1, 26),
            activity_grace_days: 365,
            activity_percent_min: 30,
            coverage_rows_min: 50,
            coverage_percent_min: 60,
            burst_days: 3,
            burst_rows_min: 10,
            clients_rows_min: 8,
            burst_doubtful_percent_min: 20,
            run_rows_min: 4,
            run_gap_max: 2,
            day_run_rows_min: 5,
            day_run_gap_max: 1,
            series_gap_max: 10,
            day_rows_max: 1000,
            phone_persons_max: 6,
            address_persons_max: 15,
            contact_genuine_percent: 80,
            known_addresses: Vec::new(),
            known_employers: Vec::new(),
            weights: Code::ALL.map(Code::weight),
            shares: Code::ALL.map(Code::share),
            bits: Code::ALL.map(Code::bits),
            invented_documented: 50,
            invented_alive: 250,
            invented_alive_for_long: 200,
            invented_present: 80,
            crowds_with_ring: 20,
            evidence_rows: 500,
            confirmed_rows_min: 30,
            prior_share: 20,
            band_high: 900,
            band_medium: 400,
            band_low: 50,
        }
    }
}

impl Settings {
    /// Whether a packed number is a known employer's.
    #[must_use]
    pub fn is_known_employer(&self, representative: u64) -> bool {
        self.known_employers.binary_search(&representative).is_ok()
    }

    /// Where the bands begin: low, medium, high.
    #[must_use]
    pub fn bands(&self) -> [u16; 3] {
        [self.band_low, self.band_medium, self.band_high]
    }

    /// Whether a known dormitory or employer explains whom a row is together with.
    #[must_use]
    pub fn explains(&self, row: &RegistryRow) -> bool {
        self.is_known_address(row.address) || self.is_known_employer(row.representative)
    }

    /// Whether an address key is a known dormitory's.
    #[must_use]
    pub fn is_known_address(&self, address: u64) -> bool {
        self.known_addresses.binary_search(&address).is_ok()
    }
}
