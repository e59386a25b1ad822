//! What became of cases since an earlier night, in words for a terminal.

use std::io::{self, Write};

use comfy_table::CellAlignment;
use iinrec::figure::grouped;
use iinrec::report::changes::{CaseTable, ChangesReport, State};

use super::reconcile::table;

/// What a table of cases holds, for people.
pub(super) fn in_words(table: CaseTable) -> &'static str {
    match table {
        CaseTable::Corrections => "Corrections",
        CaseTable::Suspects => "Suspects",
        CaseTable::Duplicates => "Clusters of duplicates",
    }
}

/// Prints what became of cases since an earlier night.
pub(super) fn print_changes(changes: &ChangesReport, as_of: &str, out: &mut impl Write) -> io::Result<()> {
    let same_day = if changes.previous_as_of == as_of { ", another run of the same day" } else { "" };
    writeln!(out, "\nSince {}{same_day} ({})", changes.previous_as_of, changes.previous)?;
    let mut rows = table();
    let mut head = vec![String::new()];
    head.extend(State::ALL.map(|state| state.name().to_owned()));
    rows.add_row(head);
    for of in CaseTable::ALL {
        let mut row = vec![in_words(of).to_owned()];
        row.extend(State::ALL.map(|state| grouped(changes.count(of, state))));
        rows.add_row(row);
        // Kinds are worth a line where something is new.
        for (kind, count) in changes.new_by_kind.get(of.name()).into_iter().flatten() {
            rows.add_row([format!("  {kind}"), grouped(*count)]);
        }
    }
    for at in 1..=State::ALL.len() {
        if let Some(column) = rows.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for line in rows.to_string().lines() {
        writeln!(out, " {}", line.trim_end())?;
    }
    for (same, words) in [
        (
            changes.same_version,
            "the earlier night was made by another version: some of this may come from that",
        ),
        (
            changes.same_configuration,
            "the earlier night had other settings or columns: some of this may come from that",
        ),
    ] {
        if !same {
            writeln!(out, "  Note: {words}")?;
        }
    }
    Ok(())
}
