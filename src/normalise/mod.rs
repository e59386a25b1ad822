//! Normalise: values in, comparable values out. Country and code tables, numbers of documents, names
//! folded over script and transliteration, phones and addresses.
//!
//! The law: a normal form is for comparing, never for showing. Reports carry values as they stood.

pub mod codes;
