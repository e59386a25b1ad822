//! Normalise: values in, comparable values out. Country and code tables, numbers of documents, names
//! folded over script and transliteration, phones and addresses.
//!
//! The law: a normal form is for comparing, never for showing. Reports carry values as they stood.

mod tables;

pub mod text;
pub mod hash;
pub mod placeholder;
pub mod codes;
pub mod country;
pub mod number;
pub mod fold;
pub mod memo;
pub mod name;
pub mod full_name;
pub mod contact;
