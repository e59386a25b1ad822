//! The page of a night: `report.html` of `reconcile`, and what `iinrec report` makes again.
//!
//! In: the tables of a report read back, its account, those of earlier nights, and how the page is wanted. Out: the text of
//! the page, from the morning's headline down to where to go next. The law: it repeats the tables and decides
//! nothing; no value of a register is in it unless it was asked for; equal nights give equal bytes, so that it shows no
//! seconds of the run that writes it; and a number without its meaning is not on it.
//!
//! `gather` and `quality` count, `cases` chooses, `rings` and `trend` draw, `texts`, `codes` and `causes` are the words
//! in the languages of [`lang`].

mod cases;
mod causes;
mod codes;
mod columns;
mod gather;
pub mod lang;
mod quality;
mod rings;
mod texts;
mod trend;
mod view;

use askama::Template;

use self::gather::{Keeping, gather};
use self::lang::{Arg, Lang};
use self::texts::Texts;
use super::STYLE;
use crate::error::Result;
use crate::report::back::{Run, Tables};
use crate::report::changes::CaseTable;
use crate::report::explain::words;

use super::text::shown;

/// How a page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageOptions {
    /// The language.
    pub lang: Lang,
    /// Cases in its table at most.
    pub cases_max: usize,
    /// Whether it shows values of the registers.
    pub values: bool,
}

/// Cases on a page where nobody says how many.
pub const CASES_MAX: usize = 10_000;

impl Default for PageOptions {
    fn default() -> Self {
        PageOptions { lang: Lang::En, cases_max: CASES_MAX, values: false }
    }
}

/// What a page is made of.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The tables.
    pub tables: &'a Tables,
    /// The account.
    pub run: &'a Run,
    /// Accounts of earlier nights, in any order.
    pub earlier: &'a [Run],
    /// How it is wanted.
    pub options: PageOptions,
    /// Whether it shows how long the run took; a page that the run itself writes does not.
    pub seconds: bool,
}

/// What is added to the stylesheet of every page.
const OWN_STYLE: &str = include_str!("../../../../templates/night.css");
/// The script that searches and sorts the cases, with the marks that make it text in XML too.
const SCRIPT: &str = concat!("//<![CDATA[\n", include_str!("../../../../templates/night.js"), "//]]>\n");

/// SHA-256 of [`OWN_STYLE`]; a test says when it is another.
const OWN_STYLE_HASH: &str = "sha256-lQuUJVjFLsZRO5q6Kr193VIUj4W5AzPttILju68vQGA=";
/// SHA-256 of [`SCRIPT`]; a test says when it is another.
const SCRIPT_HASH: &str = "sha256-sAnC19Yn+6yJXRlrjUhYWi4v5XPFvwyow2xO9M/gEMg=";

/// What a browser may do for this page: apply two stylesheets and run one script, all of the crate.
fn policy() -> String {
    format!(
        "default-src 'none'; style-src '{}' '{OWN_STYLE_HASH}'; script-src '{SCRIPT_HASH}'; base-uri 'none'; \
         form-action 'none'",
        super::STYLE_HASH
    )
}

/// The page before it is text.
#[derive(Template)]
#[template(path = "night.html")]
struct Page<'a> {
    title: String,
    style: &'static str,
    policy: String,
    own_style: &'static str,
    script: &'static str,
    t: Texts,
    lang: Lang,
    run: &'a Run,
    values: bool,
    kicker: String,
    headline: String,
    lead: String,
    figures: Vec<view::Figure>,
    news: Option<view::News>,
    kinds: Vec<view::Bar>,
    ages: Vec<view::Bar>,
    offices: Option<Vec<view::Bar>>,
    bands: Vec<view::Bar>,
    signals: Vec<view::Bar>,
    rings: Vec<rings::Shown>,
    rings_shown: String,
    defects: Vec<view::DefectRow>,
    defects_rest: Option<String>,
    defect_files: Vec<[String; 3]>,
    rejects: Vec<[String; 4]>,
    trend: trend::Trend,
    trend_lead: String,
    complete: bool,
    speed: Option<String>,
    stages: Vec<[String; 2]>,
    cases_shown: String,
    cases_static: String,
    told: cases::Told,
    rows: Vec<view::CaseRow>,
    made_by: String,
}

/// Cases in the table that needs no script, which is also the one that is printed.
const STATIC_ROWS: usize = 50;

