//! Frequency: how common names, birth dates and states are in this very registry.
//!
//! In: an even sample of at most half a million registry rows. Out: for a name or a date the chance that a stranger
//! has it too. Counts stand in hashed tables of a megabyte: what shares a place counts as more common than it is, which
//! errs on the side of doubt.
//!
//! The law: integers are counted and divided once, so that the figures depend on the rows alone.

use super::rows::{RegistryRow, Table};
use crate::day::NO_DAY;
use crate::engine::Engine;
use crate::link::evidence;
use crate::normalise::hash::mix;
use crate::normalise::name::NameSketch;

/// Rows that are sampled at most.
const SAMPLE_ROWS: usize = 1 << 19;
/// Places of a table of counts, as bits.
const PLACE_BITS: u32 = 19;
/// Pairs of strangers whose dates are compared.
const PAIRS: u64 = 1 << 18;
/// First and last day that are told apart: 1850 and 2069.
const DAYS: std::ops::Range<i32> = -43_829..36_525;

/// Rows that what is usual stands in for, and how common a surname, a given name and a birth day are.
const USUAL_ROWS: f64 = 1000.0;
const USUAL_SURNAME: f64 = 3e-4;
const USUAL_GIVEN: f64 = 5e-3;
const USUAL_BIRTH: f64 = 4e-5;

/// How common things are.
#[derive(Debug)]
pub struct Frequencies {
    /// Rows that were sampled.
    rows: u64,
    surnames: Vec<u16>,
    given: Vec<u16>,
    both: Vec<u16>,
    births: Vec<u16>,
    /// How much likelier two strangers share surname and given name than if the two were drawn apart: names
    /// of a people go together.
    together: f64,
    /// The chance that two strangers are of one sex.
    pub(super) sex: f64,
    /// The chance that two strangers are of one state.
    pub(super) state: f64,
    /// The chance that the birth dates of two strangers are a slip apart.
    pub(super) slip: f64,
}

/// What is sampled of a row.
#[derive(Clone, Copy)]
struct Sampled {
    sketch: NameSketch,
    birth: i32,
    sex: u8,
    state: u16,
}

fn place(key: u64) -> usize {
    (mix(key) >> (64 - PLACE_BITS)) as usize
}

/// Counts one more; what is so common that it does not fit is common enough.
fn add(counts: &mut [u16], at: usize) {
    counts[at] = counts[at].saturating_add(1);
}

/// The chance that two of the counted are of one kind.
fn chance<T: Copy + Into<u64>>(counts: &[T]) -> f64 {
    let counts = || counts.iter().map(|&count| count.into());
    let total: u64 = counts().sum();
    let pairs: u64 = counts().map(|count| count * count.saturating_sub(1)).sum();
    if total < 2 { 0.0 } else { pairs as f64 / (total as f64 * (total - 1) as f64) }
}

impl Frequencies {
    /// Counts a sample of the registry.
    #[must_use]
    pub fn of(engine: &Engine, registry: &Table<RegistryRow>) -> Self {
        let step = registry.len().div_ceil(SAMPLE_ROWS).max(1);
        let sampled = engine.map(registry.rows.pieces(), |piece| {
            let (first, rows) = registry.rows.piece(piece);
            let skip = (step - first % step) % step;
            let of = |row: &RegistryRow| Sampled {
                sketch: row.sketch(),
                birth: row.birth,
                sex: row.sex,
                state: evidence::state(row.citizenship, row.country),
            };
            rows.iter().skip(skip).step_by(step).map(of).collect::<Vec<_>>()
        });
        Frequencies::count(&sampled.concat())
    }

    fn count(sampled: &[Sampled]) -> Self {
        let table = || vec![0u16; 1 << PLACE_BITS];
        let (mut surnames, mut given, mut both) = (table(), table(), table());
        let mut births = vec![0u16; DAYS.len()];
        let (mut sexes, mut states) = ([0u32; 4], vec![0u32; 1 << 16]);
        for row in sampled {
            let NameSketch { surname, given: name } = row.sketch;
            if surname != 0 {
                add(&mut surnames, place(surname.into()));
            }
            if name != 0 {
                add(&mut given, place(name.into()));
            }
            if row.sketch.both() != 0 {
                add(&mut both, place(row.sketch.both()));
            }
            if DAYS.contains(&row.birth) {
                add(&mut births, (row.birth - DAYS.start) as usize);
            }
            sexes[usize::from(row.sex & 3)] += u32::from(row.sex != 0);
            states[usize::from(row.state)] += u32::from(row.state != 0);
        }
        let rows = sampled.len() as u64;
        let by_chance = 1.0 / f64::from(1u32 << PLACE_BITS);
        let apart = chance(&surnames) * chance(&given);
        let together = if apart > 0.0 { (chance(&both) - by_chance).max(0.0) / apart } else { 1.0 };
        let mut frequencies = Frequencies {
            rows,
            surnames,
            given,
            both,
            births,
            together: together.clamp(1.0, 100.0),
            sex: chance(&sexes).max(0.5),
            // Who shares a name mostly shares a state as well, so that the state says little beside it.
            state: chance(&states).max(0.5),
            slip: 0.0,
        };
        frequencies.slip = slip(sampled);
        frequencies
    }

