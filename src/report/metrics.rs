//! Metrics: the figures of a run as a textfile for Prometheus, which its node exporter picks up.
//!
//! In: the account of a run, the verdicts of its gates, how it ended. Out: the text, put in place in one step, readable by
//! everybody (mode 0644), since the exporter runs as somebody else. The law: it holds counts, times and names of kinds, and
//! never a value of a record or the name of an input. A run that failed changes how the last run ended and leaves
//! the figures of the last report as they stood, so that a graph has no hole and an alert sees both.
//!
//! Every line bears `source`, the name of the file without its ending: two nights of one machine write two files, and
//! the exporter refuses a line that it has seen in another.

use std::fmt::Write as _;
use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use super::gates::{Answer, Verdict};
use crate::error::{Error, Result};
use crate::plan::parent_of;
use crate::validate::defect::Check;

/// How a run ended.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    /// When, in seconds since 1970.
    pub at: i64,
    /// The code with which the program ends.
    pub exit_code: u8,
    /// Whether it did all it had to; a gate that tripped is no failure of the run.
    pub success: bool,
}

/// Stands between how the last run ended and the figures of the last report.
const FIGURES: &str = "# The figures of the last report that was published.\n";

const LAST_SUCCESS: &str = "iinrec_last_success_timestamp_seconds";

/// The text after a run. `report` is there when it was published; `older` is what stood in the file before.
#[must_use]
pub fn render(ending: Ending, report: Option<(&Value, &[Verdict])>, source: &str, older: &str) -> String {
    let mut page = Page { text: String::new(), source: escaped(source) };
    page.family("iinrec_last_run_timestamp_seconds", "When the last run ended.");
    page.line("iinrec_last_run_timestamp_seconds", &[], ending.at);
    page.family("iinrec_last_run_success", "Whether the last run did all it had to (1) or failed (0).");
    page.line("iinrec_last_run_success", &[], u8::from(ending.success));
    page.family(
        "iinrec_last_run_exit_code",
        "0 published, 1 failed, 2 wrong usage, 3 published and a gate tripped, 128 and more stopped by a signal.",
    );
    page.line("iinrec_last_run_exit_code", &[], ending.exit_code);
    let last = if ending.success { Some(ending.at) } else { last_success(older) };
    if let Some(last) = last {
        page.family(LAST_SUCCESS, "When a run last did all it had to.");
        page.line(LAST_SUCCESS, &[], last);
    }
    page.text.push_str(FIGURES);
    match report {
        Some((run, verdicts)) => figures(&mut page, run, verdicts),
        None => page.text.push_str(older.split_once(FIGURES).map_or("", |(_, figures)| figures)),
    }
    page.text
}

