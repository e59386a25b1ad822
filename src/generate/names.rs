//! Names: tables of common names per country, in both scripts, spelled by several schemes.
//!
//! In: `data/generate/names_*.csv`, our own tables of common given names, surnames and suffixes; no real
//! person is behind any combination. Out: [`Table`]s whose entries are spelled beforehand in every way
//! that a file may need, so that writing a row copies bytes and spells nothing.
//!
//! Surnames of most tables grow from given names and suffixes (Нұрлан + ов), some given names from two
//! halves (Нұр + бек). Frequencies fall with the rank, as they do among people.

use std::sync::OnceLock;

/// How Cyrillic becomes Latin in a document of its time and country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Scheme {
    /// ICAO 9303, Russia since 2014: IULIIA.
    Icao,
    /// The Russian ministry's order before: YULIYA.
    Mvd,
    /// What the country itself prints: JAMSHID, OLEKSANDR.
    National,
    /// Soviet passports and some early ones: CH for Ш, OU for У.
    French,
}

/// Number of schemes.
const SCHEMES: usize = 4;

/// One form of a name, spelled in every way.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    /// Capital Cyrillic letters.
    pub(super) cyrillic: String,
    /// With Kazakh letters reduced to Russian ones.
    pub(super) reduced: String,
    /// With `?` for Kazakh letters that windows-1251 lacks.
    pub(super) lost: String,
    latin: [String; SCHEMES],
}

impl Spelled {
    /// The Latin spelling of a scheme.
    pub(super) fn latin(&self, scheme: Scheme) -> &str {
        &self.latin[scheme as usize]
    }
}

/// A name with its forms for men and women; given names have the same in both places.
#[derive(Debug)]
pub(super) struct Entry {
    forms: [Spelled; 2],
}

impl Entry {
    /// The form for a sex (0 male, 1 female).
    pub(super) fn form(&self, sex: u8) -> &Spelled {
        &self.forms[usize::from(sex)]
    }
}

/// Entries with falling frequencies.
#[derive(Debug)]
pub(super) struct List {
    entries: Vec<Entry>,
    /// The entry of each of 8192 equal shares of people.
    shares: Vec<u16>,
}

impl List {
    fn new(entries: Vec<Entry>) -> Self {
        assert!(!entries.is_empty());
        let weight = |rank: usize| 1.0 / (rank as f64 + 12.0).powf(0.9);
        let total: f64 = (0..entries.len()).map(weight).sum();
        let mut shares = Vec::with_capacity(8192);
        let (mut rank, mut sum) = (0, weight(0));
        for share in 0..8192 {
            while sum < total * (f64::from(share) + 0.5) / 8192.0 && rank + 1 < entries.len() {
                rank += 1;
                sum += weight(rank);
            }
            shares.push(rank as u16);
        }
        List { entries, shares }
    }

    /// The index of a random entry.
    pub(super) fn draw(&self, bits: u64) -> u16 {
        self.shares[(bits >> 51) as usize]
    }

    /// The entry of an index.
    pub(super) fn get(&self, index: u16) -> &Entry {
        &self.entries[usize::from(index)]
    }

    /// How many entries there are.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.entries.len()
    }
}

/// The names of one country.
#[derive(Debug)]
pub(super) struct Table {
    /// Surnames, with forms for both sexes.
    pub(super) surnames: List,
    /// Given names of men and of women.
    pub(super) given: [List; 2],
    /// Patronymics, at the index of the father's given name, with forms for sons and daughters; `None`
    /// where the country has none.
    pub(super) patronymics: Option<Vec<Entry>>,
}

