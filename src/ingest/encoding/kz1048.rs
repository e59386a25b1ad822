//! KZ-1048: the upper half of Kazakhstan's eight-bit code, STRK 1048-2002, as it maps to Unicode.
//!
//! Source: the mapping file KZ1048.TXT of the Unicode Consortium (MAPPINGS/VENDORS/MISC, registered with IANA as
//! `KZ-1048`), as Python's codec `kz1048` and glibc's `RK1048` carry it; the two were compared byte by byte and agree.
//! It is Windows-1251 but for sixteen letters: those of Serbian, Macedonian, Belarusian and Ukrainian made room
//! for the Kazakh ones. Byte 98 is not assigned; like Windows-1251 as browsers read it, we read it as U+0098.

/// The characters of bytes 80 to FF.
#[rustfmt::skip]
pub(super) const UPPER: [char; 128] = [
    // 80
    'Ђ', 'Ѓ', '‚', 'ѓ', '„', '…', '†', '‡', '€', '‰', 'Љ', '‹', 'Њ', 'Қ', 'Һ', 'Џ',
    // 90
    'ђ', '‘', '’', '“', '”', '•', '–', '—', '\u{98}', '™', 'љ', '›', 'њ', 'қ', 'һ', 'џ',
    // A0
    '\u{a0}', 'Ұ', 'ұ', 'Ә', '¤', 'Ө', '¦', '§', 'Ё', '©', 'Ғ', '«', '¬', '\u{ad}', '®', 'Ү',
    // B0
    '°', '±', 'І', 'і', 'ө', 'µ', '¶', '·', 'ё', '№', 'ғ', '»', 'ә', 'Ң', 'ң', 'ү',
    // C0
    'А', 'Б', 'В', 'Г', 'Д', 'Е', 'Ж', 'З', 'И', 'Й', 'К', 'Л', 'М', 'Н', 'О', 'П',
    // D0
    'Р', 'С', 'Т', 'У', 'Ф', 'Х', 'Ц', 'Ч', 'Ш', 'Щ', 'Ъ', 'Ы', 'Ь', 'Э', 'Ю', 'Я',
    // E0
    'а', 'б', 'в', 'г', 'д', 'е', 'ж', 'з', 'и', 'й', 'к', 'л', 'м', 'н', 'о', 'п',
    // F0
    'р', 'с', 'т', 'у', 'ф', 'х', 'ц', 'ч', 'ш', 'щ', 'ъ', 'ы', 'ь', 'э', 'ю', 'я',
];

/// The bytes that Windows-1251 reads as another letter, that letter, and ours.
#[rustfmt::skip]
pub(super) const DIFFERENT: [(u8, char, char); 16] = [
    (0x8d, 'Ќ', 'Қ'),
    (0x8e, 'Ћ', 'Һ'),
    (0x9d, 'ќ', 'қ'),
    (0x9e, 'ћ', 'һ'),
    (0xa1, 'Ў', 'Ұ'),
    (0xa2, 'ў', 'ұ'),
    (0xa3, 'Ј', 'Ә'),
    (0xa5, 'Ґ', 'Ө'),
    (0xaa, 'Є', 'Ғ'),
    (0xaf, 'Ї', 'Ү'),
    (0xb4, 'ґ', 'ө'),
    (0xba, 'є', 'ғ'),
    (0xbc, 'ј', 'ә'),
    (0xbd, 'Ѕ', 'Ң'),
    (0xbe, 'ѕ', 'ң'),
    (0xbf, 'ї', 'ү'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_windows_1251_but_for_sixteen_letters() {
        for byte in 0x80..=0xff {
            let (text, _) =
                encoding_rs::WINDOWS_1251.decode_without_bom_handling(std::slice::from_ref(&byte));
            let cyrillic = text.chars().next().expect("a byte is a character");
            let ours = UPPER[byte as usize - 0x80];
            match DIFFERENT.iter().find(|(different, ..)| *different == byte) {
                Some(&(_, theirs, kazakh)) => assert_eq!((cyrillic, ours), (theirs, kazakh), "{byte:x}"),
                None => assert_eq!(cyrillic, ours, "{byte:x}"),
            }
        }
    }

    #[test]
    fn the_nine_kazakh_letters_are_there_in_both_cases() {
        for letter in "ӘҒҚҢӨҰҮҺІәғқңөұүһі".chars() {
            assert_eq!(UPPER.iter().filter(|&&own| own == letter).count(), 1, "{letter}");
        }
    }
}
