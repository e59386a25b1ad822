//! stand-in
pub const BYTES_MAX: usize = 12;
pub fn is_placeholder(text: &str) -> bool { text == "-" }
