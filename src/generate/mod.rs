//! Synthetic inputs with their truth: a country of made-up people, and what a perfect engine finds in it.
//!
//! In: [`Options`]. Out: `registry.csv`, `documents.csv`, `activity.csv` and four files of truth in a
//! folder, on request a bank's two customer files with theirs, and their [`Totals`]. No public data tell which numbers are invented, so recovery of what is
//! planted here is how the engine is measured.
//!
//! The laws: the same seed and options give the same bytes, whatever the number of threads; truth is
//! planted only where the written rows show it; no code is shared with what checks numbers (`validate`)
//! or compares names (`normalise`), because an oracle must be able to disagree.
//!
//! The modules in the order of a person's life: [`rates`] says how often things happen, `dice` draws,
//! `people` gives birth days and numbers, `names` and `countries` the rest of an identity, `block` casts
//! households, twins and rings, `make` and `company` rings and crowds of other makes, `documents` and
//! `fraud` say what happened, `truth` keeps it, `numbers` knows check digits, `write` makes rows, `customers`
//! those of a bank, `customer_frauds` its false identities.

mod block;
mod company;
mod countries;
mod customers;
mod customer_frauds;
mod dice;
mod documents;
mod fraud;
mod make;
mod names;
mod numbers;
mod people;
pub mod rates;
mod truth;
mod write;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::num::NonZeroUsize;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use self::make::Make;
pub use self::rates::Rates;

use self::block::Block;
use self::customers::Customers;
use self::dice::Dice;
use self::people::{BLOCK_PEOPLE, PEOPLE_MAX, World};
use self::write::Rows;
use crate::error::{Error, Result};

/// Blocks whose documents are interleaved, and the bound of memory: two windows are held at a time,
/// about 2 × 90 MB.
const WINDOW_BLOCKS: u64 = 16;

/// What world to make, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// Rows of the registry, 1 to 22 million.
    pub people: u64,
    /// Another seed, another world.
    pub seed: u64,
    /// The folder; made when it does not exist.
    pub out: PathBuf,
    /// Whether the folder may hold something already.
    pub overwrite: bool,
    /// The last day of the world, as a [`day`](crate::day).
    pub as_of: i32,
    /// Threads; all cores when `None`.
    pub threads: Option<NonZeroUsize>,
    /// How the inputs look.
    pub style: Style,
    /// How often things happen.
    pub rates: Rates,
    /// Whether a bank's customer files are written too.
    pub customers: bool,
    /// Of the customers' records, how many with a false identity are planted beside them; 0 for none.
    pub customer_frauds: f64,
    /// What kind of rings and crowds there are.
    pub make: Make,
}

impl Options {
    /// A world with default rates and style that ends on 2026-01-01.
    #[must_use]
    pub fn new(people: u64, seed: u64, out: impl Into<PathBuf>) -> Self {
        Options {
            people,
            seed,
            out: out.into(),
            overwrite: false,
            as_of: 20_454,
            threads: None,
            style: Style::default(),
            rates: Rates::DEFAULT,
            customers: false,
            customer_frauds: 0.0,
            make: Make::Plain,
        }
    }
}

/// How the three inputs look; truth is always UTF-8 with commas and ISO dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// What separates fields.
    pub delimiter: Delimiter,
    /// How letters become bytes.
    pub encoding: Encoding,
    /// Whose column names.
    pub header_language: HeaderLanguage,
    /// How dates look.
    pub date_format: DateFormat,
}

/// What separates fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delimiter {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Pipe => b'|',
        }
    }
}

/// How letters become bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Every letter.
    #[default]
    Utf8,
    /// Russian letters and І; `?` for the other Kazakh ones.
    Windows1251,
}

/// Whose column names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderLanguage {
    /// The contract's names.
    #[default]
    English,
    /// ИИН, Фамилия …
    Russian,
    /// ЖСН, Тегі …
    Kazakh,
}

/// How dates look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateFormat {
    /// 2001-12-31
    #[default]
    Iso,
    /// 31.12.2001
    Dotted,
}

/// Rows and bytes written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Rows of `registry.csv`.
    pub people: u64,
    /// Rows of `documents.csv`.
    pub documents: u64,
    /// Rows of `activity.csv`.
    pub events: u64,
    /// Rows of `truth_corrections.csv`.
    pub corrections: u64,
    /// Rows of `truth_suspects.csv`.
    pub suspects: u64,
    /// Rows of `truth_innocents.csv`.
    pub innocents: u64,
    /// Rows of `truth_persons.csv`.
    pub persons: u64,
    /// Rows of `customers.csv` and `customers_branch.csv`.
    pub customers: u64,
    /// Those of them with a false identity.
    pub customer_frauds: u64,
    /// Bytes of registry, documents and activity.
    pub bytes: [u64; 3],
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [registry, documents, activity] = self.bytes.map(|bytes| bytes as f64 / 1e6);
        writeln!(f, "registry.csv   {:>11} rows  {registry:>9.1} MB", self.people)?;
        writeln!(f, "documents.csv  {:>11} rows  {documents:>9.1} MB", self.documents)?;
        writeln!(f, "activity.csv   {:>11} rows  {activity:>9.1} MB", self.events)?;
        write!(
            f,
            "truth: {} corrections, {} invented identities, {} look-alikes, {} numbers of persons with several",
            self.corrections, self.suspects, self.innocents, self.persons
        )?;
        if self.customers > 0 {
            write!(f, "\ncustomers: {} records in two files, with their truth", self.customers)?;
        }
        if self.customer_frauds > 0 {
            write!(f, "; {} have a false identity", self.customer_frauds)?;
        }
        Ok(())
    }
}

