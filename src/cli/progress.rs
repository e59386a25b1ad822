//! Progress: one line on standard error with rate and remaining time, for stages that take long.

use iinrec::ingest::Observer;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Shared;
use super::operation::Logged;
use super::shows_progress;

/// Shows how far a run has come; hidden unless asked for.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn new(shown: bool) -> Self {
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Progress { bar: ProgressBar::with_draw_target(None, target) }
    }

    /// Does a job that tells how far it is, and clears the line, so that the summary starts on a clean one.
    pub(crate) fn during<T>(shared: &Shared, job: impl FnOnce(&dyn Observer) -> T) -> T {
        let progress = Progress::new(shows_progress(shared.progress, shared.quiet));
        let done = job(&Logged(&progress));
        progress.finish();
        done
    }

    /// Clears the line.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Progress {
    fn begin(&self, stage: &'static str, total: u64) {
        let template = if total == 0 {
            "{msg:10} {spinner} {elapsed}"
        } else {
            "{msg:10} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left"
        };
        let style = ProgressStyle::with_template(template).expect("the template is well formed");
        self.bar.reset();
        self.bar.set_style(style);
        self.bar.set_length(total);
        self.bar.set_message(stage);
    }

    fn advance(&self, units: u64) {
        // The last piece is shorter than a whole one; more than all would confuse.
        let left = self.bar.length().unwrap_or(0).saturating_sub(self.bar.position());
        self.bar.inc(units.min(left));
    }
}
