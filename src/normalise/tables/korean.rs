//! Written by `scripts/gen-tables` from `data/korean.csv`; change the data, not this file.

/// Consonants that open a syllable.
#[rustfmt::skip]
pub(crate) static INITIALS: [(&str, u8); 61] = [
    ("DZH", b'J'), ("TCH", b'J'), ("BB", b'P'), ("CH", b'J'), ("CZ", b'J'), ("DD", b'T'), ("DJ", b'J'),
    ("GG", b'K'), ("JJ", b'J'), ("KH", b'H'), ("KK", b'K'), ("PP", b'P'), ("RH", b'R'), ("SH", b'S'),
    ("SS", b'S'), ("TJ", b'J'), ("TT", b'T'), ("ZH", b'J'), ("ДЖ", b'J'), ("КК", b'K'), ("КХ", b'K'),
    ("ПП", b'P'), ("ПХ", b'P'), ("СС", b'S'), ("ТТ", b'T'), ("ТХ", b'T'), ("ЧЖ", b'J'), ("ЧХ", b'J'),
    ("ЧЧ", b'J'), ("B", b'P'), ("D", b'T'), ("F", b'P'), ("G", b'K'), ("H", b'H'), ("J", b'J'),
    ("K", b'K'), ("L", b'R'), ("M", b'M'), ("N", b'N'), ("P", b'P'), ("Q", b'K'), ("R", b'R'),
    ("S", b'S'), ("T", b'T'), ("Б", b'P'), ("Г", b'K'), ("Д", b'T'), ("Ж", b'J'), ("К", b'K'),
    ("Л", b'R'), ("М", b'M'), ("Н", b'N'), ("П", b'P'), ("Р", b'R'), ("С", b'S'), ("Т", b'T'),
    ("Х", b'H'), ("Ц", b'J'), ("Ч", b'J'), ("Ш", b'S'), ("Щ", b'S'),
];

/// Vowels.
#[rustfmt::skip]
pub(crate) static VOWELS: [(&str, u8); 103] = [
    ("YEOH", b'd'), ("EOH", b'o'), ("EUI", b'i'), ("OEY", b'm'), ("UAE", b'm'), ("WAE", b'm'),
    ("WAH", b'k'), ("WAI", b'm'), ("WEE", b'n'), ("WEO", b'l'), ("WOO", b'u'), ("YAE", b'e'),
    ("YAH", b'b'), ("YEA", b'e'), ("YEO", b'd'), ("YER", b'd'), ("YOO", b'f'), ("YOU", b'd'),
    ("YUH", b'f'), ("ВАЙ", b'm'), ("AE", b'e'), ("AH", b'a'), ("AI", b'e'), ("AR", b'a'), ("AU", b'o'),
    ("AY", b'e'), ("EE", b'i'), ("EH", b'e'), ("EI", b'e'), ("EO", b'o'), ("EU", b'g'), ("EY", b'e'),
    ("IA", b'b'), ("IE", b'i'), ("IO", b'd'), ("IU", b'f'), ("OA", b'k'), ("OE", b'm'), ("OH", b'o'),
    ("OI", b'm'), ("OO", b'u'), ("OU", b'u'), ("OY", b'm'), ("UH", b'o'), ("UI", b'i'), ("UR", b'o'),
    ("WA", b'k'), ("WE", b'm'), ("WI", b'n'), ("WO", b'l'), ("WU", b'u'), ("WŎ", b'l'), ("YA", b'b'),
    ("YE", b'e'), ("YI", b'i'), ("YO", b'd'), ("YU", b'f'), ("YŎ", b'd'), ("ŬI", b'i'), ("АИ", b'e'),
    ("АЙ", b'e'), ("АЭ", b'e'), ("ВА", b'k'), ("ВЕ", b'm'), ("ВИ", b'n'), ("ВО", b'l'), ("ВУ", b'u'),
    ("ВЭ", b'm'), ("ИА", b'b'), ("ИЕ", b'e'), ("ИЙ", b'i'), ("ИО", b'd'), ("ЙА", b'b'), ("ЙЕ", b'e'),
    ("ЙО", b'd'), ("ЙУ", b'f'), ("ЙЭ", b'e'), ("ОЕ", b'm'), ("ОЙ", b'm'), ("ОЭ", b'm'), ("УИ", b'n'),
    ("ЫИ", b'i'), ("ЫЙ", b'i'), ("ЬО", b'd'), ("ЭЙ", b'e'), ("A", b'a'), ("E", b'e'), ("I", b'i'),
    ("O", b'o'), ("U", b'u'), ("Y", b'i'), ("Ŏ", b'o'), ("Ŭ", b'g'), ("Ё", b'd'), ("А", b'a'),
    ("Е", b'e'), ("И", b'i'), ("О", b'o'), ("У", b'u'), ("Ы", b'g'), ("Э", b'e'), ("Ю", b'f'),
    ("Я", b'b'),
];

