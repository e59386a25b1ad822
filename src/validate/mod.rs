//! Validate: batches in, defects out. Each value is checked for itself and against its neighbours in the
//! row; nothing here knows of other rows, files or threads.
//!
//! The law: a check never changes or drops a row. What it finds is a [`defect::Defect`] with a code, and
//! how bad it is depends on the code alone.

pub mod defect;
pub mod defects;
pub mod iin;
pub mod kernel;
pub mod bin;
pub mod mrz;
pub mod document;
pub mod checks;
pub mod number;

#[cfg(test)]
mod tests {
    use super::{bin, iin};

    /// Rows of `testdata/iin_vectors.csv` whose verdict is not ours, each with the reason. Where a public
    /// validator is mistaken the row stays as its author wrote it, and stands here. Numbers of persons are computed ones only: those of
    /// public tests may be somebody's.
    const EXCEPTIONS: [(&str, &str); 3] = [
        ("990 140 004 654", "its author strips blanks; we report them"),
        ("140 840 008 587", "its author strips blanks; we report them"),
        ("150140000019", "an example in a comment, with a wrong check digit"),
    ];

    #[test]
    fn the_vectors_of_public_validators() {
        let mut rows = 0;
        let mut excepted = Vec::new();
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::None)
            .from_path(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/iin_vectors.csv"))
            .unwrap();
        for record in reader.records() {
            let record = record.unwrap();
            let (number, kind, reason) = (&record[0], &record[1], &record[3]);
            let valid = iin::pack(number.as_bytes()).is_some_and(|packed| match kind {
                "iin" => iin::problems(packed) == 0,
                "bin" => bin::problems(packed) == 0,
                _ => panic!("{kind} is neither iin nor bin"),
            });
            let expected = match &record[2] {
                "valid" => true,
                "invalid" => false,
                other => panic!("{other} is no verdict"),
            };
            if let Some((exception, _)) = EXCEPTIONS.iter().find(|(exception, _)| *exception == number) {
                assert_ne!(valid, expected, "{number} is no exception any more");
                excepted.push(*exception);
            } else {
                assert_eq!(valid, expected, "{number} ({kind}): {reason}");
            }
            rows += 1;
        }
        assert_eq!(rows, 354);
        assert_eq!(excepted.len(), EXCEPTIONS.len(), "every exception was met: {excepted:?}");
    }
}
