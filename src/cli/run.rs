//! `iinrec run`: the whole night from one file.
//!
//! In: the file and the day. Out: a published night, told to whoever must know. The law: steps come in the order in which
//! a later one may rely on an earlier one, each is in the journal when it is done, and a run of the same night takes up
//! where the last one ended. What a gate holds back is handed on to nobody until a person accepts it.

use std::io::Write;
use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use iinrec::batch::Dataset;
use iinrec::config::Config;
use iinrec::config::datasets::DATASETS;
use iinrec::day;
use iinrec::error::{Error, Result};
use iinrec::figure::grouped;
use iinrec::jobs;
use iinrec::night::journal::{self, Journal, Published, Step};
use iinrec::night::{Night, arrival, identity, nights, retention, take};
use iinrec::plan::{Earlier, PageRequest, Plan, Request};
use iinrec::postgres;
use iinrec::report::gates::{Answer, Figures, Gate, Job, Verdict};
use iinrec::report::html::PAGE;
use iinrec::report::protect::Protection;
use iinrec::report::run_json::render;
use iinrec::scratch::Scratch;
use serde_json::{Value, json};

use super::args::{Format, When, all_cores, parse_day, today};
use super::export::load_published;
use super::keys::ProtectArgs;
use super::operation::{
    self, Operation, event, exit_code, figures_of, now, run_json, shown, tripped, tripped_lines,
};
use super::progress::Progress;
use super::reconcile::request_of;
use super::{Failure, after_publishing, shows_progress};

/// Runs the whole night: reconcile, compare with the night before, ask the gates, tell log and metrics, tidy up.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  iinrec config --example > nightly.toml     (then edit it: [datasets.*] and [night])
  iinrec run nightly.toml --dry-run
  iinrec run nightly.toml

