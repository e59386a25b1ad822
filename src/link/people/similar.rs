//! Likeness of two short texts: edits and Jaro-Winkler, one machine word wide, and what bounds them beforehand.
//!
//! In: texts as bytes of an alphabet of at most 256 letters. Out: a number of edits, or a likeness in 0..=1.
//! The law: both are those of the plain definitions, which stand in the tests; only the first 64 letters count.
//! Bits stand for the letters of the left text, so that a letter of the right one costs a dozen instructions.

/// Letters of a text that are looked at.
pub const LETTERS_MAX: usize = 64;

/// Where each letter stands in the left text; reused, since clearing 256 words costs more than a comparison.
#[derive(Debug)]
pub struct Matcher {
    places: [u64; 256],
}

impl Default for Matcher {
    fn default() -> Self {
        Matcher { places: [0; 256] }
    }
}

impl Matcher {
    fn with<T>(&mut self, left: &[u8], work: impl FnOnce(&[u64; 256]) -> T) -> T {
        for (at, &letter) in left.iter().enumerate() {
            self.places[letter as usize] |= 1 << at;
        }
        let result = work(&self.places);
        for &letter in left {
            self.places[letter as usize] = 0;
        }
        result
    }

    /// Edits between two texts, a swap of neighbours counting as one (optimal string alignment).
    pub fn edits(&mut self, left: &[u8], right: &[u8]) -> u32 {
        let (left, right) = (cut(left), cut(right));
        if left.is_empty() || right.is_empty() {
            return (left.len() + right.len()) as u32;
        }
        self.with(left, |places| edits(places, left.len(), right))
    }

    /// The Jaro-Winkler likeness: 1 for equal texts, 0 for texts without a common letter near.
    pub fn jaro_winkler(&mut self, left: &[u8], right: &[u8]) -> f32 {
        let (left, right) = (cut(left), cut(right));
        if left.is_empty() || right.is_empty() {
            return if left.len() == right.len() { 1.0 } else { 0.0 };
        }
        let jaro = self.with(left, |places| jaro(places, left, right));
        let prefix = left.iter().zip(right).take(4).take_while(|(a, b)| a == b).count();
        jaro + prefix as f32 * 0.1 * (1.0 - jaro)
    }
}

/// The letters of a text without their order: enough to see that two texts have little in common.
#[derive(Clone, Copy, Debug, Default)]
pub struct LetterSet {
    bits: u64,
    /// Neighbouring letters, one bit a class of pairs.
    pairs: u64,
    length: u8,
    repeated: u8,
    first: u8,
}

impl LetterSet {
    /// Reads it from end to end; what it returns means nothing.
    #[inline]
    #[must_use]
    pub fn touch(&self) -> u64 {
        self.bits ^ u64::from(self.length)
    }

    /// The letters of a text, as bytes of its field's alphabet.
    #[must_use]
    pub fn of(letters: &[u8]) -> Self {
        let letters = &letters[..letters.len().min(LETTERS_MAX)];
        let bits = letters.iter().fold(0u64, |bits, &letter| bits | 1 << (letter & 63));
        let length = letters.len() as u8;
        let pair = |pair: &[u8]| {
            let mixed = u32::from(pair[0]).wrapping_mul(0x9e37).wrapping_add(u32::from(pair[1]));
            (mixed.wrapping_mul(0x85) >> 5) & 63
        };
        let pairs = letters.windows(2).fold(0u64, |bits, two| bits | 1 << pair(two));
        let first = letters.first().copied().unwrap_or(0);
        LetterSet { bits, pairs, length, repeated: length - bits.count_ones() as u8, first }
    }

    /// Letters that two texts may have in common at most.
    #[inline]
    #[must_use]
    pub fn common_max(self, other: Self) -> u32 {
        let shared = (self.bits & other.bits).count_ones() + u32::from(self.repeated.min(other.repeated));
        shared.min(u32::from(self.length.min(other.length)))
    }

    /// Edits between two texts at least.
    #[inline]
    #[must_use]
    pub fn edits_min(self, other: Self) -> u32 {
        let letters = u32::from(self.length.max(other.length)) - self.common_max(other);
        // One edit breaks three pairs at most, when it swaps two letters.
        let broken = (self.pairs & !other.pairs).count_ones().max((other.pairs & !self.pairs).count_ones());
        letters.max(broken.div_ceil(3))
    }

    /// Whether the Jaro-Winkler likeness of two texts may reach 0.8.
    #[inline]
    #[must_use]
    pub fn may_be_alike(self, other: Self) -> bool {
        let common = self.common_max(other) as f32;
        let jaro = (common / f32::from(self.length) + common / f32::from(other.length) + 1.0) / 3.0;
        // The prefix adds four tenths of what is missing at most.
        common > 0.0 && jaro + 0.4 * (1.0 - jaro) >= 0.8
    }

    /// Whether one of two texts may stand in the other as it is.
    #[inline]
    #[must_use]
    pub fn may_hold(self, other: Self) -> bool {
        let least = self.length.min(other.length);
        least > 0 && self.common_max(other) >= u32::from(least)
    }

    /// How many letters it has, as far as they are looked at.
    #[inline]
    #[must_use]
    pub fn length(self) -> u8 {
        self.length
    }

