//! `iinrec generate`: a synthetic world with the truth beside it.
//!
//! In: the flags. Out: a folder of CSV files and a short summary on the terminal. Every rate of
//! [`Rates`] is a flag, so that a test can ask for exactly the world that it needs.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use iinrec::day;
use iinrec::error::{Error, Result};
use iinrec::generate::{self, DateFormat, Delimiter, Encoding, HeaderLanguage, Make, Options, Rates, Style};

use super::Failure;

/// Write realistic synthetic inputs with the truth beside them
///
/// Writes registry.csv, documents.csv and activity.csv, and beside them what a perfect engine would
/// find: truth_corrections.csv, truth_suspects.csv, truth_innocents.csv (look-alikes that must not be
/// flagged) and truth_persons.csv (several numbers of one person). No real person is in it: names are
/// drawn from tables of common names, numbers are made up with valid check digits.
///
/// The same seed and flags give the same bytes, whatever the number of threads.
///
/// Example: a city of a hundred thousand, half of them foreigners, with a busy helper or two, then the
/// nightly job over it:
///
///   iinrec generate --people 100000 --seed 7 --foreigners 0.5 --invented 0.01 --out world
///   iinrec reconcile --registry world/registry.csv --documents world/documents.csv \
///     --activity world/activity.csv --as-of 2026-01-01 --out report
///
/// With --customers a bank's files too, of the same people: a head office with names in columns, and a
/// branch with one column for the whole name. Names stand in both scripts, respelled, with slips, before
/// and after a marriage; twins, namesakes and sons with their father's name are the hard ones:
///
///   iinrec dedupe world/customers.csv world/customers_branch.csv --truth world/truth_customers.csv --out persons
///
/// With --customer-frauds some records have the number or papers of others, or came in a row under one phone; beside
/// them stand honest offices, dormitories and parents' numbers on children's records:
///
///   iinrec generate --people 20000 --customers --customer-frauds 0.01 --out world
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct GenerateArgs {
    /// Rows of the registry; up to 22 million
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) people: u64,
    /// Another seed, another world
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Folder for the files; made when it does not exist
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Write into a folder that is not empty; files of the same names are replaced
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// The last day of the world
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "2026-01-01")]
    pub(crate) as_of: String,
    /// Threads to use [default: all cores]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Also write a bank's customers.csv and customers_branch.csv for `dedupe`, with truth_customers.csv
    #[arg(long)]
    pub(crate) customers: bool,
    /// Records with a false identity among the customers, e.g. 0.01, with truth_customer_suspects.csv and
    /// truth_customer_innocents.csv; records then say when they were opened
    #[arg(long, value_name = "RATE", default_value_t = 0.0, requires = "customers")]
    pub(crate) customer_frauds: f64,

    /// Delimiter of the three inputs
    #[arg(long, value_enum, default_value = "comma", help_heading = "Style of the inputs")]
    pub(crate) delimiter: DelimiterArg,
    /// Encoding of the three inputs; windows-1251 loses eight of the nine Kazakh letters, as exports do
    #[arg(long, value_enum, default_value = "utf-8", help_heading = "Style of the inputs")]
    pub(crate) encoding: EncodingArg,
    /// Language of the column headers
    #[arg(long, value_enum, default_value = "en", help_heading = "Style of the inputs")]
    pub(crate) header_language: HeaderLanguageArg,
    /// Dates as 2001-12-31 or 31.12.2001
    #[arg(long, value_enum, default_value = "iso", help_heading = "Style of the inputs")]
    pub(crate) date_format: DateFormatArg,

    /// Share of registry rows of foreigners and stateless persons
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.foreigners, help_heading = "People")]
    pub(crate) foreigners: f64,
    /// Share of foreigners without any citizenship (XXA)
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.stateless, help_heading = "People")]
    pub(crate) stateless: f64,
    /// Share of foreigners whose seventh digit is 0, which says neither century nor sex
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.century_free, help_heading = "People")]
    pub(crate) century_free: f64,
    /// Share of people in households that share surname, phone and address
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.families, help_heading = "People")]
    pub(crate) families: f64,
    /// Share of foreigners for whom an employer's representative filed, on few days
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.employers, help_heading = "People")]
    pub(crate) employers: f64,
    /// Share of foreigners who live with hundreds at one address
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.dormitories, help_heading = "People")]
    pub(crate) dormitories: f64,
    /// Share of people who are one of two twins with consecutive documents
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.twins, help_heading = "People")]
    pub(crate) twins: f64,
    /// Share of people with the name, birth date and country of another person
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.namesakes, help_heading = "People")]
    pub(crate) namesakes: f64,
    /// Share of registry rows that are a second number of a person in the register
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.duplicates, help_heading = "People")]
    pub(crate) duplicates: f64,
    /// Share of registry rows marked deceased
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.deceased, help_heading = "People")]
    pub(crate) deceased: f64,
    /// Mean number of activity events of a person who has any
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.events, help_heading = "People")]
    pub(crate) events: f64,
    /// Share of genuine people without any activity
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.silent, help_heading = "People")]
    pub(crate) silent: f64,
    /// Share of people whose documents are in the register of documents
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.coverage, help_heading = "Documents")]
    pub(crate) coverage: f64,
    /// Share of replaced documents that are still in that register
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.previous_coverage, help_heading = "Documents")]
    pub(crate) previous_coverage: f64,
    /// Share of document rows without a status
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.status_missing, help_heading = "Documents")]
    pub(crate) status_missing: f64,
    /// Share of Kazakh documents that bear the IIN
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.iin_kz, help_heading = "Documents")]
    pub(crate) iin_kz: f64,
    /// Share of foreign documents that bear the IIN
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.iin_foreign, help_heading = "Documents")]
    pub(crate) iin_foreign: f64,
    /// Share of newer documents that name the one they replaced
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.previous_number, help_heading = "Documents")]
    pub(crate) previous_number: f64,
    /// Share of documents with the personal number of their country, where it has one
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.personal_number, help_heading = "Documents")]
    pub(crate) personal_number: f64,
    /// Share of passports and ID cards with their machine-readable zone
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.mrz, help_heading = "Documents")]
    pub(crate) mrz: f64,
    /// Share of people with a second document of another kind
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.other_kind, help_heading = "Documents")]
    pub(crate) other_kind: f64,
    /// Share of people with two valid passports of one country
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.second_passport, help_heading = "Documents")]
    pub(crate) second_passport: f64,
    /// Document rows of persons who are in no registry, per registry row
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.strangers, help_heading = "Documents")]
    pub(crate) strangers: f64,
    /// Share of people with a newer document that the registry does not have
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.renewed, help_heading = "What happened to them")]
    pub(crate) renewed: f64,
    /// Share of those that were renewed twice
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.twice_renewed, help_heading = "What happened to them")]
    pub(crate) twice_renewed: f64,
    /// Share of people with a newer document that the registry does have
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.corrected, help_heading = "What happened to them")]
    pub(crate) corrected: f64,
    /// Share of people whose registered document ran out, with no newer one
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.expired, help_heading = "What happened to them")]
    pub(crate) expired: f64,
    /// Share of people whose registered document was lost, stolen or cancelled, with no newer one
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.invalidated, help_heading = "What happened to them")]
    pub(crate) invalidated: f64,
    /// Share of people with a new surname on a new document
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.married, help_heading = "What happened to them")]
    pub(crate) married: f64,
    /// Share of people with a new citizenship and its document
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.naturalised, help_heading = "What happened to them")]
    pub(crate) naturalised: f64,
    /// Share of registry rows with a wrong birth date: a digit, or day and month swapped
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.birth_typo, help_heading = "What happened to them")]
    pub(crate) birth_typo: f64,
    /// Share of registry rows with the wrong sex
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.sex_typo, help_heading = "What happened to them")]
    pub(crate) sex_typo: f64,
    /// Documents that bear a number the registry lacks, per registry row
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.iin_unknown, help_heading = "What happened to them")]
    pub(crate) iin_unknown: f64,
    /// Share of people whose document bears another person's number
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.iin_mismatch, help_heading = "What happened to them")]
    pub(crate) iin_mismatch: f64,
    /// Share of document rows with a requested or older spelling of the name
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.respelled, help_heading = "Noise")]
    pub(crate) respelled: f64,
    /// Share of foreigners whose registry names are Cyrillic instead of Latin
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.cyrillic_foreigners, help_heading = "Noise")]
    pub(crate) cyrillic_foreigners: f64,
    /// Share of Cyrillic rows with Kazakh letters reduced to Russian ones
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.reduced, help_heading = "Noise")]
    pub(crate) reduced: f64,
    /// Share of Cyrillic rows with `?` where an export lost a Kazakh letter
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.lost_letters, help_heading = "Noise")]
    pub(crate) lost_letters: f64,
    /// Share of registered numbers with spaces, signs or Cyrillic look-alikes
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.formatted, help_heading = "Noise")]
    pub(crate) formatted: f64,
    /// Share of numbers on documents with a wrong check digit
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.check_typos, help_heading = "Noise")]
    pub(crate) check_typos: f64,
    /// Share of fields with `-`, `НЕТ`, `ЖОҚ` instead of a value
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.placeholders, help_heading = "Noise")]
    pub(crate) placeholders: f64,
    /// Share of optional fields that are empty
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.missing, help_heading = "Noise")]
    pub(crate) missing: f64,
    /// What kind of rings and crowds there are
    #[arg(long, value_enum, default_value = "plain", help_heading = "Invented identities")]
    pub(crate) world: WorldArg,
    /// Share of registry rows of persons who do not exist
    #[arg(long, value_name = "RATE", default_value_t = Rates::DEFAULT.invented, help_heading = "Invented identities")]
    pub(crate) invented: f64,
}

