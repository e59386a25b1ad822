//! No text panics the parser of configurations, and what is understood is shown as a configuration that means
//! the same.
#![no_main]

use std::path::Path;

use iinrec::config::{Config, show};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let path = Path::new("night.toml");
    let Ok(config) = Config::parse(text, path) else { return };
    let shown = show(&config);
    let again = Config::parse(&shown, path).unwrap_or_else(|error| panic!("{error}\n{shown}"));
    assert_eq!(again.settings, config.settings);
    assert_eq!(again.limits, config.limits);
    assert_eq!(show(&again).lines().count(), shown.lines().count());
});