    /// The first letter; 0 for none.
    #[inline]
    #[must_use]
    pub fn first(self) -> u8 {
        self.first
    }
}

fn cut(text: &[u8]) -> &[u8] {
    &text[..text.len().min(LETTERS_MAX)]
}

/// Hyyrö's bit vectors (2003), with the term for swaps of neighbours.
fn edits(places: &[u64; 256], length: usize, right: &[u8]) -> u32 {
    let last = 1u64 << (length - 1);
    let (mut up, mut down, mut zero, mut before) = (!0u64, 0u64, 0u64, 0u64);
    let mut distance = length as u32;
    for &letter in right {
        let here = places[letter as usize];
        let swap = ((!zero & here) << 1) & before;
        zero = ((here & up).wrapping_add(up) ^ up) | here | down | swap;
        let mut right_up = down | !(zero | up);
        let mut right_down = zero & up;
        distance += u32::from(right_up & last != 0);
        distance -= u32::from(right_down & last != 0);
        right_up = right_up << 1 | 1;
        right_down <<= 1;
        up = right_down | !(zero | right_up);
        down = right_up & zero;
        before = here;
    }
    distance
}

fn jaro(places: &[u64; 256], left: &[u8], right: &[u8]) -> f32 {
    let reach = (left.len().max(right.len()) / 2).saturating_sub(1);
    let all = if left.len() == 64 { !0 } else { (1u64 << left.len()) - 1 };
    let (mut taken_left, mut taken_right) = (0u64, 0u64);
    for (at, &letter) in right.iter().enumerate() {
        let from = at.saturating_sub(reach);
        if from >= 64 {
            break;
        }
        let width = at + reach - from + 1;
        let window = if width >= 64 { !0 } else { (1u64 << width) - 1 } << from;
        let free = places[letter as usize] & window & all & !taken_left;
        if free != 0 {
            taken_left |= free & free.wrapping_neg();
            taken_right |= 1 << at;
        }
    }
    let common = taken_left.count_ones();
    if common == 0 {
        return 0.0;
    }
    let (mut one, mut two, mut moved) = (taken_left, taken_right, 0u32);
    while one != 0 {
        moved += u32::from(left[one.trailing_zeros() as usize] != right[two.trailing_zeros() as usize]);
        one &= one - 1;
        two &= two - 1;
    }
    let common = common as f32;
    (common / left.len() as f32 + common / right.len() as f32 + (common - (moved / 2) as f32) / common) / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition: a table of all prefixes.
    fn plain_edits(a: &[u8], b: &[u8]) -> u32 {
        let mut table = vec![vec![0usize; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let change = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut best = change.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(table[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        table[a.len()][b.len()] as u32
    }

    fn plain_jaro_winkler(a: &[u8], b: &[u8]) -> f32 {
        let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
        let (mut in_a, mut in_b) = (vec![false; a.len()], vec![false; b.len()]);
        for j in 0..b.len() {
            for i in j.saturating_sub(reach)..(j + reach + 1).min(a.len()) {
                if !in_a[i] && a[i] == b[j] {
                    (in_a[i], in_b[j]) = (true, true);
                    break;
                }
            }
        }
        let taken = |text: &[u8], marks: &[bool]| -> Vec<u8> {
            text.iter().zip(marks).filter(|(_, m)| **m).map(|(c, _)| *c).collect()
        };
        let (x, y) = (taken(a, &in_a), taken(b, &in_b));
        if x.is_empty() {
            return if a.is_empty() && b.is_empty() { 1.0 } else { 0.0 };
        }
        let moved = x.iter().zip(&y).filter(|(p, q)| p != q).count() / 2;
        let m = x.len() as f32;
        let jaro = (m / a.len() as f32 + m / b.len() as f32 + (m - moved as f32) / m) / 3.0;
        let prefix = a.iter().zip(b).take(4).take_while(|(p, q)| p == q).count() as f32;
        jaro + prefix * 0.1 * (1.0 - jaro)
    }

    proptest! {
        #[test]
        fn bits_count_what_the_tables_count(a in "[a-d]{0,20}", b in "[a-d]{0,20}") {
            let mut matcher = Matcher::default();
            prop_assert_eq!(matcher.edits(a.as_bytes(), b.as_bytes()), plain_edits(a.as_bytes(), b.as_bytes()));
            let (got, want) = (
                matcher.jaro_winkler(a.as_bytes(), b.as_bytes()),
                plain_jaro_winkler(a.as_bytes(), b.as_bytes()),
            );
            prop_assert!((got - want).abs() < 1e-5, "{} {}", got, want);
        }
    }

    #[test]
    fn known_likenesses() {
        let mut matcher = Matcher::default();
        for (a, b, edits, likeness) in [
            ("martha", "marhta", 1, 0.961),
            ("dixon", "dicksonx", 4, 0.813),
            ("", "abc", 3, 0.0),
            ("jones", "jones", 0, 1.0),
        ] {
            assert_eq!(matcher.edits(a.as_bytes(), b.as_bytes()), edits, "{a} {b}");
            let got = matcher.jaro_winkler(a.as_bytes(), b.as_bytes());
            assert!((got - likeness).abs() < 1e-3, "{a} {b} {got}");
        }
        let long = [b'a'; 80];
        assert_eq!(matcher.edits(&long, &long[..70]), 0, "only 64 letters count");
    }
}
