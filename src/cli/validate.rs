//! `iinrec validate`: a file checked for itself.

use std::io::Write;

use iinrec::batch::Dataset;
use iinrec::config::datasets::DatasetConfig;
use iinrec::error::Error;
use iinrec::figure::grouped;
use iinrec::jobs::validate::{Request, run as run_job};
use iinrec::report::gates::Job;
use iinrec::report::run_json::RunReport;
use iinrec::validate::defect::Check;

use super::args::{Format, Shared, ValidateArgs};
use super::config::show_config;
use super::operation::{Operation, outcome, with_gates};
use super::progress::Progress;
use super::reconcile::{print, print_inputs, table};
use super::{Failure, after_publishing};

pub(crate) fn run(args: &ValidateArgs, out: &mut impl Write) -> Result<(), Failure> {
    let config = args.shared.config()?;
    if args.shared.show_config {
        return Ok(show_config(&config, &args.shared, out)?);
    }
    // Files of the command line stand for those of the configuration, as everywhere.
    let files = if args.files.is_empty() {
        let of = |(&dataset, of): (&Dataset, &DatasetConfig)| {
            of.files.iter().map(|file| (file.clone(), Some(dataset))).collect::<Vec<_>>()
        };
        config.datasets.iter().flat_map(of).collect()
    } else {
        args.files.iter().map(|file| (file.clone(), None)).collect::<Vec<_>>()
    };
    if files.is_empty() {
        let error = Error::usage("no file is named");
        return Err(error.remedy("name files to check, or list them in the configuration").into());
    }
    let operation = Operation::start(&args.operation, Job::Validate, None, args.shared.format)?;
    Operation::started("validate", args.shared.as_of(), args.out.as_deref());
    let request = Request {
        files,
        out: args.out.clone(),
        overwrite: args.overwrite,
        as_of: args.shared.as_of(),
        threads: args.shared.threads(&config)?,
        readings: config.readings(),
        unpacked_max: Shared::unpacked_max(&config),
        protection: args.protect.protection()?,
    };
    let report = Progress::during(&args.shared, |progress| run_job(&request, progress))?;
    let verdicts = operation.finish(&serde_json::to_value(&report).expect("plain data"), args.out.as_deref());
    if !args.shared.quiet && !operation.log_is_out {
        let printed = match args.shared.format {
            Format::Json => out.write_all(with_gates(&report, &verdicts).as_bytes()),
            Format::Text => summary(&report, args, out),
        };
        if args.out.is_some() { after_publishing(printed)? } else { printed? }
    }
    outcome(verdicts)
}

fn summary(report: &RunReport, args: &ValidateArgs, out: &mut impl Write) -> std::io::Result<()> {
    let records: u64 = report.inputs.iter().map(|input| input.records).sum();
    writeln!(out, "Checked {} records in {:.2} s.", grouped(records), report.seconds["total"])?;
    print_inputs(&report.inputs, out)?;
    let mut rows = table();
    for check in Check::ALL {
        if let Some(&count) = report.counts.defects.get(check.name()) {
            rows.add_row([check.name().to_owned(), grouped(count), check.severity().name().to_owned()]);
        }
    }
    for (reason, &count) in &report.counts.rejects {
        rows.add_row([format!("rejected: {reason}"), grouped(count), "error".to_owned()]);
    }
    writeln!(out)?;
    if rows.is_empty() {
        writeln!(out, "Nothing wrong was found.")?;
    } else {
        print(&mut rows, out)?;
    }
    match &args.out {
        Some(dir) => writeln!(out, "\nEvery defect with its row: {}/defects.parquet", dir.display())?,
        None if !rows.is_empty() => writeln!(out, "\nAdd --out DIR to get every defect with its row.")?,
        None => {}
    }
    Ok(())
}
