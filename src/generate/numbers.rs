//! Numbers: check digits, machine-readable zones and document numbers of each country's shape.
//!
//! Written apart from `crate::validate` on purpose: a generator that shared its code with the checker
//! would agree with the checker's mistakes. Numbers of documents come from an ordinal through a
//! multiplication that is one-to-one modulo the size of the shape's space, so that uniqueness over ten
//! million people needs no set.

/// The twelfth digit of a number whose first eleven digits are given, or `None` where both passes
/// give ten; such numbers are never issued.
pub(super) fn iin_check_digit(prefix: u64) -> Option<u64> {
    let mut digits = [0u64; 11];
    let mut rest = prefix;
    for digit in digits.iter_mut().rev() {
        *digit = rest % 10;
        rest /= 10;
    }
    let pass = |weights: [u64; 11]| digits.iter().zip(weights).map(|(d, w)| d * w).sum::<u64>() % 11;
    match pass([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
        10 => match pass([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) {
            10 => None,
            digit => Some(digit),
        },
        digit => Some(digit),
    }
}

/// The shape of a country's document numbers: some letters, then digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// What the first letter may be; empty when the number has no letters.
    pub(super) first: &'static [u8],
    /// Whether a second letter follows.
    pub(super) second: bool,
    /// How many digits follow.
    pub(super) digits: u32,
}

/// Second letters: those without a Cyrillic double in handwriting, and some that have one.
const SECOND: &[u8; 20] = b"ABCDEFGHKLMNPRSTUVXZ";

impl Shape {
    const fn space(self) -> u64 {
        let first = if self.first.is_empty() { 1 } else { self.first.len() as u64 };
        let second = if self.second { SECOND.len() as u64 } else { 1 };
        first * second * 10u64.pow(self.digits)
    }

    /// The value of an ordinary number: nine tenths of the space, one-to-one.
    pub(super) fn ordinary(self, ordinal: u64) -> u64 {
        let space = self.space() / 10 * 9;
        // The factor is a prime above every prime factor of a space (2, 3, 5, 7, 11, 13 …).
        (u128::from(ordinal) * 4_294_967_291 % u128::from(space)) as u64
    }

    /// The value of a planted number: the last tenth of the space, in sequence, so that runs are runs.
    pub(super) fn planted(self, ordinal: u64) -> u64 {
        let space = self.space();
        space / 10 * 9 + ordinal % (space / 10)
    }

    /// Appends the number of a value.
    pub(super) fn write(self, value: u64, out: &mut Vec<u8>) {
        let tens = 10u64.pow(self.digits);
        let mut letters = (value / tens) as usize;
        if !self.first.is_empty() {
            if self.second {
                out.push(self.first[letters / SECOND.len() % self.first.len()]);
                letters %= SECOND.len();
                out.push(SECOND[letters]);
            } else {
                out.push(self.first[letters % self.first.len()]);
            }
        }
        write_digits(value % tens, self.digits as usize, out);
    }
}

/// Appends a number with leading zeros.
pub(super) fn write_digits(mut value: u64, width: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + width, b'0');
    for slot in out[start..].iter_mut().rev() {
        *slot = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

/// The 7-3-1 check digit of ICAO 9303.
pub(super) fn mrz_check_digit(text: &[u8]) -> u8 {
    mrz_sum(text, 0)
}

/// The check digit over text that starts at a given place of the 7-3-1 cycle.
fn mrz_sum(text: &[u8], from: usize) -> u8 {
    let sum: u32 = text
        .iter()
        .enumerate()
        .map(|(i, &byte)| {
            let value = match byte {
                b'0'..=b'9' => byte - b'0',
                b'A'..=b'Z' => byte - b'A' + 10,
                _ => 0,
            };
            u32::from(value) * [7, 3, 1][(i + from) % 3]
        })
        .sum();
    b'0' + (sum % 10) as u8
}

/// What a machine-readable zone says.
pub(super) struct Mrz<'a> {
    pub(super) issuer: &'a [u8],
    pub(super) nationality: &'a [u8],
    pub(super) surname: &'a [u8],
    pub(super) given_name: &'a [u8],
    pub(super) number: &'a [u8],
    /// YYMMDD.
    pub(super) birth: [u8; 6],
    /// YYMMDD.
    pub(super) expiry: [u8; 6],
    pub(super) sex: u8,
    /// The number of the person for the optional field; may be empty.
    pub(super) personal: &'a [u8],
}

impl Mrz<'_> {
    /// Appends the two lines of a passport, 88 characters without a break.
    pub(super) fn write_td3(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(b"P<");
        pad(self.issuer, 3, out);
        self.write_names(start + 44, out);
        let line = out.len();
        pad(self.number, 9, out);
        out.push(mrz_check_digit(&out[line..line + 9]));
        pad(self.nationality, 3, out);
        self.write_dates(out);
        let personal = out.len();
        pad(self.personal, 14, out);
        // An empty optional field may have `<` for its check digit; the digit 0 is as right.
        out.push(if self.personal.is_empty() { b'<' } else { mrz_check_digit(&out[personal..]) });
        let composite =
            [&out[line..line + 10], &out[line + 13..line + 20], &out[line + 21..line + 43]].concat();
        out.push(mrz_check_digit(&composite));
        assert_eq!(out.len() - start, 88);
    }

    /// Appends the three lines of an ID card, 90 characters without a break.
    pub(super) fn write_td1(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(b"I<");
        pad(self.issuer, 3, out);
        pad(self.number, 9, out);
        out.push(mrz_check_digit(&out[start + 5..start + 14]));
        pad(self.personal, 15, out);
        let line = out.len();
        self.write_dates(out);
        pad(self.nationality, 3, out);
        pad(b"", 11, out);
        let composite = [
            &out[start + 5..start + 30],
            &out[line..line + 7],
            &out[line + 8..line + 15],
            &out[line + 18..line + 29],
        ]
        .concat();
        out.push(mrz_check_digit(&composite));
        self.write_names(start + 90, out);
        assert_eq!(out.len() - start, 90);
    }

    fn write_dates(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.birth);
        out.push(mrz_check_digit(&self.birth));
        out.push(self.sex);
        out.extend_from_slice(&self.expiry);
        out.push(mrz_check_digit(&self.expiry));
    }

    /// Names until a given length of `out`: surname, two fillers, given names, fillers or a cut.
    fn write_names(&self, until: usize, out: &mut Vec<u8>) {
        let put = |text: &[u8], out: &mut Vec<u8>| {
            for &byte in text {
                match byte {
                    b'A'..=b'Z' => out.push(byte),
                    b' ' | b'-' => out.push(b'<'),
                    _ => {}
                }
            }
        };
        put(self.surname, out);
        if !self.given_name.is_empty() {
            out.extend_from_slice(b"<<");
            put(self.given_name, out);
        }
        out.resize(until, b'<');
    }
}

