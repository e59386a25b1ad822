//! The guide in `docs/` is true: every command in it is run, and what it prints is what the page shows.
//!
//! A block tagged `console` holds commands, each after `$ `, with more lines after `> `, and below each what it prints. The
//! commands of a page run in order, in a folder of their own in which `exports/` holds a generated world. `…` stands for
//! whatever a line holds there, and a line of nothing else for any number of lines. A block tagged `console needs=duckdb` runs
//! where `IINREC_GUIDE_HAS` names that tool, as `scripts/test-guide` does, which installs them. What starts with `scripts/`
//! or `cargo` is not run here: it has to be there.
//!
//! `IINREC_GUIDE_WRITE=1 cargo test --test guide` writes what is printed into the pages, to be looked at before it is kept.

mod util;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use iinrec::ingest::reject::Reason;
use iinrec::rules::corrections::Kind;
use iinrec::rules::{customers, signals};
use iinrec::validate::defect::Check;
use util::{Scratch, iinrec};

/// What makes the guide's world; each page runs it as of the same day.
const WORLD: [&str; 10] = [
    "generate",
    "--people",
    "2000",
    "--seed",
    "7",
    "--as-of",
    "2026-11-01",
    "--invented=0.01",
    "--customers",
    "--out",
];

/// A command of a page.
#[derive(Debug)]
struct Step {
    /// What was typed.
    typed: String,
    /// The tools that it needs.
    needs: Vec<String>,
    /// What it should print; nothing where the page does not say.
    shown: Vec<String>,
    /// Which lines of the page show that.
    lines: std::ops::Range<usize>,
}

/// The commands of a page, in order.
fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut needs: Option<Vec<String>> = None;
    let mut open = false;
    for (at, line) in page.lines().enumerate() {
        if let Some(tag) = line.strip_prefix("```") {
            needs = match (&needs, tag.split_once(' ').unwrap_or((tag, ""))) {
                (None, ("console", more)) => {
                    let tools = more.strip_prefix("needs=").unwrap_or("").split(',');
                    Some(tools.filter(|tool| !tool.is_empty()).map(str::to_owned).collect())
                }
                _ => None,
            };
            open = false;
            continue;
        }
        let Some(tools) = &needs else { continue };
        if let Some(typed) = line.strip_prefix("$ ") {
            let typed = typed.to_owned();
            steps.push(Step { typed, needs: tools.clone(), shown: Vec::new(), lines: at + 1..at + 1 });
            open = true;
            continue;
        }
        let step = steps.last_mut().filter(|_| open).expect("a block of commands starts with one");
        let more = line.starts_with("> ") || line == ">" || step.typed.ends_with('\\');
        let goes_on = step.shown.is_empty() && more;
        if goes_on {
            step.typed.push('\n');
            let rest = line.strip_prefix("> ").unwrap_or(if line == ">" { "" } else { line });
            step.typed.push_str(rest);
            step.lines = at + 1..at + 1;
        } else {
            step.shown.push(line.to_owned());
            step.lines.end = at + 1;
        }
    }
    steps
}