/// The tables; [`table`] gives one.
pub(super) const TABLES: [(&str, &str); 15] = [
    ("KAZ", include_str!("../../data/generate/names_kaz.csv")),
    ("RUS", include_str!("../../data/generate/names_rus.csv")),
    ("UZB", include_str!("../../data/generate/names_uzb.csv")),
    ("TJK", include_str!("../../data/generate/names_tjk.csv")),
    ("KGZ", include_str!("../../data/generate/names_kgz.csv")),
    ("UKR", include_str!("../../data/generate/names_ukr.csv")),
    ("BLR", include_str!("../../data/generate/names_blr.csv")),
    ("ARM", include_str!("../../data/generate/names_arm.csv")),
    ("TUR", include_str!("../../data/generate/names_tur.csv")),
    ("AZE", include_str!("../../data/generate/names_aze.csv")),
    ("CHN", include_str!("../../data/generate/names_chn.csv")),
    ("KOR", include_str!("../../data/generate/names_kor.csv")),
    ("IND", include_str!("../../data/generate/names_ind.csv")),
    ("PAK", include_str!("../../data/generate/names_pak.csv")),
    ("IRN", include_str!("../../data/generate/names_irn.csv")),
];

/// The tables of Kazakh and Russian names, which many countries draw from.
pub(super) const KAZ: u8 = 0;
/// Russian names.
pub(super) const RUS: u8 = 1;

/// The table at an index of [`TABLES`], spelled on first use.
pub(super) fn table(index: u8) -> &'static Table {
    static SPELLED: OnceLock<Vec<Table>> = OnceLock::new();
    let tables = SPELLED.get_or_init(|| TABLES.iter().map(|(country, csv)| load(country, csv)).collect());
    &tables[usize::from(index)]
}

/// A name as the CSV has it: Cyrillic, and Latin where the country writes Latin.
#[derive(Clone, Debug)]
struct Raw {
    cyrillic: String,
    latin: String,
}

fn load(country: &str, csv: &str) -> Table {
    let of_kind = |wanted: &str| -> Vec<Raw> {
        csv.lines()
            .skip(1)
            .filter_map(|line| {
                let mut fields = line.split(',');
                let kind = fields.next()?;
                let raw =
                    Raw { cyrillic: fields.next()?.to_uppercase(), latin: fields.next()?.to_uppercase() };
                (kind == wanted).then_some(raw)
            })
            .collect()
    };
    let mut male = of_kind("male");
    let mut female = of_kind("female");
    let mut surnames = of_kind("surname");
    for suffix in of_kind("suffix") {
        surnames.extend(male.iter().map(|stem| grow(stem, &suffix)));
    }
    for (halves, names) in [("last_male", &mut male), ("last_female", &mut female)] {
        for last in of_kind(halves) {
            names.extend(of_kind("first").iter().map(|first| Raw {
                cyrillic: format!("{}{}", first.cyrillic, last.cyrillic),
                latin: format!("{}{}", first.latin, last.latin),
            }));
        }
    }
    let same = |raws: &[Raw]| {
        raws.iter().map(|raw| Entry { forms: [spell(country, raw), spell(country, raw)] }).collect()
    };
    let patronymics =
        matches!(country, "KAZ" | "RUS" | "UZB" | "TJK" | "KGZ" | "UKR" | "BLR" | "ARM" | "AZE")
            .then(|| male.iter().map(|father| patronymic(country, father)).collect());
    let surnames = surnames
        .iter()
        .map(|raw| Entry { forms: [spell(country, raw), spell(country, &feminine(raw))] })
        .collect();
    Table {
        surnames: List::new(surnames),
        given: [List::new(same(&male)), List::new(same(&female))],
        patronymics,
    }
}

/// A surname from a given name: -ов after consonants, -ев after vowels and Й.
fn grow(stem: &Raw, suffix: &Raw) -> Raw {
    let mut cyrillic = stem.cyrillic.clone();
    let mut ending = suffix.cyrillic.clone();
    if let Some(rest) = ending.strip_prefix('О').filter(|rest| rest.starts_with('В')) {
        if cyrillic.ends_with(['Й', 'Ь']) {
            cyrillic.pop();
            ending = format!("Е{rest}");
        } else if cyrillic.ends_with(['А', 'Ә', 'Я', 'И', 'Ӣ', 'У', 'О', 'Ӯ']) {
            ending = format!("Е{rest}");
        }
    }
    Raw { cyrillic: cyrillic + &ending, latin: stem.latin.clone() + &suffix.latin }
}

