//! The command line: what was typed becomes a request, what comes back becomes text for a person.
//!
//! clap lives here and nowhere else; the library never sees it.

pub(crate) mod args;
mod check;
mod config;
mod dedupe;
mod diff;
mod explain;
mod export;
pub(crate) mod fault;
mod generate;
mod history;
mod inspect;
pub(crate) mod keys;
mod mask;
mod name;
pub(crate) mod operation;
mod changes;
mod page;
mod progress;
mod reconcile;
pub(crate) mod run;
mod validate;
mod verify;

use std::io::{self, IsTerminal, Write};

use clap::{CommandFactory, Parser};
use iinrec::engine;
use iinrec::error::Error;
use iinrec::postgres;
use iinrec::report::gates::Verdict;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use args::{Arguments, Command};

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Whoever read our output has gone.
    BrokenPipe,
    /// The report is published, and a gate tripped.
    Gates(Vec<Verdict>),
    /// The night is published, and its gates hold it back.
    Held(Vec<Verdict>),
    /// An error for the person at the terminal.
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::BrokenPipe;
        }
        Failure::Error(Error::world(format!("cannot write to the terminal: {error}")))
    }
}

/// Says what is wrong with the command line, as clap does; but an address that was typed at the wrong place is not
/// repeated with its password, since what is printed ends in the log of a scheduler.
fn refuse(error: &clap::Error) -> ! {
    let typed = std::env::args().filter(|typed| postgres::without_password(typed) != *typed);
    let mut secret = typed.peekable();
    if secret.peek().is_some() {
        let said = secret
            .fold(error.to_string(), |said, typed| said.replace(&typed, &postgres::without_password(&typed)));
        eprint!("{said}");
        std::process::exit(error.exit_code());
    }
    error.exit()
}

/// Parses the command line and runs its command.
pub(crate) fn run() -> Result<(), Failure> {
    let arguments = Arguments::try_parse().unwrap_or_else(|error| refuse(&error));
    let mut out = io::stdout().lock();
    if matches!(
        arguments.command,
        Command::Reconcile(_)
            | Command::Dedupe(_)
            | Command::Validate(_)
            | Command::Export(_)
            | Command::Run(_)
            | Command::Diff(_)
    ) {
        engine::stop::watch(tell_of_signal)
            .map_err(|e| Error::world(format!("cannot watch for signals: {e}")))?;
    }
    allow_open_files();
    forbid_core();
    match arguments.command {
        Command::Reconcile(args) => reconcile::run(&args, &mut out),
        Command::Dedupe(args) => dedupe::run(&args, &mut out),
        Command::Validate(args) => validate::run(&args, &mut out),
        Command::Run(args) => run::run(&args, &mut out),
        Command::History(args) => history::run(&args, &mut out),
        Command::Check(args) => {
            check::run(&args.numbers, args.format == args::Format::Json, &mut out)?;
            Ok(())
        }
        Command::Inspect(args) => inspect::run(&args, &mut out),
        Command::Explain(args) => explain::run(&args, &mut out),
        Command::Export(args) => export::run(&args, &mut out),
        Command::Diff(args) => diff::run(&args, &mut out),
        Command::Config(args) => config::run(&args, &mut out),
        Command::Name(args) => {
            name::run(&args.left, &args.right, args.format == args::Format::Json, &mut out)?;
            Ok(())
        }
        Command::Report(args) => page::run(&args, &mut out),
        Command::Generate(args) => generate::run(&args, &mut out),
        Command::Verify(args) => verify::run(&args, &mut out),
        Command::Mask(args) => mask::run(&args, &mut out),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "iinrec", &mut out);
            Ok(())
        }
        Command::Man { command } => man(command.as_deref(), &mut out),
    }
}

/// Every mapped file is held open, and a folder may hold thousands; a shell allows 1,024 unless asked.
fn allow_open_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Refused, it stays as it was, and an input too many is an error with its path.
    let _ = setrlimit(Resource::Nofile, limit);
}

/// A process that dies would leave what it had in its memory in a file: the records, and the keys.
fn forbid_core() {
    let limit = Rlimit { current: Some(0), maximum: Some(0) };
    // Refused, it stays as the system has it.
    let _ = setrlimit(Resource::Core, limit);
}

/// What could not be printed of a published report is no failure: the report is there.
fn after_publishing(printed: io::Result<()>) -> Result<(), Failure> {
    match printed {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(
                io::stderr(),
                "iinrec: the report is published, but its summary could not be printed: {e}"
            );
            Ok(())
        }
        printed => Ok(printed?),
    }
}

/// The last words of a run that a signal stops.
fn tell_of_signal(signal: &str, published: bool) {
    let end =
        if published { " after the report was published; it is whole" } else { "; nothing was published" };
    let _ = writeln!(io::stderr(), "iinrec: stopped by {signal}{end}");
    operation::stopped(signal, published);
}

/// Prints the manual page of the program or of one command.
fn man(command: Option<&str>, out: &mut impl io::Write) -> Result<(), Failure> {
    let mut page = Arguments::command();
    page.build();
    if let Some(name) = command {
        let found = page.find_subcommand(name).cloned();
        page =
            found.ok_or_else(|| Error::usage(format!("no command `{name}`")).remedy("see iinrec --help"))?;
    }
    Ok(clap_mangen::Man::new(page).render(out)?)
}

/// Whether progress is shown.
fn shows_progress(when: args::When, quiet: bool) -> bool {
    match when {
        args::When::Always => true,
        args::When::Never => false,
        args::When::Auto => !quiet && io::stderr().is_terminal(),
    }
}
