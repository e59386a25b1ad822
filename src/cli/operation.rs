//! What a scheduler sees of a run: its log in JSON lines, its metrics, its gates, its exit code.
//!
//! In: the options, then what happens. Out: lines, a textfile, verdicts. The law: neither bears a value of a record, a
//! password or the name of a hidden folder; and a log or a textfile that cannot be written while the run goes on is told
//! once and stops nothing, because the report is what the night is for.
//!
//! There is one log a process, because three threads speak of its end: the one that works, the one that waits for
//! signals, and any that panics.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use clap::Args;
use iinrec::error::{Error, Result};
use iinrec::ingest::Observer;
use iinrec::ingest::find::STDIN;
use iinrec::postgres;
use iinrec::report::back::account;
use iinrec::report::gates::{Answer, Figures, Gate, Job, Verdict};
use iinrec::report::metrics::{self, Ending};
use iinrec::report::run_json::render;
use rustix::fs::OFlags;
use serde::Serialize;
use serde_json::{Value, json};

use super::Failure;
use super::args::Format;

/// What a scheduler asks for.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct OperationArgs {
    /// End with exit code 3 when this is so, e.g. "rejects>0.1%" or "records.registry<90% of previous"; the report is
    /// published all the same, and handed on to no database. Repeatable, also apart by commas
    #[arg(long, value_name = "CONDITION")]
    pub(crate) fail_on: Vec<String>,
    /// Append what happens to this file (mode 0600), one JSON object a line; - for standard output, instead of the
    /// summary
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Write the figures of the run into this file, for the textfile collector of Prometheus' node exporter
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,
}

/// The log and the metrics of this process.
struct Told {
    log: Option<Mutex<Log>>,
    metrics: Option<PathBuf>,
}

static TOLD: OnceLock<Told> = OnceLock::new();

struct Log {
    file: File,
    failed: bool,
}

impl Log {
    fn open(path: &Path) -> Result<Self> {
        if path == Path::new(STDIN) {
            // By a descriptor of its own: the thread that waits for signals must not wait for the lock that the command
            // holds on standard output.
            let out = io::stdout().as_fd().try_clone_to_owned();
            let out = out.map_err(|e| Error::world(format!("cannot log to standard output: {e}")))?;
            return Ok(Log { file: File::from(out), failed: false });
        }
        let flags = (OFlags::NOFOLLOW | OFlags::CLOEXEC).bits();
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .custom_flags(flags as i32)
            .open(path)
            .map_err(|e| {
                Error::io("cannot open the log", path, &e).remedy("make its folder, or name another file")
            })?;
        Ok(Log { file, failed: false })
    }

    /// Appends a line, in one write, so that two runs never mix theirs.
    fn write(&mut self, line: &str) {
        if self.failed {
            return;
        }
        if let Err(e) = self.file.write_all(line.as_bytes()) {
            self.failed = true;
            if e.kind() != io::ErrorKind::BrokenPipe {
                let _ = writeln!(io::stderr(), "iinrec: the log cannot be written any more: {e}");
            }
        }
    }
}

/// The moment, as a log tells it.
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Appends an event to the log, where there is one; its time and its name first, for people who read along.
pub(crate) fn event(name: &str, fields: Value) {
    let Some(log) = TOLD.get().and_then(|told| told.log.as_ref()) else { return };
    let mut line = format!("{{\"time\":\"{:.3}\",\"event\":\"{name}\"", now());
    if let Value::Object(fields) = fields {
        for (field, value) in fields.into_iter().filter(|(_, value)| !value.is_null()) {
            line.push_str(&format!(",{}:{value}", Value::String(field)));
        }
    }
    line.push_str("}\n");
    // Nothing that is done under this lock can panic, so that the hook of panics may wait for it.
    log.lock().unwrap_or_else(PoisonError::into_inner).write(&line);
}

/// A path as a log may show it.
pub(crate) fn shown(path: &Path) -> Option<String> {
    let is_hidden = |part: &std::ffi::OsStr| part.to_string_lossy().starts_with(".iinrec-");
    if path.iter().any(is_hidden) {
        return None;
    }
    Some(postgres::without_password(&path.to_string_lossy()))
}