fn feminine(raw: &Raw) -> Raw {
    let mut woman = raw.clone();
    for (name, endings, a, uly) in [
        (
            &mut woman.cyrillic,
            ["ОВ", "ЕВ", "ЁВ", "ИН", "ЫН"],
            "А",
            [("СКИЙ", "СКАЯ"), ("ҰЛЫ", "ҚЫЗЫ"), ("УУЛУ", "КЫЗЫ")],
        ),
        (
            &mut woman.latin,
            ["OV", "EV", "YEV", "--", "--"],
            "A",
            [("SKIY", "SKAYA"), ("ULY", "KYZY"), ("OGLU", "KIZI")],
        ),
    ] {
        if let Some((stem, ending)) =
            uly.iter().find_map(|(man, ending)| name.strip_suffix(man).map(|stem| (stem.to_owned(), ending)))
        {
            *name = stem + ending;
        } else if endings.iter().any(|ending| name.ends_with(ending)) && name.chars().count() > 4 {
            name.push_str(a);
        }
    }
    woman
}

fn patronymic(country: &str, father: &Raw) -> Entry {
    let kazakh = father.cyrillic.contains(['Ә', 'Ғ', 'Қ', 'Ң', 'Ө', 'Ұ', 'Ү', 'Һ', 'І']);
    let (son, daughter) = match country {
        "KAZ" if kazakh => (format!("{}ҰЛЫ", father.cyrillic), format!("{}ҚЫЗЫ", father.cyrillic)),
        "UZB" => (format!("{} ЎҒЛИ", father.cyrillic), format!("{} ҚИЗИ", father.cyrillic)),
        "AZE" => (format!("{} ОГЛЫ", father.cyrillic), format!("{} КЫЗЫ", father.cyrillic)),
        _ => {
            let mut stem = father.cyrillic.clone();
            let soft = stem.ends_with(['Й', 'Ь', 'Я', 'И']);
            if soft || stem.ends_with(['А', 'О']) {
                stem.pop();
            }
            if soft {
                (format!("{stem}ЕВИЧ"), format!("{stem}ЕВНА"))
            } else {
                (format!("{stem}ОВИЧ"), format!("{stem}ОВНА"))
            }
        }
    };
    let form = |cyrillic| spell(country, &Raw { cyrillic, latin: String::new() });
    Entry { forms: [form(son), form(daughter)] }
}

fn spell(country: &str, raw: &Raw) -> Spelled {
    let latin = if raw.latin.is_empty() {
        [
            romanise(&raw.cyrillic, Scheme::Icao, country),
            romanise(&raw.cyrillic, Scheme::Mvd, country),
            romanise(&raw.cyrillic, Scheme::National, country),
            romanise(&raw.cyrillic, Scheme::French, country),
        ]
    } else {
        // Countries that write Latin have one spelling; only a detour over Cyrillic changes it.
        let own = raw.latin.clone();
        [own.clone(), own.clone(), own, romanise(&raw.cyrillic, Scheme::Mvd, country)]
    };
    let reduced = raw.cyrillic.chars().map(|letter| match letter {
        'Ә' => 'А',
        'Ө' => 'О',
        'Ұ' | 'Ү' => 'У',
        'Қ' => 'К',
        'Ң' => 'Н',
        'Ғ' => 'Г',
        'Һ' => 'Х',
        'І' => 'И',
        other => other,
    });
    let lost = raw.cyrillic.chars().map(|letter| match letter {
        'Ә' | 'Ғ' | 'Қ' | 'Ң' | 'Ө' | 'Ұ' | 'Ү' | 'Һ' => '?',
        other => other,
    });
    Spelled { reduced: reduced.collect(), lost: lost.collect(), cyrillic: raw.cyrillic.clone(), latin }
}