/// Makes a world and writes it.
///
/// # Errors
/// A usage error when rates or size cannot be met or the folder is not empty; a world error when a
/// file cannot be written. What was written until then stays.
pub fn generate(options: &Options) -> Result<Totals> {
    options.rates.check()?;
    if !(1..=PEOPLE_MAX).contains(&options.people) {
        return Err(Error::usage(format!("--people {} lies outside 1 to {PEOPLE_MAX}", options.people)));
    }
    if !(0.0..=0.2).contains(&options.customer_frauds) {
        return Err(Error::usage(format!(
            "--customer-frauds {} lies outside 0 to 0.2",
            options.customer_frauds
        )));
    }
    if !(14_610..=29_220).contains(&options.as_of) {
        return Err(Error::usage("--as-of lies outside 2010 to 2050"));
    }
    let mut files = Files::create(options)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.map_or(0, NonZeroUsize::get))
        .build()
        .map_err(|error| Error::world(format!("starting threads: {error}")))?;
    let world = World::new(options);
    let blocks = options.people.div_ceil(BLOCK_PEOPLE);
    let window = |first: u64| -> Vec<(Rows, Customers)> {
        let last = (first + WINDOW_BLOCKS).min(blocks);
        (first..last)
            .into_par_iter()
            .map(|index| {
                let mut dice = Dice::new(options.seed, index);
                let block = Block::new(&world, &mut dice, index);
                let customers = if options.customers {
                    customers::customers(&world, &block)
                } else {
                    Customers::default()
                };
                (write::rows(&world, &mut dice, block), customers)
            })
            .collect()
    };
    pool.install(|| {
        let mut ready = window(0);
        let mut first = 0;
        while !ready.is_empty() {
            first += WINDOW_BLOCKS;
            // The disk works on one window while the cores make the next.
            let (written, next) = rayon::join(|| files.append(&ready), || window(first));
            written?;
            ready = next;
        }
        Ok(files.totals)
    })
}

/// The files of a world while they grow.
struct Files {
    /// Registry, documents, activity, the four of truth, and those of customers on request.
    open: Vec<(PathBuf, File)>,
    totals: Totals,
}

impl Files {
    fn create(options: &Options) -> Result<Files> {
        let out = &options.out;
        fs::create_dir_all(out).map_err(|error| Error::io("making the folder", out, &error))?;
        let mut inside =
            fs::read_dir(out).map_err(|error| Error::io("looking into the folder", out, &error))?;
        if !options.overwrite && inside.next().is_some() {
            return Err(Error::usage("the folder is not empty")
                .at(out)
                .remedy("choose another --out, or add --overwrite to replace the files of a former world"));
        }
        let mut files = Files { open: Vec::new(), totals: Totals::default() };
        let inputs =
            ["registry.csv", "documents.csv", "activity.csv"].into_iter().zip(write::headers(&options.style));
        let truths = truth::FILES.into_iter().map(|(name, header)| (name, header.as_bytes().to_vec()));
        for (at, (name, header)) in inputs.chain(truths).chain(customers::files(options)).enumerate() {
            let path = out.join(name);
            let file = create_private(&path)?;
            files.open.push((path, file));
            files.put(at, &header)?;
        }
        Ok(files)
    }

    fn put(&mut self, at: usize, bytes: &[u8]) -> Result<()> {
        let (path, file) = &mut self.open[at];
        if at < 3 {
            self.totals.bytes[at] += bytes.len() as u64;
        }
        file.write_all(bytes).map_err(|error| Error::io("writing", path, &error))
    }

    fn append(&mut self, window: &[(Rows, Customers)]) -> Result<()> {
        for (rows, customers) in window {
            for (at, bytes) in customers.files.iter().enumerate().filter(|(_, bytes)| !bytes.is_empty()) {
                self.put(7 + at, bytes)?;
            }
            self.totals.customers += customers.counts[0] + customers.counts[1];
            self.totals.customer_frauds += customers.counts[3];
            self.put(0, &rows.registry)?;
            self.put(2, &rows.activity)?;
            for (at, truth) in rows.truths.iter().enumerate() {
                self.put(3 + at, truth)?;
            }
            let totals = &mut self.totals;
            for (total, count) in [
                &mut totals.people,
                &mut totals.documents,
                &mut totals.events,
                &mut totals.corrections,
                &mut totals.suspects,
                &mut totals.innocents,
                &mut totals.persons,
            ]
            .into_iter()
            .zip(rows.counts)
            {
                *total += count;
            }
        }
        // Piece by piece over all blocks of the window, so that a person's documents stand far from
        // each other and from the person's place in the registry.
        for piece in 0..write::PIECES {
            for turn in 0..window.len() {
                let (rows, _) = &window[(turn * 7 + piece * 5) % window.len()];
                let rows = if window.len().is_multiple_of(7) { &window[turn].0 } else { rows };
                if let Some(bytes) = rows.documents.get(piece) {
                    self.put(1, bytes)?;
                }
            }
        }
        Ok(())
    }
}

/// A new file that only its owner may read; these rows look like people.
fn create_private(path: &Path) -> Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| Error::io("creating", path, &error))?;
    Ok(file)
}
