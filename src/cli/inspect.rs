//! `iinrec inspect`: what a file was taken for and why, for somebody who has not seen it before.

use std::io::{self, Write};

use comfy_table::CellAlignment;
use iinrec::engine::Engine;
use iinrec::figure::grouped;
use iinrec::ingest::Spooling;
use iinrec::ingest::find::files_of;
use iinrec::jobs::inspect::{Column, Inspection, Request, TextFacts, run as inspect};
use iinrec::report::run_json::render;

use super::args::{Format, InspectArgs, Shared};
use super::progress::Progress;
use super::reconcile::table;
use super::{Failure, shows_progress};

pub(crate) fn run(args: &InspectArgs, out: &mut impl Write) -> Result<(), Failure> {
    let config = args.shared.config()?;
    let engine = Engine::new(args.shared.threads(&config)?)?;
    let progress = Progress::new(shows_progress(args.shared.progress, args.shared.quiet));
    let mut found = Vec::new();
    for path in files_of(&args.files)? {
        let request = Request {
            path,
            dataset: args.dataset,
            readings: config.readings(),
            as_of: args.shared.as_of(),
            full: args.full,
            spooling: Spooling { unpacked_max: Shared::unpacked_max(&config), ..Spooling::default() },
        };
        let inspection = inspect(&engine, &request, &progress);
        if inspection.is_err() {
            progress.finish();
        }
        found.push(inspection?);
    }
    progress.finish();
    if args.shared.format == Format::Json {
        return Ok(out.write_all(render(&found).as_bytes())?);
    }
    for (at, inspection) in found.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        print(inspection, out)?;
    }
    Ok(())
}

fn print(found: &Inspection, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{}: {} ({}), {} bytes",
        found.path,
        found.dataset,
        found.dataset_why,
        grouped(found.bytes)
    )?;
    writeln!(out, "  read as    {}", found.format)?;
    if let Some(text) = &found.text {
        print_text(text, out)?;
    }
    write!(out, "  records    {}", grouped(found.records))?;
    match found.sampled_percent {
        None => write!(out, ", all of them")?,
        Some(percent) => {
            write!(out, " of a sample of {percent} % from head, middle and tail; add --full to read all")?;
        }
    }
    writeln!(out)?;
    let rejected: u64 = found.rejected.values().sum();
    if rejected > 0 {
        let reasons: Vec<String> =
            found.rejected.iter().map(|(reason, &count)| format!("{} {reason}", grouped(count))).collect();
        writeln!(out, "  rejected   {}: {}", grouped(rejected), reasons.join(", "))?;
    }
    if !found.missing.is_empty() {
        writeln!(out, "  missing    {} needs {}", found.dataset, found.missing.join(", "))?;
    }
    writeln!(out)?;
    print_columns(&found.columns, out)?;
    for column in &found.columns {
        print_details(column, out)?;
    }
    writeln!(out, "\nTo pin this reading, add these options:")?;
    writeln!(out, "  {}", found.options.join(" \\\n  "))?;
    writeln!(out, "or write this into the file of --config (its paths start at that file):\n")?;
    for line in found.toml.lines() {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

fn print_text(text: &TextFacts, out: &mut impl Write) -> io::Result<()> {
    write!(out, "  encoding   {}: {}", text.encoding, text.encoding_why)?;
    if let Some(at) = text.first_non_ascii {
        write!(
            out,
            "; the first byte beyond ASCII is at {}, in the head are {} UTF-8 characters and {} places that are no UTF-8",
            grouped(at),
            grouped(text.utf8_sequences),
            grouped(text.invalid_sequences)
        )?;
    }
    writeln!(out)?;
    let lines = match (text.crlf, text.lf) {
        (0, _) => "line feed".to_owned(),
        (_, 0) => "carriage return and line feed".to_owned(),
        (crlf, lf) => format!("mixed: {} with carriage return, {} without", grouped(crlf), grouped(lf)),
    };
    let mark = if text.byte_order_mark { "with a byte order mark" } else { "no byte order mark" };
    writeln!(out, "  line ends  {lines}; {mark}")?;
    let delimiter = if text.delimiter == '\t' { "tab".to_owned() } else { format!("`{}`", text.delimiter) };
    writeln!(out, "  delimiter  {delimiter}: {}", text.delimiter_why)
}

fn print_columns(columns: &[Column], out: &mut impl Write) -> io::Result<()> {
    let mut rows = table();
    let titles = ["column", "role", "why", "empty", "malformed", "distinct", "shape"];
    rows.add_row(titles.map(str::to_owned));
    for column in columns {
        let cells = column.values + column.empty + column.placeholders;
        let shape = column
            .shapes
            .first()
            .map_or_else(String::new, |(shape, count)| format!("{shape} ({})", share(*count, column.values)));
        rows.add_row([
            name(column),
            column.role.unwrap_or("-").to_owned(),
            column.why.to_owned(),
            share(column.empty + column.placeholders, cells),
            if column.role.is_some() { share(column.malformed, column.values) } else { String::new() },
            format!("{}{}", if column.distinct_exact { "" } else { "about " }, grouped(column.distinct)),
            shape,
        ]);
    }
    for at in 3..6 {
        if let Some(column) = rows.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for line in rows.to_string().lines() {
        writeln!(out, " {}", line.trim_end())?;
    }
    Ok(())
}

fn print_details(column: &Column, out: &mut impl Write) -> io::Result<()> {
    let mut lines = Vec::new();
    if let Some(looks) = &column.looks_like {
        let roles = if looks.roles.is_empty() {
            "no role is free for that".to_owned()
        } else {
            format!("perhaps {}", looks.roles.join(" or "))
        };
        lines.push(format!("{} % of its values are {}: {roles}", looks.percent, looks.what));
    }
    let counts = |forms: &std::collections::BTreeMap<&str, u64>| {
        let forms: Vec<String> =
            forms.iter().map(|(form, &count)| format!("{form} {}", grouped(count))).collect();
        forms.join(", ")
    };
    if !column.dates.is_empty() {
        lines.push(format!("dates: {}", counts(&column.dates)));
    }
    if !column.countries.is_empty() {
        lines.push(format!("countries: {}", counts(&column.countries)));
    }
    for sex in &column.sexes {
        lines.push(format!(
            "`{}` is read as {}: {} records; their IINs are {} men's and {} women's",
            sex.code,
            sex.read_as,
            grouped(sex.records),
            grouped(sex.iin_male),
            grouped(sex.iin_female)
        ));
    }
    if column.placeholders > 0 {
        lines.push(format!("placeholders, read as empty: {}", grouped(column.placeholders)));
    }
    if column.shapes.len() > 1 {
        let shapes: Vec<String> = column
            .shapes
            .iter()
            .map(|(shape, count)| format!("{shape} ({})", share(*count, column.values)))
            .collect();
        lines.push(format!("shapes: {}", shapes.join(", ")));
    }
    lines.extend(column.notes.iter().map(|note| format!("NOTE {note}")));
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n  {}", name(column))?;
    for line in lines {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

fn name(column: &Column) -> String {
    if column.header.trim().is_empty() { "(no name)".to_owned() } else { column.header.clone() }
}

/// A share for people; what is not nothing does not read as nothing.
fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let tenths = part * 1000 / whole;
    match (part, tenths) {
        (0, _) => "0 %".to_owned(),
        (_, 0) => "< 0.1 %".to_owned(),
        (part, _) if part == whole => "100 %".to_owned(),
        (_, tenths) => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}