/// Consonants that close a syllable.
#[rustfmt::skip]
pub(crate) static FINALS: [(&str, u8); 32] = [
    ("CK", b'K'), ("GK", b'K'), ("NG", b'N'), ("RK", b'K'), ("ЛЬ", b'R'), ("НГ", b'N'), ("НЪ", b'N'),
    ("НЬ", b'N'), ("B", b'P'), ("C", b'K'), ("D", b'T'), ("G", b'K'), ("K", b'K'), ("L", b'R'),
    ("M", b'M'), ("N", b'N'), ("P", b'P'), ("Q", b'K'), ("R", b'R'), ("S", b'T'), ("T", b'T'),
    ("Б", b'P'), ("Г", b'K'), ("Д", b'T'), ("К", b'K'), ("Л", b'R'), ("М", b'M'), ("Н", b'N'),
    ("П", b'P'), ("Р", b'R'), ("С", b'T'), ("Т", b'T'),
];

/// Second sounds of vowels whose spelling has two.
#[rustfmt::skip]
pub(crate) static UNSURE: [(&str, u8); 3] = [
    ("YU", b'y'), ("U", b'x'), ("Е", b'z'),
];

/// Common surnames.
#[rustfmt::skip]
pub(crate) static SURNAMES: [&str; 245] = [
    "AHN", "AN", "BAE", "BAEK", "BAK", "BAN", "BANG", "BOK", "BONG", "BYEON", "BYUN", "CHA", "CHAE",
    "CHANG", "CHEON", "CHI", "CHIN", "CHO", "CHOE", "CHOI", "CHON", "CHONG", "CHOO", "CHU", "CHUN",
    "CHUNG", "CHWE", "DO", "DU", "EO", "EOM", "EUN", "GANG", "GEUM", "GIL", "GIM", "GO", "GONG", "GU",
    "GUK", "GWAK", "GWON", "HA", "HAM", "HAN", "HEO", "HO", "HONG", "HUH", "HUR", "HWANG", "HYEON",
    "HYUN", "HYUNG", "IM", "IN", "JANG", "JE", "JEON", "JEONG", "JI", "JIN", "JO", "JONG", "JOO", "JU",
    "JUN", "JUNG", "KANG", "KI", "KIL", "KIM", "KO", "KOH", "KONG", "KOO", "KOOK", "KU", "KUM", "KWAK",
    "KWON", "LA", "LEE", "LIM", "MA", "MAENG", "MIN", "MOK", "MOON", "MUN", "MYEONG", "MYUNG", "NA",
    "NAM", "NO", "NOH", "O", "OH", "OK", "PAE", "PAEK", "PAIK", "PAK", "PAN", "PANG", "PARK", "PI",
    "PYEON", "PYO", "RA", "RHEE", "RI", "RIM", "ROH", "RYU", "SEO", "SEOK", "SEOL", "SEON", "SEONG",
    "SHIM", "SHIN", "SIM", "SIN", "SO", "SOHN", "SOK", "SOL", "SON", "SONG", "SUH", "SUK", "SUN", "SUNG",
    "TAE", "TAK", "TO", "U", "UM", "WANG", "WEON", "WI", "WON", "WOO", "WU", "YANG", "YEO", "YEOM", "YI",
    "YONG", "YOO", "YOON", "YOU", "YU", "YUK", "YUM", "YUN", "Ё", "ЁМ", "АН", "БЁН", "БАН", "БЭ", "БЭК",
    "БЮН", "ВИ", "ВОН", "ВУ", "ГИЛ", "ГО", "ГОН", "ДО", "И", "ИМ", "ЙО", "ЙОМ", "КАН", "КВАК", "КВОН",
    "КИ", "КИЛЬ", "КИМ", "КО", "КОН", "КУ", "ЛИ", "ЛИМ", "ЛЮ", "МЁН", "МА", "МИН", "МУН", "НА", "НАМ",
    "НИ", "НО", "О", "ОК", "ОМ", "ПЁН", "ПАК", "ПАН", "ПОН", "ПХЁ", "ПЭ", "ПЭК", "РЮ", "СИМ", "СИН",
    "СО", "СОК", "СОЛ", "СОЛЬ", "СОН", "ТО", "ТХЭ", "У", "ХЁН", "ХА", "ХАМ", "ХАН", "ХВАН", "ХО", "ХОН",
    "ЦОЙ", "ЧА", "ЧАН", "ЧВЕ", "ЧИ", "ЧИН", "ЧО", "ЧОЙ", "ЧОН", "ЧУ", "ЧХА", "ЧХВЕ", "ЧХОН", "ЧХУ",
    "ЧХЭ", "ШИМ", "ШИН", "ЫН", "Ю", "ЮН", "ЯН",
];