/// What kind of rings and crowds a world has.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum WorldArg {
    /// Most invented identities alone, rings of up to 35
    Plain,
    /// Few rings of dozens to hundreds
    FewRings,
    /// Many rings of two to eight
    ManySmall,
    /// Rings that work like honest agents, among honest crowds that look like rings
    LookAlikes,
}

/// What separates fields.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum DelimiterArg {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab
    Tab,
    /// `|`
    Pipe,
}

/// How letters become bytes.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum EncodingArg {
    /// Every letter
    #[value(name = "utf-8")]
    Utf8,
    /// Russian letters and a few more
    #[value(name = "windows-1251")]
    Windows1251,
}

/// Whose column names.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum HeaderLanguageArg {
    /// The contract's names
    En,
    /// Russian
    Ru,
    /// Kazakh
    Kk,
}

/// How dates look.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum DateFormatArg {
    /// 2001-12-31
    Iso,
    /// 31.12.2001
    Dotted,
}

impl GenerateArgs {
    fn options(&self) -> Result<Options> {
        let as_of = day::parse(self.as_of.as_bytes())
            .ok_or_else(|| Error::usage(format!("--as-of {} is no date", self.as_of)))?;
        Ok(Options {
            people: self.people,
            seed: self.seed,
            out: self.out.clone(),
            overwrite: self.overwrite,
            as_of,
            threads: self.threads,
            customers: self.customers,
            customer_frauds: self.customer_frauds,
            style: Style {
                delimiter: match self.delimiter {
                    DelimiterArg::Comma => Delimiter::Comma,
                    DelimiterArg::Semicolon => Delimiter::Semicolon,
                    DelimiterArg::Tab => Delimiter::Tab,
                    DelimiterArg::Pipe => Delimiter::Pipe,
                },
                encoding: match self.encoding {
                    EncodingArg::Utf8 => Encoding::Utf8,
                    EncodingArg::Windows1251 => Encoding::Windows1251,
                },
                header_language: match self.header_language {
                    HeaderLanguageArg::En => HeaderLanguage::English,
                    HeaderLanguageArg::Ru => HeaderLanguage::Russian,
                    HeaderLanguageArg::Kk => HeaderLanguage::Kazakh,
                },
                date_format: match self.date_format {
                    DateFormatArg::Iso => DateFormat::Iso,
                    DateFormatArg::Dotted => DateFormat::Dotted,
                },
            },
            rates: Rates {
                foreigners: self.foreigners,
                stateless: self.stateless,
                century_free: self.century_free,
                families: self.families,
                employers: self.employers,
                dormitories: self.dormitories,
                twins: self.twins,
                namesakes: self.namesakes,
                duplicates: self.duplicates,
                deceased: self.deceased,
                events: self.events,
                silent: self.silent,
                coverage: self.coverage,
                previous_coverage: self.previous_coverage,
                status_missing: self.status_missing,
                iin_kz: self.iin_kz,
                iin_foreign: self.iin_foreign,
                previous_number: self.previous_number,
                personal_number: self.personal_number,
                mrz: self.mrz,
                other_kind: self.other_kind,
                second_passport: self.second_passport,
                strangers: self.strangers,
                renewed: self.renewed,
                twice_renewed: self.twice_renewed,
                corrected: self.corrected,
                expired: self.expired,
                invalidated: self.invalidated,
                married: self.married,
                naturalised: self.naturalised,
                birth_typo: self.birth_typo,
                sex_typo: self.sex_typo,
                iin_unknown: self.iin_unknown,
                iin_mismatch: self.iin_mismatch,
                respelled: self.respelled,
                cyrillic_foreigners: self.cyrillic_foreigners,
                reduced: self.reduced,
                lost_letters: self.lost_letters,
                formatted: self.formatted,
                check_typos: self.check_typos,
                placeholders: self.placeholders,
                missing: self.missing,
                invented: self.invented,
            },
            make: match self.world {
                WorldArg::Plain => Make::Plain,
                WorldArg::FewRings => Make::FewRings,
                WorldArg::ManySmall => Make::ManySmall,
                WorldArg::LookAlikes => Make::LookAlikes,
            },
        })
    }
}

/// Generates the world and says what is in it.
///
/// # Errors
/// A usage error for rates that cannot be drawn and for a folder that is not empty; a world error when
/// a file cannot be written.
pub(crate) fn run(args: &GenerateArgs, out: &mut impl Write) -> std::result::Result<(), Failure> {
    let started = std::time::Instant::now();
    let totals = generate::generate(&args.options()?)?;
    if !args.quiet {
        let seconds = started.elapsed().as_secs_f64();
        writeln!(out, "{totals}")?;
        writeln!(out, "in {}, {seconds:.1} s", args.out.display())?;
    }
    Ok(())
}
