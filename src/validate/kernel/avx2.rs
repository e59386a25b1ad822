//! The kernel for AVX2: sixteen packed numbers in, sixteen problem bytes out, without a branch.
//!
//! Four vectors of four numbers are turned into three planes of sixteen 16-bit lanes: YYMM, DDxs and ssss,
//! where each lane holds four BCD digits of one number. After this transposition (eleven shuffles) every step
//! of the definition costs one instruction for sixteen numbers. The neighbour that was rejected keeps each
//! number in its own 64 bits: no transposition, but four times the arithmetic.
//!
//! What pays for this file: 0.76 ns a number (10.5 GB/s) against 8 in the portable kernel and 14 by the
//! definition, on one core of a 2023 Xeon with the column in cache. A copy of the same bytes is 2.7 times as
//! fast while they fit the second-level cache; beyond the caches memory is the limit of both.
//! `benches/iin_kernel.rs` measures all four in one run.
#![allow(unsafe_code, reason = "vector loads and stores; the kernel is the product's inner loop")]

use std::arch::x86_64::*;

use crate::batch::NO_IIN;
use crate::validate::iin::problem;

/// Numbers a step of the loop.
const BLOCK: usize = 16;
/// How far ahead of the loop memory is asked for.
const AHEAD_BYTES: usize = 2048;

/// Writes the problems of each number.
///
/// # Panics
/// When the machine has no AVX2, or the slices differ in length.
pub(super) fn check_column(packed: &[u64], out: &mut [u8]) {
    assert!(std::is_x86_feature_detected!("avx2"));
    assert_eq!(packed.len(), out.len());
    // SAFETY: the machine has AVX2, asserted above; the callee asks for nothing else.
    unsafe { check_blocks(packed, out) }
}

