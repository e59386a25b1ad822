//! `unknown_clients`: a representative whose clients cannot be found far more often than others'.
//!
//! ## What it finds
//! Rows of a representative with eight or more clients (a setting) of whom the register knows no document though it
//! should, where the representative's other clients are missed (neither known to the register nor seen alive) as those
//! of a ring are, and not as those of honest companies.
//!
//! ## Why it matters
//! Who makes up people and has patience files them one by one, over months, among honest clients. No day is
//! busy then, and each client alone looks like somebody whom the export happens to lack.
//!
//! ## Evidence
//! How many clients, how many of them are missed, and how many would be usual. What it adds to a score is measured
//! in the run: the odds that one of these clients is invented, by the others.
//!
//! ## Innocent causes
//! Clients of one place or company whose passports the export lacks: those of them who are seen alive are
//! without a document too, and what is usual for this representative rises with them. Tourists, who leave no
//! trace, through an agency. Clients whose person is known bear no signal.
//!
//! ## Example
//! 23 of 61 clients of one representative are missed, where 1.9 would be usual.

use super::{Code, Look, Measured, Signal, words};
use crate::validate::iin;

/// Finds the missed clients of representatives of whose clients too many are.
pub(super) fn find(look: &Look<'_>) -> Vec<Signal> {
    let settings = look.world.settings;
    let clients = look.clients();
    let found = look.world.engine.map(clients.len(), |at| {
        let (rows, (crowd, verdict)) = (&clients[at], &look.judged_clients()[at]);
        let representative = look.world.registry.rows[rows[0] as usize].representative;
        let few = rows.len() < settings.clients_rows_min;
        if few || !verdict.is_told() || settings.is_known_employer(representative) {
            return Vec::new();
        }
        let evidence = format!(
            "{} of {} clients of the representative {} cannot be found, neither in the documents register nor \
             alive, where {} would be usual",
            words::grouped(crowd.missed()),
            words::grouped(crowd.members()),
            iin::unpack(representative),
            crowd.usual(),
        );
        let signal = |&row: &u32| {
            // Whoever is known to the register is an honest client; whoever is seen alive may be of the ring.
            let (member, _) = look.member(row as usize).filter(|_| !look.is_known(row as usize))?;
            let weight = Code::UnknownClients.weight();
            let signal = Signal::new(row, Code::UnknownClients, weight, evidence.clone());
            Some(Signal { measured: Measured::Odds(verdict.odds(member)), ..signal })
        };
        rows.iter().filter_map(signal).collect()
    });
    found.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, iin as number};
    use super::*;

    /// Two hundred known people, then clients of one representative, one a week: `known` of them have known
    /// documents, and `alive` of the others are seen in two ways.
    fn world(clients: usize, known: usize, alive: usize) -> Case {
        let week = |n: usize| crate::day::iso(19_100 + 7 * n as i32);
        let mut rows: Vec<String> =
            (0..200).map(|n| format!("{},N{n},G,UZB,AB{:07},2022-01-01,", number(n), n * 10 + 1)).collect();
        let mut documents: Vec<String> =
            (0..198).map(|n| format!("UZB,AB{:07},N{n},G", n * 10 + 1)).collect();
        let mut events: Vec<String> = Vec::new();
        let seen =
            |n: usize| [format!("{},tax,2024-09-01", number(n)), format!("{},bank,2024-09-02", number(n))];
        (0..190).for_each(|n| events.extend(seen(n)));
        for n in 0..clients {
            let line = format!("{},B{n},G,UZB,AC{:07},{},000101699999", number(300 + n), n * 10 + 1, week(n));
            rows.push(line);
            if n < known {
                documents.push(format!("UZB,AC{:07},B{n},G", n * 10 + 1));
            } else if n < known + alive {
                events.extend(seen(300 + n));
            }
        }
        Case::with_activity(
            "iin,surname,given_name,document_country,document_number,assigned_on,representative_iin",
            &rows,
            "document_country,document_number,surname,given_name",
            &documents,
            &events,
        )
    }

    #[test]
    fn clients() {
        for (clients, known, alive, expected, why) in [
            (40, 20, 0, true, "half of the clients cannot be found"),
            (40, 38, 0, false, "two cannot: as many as anywhere"),
            (7, 0, 0, false, "seven clients are too few to be compared"),
            (40, 0, 36, false, "the export lacks the passports of people who live here"),
        ] {
            let case = world(clients, known, alive);
            let row = (200 + clients - 1) as u32;
            assert_eq!(case.weight(row, Code::UnknownClients).is_some(), expected, "{why}");
        }
        let case = world(40, 20, 0);
        assert_eq!(case.weight(200, Code::UnknownClients), None, "who is known bears no signal");
        let evidence = case.evidence(239, Code::UnknownClients);
        assert!(
            evidence.starts_with("20 of 40 clients of the representative 000101699999 cannot"),
            "{evidence}"
        );
        let mut case = world(40, 20, 0);
        case.settings().known_employers = vec![iin::pack(b"000101699999").unwrap()];
        assert_eq!(case.weight(239, Code::UnknownClients), None, "an employer that is known");
    }
}
