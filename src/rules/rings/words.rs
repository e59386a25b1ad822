//! Words: what binds a ring, as a person reads and checks it, and as it is the same every night.

use super::View;
use super::facet::{Facet, Kind};
use crate::day;
use crate::figure::grouped;
use crate::link::rows::RegistryRow;
use crate::normalise::{country, number};
use crate::validate::iin;

impl View<'_> {
    /// What tells a facet from others of its kind, and stays when a suspect more has it.
    pub(super) fn value(&self, facet: &Facet) -> String {
        let first = self.row(facet.members[0]);
        match facet.kind {
            Kind::Representative => iin::unpack(first.representative),
            Kind::Document => document(first),
            Kind::Phone => first.phone.to_string(),
            Kind::Address => first.address.to_string(),
            Kind::Burst => format!("{} {}", iin::unpack(first.representative), day::iso(self.days(facet).0)),
            Kind::Run => document(self.ends(facet).0),
            Kind::Day => format!("{} {}", first.office, day::iso(first.assigned)),
        }
    }

    /// A sentence for a facet of which these suspects are in one ring of so many members.
    pub(super) fn evidence(&self, facet: &Facet, own: &[u32], ring: usize) -> String {
        let first = self.row(facet.members[0]);
        let share = format!("{} of the ring's {}", grouped(own.len() as u64), grouped(ring as u64));
        let (suspects, rows) = (grouped(facet.members.len() as u64), grouped(facet.rows));
        let usual = format!("one in {} rows is suspected", grouped(self.one_in()));
        let on = |(from, to): (i32, i32)| match from == to {
            true => format!("on {}", day::iso(from)),
            false => format!("from {} to {}", day::iso(from), day::iso(to)),
        };
        match facet.kind {
            Kind::Representative => format!(
                "{share} came through the representative {}, of whose {rows} clients {suspects} are suspected; {usual}",
                iin::unpack(first.representative),
            ),
            Kind::Burst => format!(
                "{share} came through the representative {} {}, with {suspects} suspected of {rows} clients in these \
                 days; {usual}",
                iin::unpack(first.representative),
                on(self.days(facet)),
            ),
            Kind::Document => {
                format!(
                    "{share} hold {}, which stands in {rows} rows, {suspects} of them suspected",
                    document(first)
                )
            }
            Kind::Phone => format!(
                "{share} gave the phone +{}, which stands in {rows} rows, {suspects} of them suspected; {usual}",
                first.phone,
            ),
            Kind::Address => {
                format!(
                    "{share} have one address, which stands in {rows} rows, {suspects} of them suspected; {usual}"
                )
            }
            Kind::Run => {
                let (least, most) = self.ends(facet);
                format!(
                    "{share} hold neighbouring documents from {} to {}, assigned {}; of some {rows} registered numbers \
                     between {suspects} are suspected",
                    document(least),
                    document(most),
                    on(self.days(facet)),
                )
            }
            Kind::Day => format!(
                "{share} were assigned on {} at one office, with {suspects} suspected of {rows}; {usual}",
                day::iso(first.assigned),
            ),
        }
    }

    /// One in so many rows is suspected.
    fn one_in(&self) -> u64 {
        self.whole.rows / (self.nodes.len() as u64).max(1)
    }

    /// The first and the last day on which a facet's numbers were assigned.
    fn days(&self, facet: &Facet) -> (i32, i32) {
        let days = || facet.members.iter().map(|&at| self.row(at).assigned);
        (days().min().expect("a facet has members"), days().max().expect("a facet has members"))
    }

    /// The rows with the first and the last number of a run.
    fn ends(&self, facet: &Facet) -> (&RegistryRow, &RegistryRow) {
        let rows = || facet.members.iter().map(|&at| self.row(at));
        let least = rows().min_by_key(|row| row.number).expect("a facet has members");
        let most = rows().max_by_key(|row| row.number).expect("a facet has members");
        (least, most)
    }
}

/// The document of a row: state and number.
fn document(row: &RegistryRow) -> String {
    // A number that is too long for its key is told by the key, which tells it from others.
    let number = number::unkey(row.number).unwrap_or_else(|| row.number.to_string());
    format!("{} {number}", country::alpha3(row.country)).trim_start().to_owned()
}