/// When the file says that a report was last published.
fn last_success(older: &str) -> Option<i64> {
    let line = older.lines().find(|line| line.starts_with(LAST_SUCCESS))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Writes the file in one step.
///
/// # Errors
/// When its folder cannot be written.
pub fn write(path: &Path, ending: Ending, report: Option<(&Value, &[Verdict])>) -> Result<()> {
    let failed = |e: std::io::Error| {
        // By its kind: its own words name the hidden file.
        let error = Error::io("cannot write the metrics", path, &e.kind().into());
        error.remedy(
            "make the folder, and let the user of the run write to it; the report is not touched by this",
        )
    };
    // What is none of ours, or is not there, has nothing to keep.
    let older = std::fs::read_to_string(path).unwrap_or_default();
    let source = path.file_stem().unwrap_or_default().to_string_lossy();
    let text = render(ending, report, &source, &older);
    let mut file = tempfile::Builder::new()
        .prefix(".iinrec-metrics-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(parent_of(path))
        .map_err(failed)?;
    // Whatever the mask of the service says, the exporter must read it.
    file.as_file().set_permissions(Permissions::from_mode(0o644)).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}

struct Page {
    text: String,
    source: String,
}

impl Page {
    fn family(&mut self, name: &str, help: &str) {
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let _ = write!(self.text, "{name}{{source=\"{}\"", self.source);
        for (label, text) in labels {
            let _ = write!(self.text, ",{label}=\"{}\"", escaped(text));
        }
        let _ = writeln!(self.text, "}} {value}");
    }

    /// A family with one line for each entry of a map of counts; none where there is no map.
    fn map(&mut self, name: &str, help: &str, label: &str, counts: &Value) {
        let Some(counts) = counts.as_object().filter(|counts| !counts.is_empty()) else { return };
        self.family(name, help);
        for (part, count) in counts {
            self.line(name, &[(label, part)], count);
        }
    }

    /// A family of one count; none where it was not counted.
    fn one(&mut self, name: &str, help: &str, count: &Value) {
        if let Some(count) = count.as_u64() {
            self.family(name, help);
            self.line(name, &[], count);
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn figures(page: &mut Page, run: &Value, verdicts: &[Verdict]) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    page.family("iinrec_report_info", "The report: its day and the version that made it.");
    let (version, as_of) = (text(&run["version"]), text(&run["as_of"]));
    page.line("iinrec_report_info", &[("version", &version), ("as_of", &as_of)], 1);
    inputs(page, &run["inputs"]);
    let counts = &run["counts"];
    page.map("iinrec_corrections", "Corrections needed, by kind.", "kind", &counts["corrections"]);
    page.map("iinrec_suspects", "Suspects, by band.", "band", &counts["suspects"]);
    page.map("iinrec_signals", "Suspects who bear a signal.", "signal", &counts["signals"]);
    page.one("iinrec_rings", "Rings of suspects.", &counts["rings"]);
    page.one("iinrec_ring_members", "Suspects who are in a ring.", &counts["ring_members"]);
    page.one("iinrec_duplicates", "Numbers or records that look like one person.", &counts["duplicates"]);
    page.one("iinrec_persons", "Persons that dedupe found.", &counts["persons"]);
    defects(page, &counts["defects"]);
    page.map("iinrec_rejects", "Rejected records, by reason.", "reason", &counts["rejects"]);
    changes(page, &run["changes"]["states"]);
    page.map("iinrec_stage_seconds", "Seconds by stage; total is all.", "stage", &run["seconds"]);
    outputs(page, &run["outputs"]);
    if !verdicts.is_empty() {
        page.family("iinrec_gate_tripped", "Whether a gate tripped (1) or not (0).");
        for verdict in verdicts {
            let tripped = u8::from(verdict.answer == Answer::Tripped);
            page.line("iinrec_gate_tripped", &[("gate", &verdict.gate)], tripped);
        }
    }
}

fn inputs(page: &mut Page, inputs: &Value) {
    let inputs: Vec<&Value> = inputs.as_array().into_iter().flatten().collect();
    let mut datasets: Vec<&str> = inputs.iter().filter_map(|input| input["dataset"].as_str()).collect();
    datasets.dedup();
    let sum = |dataset: &str, field: &str| -> u64 {
        let of = inputs.iter().filter(|input| input["dataset"] == dataset);
        of.filter_map(|input| input[field].as_u64()).sum()
    };
    page.family("iinrec_records", "Records that were read, by what became of them.");
    for dataset in &datasets {
        for outcome in ["accepted", "rejected"] {
            page.line("iinrec_records", &[("dataset", dataset), ("outcome", outcome)], sum(dataset, outcome));
        }
    }
    page.family("iinrec_input_bytes", "Bytes that were read.");
    for dataset in &datasets {
        page.line("iinrec_input_bytes", &[("dataset", dataset)], sum(dataset, "bytes"));
    }
}

fn defects(page: &mut Page, defects: &Value) {
    let Some(defects) = defects.as_object().filter(|defects| !defects.is_empty()) else { return };
    page.family("iinrec_defects", "Defects of the data, by check.");
    for (check, count) in defects {
        let known = Check::ALL.iter().find(|known| known.name() == check);
        let severity = known.map_or("unknown", |check| check.severity().name());
        page.line("iinrec_defects", &[("check", check), ("severity", severity)], count);
    }
}

fn changes(page: &mut Page, states: &Value) {
    let Some(tables) = states.as_object() else { return };
    page.family("iinrec_cases", "Cases by what became of them since the night before.");
    for (table, states) in tables {
        for (state, count) in states.as_object().into_iter().flatten() {
            page.line("iinrec_cases", &[("table", table), ("state", state)], count);
        }
    }
}

fn outputs(page: &mut Page, outputs: &Value) {
    for (name, help, field) in [
        ("iinrec_output_rows", "Rows of the files of the report.", "rows"),
        ("iinrec_output_bytes", "Bytes of the files of the report.", "bytes"),
    ] {
        page.family(name, help);
        for output in outputs.as_array().into_iter().flatten() {
            let file = output["file"].as_str().unwrap_or_default();
            page.line(name, &[("file", file)], &output[field]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report() -> Value {
        json!({
            "version": "0.1.0", "as_of": "2026-11-01",
            "inputs": [
                {"dataset": "registry", "path": "a.csv", "bytes": 10, "accepted": 4, "rejected": 1},
                {"dataset": "registry", "path": "b.csv", "bytes": 5, "accepted": 2, "rejected": 0},
            ],
            "outputs": [{"file": "suspects.parquet", "rows": 3, "bytes": 900}],
            "counts": {"suspects": {"high": 3, "low": 0}, "defects": {"iin_length": 2}, "rings": 0},
            "seconds": {"total": 0.25},
        })
    }

    #[test]
    fn the_files_of_a_dataset_are_summed_and_no_input_is_named() {
        let text =
            render(Ending { at: 100, exit_code: 0, success: true }, Some((&report(), &[])), "night", "");
        for line in [
            "iinrec_last_run_success{source=\"night\"} 1",
            "iinrec_last_success_timestamp_seconds{source=\"night\"} 100",
            "iinrec_records{source=\"night\",dataset=\"registry\",outcome=\"accepted\"} 6",
            "iinrec_input_bytes{source=\"night\",dataset=\"registry\"} 15",
            "iinrec_suspects{source=\"night\",band=\"high\"} 3",
            "iinrec_defects{source=\"night\",check=\"iin_length\",severity=\"error\"} 2",
            "iinrec_stage_seconds{source=\"night\",stage=\"total\"} 0.25",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("a.csv") && !text.contains("iinrec_persons"), "{text}");
    }

    #[test]
    fn a_failure_keeps_the_figures_and_the_last_success() {
        let gate = Verdict {
            gate: "x > \"1\"".to_owned(),
            answer: Answer::Tripped,
            figure: 2,
            of: None,
            words: String::new(),
        };
        let ending = |at, exit_code| Ending { at, exit_code, success: exit_code != 1 };
        let good = render(ending(100, 3), Some((&report(), &[gate])), "night", "");
        assert!(good.contains("iinrec_gate_tripped{source=\"night\",gate=\"x > \\\"1\\\"\"} 1"), "{good}");
        let mut failed = good.clone();
        for at in [200, 300] {
            failed = render(ending(at, 1), None, "night", &failed);
        }
        for line in [
            "iinrec_last_run_success{source=\"night\"} 0",
            "iinrec_last_run_timestamp_seconds{source=\"night\"} 300",
            "iinrec_last_success_timestamp_seconds{source=\"night\"} 100",
        ] {
            assert!(failed.lines().any(|found| found == line), "{line}\n{failed}");
        }
        let figures = |text: &str| text.split_once(FIGURES).map(|(_, figures)| figures.to_owned());
        assert_eq!(figures(&failed), figures(&good));
        let first = render(ending(1, 1), None, "night", "something else\n");
        assert!(!first.contains(LAST_SUCCESS) && !first.contains("something else"), "{first}");
    }

    #[test]
    fn the_file_is_readable_and_nothing_stays_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("night.prom");
        for _ in 0..2 {
            write(&path, Ending { at: 1, exit_code: 0, success: true }, Some((&report(), &[]))).unwrap();
        }
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
        let error =
            write(&folder.path().join("none/x.prom"), Ending { at: 1, exit_code: 0, success: true }, None);
        assert!(error.unwrap_err().to_string().contains("cannot write the metrics"));
    }
}