/// Whether a line is what the page shows, where `…` is anything.
fn fits(shown: &str, line: &str) -> bool {
    let mut parts = shown.split('…');
    let first = parts.next().expect("a text has a first part");
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let Some(last) = shown.contains('…').then(|| shown.rsplit('…').next().expect("the last part")) else {
        return rest.is_empty();
    };
    let between: Vec<&str> = parts.collect();
    for part in &between[..between.len() - 1] {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// Whether lines are what the page shows.
fn all_fit(shown: &[String], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((line, rest)) if line == "…" => (0..=lines.len()).any(|skip| all_fit(rest, &lines[skip..])),
        Some((line, rest)) => {
            lines.split_first().is_some_and(|(first, others)| fits(line, first) && all_fit(rest, others))
        }
    }
}

/// What is printed, with `…` for what another run prints otherwise.
fn settled(line: &str) -> String {
    let Some((before, after)) = line.split_once(" in ") else { return line.to_owned() };
    let figure = after.split(' ').next().unwrap_or("");
    let is_time = figure.contains('.') && figure.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if is_time && after[figure.len()..].starts_with(" s") {
        format!("{before} in … s…")
    } else {
        line.to_owned()
    }
}

/// Runs a page's commands; returns what is wrong, and the page as it should be.
fn run(name: &str, page: &str, folder: &Path, path: &str, tools: &[String]) -> (Vec<String>, String) {
    let mut wrong = Vec::new();
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    let mut moved: isize = 0;
    for step in steps(page) {
        let word = step.typed.split([' ', '\n']).next().unwrap_or("");
        if let Some(script) = word.strip_prefix("scripts/") {
            if !Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(script).is_file() {
                wrong.push(format!("{name}: there is no scripts/{script}"));
            }
            continue;
        }
        if word == "cargo" || !step.needs.iter().all(|tool| tools.contains(tool)) {
            continue;
        }
        let typed = format!("exec 2>&1\n{}", step.typed);
        let output = Command::new("bash")
            .args(["-c", &typed])
            .current_dir(folder)
            .env("PATH", path)
            .env("COLUMNS", "120")
            .env("IINREC_GUIDE", "1")
            .stdin(Stdio::null())
            .output()
            .expect("bash starts");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            wrong.push(format!("{name}: {}\n  {:?}\n{printed}", step.typed, output.status.code()));
            continue;
        }
        // Blank lines at the end are the page's, to part commands.
        let end = step.shown.iter().rposition(|line| !line.is_empty()).map_or(0, |at| at + 1);
        let (shown, printed) = (&step.shown[..end], printed.trim_end());
        let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
        if shown.is_empty() || all_fit(shown, &printed) {
            continue;
        }
        wrong.push(format!("{name}: {}\n  prints\n{}", step.typed, printed.join("\n")));
        let at = |line: usize| line.checked_add_signed(moved).expect("a line of the page");
        let new: Vec<String> = printed.iter().map(|line| settled(line)).collect();
        let place = at(step.lines.start)..at(step.lines.start + end);
        moved += new.len() as isize - end as isize;
        lines.splice(place, new);
    }
    (wrong, lines.join("\n") + "\n")
}

#[test]
fn every_command_of_the_guide_does_what_its_page_says() {
    let tools: Vec<String> = std::env::var("IINREC_GUIDE_HAS")
        .map(|names| names.split(',').map(str::to_owned).collect())
        .unwrap_or_default();
    let scratch = Scratch::new();
    let world = scratch.join("exports");
    iinrec(WORLD.iter().map(AsRef::<Path>::as_ref).chain([world.as_path()])).expect(0);
    let program = scratch.join("bin");
    fs::create_dir(&program).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_iinrec"), program.join("iinrec")).expect("a link");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());

    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut pages: Vec<PathBuf> = fs::read_dir(&docs)
        .expect("docs/ is there")
        .map(|entry| entry.expect("a page").path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    pages.sort();
    let ready: Vec<(PathBuf, String, PathBuf)> = pages
        .into_iter()
        .map(|page| {
            let folder = scratch.join(page.file_stem().and_then(|name| name.to_str()).expect("a name"));
            fs::create_dir(&folder).expect("a folder");
            let exports = folder.join("exports");
            fs::create_dir(&exports).expect("a folder");
            for file in util::names(&world) {
                fs::copy(world.join(&file), exports.join(&file)).expect("a copy");
            }
            let text = fs::read_to_string(&page).expect("a page");
            (page, text, folder)
        })
        .collect();
    let ran: usize = ready.iter().map(|(_, text, _)| steps(text).len()).sum();
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let pages: Vec<_> = ready
            .iter()
            .map(|(page, text, folder)| {
                let (path, tools) = (&path, &tools);
                scope.spawn(move || {
                    let name = page.file_name().and_then(|name| name.to_str()).expect("a name");
                    let (wrong, written) = run(name, text, folder, path, tools);
                    if std::env::var_os("IINREC_GUIDE_WRITE").is_some() && written != *text {
                        fs::write(page, written).expect("the page takes what is printed");
                    }
                    wrong
                })
            })
            .collect();
        pages.into_iter().flat_map(|page| page.join().expect("a page does not panic")).collect()
    });
    assert!(ran > 0, "the guide has commands");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_fits() {
    for (shown, line, does, why) in [
        ("a b", "a b", true, "the same"),
        ("a b", "a b c", false, "more"),
        ("in … s", "in 0.25 s", true, "anything between"),
        ("in … s…", "in 0.25 s (2 records/s)", true, "anything at the end"),
        ("in … s", "in 0.25 m", false, "another end"),
        ("…", "", true, "nothing is anything"),
        ("a…b…c", "a1b2c", true, "twice"),
        ("a…b…c", "a1c2b", false, "in another order"),
    ] {
        assert_eq!(fits(shown, line), does, "{why}");
    }
    let shown: Vec<String> = ["a", "…", "z"].map(str::to_owned).into();
    assert!(all_fit(&shown, &["a", "b", "c", "z"]));
    assert!(!all_fit(&shown, &["a", "b", "c"]));
    let steps = steps("```console\n$ one \\\n    two\nout\n\n$ three\n```\n```toml\n$ no\n```\n");
    let typed: Vec<&str> = steps.iter().map(|step| step.typed.as_str()).collect();
    assert_eq!(typed, ["one \\\n    two", "three"]);
    assert_eq!(steps[0].shown, ["out", ""]);
}