    /// A count as a share, on top of what is usual of anything of its sort in a thousand rows: in a file of ten rows a
    /// name is no tenth of the world.
    fn share(&self, count: u16, usual: f64) -> f64 {
        ((f64::from(count) + usual * USUAL_ROWS) / (self.rows as f64 + USUAL_ROWS)).min(1.0)
    }

    /// The chance that a stranger's surname sounds like this.
    #[must_use]
    pub fn surname(&self, sketch: u32) -> f64 {
        self.share(self.surnames[place(sketch.into())], USUAL_SURNAME)
    }

    /// The chance that a stranger's given name sounds like this.
    #[must_use]
    pub fn given(&self, sketch: u32) -> f64 {
        self.share(self.given[place(sketch.into())], USUAL_GIVEN)
    }

    /// The chance that a stranger's whole name sounds like this.
    #[must_use]
    pub fn both(&self, sketch: NameSketch) -> f64 {
        let apart = self.surname(sketch.surname) * self.given(sketch.given);
        let together = self.share(self.both[place(sketch.both())], USUAL_SURNAME * USUAL_GIVEN);
        (self.together * apart).max(together).min(1.0)
    }

    /// The chance that a stranger was born on a day.
    #[must_use]
    pub fn birth(&self, day: i32) -> f64 {
        let count = if DAYS.contains(&day) { self.births[(day - DAYS.start) as usize] } else { 0 };
        self.share(count, USUAL_BIRTH)
    }

    /// How much likelier strangers share surname and given name than if these were drawn apart.
    #[must_use]
    pub fn together(&self) -> f64 {
        self.together
    }
}

/// The chance that the birth dates of two strangers are a slip apart.
fn slip(sampled: &[Sampled]) -> f64 {
    let count = sampled.len() as u64;
    let (mut slips, mut pairs) = (0u32, 0u32);
    for pair in 0..PAIRS.min(count * 8) {
        let at = |side: u64| sampled[(mix(pair * 2 + side) % count) as usize].birth;
        let (left, right) = (at(0), at(1));
        if left != NO_DAY && right != NO_DAY && left != right {
            pairs += 1;
            slips += u32::from(evidence::is_slip(left, right));
        }
    }
    (f64::from(slips) + 3.0) / (f64::from(pairs) + 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(surname: u32, given: u32, birth: i32) -> Sampled {
        Sampled { sketch: NameSketch { surname, given }, birth, sex: 1, state: 2 }
    }

    #[test]
    fn what_is_common_is_likely_and_what_was_never_seen_is_not_impossible() {
        let rows: Vec<Sampled> = (0..100_000u32)
            .map(|n| row(if n < 10_000 { 7 } else { 1000 + n }, 1 + n % 10, (n % 50) as i32))
            .collect();
        let frequencies = Frequencies::count(&rows);
        assert!((frequencies.surname(7) - 0.1).abs() < 0.01);
        assert!((frequencies.given(3) - 0.1).abs() < 0.01);
        assert!((frequencies.birth(5) - 0.02).abs() < 0.002);
        assert!(frequencies.surname(999_999) > 0.0 && frequencies.surname(999_999) < 1e-4);
        let few = Frequencies::count(&rows[..10]);
        assert!(few.surname(7) < 0.02, "in a file of ten rows a name is no tenth of the world");
        assert!(frequencies.birth(NO_DAY) > 0.0 && frequencies.birth(i32::MAX) > 0.0);
    }

    #[test]
    fn names_that_go_together_make_whole_names_likelier() {
        // Two peoples, each with ten surnames and ten given names of its own.
        let rows: Vec<Sampled> = (0..40_000u32)
            .map(|n| {
                let people = n % 2 * 100;
                row(1 + people + n / 2 % 10, 1001 + people + n / 20 % 10, 0)
            })
            .collect();
        let frequencies = Frequencies::count(&rows);
        assert!((frequencies.together() - 2.0).abs() < 0.1, "{}", frequencies.together());
        let both = frequencies.both(NameSketch { surname: 1, given: 1001 });
        assert!((both - 0.005).abs() < 0.001, "{both}");
    }
}
