//! The person: one registry row with the documents that are its own, as the kinds of corrections see it.

use super::{World, is_current, known};
use crate::day::NO_DAY;
use crate::link::Basis;
use crate::link::rows::{DocumentRow, RegistryRow};
use crate::normalise::codes;

/// A document that took the place of the registered one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Successor {
    /// The document.
    pub(super) document: u32,
    /// Whether another one of the same day fits as well.
    pub(super) ambiguous: bool,
}

/// One registry row with its documents.
#[derive(Debug)]
pub(super) struct Person<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) row: u32,
    pub(super) registered: &'a RegistryRow,
    /// The registered document, where the register of documents knows it.
    pub(super) own: Option<(u32, &'a DocumentRow)>,
    /// The newest valid document that took the registered one's place.
    pub(super) successor: Option<Successor>,
    /// The newest view of the person: the newest document of any kind that is not older than the
    /// registered one, a live one before others.
    pub(super) latest: Option<u32>,
}

impl<'a> Person<'a> {
    /// The person of a row, or `None` when the row needs no corrections.
    pub(super) fn new(world: &'a World<'a>, row: usize) -> Option<Self> {
        let registered = &world.registry.rows[row];
        if !is_current(registered.status) {
            return None;
        }
        // A document that bears another's IIN, or is another person's altogether, tells nothing of this one.
        let own = known(world.links.registered[row])
            .filter(|&d| world.links.owners[d as usize] == row as u32)
            .map(|d| (d, world.document(d)));
        let mut person = Person { world, row: row as u32, registered, own, successor: None, latest: None };
        person.successor = person.find_successor();
        person.latest = person.find_latest();
        Some(person)
    }

    pub(super) fn document(&self, document: u32) -> &'a DocumentRow {
        self.world.document(document)
    }

    pub(super) fn basis(&self, document: u32) -> Basis {
        self.world.links.bases[document as usize]
    }

    fn documents(&self) -> &'a [u32] {
        self.world.links.documents_of(self.row as usize)
    }

    /// The day of issue of the registered document; the issuer's word before the registry's.
    pub(super) fn own_issue(&self) -> i32 {
        self.own.map(|(_, own)| own.issue).filter(|&d| d != NO_DAY).unwrap_or(self.registered.issue)
    }

    /// The last day of the registered document.
    pub(super) fn own_expiry(&self) -> i32 {
        self.own.map(|(_, own)| own.expiry).filter(|&d| d != NO_DAY).unwrap_or(self.registered.expiry)
    }

    /// The status that the issuer gives the registered document; 0 when unknown.
    pub(super) fn own_status(&self) -> u16 {
        self.own.map_or(0, |(_, own)| u16::from(own.status))
    }

    fn own_kind(&self) -> u8 {
        if self.registered.kind != 0 { self.registered.kind } else { self.own.map_or(0, |(_, own)| own.kind) }
    }

    /// Whether the registered document's last day is past.
    pub(super) fn is_expired(&self) -> bool {
        self.own_expiry() != NO_DAY && self.own_expiry() < self.world.as_of
    }

    /// Whether a document is valid on the as-of day, as far as is known.
    fn is_live(&self, document: &DocumentRow) -> bool {
        let as_of = self.world.as_of;
        (document.status == 0 || u16::from(document.status) == codes::VALID)
            && (document.expiry == NO_DAY || document.expiry >= as_of)
            && (document.issue == NO_DAY || document.issue <= as_of)
            && document.number != 0
    }

    /// Whether a document is the registered one, by country and number.
    fn is_registered(&self, document: &DocumentRow) -> bool {
        document.number == self.registered.number && document.country == self.registered.country
    }

    fn find_successor(&self) -> Option<Successor> {
        if self.registered.number == 0 {
            return None;
        }
        let mut best: Option<(i32, u32)> = None;
        let mut rivals = 0;
        for &d in self.documents() {
            let document = self.document(d);
            if !self.is_live(document) || self.is_registered(document) || !self.succeeds(d, document) {
                continue;
            }
            match best {
                // The same document twice in the register is no rival to itself.
                Some((_, b)) if self.document(b).number == document.number => {}
                Some((issue, _)) if document.issue < issue => {}
                Some((issue, _)) if document.issue == issue => rivals += 1,
                _ => (best, rivals) = (Some((document.issue, d)), 0),
            }
        }
        best.map(|(_, document)| Successor { document, ambiguous: rivals > 0 })
    }

    /// Whether a live document took the place of the registered one.
    fn succeeds(&self, d: u32, document: &DocumentRow) -> bool {
        let elsewhere = document.country != self.registered.country;
        let naturalised = document.nationality != 0
            && self.registered.citizenship != 0
            && document.nationality != self.registered.citizenship;
        if elsewhere && !naturalised {
            return false;
        }
        let kinds = (self.own_kind(), document.kind);
        let one_kind = kinds.0 == 0 || kinds.1 == 0 || kinds.0 == kinds.1;
        // A new citizen's passport takes the place of an ID card of the old state or a permit of the new one,
        // unless that is explicitly valid.
        if !one_kind && (!naturalised || self.own_status() == codes::VALID) {
            return false;
        }
        let chained = self.basis(d) == Basis::PreviousNumber;
        let (issue, own_issue) = (document.issue, self.own_issue());
        let status = self.own_status();
        let ended = matches!(status, codes::REPLACED | codes::LOST | codes::STOLEN | codes::CANCELLED);
        if issue == NO_DAY || own_issue == NO_DAY {
            // Without dates only the issuer's own word makes one the newer.
            return chained || (ended && own_issue == NO_DAY);
        }
        if issue <= own_issue {
            return false;
        }
        // What the issuer explicitly calls valid, and is, stays: the newer one is a second document.
        chained || ended || elsewhere || self.is_expired() || status != codes::VALID
    }

    fn find_latest(&self) -> Option<u32> {
        let own_issue = self.own_issue();
        let rank = |d: u32| {
            let document = self.document(d);
            (self.is_live(document), document.issue, std::cmp::Reverse(d))
        };
        self.documents()
            .iter()
            .copied()
            .filter(|&d| {
                let document = self.document(d);
                // An older document tells how the person once was, not how the registry should be.
                self.is_registered(document)
                    || own_issue == NO_DAY
                    || (document.issue != NO_DAY && document.issue >= own_issue)
            })
            .max_by_key(|&d| rank(d))
    }

    /// The day on which the registry began to differ from a document: its issue, or the assignment where
    /// the registry was wrong from the start.
    pub(super) fn since(&self, document: u32) -> i32 {
        self.document(document).issue.max(self.registered.assigned)
    }

    /// The probability that the row and a document are one person's.
    pub(super) fn confidence(&self, document: u32) -> f64 {
        let links = self.world.links;
        links.confidence(self.basis(document), self.registered, document, self.document(document))
    }
}