/// Says why the run failed: the last line of its log.
pub(crate) fn failed(error: &Error) {
    event(
        "failed",
        json!({
            "exit_code": error.exit_code(),
            "error": error.what,
            "path": error.path.as_deref().and_then(shown),
            "line": error.line.map(|(line, _)| line),
            "row": error.row,
            "byte": error.byte,
            "remedy": error.remedy,
        }),
    );
    metrics(error.exit_code(), false, None);
}

/// Says that all was done: the last line of the log, and the figures of the run.
pub(crate) fn finished(exit_code: u8, run: &Value, verdicts: &[Verdict]) {
    event("finished", json!({"exit_code": exit_code}));
    metrics(exit_code, true, Some((run, verdicts)));
}

/// Tells of something that stops nothing.
pub(crate) fn warn(error: &Error) {
    let _ = writeln!(io::stderr(), "iinrec: {error}");
    event("warning", json!({"error": error.what, "path": error.path.as_deref().and_then(shown)}));
}

/// Says that a fault of ours ended the run.
pub(crate) fn broke() {
    event(
        "failed",
        json!({"exit_code": 1, "error": "internal error", "remedy": "report the place, see `fault`"}),
    );
    metrics(1, false, None);
}

/// Says that a signal ends the run.
pub(crate) fn stopped(signal: &str, published: bool) {
    let code = match signal {
        "SIGHUP" => 129,
        "SIGINT" => 130,
        _ => 143,
    };
    event(
        "failed",
        json!({"exit_code": code, "error": format!("stopped by {signal}"), "published": published}),
    );
    metrics(code, published, None);
}

/// Writes the textfile, where one was asked for.
fn metrics(exit_code: u8, success: bool, report: Option<(&Value, &[Verdict])>) {
    let Some(path) = TOLD.get().and_then(|told| told.metrics.as_ref()) else { return };
    let ending = Ending { at: now().as_second(), exit_code, success };
    if let Err(error) = metrics::write(path, ending, report) {
        warn(&error);
    }
}

/// An observer that also logs each stage as it begins.
pub(crate) struct Logged<'a>(pub(crate) &'a dyn Observer);

impl Observer for Logged<'_> {
    fn begin(&self, stage: &'static str, total: u64) {
        event("stage", json!({"stage": stage, "bytes": (total > 0).then_some(total)}));
        self.0.begin(stage, total);
    }

    fn advance(&self, units: u64) {
        self.0.advance(units);
    }
}

/// What was asked of a run, settled before it.
#[derive(Debug)]
pub(crate) struct Operation {
    gates: Vec<Gate>,
    previous: Option<Figures>,
    /// Whether standard output belongs to the log.
    pub(crate) log_is_out: bool,
}

impl Operation {
    /// Understands the gates and opens the log. `previous` is the run with which this one is compared.
    ///
    /// # Errors
    /// When a gate is none, or the log cannot be opened.
    pub(crate) fn start(
        args: &OperationArgs,
        job: Job,
        previous: Option<&Path>,
        format: Format,
    ) -> Result<Self> {
        let gates = Gate::parse_all(&args.fail_on, job)?;
        if let (Some(gate), None) = (gates.iter().find(|gate| gate.needs_previous()), previous) {
            return Err(Error::usage(format!(
                "the gate `{gate}` asks what changed, and there is nothing to compare with"
            ))
            .remedy("add --previous DIR, the report of the night before"));
        }
        let previous = previous.map(figures_of).transpose()?;
        Operation::begin(gates, previous, args.log.as_deref(), args.metrics.as_deref(), format)
    }

    /// The same of gates that are understood already.
    ///
    /// # Errors
    /// When the log cannot be opened.
    pub(crate) fn begin(
        gates: Vec<Gate>,
        previous: Option<Figures>,
        log: Option<&Path>,
        metrics: Option<&Path>,
        format: Format,
    ) -> Result<Self> {
        let log_is_out = log == Some(Path::new(STDIN));
        if log_is_out && format == Format::Json {
            return Err(Error::usage("both the log and the summary would go to standard output")
                .remedy("write the log into a file, or leave out --format json"));
        }
        let told = Told {
            log: log.map(Log::open).transpose()?.map(Mutex::new),
            metrics: metrics.map(Path::to_owned),
        };
        assert!(TOLD.set(told).is_ok(), "one run a process");
        Ok(Operation { gates, previous, log_is_out })
    }

