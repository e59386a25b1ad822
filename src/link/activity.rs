//! Activity: events in, four bytes of what they say a registry row out.
//!
//! Events are cut into the partitions of the join on the IIN, in place, piece by piece, so that they are
//! never in memory twice. The law: what a row's events say does not depend on their order.

use super::rows::Event;
use crate::engine::Engine;
use crate::normalise::hash::scramble;
use crate::spill::{Ledge, Values};

/// What the activity says of a registry row: the last day and the number of kinds of its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Living(pub(super) u32);

/// Bits of the number of kinds, which are 64 at most.
const KINDS_BITS: u32 = 7;

impl Living {
    fn new(day_code: u32, kinds: u32) -> Self {
        Living(day_code << KINDS_BITS | kinds)
    }

    /// The day of the last event, or [`NO_DAY`](crate::day::NO_DAY).
    #[must_use]
    pub fn last(self) -> i32 {
        Event::day_of(self.0 >> KINDS_BITS)
    }

    /// How many kinds of events there were.
    #[must_use]
    pub fn kinds(self) -> u32 {
        self.0 & ((1 << KINDS_BITS) - 1)
    }

    /// Whether there was any event.
    #[must_use]
    pub fn is_seen(self) -> bool {
        self.kinds() > 0
    }
}

/// Events cut into partitions; eight bytes an event, since an event holds its own key.
#[derive(Debug)]
pub(super) struct EventSide {
    blocks: Vec<(Vec<u32>, Values<Event>)>,
}

impl EventSide {
    /// Cuts pieces: each by itself in memory, many of them together where they are laid down, so that a
    /// partition lies in few places of the disk.
    pub(super) fn new(engine: &Engine, bits: u32, mut pieces: Vec<Values<Event>>) -> Self {
        let Some(spill) = engine.spill() else {
            let blocks = engine.map_mut(&mut pieces, |_, piece| {
                let piece = std::mem::replace(piece, Values::Memory(Vec::new()));
                let (starts, events) = cut(bits, std::slice::from_ref(&piece));
                (starts, Values::Memory(events))
            });
            return EventSide { blocks };
        };
        // Three events take the place of the keys and rows that a block of a side may have.
        let events_max = spill.block_rows() * 3;
        let mut ends = Vec::new();
        let mut events = 0;
        for (at, piece) in pieces.iter().enumerate() {
            events += piece.len();
            if events >= events_max || at + 1 == pieces.len() {
                ends.push(at + 1);
                events = 0;
            }
        }
        let ledge = Ledge::new(Some(spill));
        let blocks = engine.map(ends.len(), |block| {
            let first = if block == 0 { 0 } else { ends[block - 1] };
            let (starts, events) = cut(bits, &pieces[first..ends[block]]);
            (starts, ledge.put(events))
        });
        let blocks = ledge.finish(|taker| {
            blocks.into_iter().map(|(starts, events)| (starts, taker.values(events))).collect()
        });
        EventSide { blocks }
    }

    /// What the events of a partition say of the keys that `slot_of` finds, of which there are `slots`.
    pub(super) fn seen(
        &self,
        partition: usize,
        slots: usize,
        slot_of: impl Fn(u64) -> Option<usize>,
    ) -> impl Iterator<Item = (usize, Living)> {
        let (mut days, mut kinds) = (vec![0u32; slots], vec![0u64; slots]);
        for (starts, events) in &self.blocks {
            for event in events.part(starts[partition] as usize..starts[partition + 1] as usize) {
                if let Some(slot) = slot_of(event.iin()) {
                    days[slot] = days[slot].max(event.day_code());
                    kinds[slot] |= event.kind_bit();
                }
            }
        }
        let seen = |(slot, (day, kinds)): (usize, (u32, u64))| {
            (kinds != 0).then(|| (slot, Living::new(day, kinds.count_ones())))
        };
        days.into_iter().zip(kinds).enumerate().filter_map(seen)
    }
}

/// A counting sort by the top bits of the keys.
fn cut(bits: u32, pieces: &[Values<Event>]) -> (Vec<u32>, Vec<Event>) {
    let partition_of =
        |event: &Event| if bits == 0 { 0 } else { (scramble(event.iin()) >> (64 - bits)) as usize };
    let mut starts = vec![0u32; (1 << bits) + 1];
    for piece in pieces {
        piece.all().iter().for_each(|event| starts[partition_of(event) + 1] += 1);
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let mut cut = vec![Event::NONE; *starts.last().expect("never empty") as usize];
    for event in pieces.iter().flat_map(Values::all) {
        let at = &mut next[partition_of(event)];
        cut[*at as usize] = *event;
        *at += 1;
    }
    (starts, cut)
}
