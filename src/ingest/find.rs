//! Find: what was named on the command line or in a configuration becomes the files of a dataset.
//!
//! In: files, folders, patterns, `-` for standard input, and databases. Out: one list, in the order in which rows are
//! numbered: as named, and within a folder or a pattern by name. The law: the list depends on names alone, and no
//! record is read twice because a file was found twice.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, glob_with};

use crate::error::{Error, Result};
use crate::postgres;

/// Endings of the files of a folder that are read, in any case.
const ENDINGS: [&str; 4] = ["csv", "tsv", "txt", "parquet"];

/// Endings that may follow them.
const PACKED: [&str; 2] = ["gz", "zst"];

/// The name of standard input.
pub const STDIN: &str = "-";

/// As a shell does it: `*` stays within a folder, and hidden files must be named.
const MATCHING: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// The files that were named for one dataset.
///
/// # Errors
/// When a file does not exist, a folder or a pattern gives no file, or a file is named twice.
pub fn files_of(named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in named {
        if path == Path::new(STDIN) || path.to_str().is_some_and(postgres::is_address) {
            files.push(path.clone());
            continue;
        }
        match path.metadata() {
            Ok(meta) if meta.is_dir() => files.extend(files_in(path)?),
            Ok(_) => files.push(path.clone()),
            // What exists under its very name is no pattern.
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && is_pattern(path) => {
                files.extend(matches(path)?);
            }
            Err(e) => return Err(Error::io("cannot find the input", path, &e)),
        }
    }
    refuse_twice(files.iter().map(PathBuf::as_path))?;
    Ok(files)
}

/// Standard input can be read once in a run.
///
/// # Errors
/// When it is named more often.
pub fn refuse_stdin_twice<'a>(named: impl IntoIterator<Item = &'a PathBuf>) -> Result<()> {
    if named.into_iter().filter(|path| *path == Path::new(STDIN)).count() > 1 {
        return Err(Error::usage("standard input is named more than once").at(Path::new(STDIN)).remedy(
            "give other inputs as files or pipes, e.g. --documents <(ssh archive cat documents.csv.gz)",
        ));
    }
    Ok(())
}

fn is_pattern(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.contains(['*', '?', '[']))
}

/// The files of a folder that look like exports, by name.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |e| Error::io("cannot list the folder", folder, &e);
    let mut found = Vec::new();
    for entry in folder.read_dir().map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if looks_like_an_export(&path) {
            found.push(path);
        }
    }
    if found.is_empty() {
        return Err(Error::usage(
            "the folder holds no .csv, .tsv, .txt or .parquet file, packed (.gz, .zst) or not",
        )
        .at(folder)
        .remedy("name the files themselves"));
    }
    found.sort();
    Ok(found)
}

fn looks_like_an_export(path: &Path) -> bool {
    let Some(name) = path.file_name() else { return false };
    let name = name.to_string_lossy().to_lowercase();
    let stem = PACKED.iter().find_map(|ending| name.strip_suffix(&format!(".{ending}"))).unwrap_or(&name);
    // A name that begins with a dot is hidden: `._registry.csv` is what a Mac leaves beside a copy.
    !name.starts_with('.') && ENDINGS.iter().any(|ending| stem.ends_with(&format!(".{ending}")))
}

/// The files that a pattern matches, by name.
fn matches(pattern: &Path) -> Result<Vec<PathBuf>> {
    let text = pattern.to_str().expect("a pattern is text");
    let found = glob_with(text, MATCHING).map_err(|e| {
        Error::usage(format!("the pattern cannot be read: {}", e.msg))
            .at(pattern)
            .remedy("write * for any part of a name, e.g. --documents 'exports/passports-*.csv'")
    })?;
    let mut files = Vec::new();
    for path in found {
        let path = path.map_err(|e| Error::io("cannot list the folder", e.path(), e.error()))?;
        if !path.is_dir() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(Error::usage("no file matches the pattern").at(pattern).remedy(
            "see what is there with ls; * stands for any part of a name, ** for folders within each other",
        ));
    }
    files.sort();
    Ok(files)
}

