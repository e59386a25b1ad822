//! `iinrec explain`: one case of a finished run, with everything that a person needs to settle it.

use std::io::{self, Write};

use iinrec::figure::grouped;
use iinrec::ingest::Spooling;
use iinrec::jobs::explain::{Request, run as explain};
use iinrec::report::explain::sources::{Access, Record};
use iinrec::report::explain::ties::Tied;
use iinrec::report::explain::weigh::{Fact, Suspected};
use iinrec::report::explain::{Activity, Cluster, Needed, Ring, Story, lines_of};
use iinrec::report::html::chart::odds;
use iinrec::report::html::story::page;
use iinrec::report::html::text::{factor, shown_up_to};
use iinrec::report::publish::write_private;

use super::Failure;
use super::args::{ExplainArgs, PageFormat, Shared};
use super::keys;

/// Letters of a line.
const WIDTH: usize = 100;

/// Letters of one value that are printed; `--format json` has all of it.
const VALUE_MAX: usize = 2000;

pub(crate) fn run(args: &ExplainArgs, out: &mut impl Write) -> Result<(), Failure> {
    let config = args.config()?;
    let story = explain(&Request {
        report: args.report.clone(),
        key: args.case.clone(),
        access: Access {
            inputs: args.inputs.clone(),
            readings: config.readings(),
            spooling: Spooling { unpacked_max: Shared::unpacked_max(&config), ..Spooling::default() },
        },
        threads: args.threads()?,
        openers: args.keys.openers()?,
        mask: keys::mask(args.mask.as_ref())?,
        settings: config.settings,
    })?;
    let mut text = Vec::new();
    match args.format {
        PageFormat::Text => print(&story, &mut text)?,
        PageFormat::Json => {
            serde_json::to_writer_pretty(&mut text, &story).expect("a story is plain data");
            text.push(b'\n');
        }
        PageFormat::Html => text.extend(page(&story).into_bytes()),
    }
    match &args.out {
        Some(path) => Ok(write_private(path, &text)?),
        None => Ok(out.write_all(&text)?),
    }
}

/// A value as it is printed: what steers a terminal or the direction of text is written out.
fn safe(value: &str) -> String {
    shown_up_to(value, VALUE_MAX)
}