/// Capital Latin letters for capital Cyrillic ones; apostrophes fall away, as they do in an MRZ.
fn romanise(cyrillic: &str, scheme: Scheme, country: &str) -> String {
    let mut out = String::with_capacity(cyrillic.len());
    let national = scheme == Scheme::National;
    let turkic = national && matches!(country, "UZB" | "TJK");
    let ukrainian = national && matches!(country, "UKR" | "BLR");
    let icao = scheme == Scheme::Icao || (national && country == "RUS") || ukrainian;
    let french = scheme == Scheme::French;
    let mut first = true;
    for letter in cyrillic.chars() {
        let text = match letter {
            'А' | 'Ә' => "A",
            'Б' => "B",
            'В' => "V",
            'Г' if ukrainian => "H",
            'Г' => "G",
            'Ғ' if turkic => "GH",
            'Ғ' | 'Ґ' => "G",
            'Д' => "D",
            'Е' if scheme == Scheme::Mvd && first => "YE",
            'Е' | 'Э' => "E",
            'Ё' if icao => "E",
            'Ё' if turkic => "YO",
            'Ё' => "YE",
            'Ж' if turkic || french => "J",
            'Ж' => "ZH",
            'З' => "Z",
            'И' if ukrainian && country == "UKR" => "Y",
            'И' | 'І' | 'Ї' | 'Ӣ' => "I",
            'Є' => "IE",
            'Й' if icao || french => "I",
            'Й' => "Y",
            'К' => "K",
            'Қ' if turkic => "Q",
            'Қ' => "K",
            'Л' => "L",
            'М' => "M",
            'Н' | 'Ң' => "N",
            'О' | 'Ө' => "O",
            'П' => "P",
            'Р' => "R",
            'С' => "S",
            'Т' => "T",
            'У' | 'Ү' | 'Ұ' if french => "OU",
            'У' | 'Ү' | 'Ұ' | 'Ӯ' => "U",
            'Ў' if country == "UZB" => "O",
            'Ў' => "U",
            'Ф' => "F",
            'Х' if turkic && country == "UZB" => "X",
            'Х' => "KH",
            'Ҳ' | 'Һ' => "H",
            'Ц' if national && country == "RUS" => "TC",
            'Ц' => "TS",
            'Ч' if french => "TCH",
            'Ч' => "CH",
            'Ҷ' if turkic => "J",
            'Ҷ' => "DZH",
            'Ш' if french => "CH",
            'Ш' => "SH",
            'Щ' => "SHCH",
            'Ъ' if scheme == Scheme::Icao => "IE",
            'Ы' => "Y",
            'Ю' if icao || french => "IU",
            'Ю' => "YU",
            'Я' if icao || french => "IA",
            'Я' => "YA",
            ' ' => " ",
            '-' => "-",
            _ => "",
        };
        out.push_str(text);
        first = letter == ' ' || letter == '-';
    }
    out
}

