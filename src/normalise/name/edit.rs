//! Edits: two folds in, how far one spelling is from the other out.
//!
//! Two measures. [`weighed`] prices an edit by what schemes and ears confuse: a vowel is cheap, a consonant
//! dear, the first letter dearer, and the -А that makes a woman's name of a man's is never cheap; what may be
//! spent grows with the logarithm of the length ([`budget`]), for four letters forgive nothing and sixteen
//! forgive two. [`plain`] counts edits alike.
//!
//! The law: symmetric, without allocation, and a `?` costs nothing against a letter that an export may have
//! lost there (Ә Ғ Қ Ң Ө Ұ Ү Һ, which fold to A H K N O U).

/// Longest text that is compared; the rest of a longer one is left out.
pub(super) const BYTES_MAX: usize = 64;

/// What may be spent on names of so many letters, in quarters of an edit: four for each doubling beyond four.
pub(super) fn budget(letters: usize) -> u8 {
    match letters {
        0..=4 => 0,
        5 => 1,
        6 => 2,
        7 => 3,
        8..=9 => 4,
        10..=11 => 5,
        12..=13 => 6,
        14..=15 => 7,
        _ => 8,
    }
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'A' | b'E' | b'I' | b'O' | b'U')
}

/// Whether a `?` may stand for a letter.
fn is_losable(byte: u8) -> bool {
    matches!(byte, b'?' | b'A' | b'H' | b'K' | b'N' | b'O' | b'U')
}

fn same(one: u8, two: u8) -> bool {
    one == two || (one == b'?' && is_losable(two)) || (two == b'?' && is_losable(one))
}

/// Price of one letter for another, in quarters.
fn exchange(one: u8, two: u8) -> u8 {
    if same(one, two) {
        return 0;
    }
    match (one.min(two), one.max(two)) {
        (b'E', b'I') | (b'O', b'U') | (b'A', b'E') | (b'A', b'O') => 2,
        (one, two) if is_vowel(one) && is_vowel(two) => 3,
        (b'B', b'P') | (b'D', b'T') | (b'S', b'Z') | (b'F', b'V') | (b'H', b'K') | (b'H', b'J') => 3,
        _ => 5,
    }
}

/// Price of a letter more or less, in quarters.
fn gap(byte: u8) -> u8 {
    match byte {
        b'?' => 0,
        byte if is_vowel(byte) => 2,
        b'H' => 3,
        _ => 4,
    }
}

/// What an edit of the first letter costs more.
const FIRST: u8 = 3;

/// What a last A more or less costs more: it parts Александр from Александра.
const LAST_A: u8 = 6;

/// Distance in quarters of an edit. `soft` says which letters of either side are an A that may be an E, and
/// `mild` that the two stand in schemes that part A and E at will.
pub(super) fn weighed(left: &[u8], right: &[u8], soft: [u64; 2], mild: bool) -> u8 {
    let last = |text: &[u8], at: usize| if at + 1 == text.len() && text[at] == b'A' { LAST_A } else { 0 };
    let first = |at: usize| if at == 0 { FIRST } else { 0 };
    let costs = Costs {
        exchange: |down, across| {
            let mut price = exchange(left[down], right[across]);
            if price > 0 && matches!((left[down], right[across]), (b'A', b'E') | (b'E', b'A')) {
                let is_soft = (left[down] == b'A' && soft[0] >> down & 1 == 1)
                    || (right[across] == b'A' && soft[1] >> across & 1 == 1);
                price = if is_soft { 0 } else { price - u8::from(mild) };
            }
            let ends = down + 1 == left.len() && across + 1 == right.len();
            let sexed = ends && (left[down] == b'A') != (right[across] == b'A');
            match price {
                0 => 0,
                _ if down == 0 && across == 0 => price + FIRST,
                _ if sexed => price + LAST_A,
                _ => price,
            }
        },
        drop_left: |at: usize| match gap(left[at]) {
            0 => 0,
            price => price + first(at) + last(left, at),
        },
        drop_right: |at: usize| match gap(right[at]) {
            0 => 0,
            price => price + first(at) + last(right, at),
        },
        swap: 4,
    };
    distance(left, right, &costs)
}

/// Edits: insertions, deletions, substitutions and swapped neighbours, each one.
pub(super) fn plain(left: &[u8], right: &[u8]) -> u8 {
    let costs = Costs {
        exchange: |down: usize, across: usize| u8::from(!same(left[down], right[across])),
        drop_left: |at: usize| u8::from(left[at] != b'?'),
        drop_right: |at: usize| u8::from(right[at] != b'?'),
        swap: 1,
    };
    distance(left, right, &costs)
}