    /// With what earlier run figures are compared, where that is known later than the gates.
    pub(crate) fn compare_with(&mut self, previous: Option<Figures>) {
        self.previous = previous;
    }

    /// Logs that the run begins.
    pub(crate) fn started(command: &str, as_of: i32, out: Option<&Path>) {
        event(
            "started",
            json!({
                "command": command,
                "version": env!("CARGO_PKG_VERSION"),
                "as_of": iinrec::day::iso(as_of),
                "out": out.and_then(shown),
                "process": std::process::id(),
            }),
        );
    }

    /// Asks the gates of a run that has published; tells log and metrics of it.
    pub(crate) fn finish(&self, run: &Value, out: Option<&Path>) -> Vec<Verdict> {
        let verdicts = self.judge(run, out);
        finished(exit_code(&verdicts), run, &verdicts);
        verdicts
    }

    /// Logs what was published, and what the gates say of it.
    pub(crate) fn judge(&self, run: &Value, out: Option<&Path>) -> Vec<Verdict> {
        let figures = Figures::of(run);
        event(
            "published",
            json!({
                "out": out.and_then(shown),
                "as_of": run["as_of"],
                "config_fingerprint": run["config_fingerprint"],
                "seconds": run["seconds"]["total"],
                "records": figures.get("records"),
                "rejects": figures.get("rejects"),
                "counts": run["counts"],
                "changes": run["changes"]["states"],
            }),
        );
        let verdicts: Vec<Verdict> =
            self.gates.iter().map(|gate| gate.ask(&figures, self.previous.as_ref())).collect();
        for verdict in &verdicts {
            event("gate", serde_json::to_value(verdict).expect("plain data"));
        }
        verdicts
    }
}

/// The figures of an earlier report.
pub(crate) fn figures_of(report: &Path) -> Result<Figures> {
    Ok(Figures::of(&run_json(report)?))
}

/// The account of a report.
pub(crate) fn run_json(report: &Path) -> Result<Value> {
    account(report, "name another report")
}

/// The code of a run that published.
pub(crate) fn exit_code(verdicts: &[Verdict]) -> u8 {
    if tripped(verdicts).next().is_some() { 3 } else { 0 }
}

/// The text of `run.json`, with the verdicts where gates were asked.
pub(crate) fn with_gates<R: Serialize>(run: &R, verdicts: &[Verdict]) -> String {
    #[derive(Serialize)]
    struct Judged<'a, R> {
        #[serde(flatten)]
        run: &'a R,
        #[serde(skip_serializing_if = "<[Verdict]>::is_empty")]
        gates: &'a [Verdict],
    }
    render(&Judged { run, gates: verdicts })
}

/// A run that published is a success, unless a gate tripped.
pub(crate) fn outcome(verdicts: Vec<Verdict>) -> std::result::Result<(), Failure> {
    if exit_code(&verdicts) == 0 { Ok(()) } else { Err(Failure::Gates(verdicts)) }
}

/// The gates that tripped.
pub(crate) fn tripped(verdicts: &[Verdict]) -> impl Iterator<Item = &Verdict> {
    verdicts.iter().filter(|verdict| verdict.answer == Answer::Tripped)
}

/// What each of them says, a line each.
pub(crate) fn tripped_lines(verdicts: &[Verdict]) -> Vec<String> {
    tripped(verdicts).map(|verdict| format!("\n  {}: {}", verdict.gate, verdict.words)).collect()
}

/// What is said of gates that tripped.
pub(crate) fn tripped_in_words(verdicts: &[Verdict]) -> String {
    let lines = tripped_lines(verdicts);
    format!(
        "iinrec: the report is published, but {} of {} gates tripped:{}\n  what to do: look into the report and its \
         inputs before it is handed on",
        lines.len(),
        verdicts.len(),
        lines.concat()
    )
}
