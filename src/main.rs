//! The command line of iinrec: parse, run, exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of our output left, e.g. `iinrec … | head`: not an error.
        Err(cli::Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(cli::Failure::Error(error)) => {
            eprintln!("iinrec: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