struct Costs<E, L, R> {
    exchange: E,
    drop_left: L,
    drop_right: R,
    swap: u8,
}

/// The cheapest way from one text to the other: three rows of a table, as swaps look two rows back.
#[inline(always)]
fn distance<E, L, R>(left: &[u8], right: &[u8], costs: &Costs<E, L, R>) -> u8
where
    E: Fn(usize, usize) -> u8,
    L: Fn(usize) -> u8,
    R: Fn(usize) -> u8,
{
    const SIDE: usize = BYTES_MAX + 1;
    let (rows_left, rows_right) = (left.len().min(BYTES_MAX), right.len().min(BYTES_MAX));
    let mut rows = [[0u8; SIDE]; 3];
    for at in 0..rows_right {
        rows[0][at + 1] = rows[0][at].saturating_add((costs.drop_right)(at));
    }
    for down in 0..rows_left {
        let [before, above, row] = match down % 3 {
            0 => [2, 0, 1],
            1 => [0, 1, 2],
            _ => [1, 2, 0],
        };
        rows[row][0] = rows[above][0].saturating_add((costs.drop_left)(down));
        for across in 0..rows_right {
            let mut least = rows[above][across].saturating_add((costs.exchange)(down, across));
            least = least.min(rows[above][across + 1].saturating_add((costs.drop_left)(down)));
            least = least.min(rows[row][across].saturating_add((costs.drop_right)(across)));
            if down > 0 && across > 0 && left[down] == right[across - 1] && right[across] == left[down - 1] {
                least = least.min(rows[before][across - 1].saturating_add(costs.swap));
            }
            rows[row][across + 1] = least;
        }
    }
    rows[rows_left % 3][rows_right]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, by recursion.
    fn oracle(left: &[u8], right: &[u8]) -> u8 {
        let (Some((&one, left_rest)), Some((&two, right_rest))) = (left.split_last(), right.split_last())
        else {
            return left.iter().chain(right).filter(|&&byte| byte != b'?').count() as u8;
        };
        let mut least = oracle(left_rest, right_rest) + u8::from(!same(one, two));
        least = least.min(oracle(left_rest, right) + u8::from(one != b'?'));
        least = least.min(oracle(left, right_rest) + u8::from(two != b'?'));
        if left.len() > 1 && right.len() > 1 && one == right[right.len() - 2] && two == left[left.len() - 2] {
            least = least.min(oracle(&left[..left.len() - 2], &right[..right.len() - 2]) + 1);
        }
        least
    }

    #[test]
    fn plain_edits_are_those_of_the_definition() {
        let words = ["", "A", "AB", "BA", "?A", "ABA", "K?RA", "KARA", "AKRA", "HARI", "RAHI"];
        for left in words {
            for right in words {
                let (left, right) = (left.as_bytes(), right.as_bytes());
                assert_eq!(plain(left, right), oracle(left, right), "{left:?} {right:?}");
                assert_eq!(
                    weighed(left, right, [0; 2], false),
                    weighed(right, left, [0; 2], false),
                    "{left:?} {right:?}"
                );
            }
        }
    }

    #[test]
    fn prices_follow_what_is_confused() {
        for (left, right, price, why) in [
            ("KARIM", "KERIM", 2, "A and E"),
            ("ABDRAHMAN", "ABDURAHMAN", 2, "a vowel more"),
            ("OMAR", "UMAR", 5, "a vowel, but the first letter"),
            ("SERIK", "BERIK", 8, "a consonant, and the first letter"),
            ("ALEHANDR", "ALEHANDRA", 8, "a woman's name"),
            ("?LIBEK", "ALIBEK", 0, "a lost letter"),
            ("BAHTIJAN", "BAHITJAN", 4, "swapped, or a vowel out and in again"),
        ] {
            assert_eq!(
                weighed(left.as_bytes(), right.as_bytes(), [0; 2], false),
                price,
                "{left} {right}: {why}"
            );
        }
        assert_eq!(weighed(b"MAMADOV", b"MEMEDOV", [0b10, 0], true), 1);
        assert_eq!(weighed(b"MAMADOV", b"MAMEDOV", [0b1010, 0], false), 0);
        assert!((4..64).all(|letters| budget(letters) <= budget(letters + 1)));
    }
}
