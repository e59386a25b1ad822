//! Pages: what a run found, for people, each page one file that needs nothing else.
//!
//! In: what a job found. Out: HTML that a browser shows from the disk, with its stylesheet and its charts inside
//! ([`chart`]), made by the templates below `templates/`. [`people`] is the page of `dedupe`, [`story`] that of `explain`,
//! [`night`] that of `reconcile`.
//!
//! The law: a page asks for nothing from anywhere, and its policy forbids a browser to try; it runs no script but the
//! one of the crate that searches the cases of a night, which the policy knows by its hash; every value
//! is escaped by the templates and stands in an element of its own direction, so that no name can change the page; it
//! holds no clock, so that equal runs give equal bytes. It is XML as well as HTML, so that tools can read it strictly.
//!
//! Words: a score is a question for a person. No sentence says that somebody is somebody.

pub mod beliefs;
pub mod chart;
pub mod night;
pub mod pairs;
pub mod people;
pub mod story;
pub mod text;

/// The page of a report.
pub const PAGE: &str = "report.html";

/// The stylesheet of every page.
pub const STYLE: &str = include_str!("../../../templates/report.css");

/// SHA-256 of the stylesheet, which the policy lets through and nothing else; a test says when it is another.
pub const STYLE_HASH: &str = "sha256-eAZgsUbV0l4rGpqh/BL2b0qWoh0acmw091AwAWhLXQc=";

/// What a browser may do for a page: apply that stylesheet.
#[must_use]
pub fn policy() -> String {
    format!("default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'none'")
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use sha2::Digest as _;

    use super::*;

    #[test]
    fn the_policy_lets_the_stylesheet_through() {
        let digest = sha2::Sha256::digest(STYLE.as_bytes());
        let hash = format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(digest));
        assert_eq!(STYLE_HASH, hash, "the stylesheet was changed: STYLE_HASH is the right one of these now");
        assert!(!STYLE.contains(['<', '&']), "it could end its element");
        assert!(!STYLE.contains("url("), "it would ask for something");
    }
}
