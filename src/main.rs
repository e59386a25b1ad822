//! The command line of iinrec: parse, run, exit code.

mod cli;

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::fault::install();
    let outcome = std::panic::catch_unwind(cli::run);
    iinrec::engine::stop::yield_to_signal();
    let Ok(outcome) = outcome else {
        // The hook has told of it, and unwinding has removed the draft.
        cli::operation::broke();
        return ExitCode::FAILURE;
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of our output left, e.g. `iinrec … | head`: not an error.
        Err(cli::Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(cli::Failure::Gates(verdicts)) => {
            let _ = writeln!(std::io::stderr(), "{}", cli::operation::tripped_in_words(&verdicts));
            ExitCode::from(3)
        }
        Err(cli::Failure::Held(verdicts)) => {
            let _ = writeln!(std::io::stderr(), "{}", cli::run::held_in_words(&verdicts));
            ExitCode::from(3)
        }
        Err(cli::Failure::Error(error)) => {
            // Not `eprintln!`, which panics when there is no standard error any more.
            let _ = writeln!(std::io::stderr(), "iinrec: {error}");
            cli::operation::failed(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
