//! A short hash for short texts: raw bytes in, 64 bits out.
//!
//! Names, numbers and addresses are hashed some dozen times a record, nearly all of them under 64 bytes, so
//! set-up cost matters more than throughput. Folded multiplication (the high half of a 128-bit product,
//! XORed into the low half) mixes 16 bytes in one multiplication; ends overlap instead of being padded.
//!
//! The law: the same bytes give the same hash on every machine and in every run. No hash reaches an output,
//! and nothing here resists an opponent who picks the texts.

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const LEFT: u64 = 0xa076_1d64_78bd_642f;
const RIGHT: u64 = 0xe703_7ed1_a0b4_28db;

#[inline]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    product as u64 ^ (product >> 64) as u64
}

#[inline]
fn word(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[inline]
fn half(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")))
}

/// Hash of a text's bytes.
#[inline]
#[must_use]
pub fn hash(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    let mut state = SEED ^ len as u64;
    let (head, tail) = match len {
        0 => (0, 0),
        1..=3 => (u64::from(bytes[0]) << 16 | u64::from(bytes[len / 2]) << 8 | u64::from(bytes[len - 1]), 0),
        4..=8 => (half(bytes, 0), half(bytes, len - 4)),
        9..=16 => (word(bytes, 0), word(bytes, len - 8)),
        _ => {
            let mut at = 0;
            while at + 16 < len {
                state = fold(word(bytes, at) ^ LEFT, word(bytes, at + 8) ^ state);
                at += 16;
            }
            (word(bytes, len - 16), word(bytes, len - 8))
        }
    };
    fold(fold(head ^ LEFT, tail ^ state) ^ RIGHT, len as u64 ^ SEED)
}

/// Mixes one number, so that sums of mixed numbers do not cancel.
#[inline]
#[must_use]
pub fn mix(value: u64) -> u64 {
    fold(value ^ LEFT, value.rotate_left(32) ^ RIGHT)
}

/// Mixes two numbers, in this order.
#[inline]
#[must_use]
pub fn mix_pair(first: u64, second: u64) -> u64 {
    mix(mix(first) ^ second)
}

/// Mixes one number one to one (the finaliser of SplitMix64): equal results are equal numbers, and 0 stays 0.
#[inline]
#[must_use]
pub fn scramble(value: u64) -> u64 {
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_and_every_byte_matters() {
        let text: Vec<u8> = (0..80).collect();
        let mut seen = std::collections::HashSet::new();
        for len in 0..text.len() {
            assert!(seen.insert(hash(&text[..len])), "length {len}");
            for at in 0..len {
                let mut other = text[..len].to_vec();
                other[at] ^= 0x80;
                assert!(seen.insert(hash(&other)), "length {len}, byte {at}");
            }
        }
    }

    #[test]
    fn one_flipped_bit_flips_about_half_of_the_hash() {
        let text = *b"ALEXANDROVICH-1234567890";
        for len in [1usize, 3, 4, 8, 9, 16, 17, 24] {
            let mut flipped = 0;
            for bit in 0..len * 8 {
                let mut other = text;
                other[bit / 8] ^= 1 << (bit % 8);
                flipped += (hash(&text[..len]) ^ hash(&other[..len])).count_ones() as usize;
            }
            let mean = flipped as f64 / (len * 8) as f64;
            assert!((26.0..38.0).contains(&mean), "{len} bytes: {mean} bits");
        }
    }

    #[test]
    fn the_hash_is_fixed_for_ever() {
        assert_eq!(hash(b"IVANOV"), hash("IVANOV".as_bytes()));
        assert_ne!(hash(b""), hash(b"\0"));
    }
}