/// Appends a name as its bearer asked for it or as an older clerk wrote it: one habit of spelling,
/// the first that changes something. Returns whether it did.
pub(super) fn respell(name: &str, habit: u64, out: &mut Vec<u8>) -> bool {
    const HABITS: [(&str, &str); 16] = [
        ("IU", "YU"),
        ("YU", "IU"),
        ("IA", "YA"),
        ("YA", "IA"),
        ("ZH", "J"),
        ("KH", "H"),
        ("DJ", "J"),
        ("Y", "I"),
        ("KS", "X"),
        ("SH", "CH"),
        ("SS", "S"),
        ("EI", "EY"),
        ("AI", "AY"),
        ("Q", "K"),
        ("U", "OU"),
        ("I", "Y"),
    ];
    for turn in 0..HABITS.len() {
        let (from, to) = HABITS[(turn + habit as usize % HABITS.len()) % HABITS.len()];
        if let Some(at) = name.find(from) {
            out.extend_from_slice(&name.as_bytes()[..at]);
            out.extend_from_slice(to.as_bytes());
            out.extend_from_slice(&name.as_bytes()[at + from.len()..]);
            return true;
        }
    }
    out.extend_from_slice(name.as_bytes());
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_large_enough() {
        for (index, (country, _)) in TABLES.iter().enumerate() {
            let table = table(index as u8);
            let large = matches!(*country, "KAZ" | "RUS" | "UZB" | "TJK" | "KGZ");
            let (surnames, given) = if large { (120, 80) } else { (50, 30) };
            assert!(table.surnames.len() >= surnames, "{country} {}", table.surnames.len());
            for list in &table.given {
                assert!(list.len() >= given, "{country} {}", list.len());
            }
        }
    }

    #[test]
    fn every_latin_spelling_is_latin() {
        for index in 0..TABLES.len() {
            let table = table(index as u8);
            for entry in table.surnames.entries.iter().chain(table.given.iter().flat_map(|g| &g.entries)) {
                for form in &entry.forms {
                    for latin in &form.latin {
                        assert!(
                            !latin.is_empty()
                                && latin.bytes().all(|b| b.is_ascii_uppercase() || b == b' ' || b == b'-'),
                            "{latin:?}"
                        );
                    }
                    // A letter of one of the alphabets, and no mark that hangs on it.
                    assert!(
                        form.cyrillic.chars().all(|c| matches!(c, 'А'..='Я' | 'Ё' | 'Є' | 'І' | 'Ї' | 'Ў')
                            || "ӘҒҚҢӨҰҮҺӢӮҲҶ '-".contains(c)),
                        "{}",
                        form.cyrillic
                    );
                }
            }
        }
    }

    /// The Cyrillic of a Chinese name is that of the Palladius system, syllable by syllable: `data/chinese.csv`.
    #[test]
    fn chinese_names_are_spelled_by_their_syllables() {
        let syllables: Vec<(&str, &str)> = include_str!("../../data/chinese.csv")
            .lines()
            .skip(1)
            .map(|line| {
                let mut fields = line.split(',');
                (fields.next().unwrap(), fields.next().unwrap())
            })
            .collect();
        fn spelled(latin: &str, syllables: &[(&str, &str)]) -> Option<String> {
            if latin.is_empty() {
                return Some(String::new());
            }
            let mut first: Vec<_> =
                syllables.iter().filter(|(pinyin, _)| latin.starts_with(pinyin)).collect();
            first.sort_by_key(|(pinyin, _)| std::cmp::Reverse(pinyin.len()));
            first.iter().find_map(|(pinyin, palladius)| {
                spelled(&latin[pinyin.len()..], syllables).map(|rest| format!("{palladius}{rest}"))
            })
        }
        let csv = include_str!("../../data/generate/names_chn.csv");
        for line in csv.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let expected = spelled(&fields[2].to_lowercase(), &syllables);
            assert_eq!(Some(fields[1].to_lowercase()), expected, "{line}");
        }
        assert_eq!(spelled("xiuying", &syllables).as_deref(), Some("сюин"));
    }

    #[test]
    fn known_spellings() {
        let spelled = |name: &str, scheme, country| romanise(name, scheme, country);
        assert_eq!(spelled("ЮЛИЯ", Scheme::Mvd, "RUS"), "YULIYA");
        assert_eq!(spelled("ЮЛИЯ", Scheme::Icao, "RUS"), "IULIIA");
        assert_eq!(spelled("АНДРЕЙ", Scheme::Icao, "RUS"), "ANDREI");
        assert_eq!(spelled("ЖАМШИД", Scheme::National, "UZB"), "JAMSHID");
        assert_eq!(spelled("ЖАМШИД", Scheme::Mvd, "UZB"), "ZHAMSHID");
        assert_eq!(spelled("ҚАСЫМ", Scheme::National, "KAZ"), "KASYM");
        assert_eq!(spelled("ОЛЕКСАНДР", Scheme::National, "UKR"), "OLEKSANDR");
    }
}