/// The pages and the other texts of the repository that link to each other.
fn texts() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tops =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name));
    let docs = fs::read_dir(root.join("docs")).expect("docs/ is there");
    let pages = docs.map(|entry| entry.expect("a page").path());
    let pages = pages.filter(|path| path.extension().is_some_and(|end| end == "md"));
    tops.into_iter()
        .chain(pages)
        .map(|path| (path.clone(), fs::read_to_string(path).expect("a text")))
        .collect()
}

/// The anchor of a heading, as web pages of repositories make it.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    words
        .chars()
        .filter(|c| c.is_alphanumeric() || "-_ ".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut dead = Vec::new();
    for (path, text) in texts() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, wanted) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if file.is_empty() { path.clone() } else { path.parent().expect("a folder").join(file) };
            let leads = target.exists()
                && (wanted.is_empty()
                    || fs::read_to_string(&target).is_ok_and(|text| {
                        text.lines().any(|line| line.starts_with('#') && anchor(line) == wanted)
                    }));
            if !leads {
                dead.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

#[test]
fn every_code_has_its_row() {
    let page = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
        fs::read_to_string(path).expect("the page is there")
    };
    let has_row = |page: &str, code: &str, more: &str| {
        page.lines().any(|line| line.starts_with(&format!("| `{code}`")) && line.contains(more))
    };
    let (columns, signals, checks, dedupe) =
        (page("columns.md"), page("signals.md"), page("checks.md"), page("dedupe.md"));
    let mut missing = Vec::new();
    let mut ask = |page: &str, name: &str, code: &str, more: &str| {
        if !has_row(page, code, more) {
            missing.push(format!("docs/{name} has no row for `{code}` {more}"));
        }
    };
    for kind in Kind::ALL {
        ask(&columns, "columns.md", kind.name(), "");
    }
    for code in signals::Code::ALL {
        ask(&signals, "signals.md", code.name(), if code.is_weak() { "weak" } else { "" });
    }
    for code in customers::Code::ALL {
        ask(&dedupe, "dedupe.md", code.name(), if code.is_weak() { "weak" } else { "" });
    }
    for check in Check::ALL {
        ask(&checks, "checks.md", check.name(), check.severity().name());
    }
    for reason in Reason::ALL {
        ask(&checks, "checks.md", reason.name(), "");
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
