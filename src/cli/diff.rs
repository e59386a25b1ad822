//! `iinrec diff`: what became of the cases between two reports.

use std::io::{self, Write};

use iinrec::figure::grouped;
use iinrec::jobs::diff::{DiffReport, Request, TOLD, run as diff};
use iinrec::report::changes::CaseTable;
use iinrec::report::run_json::render;

use super::args::{DiffArgs, Format};
use super::changes::{in_words, print_changes};
use super::{Failure, after_publishing};

pub(crate) fn run(args: &DiffArgs, out: &mut impl Write) -> Result<(), Failure> {
    let report = diff(&Request {
        old: args.old.clone(),
        new: args.new.clone(),
        out: args.out.clone(),
        overwrite: args.overwrite,
        limit: args.limit,
        forget_days: args.forget_days as i32,
        threads: args.threads()?,
        openers: args.keys.openers()?,
    })?;
    let mut text = Vec::new();
    match args.format {
        Format::Json => text.extend(render(&report).into_bytes()),
        Format::Text => print(&report, args, &mut text)?,
    }
    let printed = out.write_all(&text);
    if args.out.is_some() { after_publishing(printed) } else { Ok(printed?) }
}

fn print(report: &DiffReport, args: &DiffArgs, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}, as of {}", report.report, report.as_of)?;
    writeln!(out, ", beside {}, as of {}", report.changes.previous, report.changes.previous_as_of)?;
    if !report.differences.is_empty() {
        writeln!(out, "\nWhat differs between the runs")?;
        for difference in &report.differences {
            writeln!(out, "  {}: {} > {}", difference.what, difference.old, difference.new)?;
        }
    }
    print_changes(&report.changes, &report.as_of, out)?;
    for (table, state) in CaseTable::ALL.into_iter().flat_map(|table| TOLD.map(|state| (table, state))) {
        let of = |told: &&iinrec::report::changes::table::Told| {
            told.table == table.name() && told.state == state.name()
        };
        let all = report.changes.count(table, state);
        let mut shown = report.first.iter().filter(of).peekable();
        if shown.peek().is_none() {
            continue;
        }
        writeln!(out, "\n{}, {}: {}", in_words(table), state.name(), grouped(all))?;
        let mut count = 0;
        for told in shown {
            count += 1;
            let kind = told.kind.as_deref().unwrap_or("");
            let changed = told.changed.as_deref().unwrap_or("");
            let line = format!("  {}  first seen {}  {kind:<20}  {changed}", told.case_id, told.first_seen);
            writeln!(out, "{}", line.trim_end())?;
        }
        if all > count {
            writeln!(out, "  and {} more", grouped(all - count))?;
        }
    }
    match &args.out {
        Some(folder) => writeln!(out, "\nAll of them: {}/changes.parquet", folder.display()),
        None => writeln!(out, "\nTo read one: iinrec explain {} CASE_ID", report.report),
    }
}
