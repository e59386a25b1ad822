//! Arrival: whether tonight's inputs are there, and whole.
//!
//! In: the files that were named. Out: what is still missing. The law: a file counts as there when nobody has written to it
//! for a moment; an export that is still being copied looks like a whole one that is short.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::ingest::find::{STDIN, files_of};
use crate::postgres;

/// For how long nobody must have written to a file.
const QUIET: Duration = Duration::from_secs(10);

/// The first of the named inputs that is not there yet, as it was named, or that was written to a moment ago.
#[must_use]
pub fn missing(named: &[PathBuf], now: SystemTime) -> Option<PathBuf> {
    named.iter().find_map(|path| {
        if path == Path::new(STDIN) || path.to_str().is_some_and(postgres::is_address) {
            return None;
        }
        let Ok(files) = files_of(std::slice::from_ref(path)) else { return Some(path.clone()) };
        files.into_iter().find(|file| !is_quiet(file, now))
    })
}

/// Whether a file is there and nobody wrote to it lately. A clock that runs ahead on another machine must not make
/// us wait for ever: what was written in our future is quiet.
fn is_quiet(file: &Path, now: SystemTime) -> bool {
    let Ok(meta) = file.metadata() else { return false };
    // A pipe is there when it is named.
    !meta.is_file()
        || meta.modified().is_ok_and(|at| now.duration_since(at).map_or(true, |since| since >= QUIET))
}

/// Waits a little before the next look. Not by `std::thread`, which has no business outside of the engine.
pub fn pause() {
    let _ = rustix::thread::nanosleep(&rustix::thread::Timespec { tv_sec: PAUSE_SECONDS, tv_nsec: 0 });
}

/// Between two looks.
const PAUSE_SECONDS: i64 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_when_nobody_writes_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let (now, file) = (SystemTime::now(), folder.path().join("r.csv"));
        let pattern = folder.path().join("*.csv");
        let missing = |path: &Path, now| missing(&[STDIN.into(), path.to_owned()], now);
        assert_eq!(missing(&file, now), Some(file.clone()));
        assert_eq!(missing(&pattern, now), Some(pattern.clone()), "a pattern that matches nothing yet");
        std::fs::write(&file, "x").unwrap();
        for path in [&file, &pattern] {
            assert_eq!(missing(path, SystemTime::now()), Some(file.clone()), "just written");
            assert_eq!(missing(path, SystemTime::now() + QUIET), None);
            assert_eq!(missing(path, now - Duration::from_secs(3600)), None, "by a clock that runs ahead");
        }
    }
}