The least that a file must say:
  [datasets.registry]
  files = [\"exports/registry-{as_of}.csv\"]
  [datasets.documents]
  files = [\"exports/documents-{as_of}.csv\"]
  [night]
  folder = \"reports\"

The night goes to reports/2026-11-01. Run it again and it takes up where it ended: what is published of the same inputs is
not made again. When a gate trips, the night is held back (exit code 3); look into it, then let it pass, or mend the
inputs and run again:
  iinrec run nightly.toml --as-of 2026-11-01 --accept

Exit codes: 0 done; 1 failed; 2 wrong usage; 3 published, and held back by a gate.")]
pub(crate) struct RunArgs {
    /// The file of the night, see `iinrec config --example`
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,
    /// The day of the night [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    as_of: Option<i32>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Make the report again even if nothing changed
    #[arg(long)]
    again: bool,
    /// Let the night pass whatever its gates say: hand it on, and compare the next one with it
    #[arg(long)]
    accept: bool,
    /// How to print the summary
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Show progress on standard error
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    progress: When,
}

/// What a run of a night knows from the start.
struct Tonight<'a> {
    args: &'a RunArgs,
    config: Config,
    as_of: i32,
    /// The day as it names folders.
    name: String,
    folder: PathBuf,
    gates: Vec<Gate>,
    protection: Protection,
}

/// What was done, for the summary.
struct Done {
    /// Whether the report stood already.
    resumed: bool,
    previous: Option<Night>,
    /// What was loaded into a database, in words.
    loaded: Vec<String>,
    removed: Vec<String>,
    verdicts: Vec<Verdict>,
}

pub(crate) fn run(args: &RunArgs, out: &mut impl Write) -> std::result::Result<(), Failure> {
    let tonight = Tonight::read(args)?;
    if args.dry_run {
        return Ok(tonight.dry_run(out)?);
    }
    let config = &tonight.config;
    let (log, metrics) = (config.beside(&config.night.log), config.beside(&config.night.metrics));
    let gates = tonight.gates.clone();
    let operation = Operation::begin(gates, None, log.as_deref(), metrics.as_deref(), args.format)?;
    let hidden = take(&tonight.folder)?;
    let mut journal = Journal::open(&tonight.folder)?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    tonight.note(&mut journal, Step::Started { version })?;
    let done = tonight.all(operation, &mut journal, &hidden, out);
    if let Err(Failure::Error(error)) = &done {
        let step = Step::Failed { exit_code: error.exit_code(), error: error.what.clone() };
        // The error itself is what matters; where the disk is full, the journal is too.
        let _ = tonight.note(&mut journal, step);
    }
    done
}

impl<'a> Tonight<'a> {
    fn read(args: &'a RunArgs) -> Result<Self> {
        let as_of = args.as_of.unwrap_or_else(today);
        let mut config = Config::load(&args.file)?;
        config.fill(as_of);
        let Some(folder) = config.beside(&config.night.folder) else {
            return Err(Error::usage("the file does not say where the nights go")
                .at(&args.file)
                .remedy("add folder = \"reports\" below [night]"));
        };
        let gates = Gate::parse_all(&config.night.fail_on, Job::Reconcile)?;
        let protection = ProtectArgs::of(&config)?.protection()?;
        Ok(Tonight { args, config, as_of, name: day::iso(as_of), folder, gates, protection })
    }

    fn out(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    fn note(&self, journal: &mut Journal, step: Step) -> Result<()> {
        journal.append(&now().to_string(), &self.name, step)
    }

    /// The files that are named for the night, dataset by dataset.
    fn named(&self) -> Vec<(Dataset, Vec<PathBuf>)> {
        let of = |dataset| (dataset, self.config.dataset(dataset).files);
        DATASETS.into_iter().filter(|&dataset| dataset != Dataset::Customers).map(of).collect()
    }

    /// Decisions, where there are any yet.
    fn decisions(&self) -> Option<PathBuf> {
        self.config.beside(&self.config.night.decisions).filter(|path| path.exists())
    }

    /// The newest earlier night that no gate holds back.
    fn previous(&self, journal: &[journal::Line]) -> Result<Option<Night>> {
        if !self.config.night.compare || !self.folder.is_dir() {
            return Ok(None);
        }
        let earlier = nights(&self.folder)?.into_iter().rev().filter(|night| night.as_of < self.as_of);
        Ok(earlier.into_iter().find(|night| !journal::told(journal, &day::iso(night.as_of)).is_held()))
    }

    /// Every step of the night.
    fn all(
        &self,
        mut operation: Operation,
        journal: &mut Journal,
        hidden: &Scratch,
        out: &mut impl Write,
    ) -> std::result::Result<(), Failure> {
        let report = self.out();
        Operation::started("run", self.as_of, Some(&report));
        self.wait()?;
        let previous = self.previous(journal.lines())?;
        operation.compare_with(previous.as_ref().map(|night| figures_of(&night.path)).transpose()?);
        let identity = self.identity(previous.as_ref())?;
        let (run, resumed) = match self.standing(journal, identity.as_deref())? {
            Some(run) => {
                event("resumed", json!({"out": shown(&report)}));
                (run, true)
            }
            None => (self.reconcile(previous.as_ref(), identity, journal)?, false),
        };
        let verdicts = operation.judge(&run, Some(&report));
        let held = exit_code(&verdicts) == 3 && !self.args.accept;
        let loaded = if held { Vec::new() } else { self.load(journal)? };
        let removed = if held { Vec::new() } else { self.tidy(journal, hidden, previous.as_ref())? };
        let code = if held { 3 } else { 0 };
        let tripped = tripped(&verdicts).map(|verdict| verdict.gate.clone()).collect();
        let accepted = self.args.accept && exit_code(&verdicts) == 3;
        self.note(journal, Step::Finished { exit_code: code, tripped, accepted })?;
        operation::finished(code, &run, &verdicts);
        let done = Done { resumed, previous, loaded, removed, verdicts };
        if !self.args.quiet && !operation.log_is_out {
            after_publishing(match self.args.format {
                Format::Json => self.print_json(&run, &done, out),
                Format::Text => self.summary(&run, &done, out),
            })?;
        }
        if held { Err(Failure::Held(done.verdicts)) } else { Ok(()) }
    }

    /// Waits until tonight's inputs are there, as long as the file says.
    fn wait(&self) -> Result<()> {
        let minutes = self.config.night.wait_minutes;
        if minutes == 0 {
            return Ok(());
        }
        let named: Vec<PathBuf> = self.named().into_iter().flat_map(|(_, files)| files).collect();
        let until = std::time::Instant::now() + std::time::Duration::from_secs(60 * minutes);
        let mut told = None;
        while let Some(missing) = arrival::missing(&named, SystemTime::now()) {
            if std::time::Instant::now() >= until {
                return Err(Error::world(format!("this input did not arrive within {minutes} minutes"))
                    .at(&missing)
                    .remedy("see why the export is late, then run the same night again"));
            }
            if told.as_ref() != Some(&missing) {
                event("waiting", json!({"path": shown(&missing)}));
                told = Some(missing);
            }
            arrival::pause();
        }
        Ok(())
    }

    /// What the report is made of, as one digest.
    fn identity(&self, previous: Option<&Night>) -> Result<Option<String>> {
        let mut files = Vec::new();
        for (_, named) in self.named() {
            // What cannot be found is told by the plan.
            let Ok(found) = iinrec::ingest::find::files_of(&named) else { return Ok(None) };
            files.extend(found);
        }
        files.extend(self.decisions());
        let previous = previous.map(|night| identity::of_report(&night.path)).transpose()?;
        let config = &self.config;
        identity::of(
            &files,
            &(
                (self.as_of, &config.settings, config.readings()),
                (previous, config.night.forget_days, config.export.beside()),
                (&config.page, self.protection.report()),
            ),
        )
    }

    /// The account of the report that stands, when it was made of the very same.
    fn standing(&self, journal: &Journal, identity: Option<&str>) -> Result<Option<Value>> {
        let published = journal.of(&self.name).published.filter(|_| !self.args.again);
        match published {
            Some(published) if identity.is_some() && published.identity.as_deref() == identity => {
                let report = self.out();
                if !identity::is_whole(&report, &published.run) {
                    event("warning", json!({"error": "the report is not whole any more, and is made again"}));
                    return Ok(None);
                }
                Ok(Some(run_json(&report)?))
            }
            _ => Ok(None),
        }
    }

    /// The earlier nights for the trend of the page: those that no gate holds back.
    fn trend(&self, journal: &Journal) -> Result<Vec<PathBuf>> {
        let earlier = nights(&self.folder)?.into_iter().filter(|night| night.as_of < self.as_of);
        let passed = earlier.filter(|night| !journal.of(&day::iso(night.as_of)).is_held());
        Ok(passed.map(|night| night.path).collect())
    }

    /// Makes and publishes the report.
    fn reconcile(
        &self,
        previous: Option<&Night>,
        identity: Option<String>,
        journal: &mut Journal,
    ) -> Result<Value> {
        let threads = match self.config.limits.threads {
            0 => all_cores()?,
            threads => threads as usize,
        };
        let plan = Plan::settle(&Request {
            overwrite: true,
            decisions: self.decisions(),
            also: self.config.export.beside(),
            page: PageRequest { options: self.config.page.options(), history: self.trend(journal)? },
            previous: previous.map(|night| Earlier {
                folder: night.path.clone(),
                forget_days: self.config.night.forget_days as i32,
            }),
            protection: self.protection.clone(),
            ..request_of(&self.config, self.as_of, threads, self.out())
        })?;
        let progress = Progress::new(shows_progress(self.args.progress, self.args.quiet));
        let report = jobs::reconcile::run(&plan, &operation::Logged(&progress));
        progress.finish();
        let report = report?;
        let run = serde_json::to_value(&report).expect("plain data");
        let published = Published {
            identity,
            run: identity::of_report(&self.out())?,
            seconds: report.seconds["total"],
            version: report.version.to_owned(),
            figures: journal::kept(&Figures::of(&run)),
        };
        self.note(journal, Step::Published(published))?;
        Ok(run)
    }

    /// Loads the report into the database, if that is not done yet.
    fn load(&self, journal: &mut Journal) -> Result<Vec<String>> {
        let export = &self.config.export;
        if export.to.is_empty() {
            return Ok(Vec::new());
        }
        let into = postgres::without_password(&export.to);
        if journal.of(&self.name).loaded.as_deref() == Some(into.as_str()) && !self.args.again {
            return Ok(vec![format!("{into}, as before")]);
        }
        let keep = u32::try_from(export.keep_nights).ok().filter(|&nights| nights > 0);
        let lines = load_published(&self.out(), &export.to, keep, &self.protection.keys())?;
        self.note(journal, Step::Loaded { into: into.clone() })?;
        event("loaded", json!({ "into": into }));
        Ok(lines.iter().map(|line| line.trim().to_owned()).collect())
    }

    /// The older nights that may go.
    fn due(&self, previous: Option<&Night>, lines: &[journal::Line]) -> Result<Vec<Night>> {
        let all = nights(&self.folder)?;
        // A night that is held back waits for a person.
        let held = all.iter().filter(|night| journal::told(lines, &day::iso(night.as_of)).is_held());
        let mut needed: Vec<i32> = held.map(|night| night.as_of).collect();
        needed.push(self.as_of);
        needed.extend(previous.map(|night| night.as_of));
        let night = &self.config.night;
        Ok(retention::due(&all, night.keep, night.keep_months, &needed))
    }

    /// Removes older nights. What cannot be removed is told, and tried again next time.
    fn tidy(&self, journal: &mut Journal, hidden: &Scratch, previous: Option<&Night>) -> Result<Vec<String>> {
        let mut removed = Vec::new();
        for night in self.due(previous, journal.lines())? {
            let name = day::iso(night.as_of);
            // Before it goes: of a night that is gone nobody would write the line. One that stands all the same is told
            // as standing, and is due again.
            let figures = journal::kept(&figures_of(&night.path)?);
            self.note(journal, Step::Removed { night: name.clone(), figures })?;
            match retention::remove(&night, hidden) {
                Ok(()) => {
                    event("removed", json!({"night": name}));
                    removed.push(name);
                }
                Err(error) => operation::warn(&error),
            }
        }
        if !removed.is_empty() {
            retention::settle(&self.folder);
        }
        Ok(removed)
    }

    fn dry_run(&self, out: &mut impl Write) -> Result<()> {
        let lines = Journal::lines_of(&self.folder)?;
        let previous = self.previous(&lines)?;
        let mut text = format!("The night of {}, as {} says:\n", self.name, self.args.file.display());
        let mut tell = |what: &str, words: String| text.push_str(&format!("  {what:<12}{words}\n"));
        for (dataset, named) in self.named() {
            for path in named {
                let late = arrival::missing(std::slice::from_ref(&path), SystemTime::now());
                let note = if late.is_some() { "  (not there yet, or just being written)" } else { "" };
                let path = postgres::without_password(&path.to_string_lossy());
                tell(dataset.name(), format!("{path}{note}"));
            }
        }
        if let Some(decisions) = self.config.beside(&self.config.night.decisions) {
            let note = if decisions.exists() { "" } else { "  (not there yet: nothing is decided)" };
            tell("decisions", format!("{}{note}", decisions.display()));
        }
        let stands = if self.out().is_dir() { "  (stands already)" } else { "" };
        tell("report", format!("{}{stands}", self.out().display()));
        tell("previous", previous.as_ref().map_or("none".to_owned(), |night| day::iso(night.as_of)));
        if !self.config.export.to.is_empty() {
            tell("loads into", postgres::without_password(&self.config.export.to));
        }
        for gate in &self.gates {
            tell("gate", gate.to_string());
        }
        if self.folder.is_dir() {
            for night in self.due(previous.as_ref(), &lines)? {
                tell("removes", day::iso(night.as_of));
            }
        }
        text.push_str("Nothing was done.\n");
        out.write_all(text.as_bytes()).map_err(|e| Error::world(format!("cannot write to the terminal: {e}")))
    }

    fn print_json(&self, run: &Value, done: &Done, out: &mut impl Write) -> std::io::Result<()> {
        let mut all = run.clone();
        all["gates"] = serde_json::to_value(&done.verdicts).expect("plain data");
        all["night"] = json!({
            "report": self.out().display().to_string(),
            "resumed": done.resumed,
            "previous": done.previous.as_ref().map(|night| day::iso(night.as_of)),
            "loaded": done.loaded,
            "removed": done.removed,
            "held": exit_code(&done.verdicts) == 3 && !self.args.accept,
        });
        out.write_all(render(&all).as_bytes())
    }

    fn summary(&self, run: &Value, done: &Done, out: &mut impl Write) -> std::io::Result<()> {
        let figures = Figures::of(run);
        if done.resumed {
            writeln!(
                out,
                "Night of {}: published before, of the same inputs; the report stands.",
                self.name
            )?;
        } else {
            let seconds = run["seconds"]["total"].as_f64().unwrap_or_default();
            writeln!(out, "Night of {}: published in {seconds:.2} s.", self.name)?;
        }
        let count = |name: &str| grouped(figures.get(name));
        writeln!(out, "  records      {}, rejected {}", count("records"), count("rejects"))?;
        let since = |table: &str| match figures.compared() {
            true => {
                let part = |state: &str| count(&format!("{state}-{table}"));
                format!(
                    " (new {}, changed {}, resolved {}, reopened {})",
                    part("new"),
                    part("changed"),
                    part("resolved"),
                    part("reopened")
                )
            }
            false => String::new(),
        };
        writeln!(out, "  corrections  {}{}", count("corrections"), since("corrections"))?;
        writeln!(
            out,
            "  suspects     {}, high {}{}",
            count("suspects"),
            count("suspects.high"),
            since("suspects")
        )?;
        let previous =
            done.previous.as_ref().map_or("no earlier night".to_owned(), |night| day::iso(night.as_of));
        writeln!(out, "  compared     with {previous}")?;
        for verdict in &done.verdicts {
            let answer = match verdict.answer {
                Answer::Passed => "passed",
                Answer::Skipped => "skipped",
                Answer::Tripped if self.args.accept => "accepted",
                Answer::Tripped => "TRIPPED",
            };
            writeln!(out, "  gate         {answer}: {} ({})", verdict.gate, verdict.words)?;
        }
        for line in &done.loaded {
            writeln!(out, "  loaded       {line}")?;
        }
        for night in &done.removed {
            writeln!(out, "  removed      {night}")?;
        }
        writeln!(out, "Reports: {}", self.out().display())?;
        match self.protection.allows_page() {
            true => writeln!(out, "For people: {}", self.out().join(PAGE).display()),
            false => Ok(()),
        }
    }
}

/// What is said of a night that is held back.
pub(crate) fn held_in_words(verdicts: &[Verdict]) -> String {
    format!(
        "iinrec: the night is published and held back by its gates:{}\n  what to do: look into it; then run the same \
         night again with --accept, or with mended inputs",
        tripped_lines(verdicts).concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_without_a_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("n.toml");
        std::fs::write(&file, "[datasets.registry]\nfiles = [\"r.csv\"]\n").unwrap();
        let args = RunArgs {
            file,
            as_of: Some(0),
            dry_run: false,
            again: false,
            accept: false,
            format: Format::Text,
            quiet: true,
            progress: When::Never,
        };
        let error = Tonight::read(&args).err().expect("refused");
        assert!(error.exit_code() == 2 && error.to_string().contains("below [night]"), "{error}");
    }
}