#[target_feature(enable = "avx2")]
fn check_blocks(packed: &[u64], out: &mut [u8]) {
    let (blocks, rest) = packed.as_chunks::<BLOCK>();
    let (out_blocks, out_rest) = out.as_chunks_mut::<BLOCK>();
    for (block, out) in blocks.iter().zip(out_blocks) {
        check_block(block, out);
    }
    if !rest.is_empty() {
        // The last few take the same road, in a block filled up with absent numbers.
        let mut block = [NO_IIN; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        let mut found = [0; BLOCK];
        check_block(&block, &mut found);
        out_rest.copy_from_slice(&found[..rest.len()]);
    }
}

/// Bytes repeated in both halves of a vector, as byte shuffles want their tables.
#[target_feature(enable = "avx2")]
#[inline]
fn table(bytes: [i8; 16]) -> __m256i {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = bytes;
    _mm256_broadcastsi128_si256(_mm_setr_epi8(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p))
}

/// Weights of four digits of a lane as the pairs that `maddubs` takes: `(odd places, even places)`.
#[target_feature(enable = "avx2")]
#[inline]
fn weigh(odd: __m256i, even: __m256i, weights: [i16; 4]) -> __m256i {
    // The first two digits stand in a lane's high byte.
    let [first, second, third, fourth] = weights;
    _mm256_add_epi16(
        _mm256_maddubs_epi16(odd, _mm256_set1_epi16(first << 8 | third)),
        _mm256_maddubs_epi16(even, _mm256_set1_epi16(second << 8 | fourth)),
    )
}

/// Each 16-bit lane modulo 11, for lanes up to 792 (tested whole).
#[target_feature(enable = "avx2")]
#[inline]
fn modulo_11(sum: __m256i) -> __m256i {
    // 5958 is 65536 / 11 rounded up.
    let quotient = _mm256_mulhi_epu16(sum, _mm256_set1_epi16(5958));
    _mm256_sub_epi16(sum, _mm256_mullo_epi16(quotient, _mm256_set1_epi16(11)))
}

#[target_feature(enable = "avx2")]
#[inline]
fn check_block(block: &[u64; BLOCK], out: &mut [u8; BLOCK]) {
    let source = block.as_ptr().cast::<__m256i>();
    // The loop does so much work a line that the look-ahead of the core itself reaches only a few lines; hints
    // ahead of it keep memory busy. A hint beyond the column is harmless: it is no access.
    _mm_prefetch::<_MM_HINT_T0>(source.wrapping_byte_add(AHEAD_BYTES).cast());
    _mm_prefetch::<_MM_HINT_T0>(source.wrapping_byte_add(AHEAD_BYTES + 64).cast());
    // SAFETY: the array has 128 bytes, so four unaligned loads of 32 bytes stay inside it.
    let rows = unsafe {
        [
            _mm256_loadu_si256(source),
            _mm256_loadu_si256(source.add(1)),
            _mm256_loadu_si256(source.add(2)),
            _mm256_loadu_si256(source.add(3)),
        ]
    };

    // Transposition. Within each half, two numbers of words a0 a1 a2 and b0 b1 b2 become a0 b0 a1 b1 a2 b2.
    let pairs = table([0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, -1, -1, -1, -1]);
    let rows = rows.map(|row| _mm256_shuffle_epi8(row, pairs));
    let low_a = _mm256_unpacklo_epi32(rows[0], rows[1]);
    let low_b = _mm256_unpacklo_epi32(rows[2], rows[3]);
    let high_a = _mm256_unpackhi_epi32(rows[0], rows[1]);
    let high_b = _mm256_unpackhi_epi32(rows[2], rows[3]);
    let tail = _mm256_unpacklo_epi64(low_a, low_b); // digits 9-12
    let middle = _mm256_unpackhi_epi64(low_a, low_b); // digits 5-8
    let head = _mm256_unpacklo_epi64(high_a, high_b); // digits 1-4

    let nibbles = _mm256_set1_epi8(15);
    let odd = |plane| _mm256_and_si256(_mm256_srli_epi16::<4>(plane), nibbles);
    let even = |plane| _mm256_and_si256(plane, nibbles);
    let (head_odd, head_even) = (odd(head), even(head));
    let (middle_odd, middle_even) = (odd(middle), even(middle));
    let (tail_odd, tail_even) = (odd(tail), even(tail));

    // The check digit. Pass 2 weighs each digit 2 more than pass 1, less 11 at places 10 and 11: modulo 11
    // its sum is the first one plus twice the digit sum.
    let sum = _mm256_add_epi16(
        weigh(head_odd, head_even, [1, 2, 3, 4]),
        _mm256_add_epi16(
            weigh(middle_odd, middle_even, [5, 6, 7, 8]),
            weigh(tail_odd, tail_even, [9, 10, 11, 0]),
        ),
    );
    let digit_12 = _mm256_and_si256(tail_even, _mm256_set1_epi16(15));
    let digits = _mm256_add_epi8(
        _mm256_add_epi8(_mm256_add_epi8(head_odd, head_even), _mm256_add_epi8(middle_odd, middle_even)),
        _mm256_add_epi8(tail_odd, _mm256_sub_epi8(tail_even, digit_12)),
    );
    let ten = _mm256_set1_epi16(10);
    let again = _mm256_cmpeq_epi16(modulo_11(sum), ten);
    // A blend of both passes would cost three micro-operations; a masked addend costs one.
    let addend = _mm256_and_si256(_mm256_maddubs_epi16(digits, _mm256_set1_epi8(2)), again);
    let control = modulo_11(_mm256_add_epi16(sum, addend));
    let right = _mm256_cmpeq_epi16(control, digit_12);
    // A true comparison is -1, so that 1 less it is 2, the bit of a number that is never issued.
    const { assert!(problem::CHECK_DIGIT == 1 && problem::NEVER_ISSUED == 2) };
    let never = _mm256_cmpeq_epi16(control, ten);
    let check = _mm256_andnot_si256(right, _mm256_sub_epi16(_mm256_set1_epi16(1), never));

    // Digits 5 and 7 by one table, digit 5 in a lane's high byte and digit 7 in its low one. As digit 5: the
    // sign bit for 4, 5 and 6. As digit 7: the problem of 7, 8 and 9, and bit 0 for the two centuries whose
    // year 00 was no leap year (1800, 1900).
    const BIN: i8 = i8::MIN;
    const FREE: i8 = problem::CENTURY as i8;
    let says = table([0, 1, 1, 1, 1 | BIN, BIN, BIN, FREE, FREE, FREE, 0, 0, 0, 0, 0, 0]);
    let says = _mm256_shuffle_epi8(says, middle_odd);
    let is_bin = _mm256_srai_epi16::<15>(says);

    // The birth date. A BCD byte less six times its tens is the plain number: year high, month low.
    let year_month = _mm256_sub_epi8(head, _mm256_mullo_epi16(head_odd, _mm256_set1_epi16(6)));
    // Days stay BCD in the high byte, where the day stands: order is all that matters. Months 13-99 meet one
    // of the last three places, and index 0 keeps the low bytes 0.
    let month_days =
        table([0, 0x31, 0x28, 0x31, 0x30, 0x31, 0x30, 0x31, 0x31, 0x30, 0x31, 0x30, 0x31, 0, 0, 0]);
    let month = _mm256_min_epu8(_mm256_slli_epi16::<8>(year_month), _mm256_set1_epi8(15));
    let days = _mm256_shuffle_epi8(month_days, month);
    // February of a fourth year has one more, unless the year is 00 of a century that says otherwise.
    let february = _mm256_set1_epi16(2);
    let fourth = _mm256_cmpeq_epi16(_mm256_and_si256(year_month, _mm256_set1_epi16(0x03FF)), february);
    let first = _mm256_cmpeq_epi16(year_month, february);
    let common = _mm256_and_si256(first, _mm256_slli_epi16::<8>(says));
    let one_more = _mm256_andnot_si256(common, _mm256_and_si256(fourth, _mm256_set1_epi16(0x0100)));
    let days = _mm256_add_epi16(days, one_more);
    // Day - 1 < days, without sign: day 0 becomes the largest, and the serial below it decides nothing.
    let before = _mm256_sub_epi16(middle, _mm256_set1_epi16(0x0100));
    let bad_day = _mm256_cmpeq_epi16(_mm256_subs_epu16(days, before), _mm256_setzero_si256());
    let person = _mm256_or_si256(
        _mm256_and_si256(bad_day, _mm256_set1_epi16(problem::BIRTH_DATE.into())),
        _mm256_and_si256(says, _mm256_set1_epi16(problem::CENTURY.into())),
    );
    let kind = _mm256_or_si256(
        _mm256_andnot_si256(is_bin, person),
        _mm256_and_si256(is_bin, _mm256_set1_epi16(problem::IS_BIN.into())),
    );
    // No digit is 15, so one plane is enough to know an absent number.
    let absent = _mm256_cmpeq_epi16(tail, _mm256_set1_epi16(-1));
    let found = _mm256_andnot_si256(absent, _mm256_or_si256(check, kind));

    // The halves hold numbers 0 1 4 5 8 9 12 13 and 2 3 6 7 10 11 14 15: narrowed to bytes and interleaved by
    // twos they stand in order again.
    let found = _mm256_packus_epi16(found, found);
    let found = _mm_unpacklo_epi16(_mm256_castsi256_si128(found), _mm256_extracti128_si256::<1>(found));
    // SAFETY: the array has the 16 bytes of one unaligned store.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), found) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_multiplication_divides_every_sum_by_eleven() {
        for sum in 0..=792u32 {
            assert_eq!((sum * 5958) >> 16, sum / 11);
        }
    }
}