/// The text of the page.
///
/// # Errors
/// When a table is damaged, or not as this version writes it.
pub fn page(material: &Material<'_>) -> Result<String> {
    let Material { tables, run, options, .. } = *material;
    let PageOptions { lang, values, cases_max } = options;
    let t = Texts(lang);
    let (largest, rings) = rings::read(tables)?;
    let ids: Vec<&str> = largest.iter().map(|ring| ring.id.as_str()).collect();
    let found = gather(tables, Keeping { most: cases_max, values }, &ids)?;
    let quality = quality::read(tables, run)?;
    let drawn = rings::draw(lang, &largest, &found.members);
    let trend = trend::of(lang, material.earlier, run, material.seconds);
    let day = lang.iso_day(&run.as_of);
    let number = |number: usize| Arg::N(number as u64);
    let cases_all: u64 = found.totals.iter().sum();
    let (defects, defects_rest) = view::defects(lang, &quality, run);
    let page = Page {
        title: lang.fill(t.title(), &[("day", Arg::T(&day))]),
        style: STYLE,
        policy: policy(),
        own_style: OWN_STYLE,
        script: SCRIPT,
        t,
        lang,
        run,
        values,
        kicker: lang.fill(t.kicker(), &[("day", Arg::T(&day))]),
        headline: view::headline(lang, run, &found),
        lead: view::lead(lang, run, &found),
        figures: view::figures(lang, run, &found),
        news: view::news(lang, run),
        kinds: view::kinds(lang, &found),
        ages: view::ages(lang, &found),
        offices: found.offices.as_ref().map(|offices| view::offices(lang, offices)),
        bands: view::bands(lang, &found),
        signals: view::signals(lang, &found),
        rings_shown: lang.fill(t.rings_shown(), &[("shown", number(drawn.len())), ("n", Arg::N(rings))]),
        rings: drawn,
        defects,
        defects_rest,
        defect_files: view::defect_files(lang, &quality),
        rejects: view::rejects(lang, &quality),
        trend_lead: lang.fill(t.trend_lead(), &[("n", Arg::N(trend.nights))]),
        trend,
        complete: run.inputs.iter().all(|input| input.records == input.accepted + input.rejected),
        speed: material.seconds.then(|| view::speed(lang, run)).flatten(),
        stages: if material.seconds { view::stages(lang, run) } else { Vec::new() },
        cases_shown: match found.cases.len() as u64 == cases_all {
            true => lang.fill(t.cases_shown_all(), &[("n", Arg::N(cases_all))]),
            false => {
                lang.fill(t.cases_shown(), &[("shown", number(found.cases.len())), ("n", Arg::N(cases_all))])
            }
        },
        cases_static: lang.fill(t.cases_static(), &[("n", number(found.cases.len().min(STATIC_ROWS)))]),
        told: cases::told(lang, &found.cases, values),
        rows: view::rows(lang, &found.cases[..found.cases.len().min(STATIC_ROWS)], values),
        made_by: lang.fill(t.made_by(), &[("version", Arg::T(&run.version))]),
    };
    Ok(page.render().expect("a page is written to memory"))
}

/// The words of what a table holds under a code, and what it means.
fn words_of(lang: Lang, table: CaseTable, code: &str) -> (String, &'static str) {
    let kind = words::kind(code).filter(|_| table == CaseTable::Corrections);
    (cases::kind_words(lang, table, code), kind.map_or("", |kind| causes::of_kind(lang, kind)[0]))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use sha2::Digest as _;

    use super::*;

    #[test]
    fn the_policy_lets_style_and_script_through() {
        for (text, hash, name) in
            [(OWN_STYLE, OWN_STYLE_HASH, "OWN_STYLE_HASH"), (SCRIPT, SCRIPT_HASH, "SCRIPT_HASH")]
        {
            let digest = sha2::Sha256::digest(text.as_bytes());
            let right = format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(digest));
            assert_eq!(hash, right, "{name} is the right one of these now");
        }
        assert!(!OWN_STYLE.contains(['<', '&']) && !OWN_STYLE.contains("url("), "it stays in its element");
        assert!(!SCRIPT.contains("</") && SCRIPT.matches("]]>").count() == 1, "it stays in its element");
        for asking in
            ["fetch(", "XMLHttpRequest", "import", "eval(", "innerHTML", "Function(", "http:", "https:"]
        {
            assert!(!SCRIPT.contains(asking), "{asking}");
        }
    }
}
