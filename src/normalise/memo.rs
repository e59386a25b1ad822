//! A memo of fixed size: a text's bytes in, the number worked out for them before out.
//!
//! Names and addresses repeat, and working out a key costs ten times a look at the last answer. A text has
//! two slots to live in; the older of two leaves for a third, so that two names that meet do not drive each
//! other out for a whole run. Memory is bounded and nothing is ever walked. Each worker owns its own.
//!
//! The law: the answer is the function's answer. Texts are told apart by the 64 bits of their hash alone: a
//! look-up that should miss finds a stranger once in 2^49, which is twice in a million runs of a billion
//! look-ups. No key reaches an output.

use super::hash::hash;

/// Slots of a memo: 512 KiB, so that it stays in a core's second-level cache.
pub const SLOTS: usize = 1 << 15;

/// Answers by text.
#[derive(Clone, Debug)]
pub struct Memo {
    /// Hash of a text and its answer; hash 0 marks an empty slot.
    slots: Box<[(u64, u64)]>,
}

impl Default for Memo {
    fn default() -> Memo {
        Memo { slots: vec![(0, 0); SLOTS].into_boxed_slice() }
    }
}

impl Memo {
    /// A memo that holds no slots, to leave in the place of one that was taken away.
    #[must_use]
    pub fn empty() -> Memo {
        Memo { slots: Box::default() }
    }

    /// The answer for a text: remembered, or worked out and remembered.
    #[inline]
    pub fn get(&mut self, text: &str, work_out: impl FnOnce(&str) -> u64) -> u64 {
        let tag = hash(text.as_bytes()).max(1);
        let at = (tag >> 40) as usize & (SLOTS - 2);
        let pair = &mut self.slots[at..at + 2];
        if pair[0].0 == tag {
            return pair[0].1;
        }
        if pair[1].0 != tag {
            pair[1] = (tag, work_out(text));
        }
        pair.swap(0, 1);
        pair[0].1
    }
}
