//! The kernel in plain integer arithmetic: packed numbers in, problem bytes out, on any machine.
//!
//! Branch-free, so that a column of defects costs what a clean one costs. Digits stay in the word: a mask
//! gives the odd ones, a shift and a mask the even ones, and a multiplication by a constant adds three
//! weighted digits at a time.

use crate::batch::NO_IIN;
use crate::validate::iin::problem;

/// Days of each month, 28 for February; index 0 and 13-15 are no months.
const MONTH_DAYS: [u8; 16] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0];

pub(super) fn check_column(packed: &[u64], out: &mut [u8]) {
    for (&packed, out) in packed.iter().zip(out) {
        *out = check(packed);
    }
}

/// Adds three digits held in 16-bit lanes, the lowest times `low`, the highest times `high`: the product's
/// third lane collects exactly these, and no lane below it reaches 65,536.
#[inline]
fn weigh(lanes: u64, high: u64, middle: u64, low: u64) -> u64 {
    lanes.wrapping_mul(low << 32 | middle << 16 | high) >> 32 & 0xFFFF
}

#[inline]
fn check(packed: u64) -> u8 {
    const ALTERNATE: u64 = 0x0000_00FF_00FF_00FF;
    let odd = packed >> 4 & 0x0F0F_0F0F_0F0F;
    let even = packed & 0x0F0F_0F0F_0F0F;
    let digit_12 = even & 15;
    let sum = weigh(odd & ALTERNATE, 3, 7, 11)
        + weigh(odd >> 8 & ALTERNATE, 1, 5, 9)
        + weigh(even & ALTERNATE, 4, 8, 0)
        + weigh(even >> 8 & ALTERNATE, 2, 6, 10);
    // The weights of pass 2 are those of pass 1 plus 2, less 11 at places 10 and 11: modulo 11 the second
    // sum is the first plus twice the digit sum.
    let digit_sum = (odd + even).wrapping_mul(0x0101_0101_0101_0101) >> 56;
    let digit_sum = digit_sum - digit_12;
    let pass_1 = sum % 11;
    let pass_2 = (sum + 2 * digit_sum) % 11;
    let control = if pass_1 == 10 { pass_2 } else { pass_1 };
    let never = u8::from(control == 10);
    let wrong = u8::from((control != digit_12) & (control != 10));
    let mut found = (never * problem::NEVER_ISSUED) | (wrong * problem::CHECK_DIGIT);

    let pair = |low: u32| (packed >> (low + 4) & 15) * 10 + (packed >> low & 15);
    let (year, month, day) = (pair(40), pair(32), pair(24));
    let digit_7 = packed >> 20 & 15;
    let century_year = (year == 0) & (digit_7.wrapping_sub(1) < 4);
    let leap = (year & 3 == 0) & !century_year;
    let days = u64::from(MONTH_DAYS[month.min(15) as usize]) + u64::from(leap & (month == 2));
    let person = u8::from((packed >> 28 & 15).wrapping_sub(4) > 2);
    found |= person * u8::from(day.wrapping_sub(1) >= days) * problem::BIRTH_DATE;
    found |= person * u8::from(digit_7 > 6) * problem::CENTURY;
    found |= (1 - person) * problem::IS_BIN;
    found * u8::from(packed != NO_IIN)
}