/// A file that is read twice gives every record twice, and every number would be a duplicate.
///
/// # Errors
/// When two of the files are one, or one is the packed form of another.
pub fn refuse_twice<'a>(files: impl IntoIterator<Item = &'a Path>) -> Result<()> {
    let twice = |path: &Path, first: &Path, what: &str| {
        Error::usage(format!("{what} {}", first.display())).at(path).remedy("name one of them")
    };
    let mut by_inode: BTreeMap<(u64, u64), &Path> = BTreeMap::new();
    let mut by_name: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    for path in files {
        let Ok(meta) = path.metadata() else { continue };
        if !meta.is_file() {
            continue;
        }
        if let Some(first) = by_inode.insert((meta.dev(), meta.ino()), path) {
            return Err(twice(path, first, "one file is named twice: it is also"));
        }
        // `gunzip -k` leaves the archive beside its text.
        let packed = path.extension().is_some_and(|e| PACKED.iter().any(|p| e.eq_ignore_ascii_case(p)));
        let name = if packed { path.with_extension("") } else { path.to_owned() };
        if let Some(first) = by_name.insert(name, path) {
            return Err(twice(path, first, "one export is named twice, packed and unpacked: there is also"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn files_folders_and_patterns() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        fs::create_dir_all(root.join("night/old")).unwrap();
        for name in [
            "b.csv",
            "a.csv.gz",
            "c.PARQUET",
            "d.tsv.zst",
            "e.txt",
            "notes.md",
            ".hidden.csv",
            "f.gz",
            "[1].csv",
            "old/z.csv",
        ] {
            fs::write(root.join("night").join(name), "x").unwrap();
        }
        fs::create_dir(root.join("empty")).unwrap();
        type Expected = std::result::Result<&'static [&'static str], &'static str>;
        let cases: [(&[&str], Expected, &str); 13] = [
            (&["night/b.csv"], Ok(&["b.csv"]), "a file"),
            (
                &["night/e.txt", "night/b.csv"],
                Ok(&["e.txt", "b.csv"]),
                "in the order in which they were named",
            ),
            (
                &["night"],
                Ok(&["[1].csv", "a.csv.gz", "b.csv", "c.PARQUET", "d.tsv.zst", "e.txt"]),
                "a folder: its exports by name, packed or not, in any case; nothing hidden, nothing else",
            ),
            (&["night/*.csv"], Ok(&["[1].csv", "b.csv"]), "a pattern that the shell left alone"),
            (&["night/[ab].*"], Ok(&["a.csv.gz", "b.csv"]), "a choice"),
            (&["night/**/z.csv"], Ok(&["old/z.csv"]), "folders within each other"),
            (&["night/[1].csv"], Ok(&["[1].csv"]), "what exists under its very name is no pattern"),
            (&["night/x*.csv"], Err("no file matches the pattern"), "a pattern without a match"),
            (&["night/***"], Err("the pattern cannot be read"), "a pattern that is none"),
            (&["night/o*"], Err("no file matches the pattern"), "a pattern that matches folders only"),
            (&["empty"], Err("the folder holds no .csv"), "an empty folder"),
            (&["night/missing.csv"], Err("cannot find the input"), "a file that is not there"),
            (&["night/b.csv", "night/*.csv"], Err("one file is named twice"), "a file and a pattern with it"),
        ];
        for (named, expected, why) in cases {
            let named: Vec<PathBuf> = named.iter().map(|name| root.join(name)).collect();
            match (files_of(&named), expected) {
                (Ok(files), Ok(expected)) => {
                    let expected: Vec<PathBuf> =
                        expected.iter().map(|name| root.join("night").join(name)).collect();
                    assert_eq!(files, expected, "{why}");
                }
                (Err(error), Err(part)) => {
                    assert!(error.what.contains(part) && error.remedy.is_some(), "{why}: {error}");
                }
                (result, _) => panic!("{why}: {result:?}"),
            }
        }
    }

    #[test]
    fn one_export_is_not_read_twice() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path();
        fs::write(root.join("r.csv"), "x").unwrap();
        fs::write(root.join("r.csv.gz"), "x").unwrap();
        let error = files_of(&[root.to_owned()]).unwrap_err();
        assert!(error.what.contains("packed and unpacked") && error.exit_code() == 2, "{error}");
        fs::remove_file(root.join("r.csv.gz")).unwrap();
        std::os::unix::fs::symlink("r.csv", root.join("s.csv")).unwrap();
        let error = files_of(&[root.to_owned()]).unwrap_err();
        assert!(error.what.contains("one file is named twice"), "{error}");
    }

    #[test]
    fn standard_input_is_read_once() {
        let stdin = PathBuf::from(STDIN);
        assert_eq!(files_of(std::slice::from_ref(&stdin)).unwrap(), std::slice::from_ref(&stdin));
        assert!(refuse_stdin_twice([&stdin]).is_ok());
        assert!(refuse_stdin_twice([&stdin, &stdin]).unwrap_err().exit_code() == 2);
    }
}
