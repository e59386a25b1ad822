//! Faults of our own: a panic becomes one message with its place, without what it says.
//!
//! The text of a panic may quote what was being worked on, and that may be a person. Literal texts cannot;
//! formatted ones are left out. The place in the source is enough to find the fault.
//!
//! Non-goal: a backtrace. To make one takes memory and a lock; where memory has run out, the failing allocation wants the same
//! lock to print its own, and the process may hang instead of ending.

use std::io::Write;
use std::panic::PanicHookInfo;

use iinrec::report::export::xlsx;

/// Makes every panic, on any thread, print its place and nothing of the records.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(|info| {
        if !iinrec::scratch::is_abandoned() && !xlsx::is_of_disk(info) {
            // Not `eprintln!`, which panics when there is no standard error any more.
            let _ = writeln!(std::io::stderr(), "{}", describe(info));
            let place = info.location().map(|l| format!("{}:{}", l.file(), l.line()));
            super::operation::event("fault", serde_json::json!({ "place": place }));
        }
    }));
}

/// What is told of a panic.
fn describe(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
    // A formatted text is a `String`; a `&'static str` stood in the source.
    let literal =
        info.payload().downcast_ref::<&'static str>().map_or_else(String::new, |l| format!(": {l}"));
    format!(
        "iinrec: internal error{place}{literal}\n  what to do: this is a fault of iinrec, not of your data; nothing \
         was published. Please report this line, without data of real persons"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// What would be printed of a panic.
    fn told(panic: impl FnOnce() + std::panic::UnwindSafe) -> String {
        let text = Arc::new(Mutex::new(String::new()));
        let former = std::panic::take_hook();
        let copy = Arc::clone(&text);
        std::panic::set_hook(Box::new(move |info| *copy.lock().unwrap() = describe(info)));
        let _ = std::panic::catch_unwind(panic);
        std::panic::set_hook(former);
        std::mem::take(&mut *text.lock().unwrap())
    }

    #[test]
    fn a_panic_tells_its_place_and_no_value() {
        let value = "990101300001";
        let number = || value.parse::<u8>().map_err(|_| value);
        let cases: [(&str, &(dyn Fn() + std::panic::RefUnwindSafe)); 4] = [
            ("a formatted text", &|| panic!("no check for {value}")),
            ("two sides of an assertion", &|| assert_eq!(value, "another")),
            ("an error that was expected not to be", &|| assert!(number().expect("fine") > 0)),
            ("an index beyond a text", &|| drop(value[20..].to_owned())),
        ];
        for (what, panic) in cases {
            let text = told(panic);
            assert!(!text.contains(value) && !text.contains("990101"), "{what}: {text}");
            assert!(text.contains("src/cli/fault.rs:"), "{what}: {text}");
        }
        let text = told(|| panic!("what stands in the source is told"));
        assert!(text.contains("what stands in the source is told"), "{text}");
    }
}