/// Prints text in lines of [`WIDTH`], the first of them behind `head`, all others as far to the right.
fn wrapped(head: &str, text: &str, out: &mut impl Write) -> io::Result<()> {
    let indent = head.chars().count();
    let mut line = head.to_owned();
    let mut length = indent;
    let mut is_empty = true;
    for word in text.split(' ') {
        let letters = word.chars().count();
        if !is_empty && length + 1 + letters > WIDTH {
            writeln!(out, "{}", line.trim_end())?;
            line = " ".repeat(indent);
            length = indent;
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += letters;
        is_empty = false;
    }
    writeln!(out, "{}", line.trim_end())
}

fn heading(title: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{title}")
}

fn print(story: &Story, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", safe(&story.headline))?;
    for sentence in &story.lead {
        wrapped("  ", &safe(sentence), out)?;
    }
    writeln!(out, "  {} in {}, a night as of {}", safe(&story.asked), safe(&story.report), story.as_of)?;
    print_rows(story, out)?;
    if !story.corrections.is_empty() {
        heading("To be corrected", out)?;
        story.corrections.iter().try_for_each(|needed| print_correction(needed, out))?;
    }
    match &story.suspects[..] {
        [] => {}
        told if matches!(story.kind, "number" | "row") => {
            told.iter().try_for_each(|one| print_suspect(one, out))?;
        }
        several => {
            heading("Suspects among them", out)?;
            for one in several {
                let codes: Vec<&str> = one.signals.iter().map(|signal| &*signal.code).collect();
                let away = if one.dismissed { "dismissed  " } else { "" };
                let head = format!("  {:.3} {:<6}  {}  {away}", one.score, one.band, one.case_id);
                wrapped(&head, &safe(&codes.join(", ")), out)?;
            }
            writeln!(out, "  Each of them: iinrec explain {} S-…", safe(&story.report))?;
        }
    }
    story.clusters.iter().try_for_each(|cluster| print_cluster(story, cluster, out))?;
    story.rings.iter().try_for_each(|ring| print_ring(ring, out))?;
    if !story.defects.is_empty() {
        heading("Defects of these rows", out)?;
        for defect in &story.defects {
            let head =
                format!("  {} row {}, {}: ", defect.dataset, grouped(u64::from(defect.row)), defect.field);
            let value =
                defect.value.as_deref().map_or_else(String::new, |value| format!(" ({})", safe(value)));
            wrapped(&head, &format!("{}{value} [{}]", safe(&defect.message), defect.check), out)?;
        }
    }
    if !story.notes.is_empty() {
        heading("What cannot be shown, or does not fit", out)?;
        story.notes.iter().try_for_each(|note| wrapped("  ", &safe(note), out))?;
    }
    Ok(())
}

fn print_rows(story: &Story, out: &mut impl Write) -> io::Result<()> {
    if !story.registry.is_empty() {
        heading("The registry, as read", out)?;
        story.registry.iter().try_for_each(|record| print_record(record, "", out))?;
    }
    let lost = story.registered_document_on_file == Some(false);
    if !story.documents.is_empty() || lost {
        heading("Documents, as read, and what ties each", out)?;
        if lost {
            writeln!(out, "  the document that the registry row holds is in no file of documents")?;
        }
        story.documents.iter().try_for_each(|tied| print_document(tied, out))?;
    }
    match &story.activity {
        None => Ok(()),
        Some(activity) => print_activity(activity, out),
    }
}

fn print_record(record: &Record, more: &str, out: &mut impl Write) -> io::Result<()> {
    let row = grouped(u64::from(record.row_in_file));
    let of_all = if record.row == record.row_in_file {
        String::new()
    } else {
        format!(" (row {} of the {})", grouped(u64::from(record.row)), record.dataset)
    };
    writeln!(out, "  {}, row {row}{of_all}{more}", safe(&record.file))?;
    if let Some(missing) = &record.missing {
        return wrapped("      cannot be shown: ", &safe(missing), out);
    }
    let (full, empty): (Vec<_>, Vec<_>) = record.cells.iter().partition(|cell| !cell.value.is_empty());
    let width = full.iter().map(|cell| cell.header.chars().count()).max().unwrap_or(0).min(30);
    for cell in full {
        writeln!(out, "      {:width$}  {}", safe(&cell.header), safe(&cell.value))?;
    }
    if !empty.is_empty() {
        let headers: Vec<&str> = empty.iter().map(|cell| &*cell.header).collect();
        wrapped("      empty: ", &safe(&headers.join(", ")), out)?;
    }
    Ok(())
}

fn print_document(tied: &Tied, out: &mut impl Write) -> io::Result<()> {
    print_record(&tied.record, "", out)?;
    let mut ties: Vec<String> =
        tied.bases.iter().zip(&tied.in_words).map(|(basis, words)| format!("{words} [{basis}]")).collect();
    if let Some(confidence) = tied.confidence {
        ties.push(format!("one person's with a probability of {confidence:.4}"));
    }
    if let Some(other) = &tied.bears_other_iin {
        ties.push(format!("but it bears another IIN, {}", safe(other)));
    }
    wrapped("      tied: ", &ties.join("; "), out)?;
    if !tied.agreements.is_empty() {
        let row =
            tied.registry_row.map_or_else(String::new, |row| format!(" row {}", grouped(u64::from(row))));
        let compared: Vec<String> = tied
            .agreements
            .iter()
            .map(|part| format!("{} {}", part.field.replace('_', " "), part.how.replace('_', " ")))
            .collect();
        wrapped(&format!("      beside registry{row}: "), &compared.join(", "), out)?;
    }
    Ok(())
}

fn print_activity(activity: &Activity, out: &mut impl Write) -> io::Result<()> {
    heading("Activity", out)?;
    if activity.events == 0 {
        return writeln!(out, "  none is known");
    }
    for kind in &activity.kinds {
        let name = if kind.kind.is_empty() { "without a kind" } else { &kind.kind };
        let (first, last) = (kind.first.as_deref().unwrap_or("?"), kind.last.as_deref().unwrap_or("?"));
        writeln!(out, "  {:<12}  {:>5}  {first} to {last}", safe(name), grouped(kind.events))?;
    }
    match activity.since_assignment {
        None => Ok(()),
        Some(since) => {
            writeln!(out, "  {} of {} on or after the assignment", grouped(since), grouped(activity.events))
        }
    }
}

fn print_correction(needed: &Needed, out: &mut impl Write) -> io::Result<()> {
    let mark = if needed.asked { "  <- asked for" } else { "" };
    writeln!(out, "  {}  {}{mark}", needed.row.case_id, safe(&needed.row.kind))?;
    if needed.row.dismissed {
        writeln!(out, "      dismissed: a decision keeps it away")?;
    }
    wrapped("      ", needed.meaning, out)?;
    let value = |value: &Option<String>| value.as_deref().map_or_else(|| "-".to_owned(), safe);
    writeln!(
        out,
        "      {}: registry {}, document {}",
        safe(&needed.row.field),
        value(&needed.row.registered_value),
        value(&needed.row.current_value)
    )?;
    if let Some(document) = &needed.document {
        let row = needed
            .row
            .document_row
            .map_or_else(String::new, |row| format!(", row {}", grouped(u64::from(row))));
        writeln!(out, "      shown by document {}{row}", safe(document))?;
    }
    let others = if needed.row.ambiguous { "; another fits as well, and nobody was picked" } else { "" };
    let basis = needed.row.basis.as_deref().map_or_else(String::new, |basis| format!(" [{}]", safe(basis)));
    wrapped(
        "      rests on: ",
        &format!("{}{basis}, confidence {:.4}{others}", needed.basis_in_words, needed.row.confidence),
        out,
    )?;
    if let Some(since) = &needed.row.since {
        let age = needed.row.age_days.map_or_else(String::new, |days| format!(", {days} days"));
        writeln!(out, "      since {since}{age}")?;
    }
    if let Some(seen) = needed.row.seen.in_words() {
        writeln!(out, "      in the reports: {}", safe(&seen))?;
    }
    wrapped("      innocent: ", needed.cause, out)?;
    wrapped("      settles it: ", needed.settles, out)
}

fn print_suspect(suspect: &Suspected, out: &mut impl Write) -> io::Result<()> {
    heading(&format!("How the score comes about ({})", suspect.case_id), out)?;
    if let Some(seen) = suspect.seen.in_words() {
        writeln!(out, "  In the reports: {}.", safe(&seen))?;
    }
    wrapped(
        "  ",
        "Bits add up to the logarithm of the odds: +1 doubles the odds that nobody is there, -1 halves them.",
        out,
    )?;
    wrapped(&format!("  {:>7}   ", format!("{:+.3}", suspect.prior_bits)), &suspect.prior_in_words, out)?;
    for signal in &suspect.signals {
        let head = format!("  {:>7}   ", format!("{:+.3}", signal.bits));
        writeln!(
            out,
            "{head}{}, odds {}, weight {:.3}",
            safe(&signal.code),
            factor(signal.bits),
            signal.weight
        )?;
        let indent = " ".repeat(12);
        wrapped(&indent, &safe(&signal.evidence), out)?;
        if signal.bits == 0.0 {
            wrapped(&indent, "Adds nothing here: another sign says the same.", out)?;
        }
        wrapped(&indent, signal.meaning, out)?;
    }
    for step in &suspect.exculpations {
        let head = format!("  {:>7}   ", format!("{:+.3}", step.bits));
        wrapped(&head, &format!("{}: {}", safe(&step.code), step.meaning), out)?;
    }
    let sum = format!("{:+.3}", suspect.total_bits);
    let adds_up = match (suspect.adds_up, suspect.sum_note) {
        (true, None) => format!("which is the score, {:.3} ({})", suspect.score, suspect.band),
        (true, Some(note)) => format!("and the score is {:.3} ({}): {note}", suspect.score, suspect.band),
        (false, _) => format!("BUT THE REPORT SAYS {:.3}: the two should be equal", suspect.score),
    };
    let words = format!(
        "the sum: odds of {}, a probability of {:.3}, {adds_up}",
        odds(suspect.total_bits),
        suspect.total_probability
    );
    wrapped(&format!("  {sum:>7}   "), &words, out)?;

    heading("What speaks for the person", out)?;
    for step in &suspect.exculpations {
        let bits = match step.bits {
            0.0 => "in this run that takes nothing off".to_owned(),
            bits => format!("{bits:+.3} bits"),
        };
        wrapped("  counted      ", &format!("{} ({bits})", step.meaning), out)?;
    }
    for step in &suspect.absent {
        wrapped("  not known    ", &format!("{} (would be {:+.3} bits)", step.meaning, step.bits), out)?;
    }
    for signal in &suspect.signals {
        wrapped("  innocent?    ", &format!("{}: {}", safe(&signal.code), signal.cause), out)?;
    }

    heading("What one more fact would make of it, about", out)?;
    if suspect.facts.is_empty() {
        return writeln!(out, "  nothing that can be asked would change it");
    }
    suspect.facts.iter().try_for_each(|fact| print_fact(suspect.score, fact, out))
}

fn print_fact(score: f64, fact: &Fact, out: &mut impl Write) -> io::Result<()> {
    let band = fact.band.unwrap_or("not reported");
    let head = format!("  {score:.3} -> {:.3}  {band:<12}  ", fact.score);
    wrapped(&head, &format!("if {}", fact.fact), out)?;
    wrapped(&format!("{}ask: ", " ".repeat(head.chars().count())), fact.ask, out)
}

fn print_cluster(story: &Story, cluster: &Cluster, out: &mut impl Write) -> io::Result<()> {
    heading(
        &format!("Numbers that look like one person ({}, {} of them)", cluster.cluster_id, cluster.size),
        out,
    )?;
    for member in &cluster.members {
        writeln!(
            out,
            "  {}  row {:<9}  {:.4} with {}",
            safe(&member.iin),
            grouped(u64::from(member.registry_row)),
            member.match_probability,
            safe(&member.best_partner)
        )?;
    }
    left_out(u64::from(cluster.size), cluster.members.len(), out)?;
    if let Some(seen) = cluster.seen.in_words() {
        writeln!(out, "  in the reports: {}", safe(&seen))?;
    }
    match story.kind {
        "cluster" => Ok(()),
        _ => writeln!(
            out,
            "  beside each other: iinrec explain {} {}",
            safe(&story.report),
            cluster.cluster_id
        ),
    }
}

fn print_ring(ring: &Ring, out: &mut impl Write) -> io::Result<()> {
    heading(&format!("The ring {} ({} suspects)", safe(&ring.ring_id), grouped(ring.suspects)), out)?;
    for (name, value) in lines_of(&ring.said) {
        wrapped(&format!("  {}: ", safe(&name)), &safe(&value), out)?;
    }
    for member in &ring.members {
        let iin = member.iin.as_deref().unwrap_or("no number   ");
        let head = format!("  {}  {:.3} {:<6}  {}  ", safe(iin), member.score, member.band, member.case_id);
        wrapped(&head, &safe(&member.signals.join(", ")), out)?;
    }
    left_out(ring.suspects, ring.members.len(), out)
}

fn left_out(all: u64, shown: usize, out: &mut impl Write) -> io::Result<()> {
    match all.saturating_sub(shown as u64) {
        0 => Ok(()),
        more => writeln!(out, "  and {} more", grouped(more)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_wrapped_behind_its_head() {
        let mut out = Vec::new();
        wrapped("  ask: ", &"word ".repeat(40), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() == 3 && lines.iter().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(lines[0].starts_with("  ask: word") && lines[1].starts_with("       word"));
        let mut out = Vec::new();
        wrapped("x ", &"y".repeat(300), &mut out).unwrap();
        assert_eq!(out.len(), 303, "a word that fits in no line has one of its own");
    }
}
