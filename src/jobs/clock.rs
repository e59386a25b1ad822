//! The clock of a job: seconds by stage for `run.json`, the only part of a report that differs between equal runs.

use std::collections::BTreeMap;
use std::time::Instant;

/// Measures the stages of a job as they end.
#[derive(Debug)]
pub(super) struct Clock {
    started: Instant,
    last: Instant,
    seconds: BTreeMap<&'static str, f64>,
}

impl Clock {
    pub(super) fn start() -> Self {
        let now = Instant::now();
        Clock { started: now, last: now, seconds: BTreeMap::new() }
    }

    /// A stage has ended.
    pub(super) fn lap(&mut self, stage: &'static str) {
        let now = Instant::now();
        self.seconds.insert(stage, (now - self.last).as_secs_f64());
        self.last = now;
    }

    /// The job has ended: its stages and, as `total`, all of it.
    pub(super) fn stop(mut self) -> BTreeMap<&'static str, f64> {
        self.seconds.insert("total", self.started.elapsed().as_secs_f64());
        self.seconds
    }
}