fn pad(text: &[u8], width: usize, out: &mut Vec<u8>) {
    let text = &text[..text.len().min(width)];
    out.extend_from_slice(text);
    out.resize(out.len() + width - text.len(), b'<');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_of_icao_examples() {
        assert_eq!(mrz_check_digit(b"520727"), b'3');
        assert_eq!(mrz_check_digit(b"AB2134<<<"), b'5');
        // The specimen of 9303-4, appendix B.
        let mut out = Vec::new();
        Mrz {
            issuer: b"UTO",
            nationality: b"UTO",
            surname: b"ERIKSSON",
            given_name: b"ANNA MARIA",
            number: b"L898902C3",
            birth: *b"740812",
            expiry: *b"120415",
            sex: b'F',
            personal: b"ZE184226B",
        }
        .write_td3(&mut out);
        let expected = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\
                        L898902C36UTO7408122F1204159ZE184226B<<<<<10";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        let mut out = Vec::new();
        Mrz {
            issuer: b"UTO",
            nationality: b"UTO",
            surname: b"ERIKSSON",
            given_name: b"ANNA MARIA",
            number: b"D23145890",
            birth: *b"740812",
            expiry: *b"120415",
            sex: b'F',
            personal: b"",
        }
        .write_td1(&mut out);
        let expected = "I<UTOD231458907<<<<<<<<<<<<<<<\
                        7408122F1204159UTO<<<<<<<<<<<6\
                        ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_number_in_the_second_pass_and_one_never_issued() {
        // Weights 1..11: 8·1 + 2·1 = 10 … found by search, checked by hand in the other order.
        let second = (0..1_000_000u64).filter(|&p| {
            let first: u64 = (1..=11u64).map(|i| p / 10u64.pow(11 - i as u32) % 10 * i).sum::<u64>() % 11;
            first == 10
        });
        let (mut passed, mut refused) = (0, 0);
        for prefix in second {
            match iin_check_digit(prefix) {
                Some(digit) => {
                    assert!(digit < 10);
                    passed += 1;
                }
                None => refused += 1,
            }
        }
        assert!(passed > 80_000 && refused > 7_000, "{passed} {refused}");
    }

    #[test]
    fn numbers_are_one_to_one() {
        let shape = Shape { first: b"EFGH", second: true, digits: 3 };
        let mut seen = std::collections::BTreeSet::new();
        for ordinal in 0..72_000 {
            let mut out = Vec::new();
            shape.write(shape.ordinary(ordinal), &mut out);
            assert_eq!(out.len(), 5);
            assert!(seen.insert(out));
        }
        for ordinal in 0..8_000 {
            let mut out = Vec::new();
            shape.write(shape.planted(ordinal), &mut out);
            assert!(seen.insert(out));
        }
    }
}
