//! The portable kernel: eight bytes at a time in a 64-bit register.

use super::{BLOCK, Masks};

/// Bit i: byte i of the block equals `byte`.
#[inline(always)]
fn equal(block: &[u8; BLOCK], byte: u8) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let needle = u64::from_ne_bytes([byte; 8]);
    block.chunks_exact(8).enumerate().fold(0, |mask, (i, eight)| {
        let difference = u64::from_le_bytes(eight.try_into().expect("eight bytes")) ^ needle;
        // The high bit of each byte that is zero, without borrows between bytes.
        let zero = !(((difference & LOW) + LOW) | difference | LOW);
        // Gathers the eight high bits into the top byte.
        let bits = (zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask | bits << (8 * i)
    })
}

#[inline(always)]
pub(super) fn classify(block: &[u8; BLOCK], delimiter: u8) -> Masks {
    Masks { delimiter: equal(block, delimiter), newline: equal(block, b'\n'), quote: equal(block, b'"') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        for byte in 0..=255u8 {
            for place in 0..BLOCK {
                let mut block = [b'a'; BLOCK];
                block[place] = byte;
                let expected = if byte == b'a' { u64::MAX } else { !(1 << place) };
                assert_eq!(equal(&block, b'a'), expected);
                let expected = if byte == b'a' { 0 } else { 1 << place };
                assert_eq!(
                    equal(&block, byte) & (1 << place),
                    if byte == b'a' { 1 << place } else { expected }
                );
            }
        }
    }
}
