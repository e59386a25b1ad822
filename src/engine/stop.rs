//! Stop: the thread that waits for a signal and ends the process.
//!
//! It does no work on records, and the workers know nothing of it: they are stopped wherever they are, which is
//! prompt (no loop has to ask) and safe, since nothing that they write is visible before
//! [`scratch::commit`]. That one step cannot be parted: the thread waits for its end. Then the hidden folders of
//! the process are removed, the callback tells the person at the terminal, and the process dies by the
//! signal, so that a shell or a scheduler sees what happened (128 + number: 130, 143, 129).
//!
//! A second signal kills at once, as SIGKILL would; the next run removes what is left.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;
use signal_hook::{flag, low_level};

use crate::scratch;

/// Waits for SIGINT, SIGTERM and SIGHUP from now on, and ends the process at the first. `tell` is given
/// the signal's name and whether a report had been published. Signals that the process was started to ignore
/// (`nohup`, background jobs) stay ignored.
///
/// A file that grows beyond a limit of the system (`ulimit -f`) becomes an error instead of a death.
///
/// # Errors
/// When the system refuses handlers or a thread.
pub fn watch(tell: impl FnOnce(&str, bool) + Send + 'static) -> io::Result<()> {
    let ignored = ignored_signals();
    let wanted: Vec<i32> =
        [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0).collect();
    let armed = Arc::new(AtomicBool::new(false));
    for &signal in &wanted {
        // In this order: the first signal arms, the second finds it armed.
        flag::register_conditional_default(signal, Arc::clone(&armed))?;
        flag::register(signal, Arc::clone(&armed))?;
    }
    flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    let mut signals = Signals::new(&wanted)?;
    std::thread::Builder::new().name("iinrec-stop".to_owned()).spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let published = scratch::abandon();
            tell(low_level::signal_name(signal).unwrap_or("a signal"), published);
            let _ = low_level::emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

/// Lets the stopping thread end the process, once a signal has come: whatever failed on another thread
/// failed because its files were taken away, and is nothing to talk of.
pub fn yield_to_signal() {
    while scratch::is_abandoned() {
        std::thread::park();
    }
}

/// The signals that were ignored at the start, one bit each, as Linux tells; none where it is not told.
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
