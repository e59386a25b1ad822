//! Writing: people and documents become rows of CSV in the style that was asked for.
//!
//! In: a [`Block`]. Out: [`Rows`], bytes that only need to be appended to the files. The law: one pass,
//! into one growing buffer a file; no field is allocated.

use super::block::Block;
use super::countries::COUNTRIES;
use super::dice::{Dice, fraction, mix};
use super::documents::{Doc, ID_CARD, PASSPORT};
use super::names;
use super::numbers::{Mrz, write_digits};
use super::people::{NO_FATHER, Person, Script, World};
use super::{DateFormat, Encoding, HeaderLanguage, Style};
use crate::day::{self, NO_DAY};

/// Into how many pieces the documents of a block are cut; pieces of neighbouring blocks are interleaved.
pub(super) const PIECES: usize = 16;

/// A block as bytes.
pub(super) struct Rows {
    pub(super) registry: Vec<u8>,
    pub(super) documents: Vec<Vec<u8>>,
    pub(super) activity: Vec<u8>,
    pub(super) truths: [Vec<u8>; 4],
    /// Rows of registry, documents and activity, then of the four truths.
    pub(super) counts: [u64; 7],
}

const REGISTRY: [[&str; 3]; 19] = [
    ["iin", "ИИН", "ЖСН"],
    ["surname", "Фамилия", "Тегі"],
    ["given_name", "Имя", "Аты"],
    ["patronymic", "Отчество", "Әкесінің аты"],
    ["birth_date", "Дата рождения", "Туған күні"],
    ["sex", "Пол", "Жынысы"],
    ["citizenship", "Гражданство", "Азаматтығы"],
    ["document_type", "Тип документа", "Құжат түрі"],
    ["document_country", "Страна документа", "Құжат елі"],
    ["document_number", "Номер документа", "Құжат нөмірі"],
    ["document_issue_date", "Дата выдачи", "Берілген күні"],
    ["document_expiry_date", "Срок действия", "Жарамдылық мерзімі"],
    ["assigned_on", "Дата присвоения", "Берілген күні (ЖСН)"],
    ["channel", "Способ обращения", "Өтініш тәсілі"],
    ["representative_iin", "ИИН представителя", "Өкілдің ЖСН"],
    ["office", "Отделение", "Бөлімше"],
    ["phone", "Телефон", "Телефон"],
    ["address", "Адрес", "Мекенжайы"],
    ["status", "Статус", "Мәртебесі"],
];

const DOCUMENTS: [[&str; 3]; 17] = [
    ["document_country", "Страна документа", "Құжат елі"],
    ["document_type", "Тип документа", "Құжат түрі"],
    ["document_number", "Номер документа", "Құжат нөмірі"],
    ["surname", "Фамилия", "Тегі"],
    ["given_name", "Имя", "Аты"],
    ["patronymic", "Отчество", "Әкесінің аты"],
    ["birth_date", "Дата рождения", "Туған күні"],
    ["sex", "Пол", "Жынысы"],
    ["nationality", "Гражданство", "Азаматтығы"],
    ["issue_date", "Дата выдачи", "Берілген күні"],
    ["expiry_date", "Срок действия", "Жарамдылық мерзімі"],
    ["status", "Статус", "Мәртебесі"],
    ["status_date", "Дата статуса", "Мәртебе күні"],
    ["iin", "ИИН", "ЖСН"],
    ["personal_number", "Личный номер", "Жеке нөмірі"],
    ["previous_number", "Номер предыдущего документа", "Алдыңғы құжат нөмірі"],
    ["mrz", "МСЗ", "МОА"],
];

const ACTIVITY: [[&str; 3]; 3] = [
    ["iin", "ИИН", "ЖСН"],
    ["kind", "Вид события", "Оқиға түрі"],
    ["occurred_on", "Дата события", "Оқиға күні"],
];

pub(super) const CITIES: [&str; 14] = [
    "Алматы",
    "Астана",
    "Шымкент",
    "Караганда",
    "Актобе",
    "Тараз",
    "Павлодар",
    "Усть-Каменогорск",
    "Семей",
    "Атырау",
    "Костанай",
    "Кызылорда",
    "Уральск",
    "Актау",
];

pub(super) const STREETS: [&str; 24] = [
    "Абая",
    "Сатпаева",
    "Достык",
    "Жибек жолы",
    "Кунаева",
    "Толе би",
    "Казыбек би",
    "Айтеке би",
    "Гоголя",
    "Пушкина",
    "Ленина",
    "Мира",
    "Молодёжная",
    "Садовая",
    "Набережная",
    "Желтоксан",
    "Ауэзова",
    "Байтурсынова",
    "Момышулы",
    "Рыскулова",
    "Саина",
    "Тимирязева",
    "Фурманова",
    "Независимости",
];

const EVENTS: [&str; 5] = ["tax", "pension", "border", "bank", "clinic"];

/// Appends `YYYY-MM-DD`.
pub(super) fn write_iso(day: i32, out: &mut Vec<u8>) {
    let (year, month, day) = day::to_civil(day);
    write_digits(year as u64, 4, out);
    out.push(b'-');
    write_digits(u64::from(month), 2, out);
    out.push(b'-');
    write_digits(u64::from(day), 2, out);
}

/// The header rows of registry, documents and activity.
pub(super) fn headers(style: &Style) -> [Vec<u8>; 3] {
    [&REGISTRY[..], &DOCUMENTS[..], &ACTIVITY[..]].map(|columns| {
        let language = match style.header_language {
            HeaderLanguage::English => 0,
            HeaderLanguage::Russian => 1,
            HeaderLanguage::Kazakh => 2,
        };
        let mut out = Vec::new();
        for (at, names) in columns.iter().enumerate() {
            if at > 0 {
                out.push(style.delimiter.byte());
            }
            // A header with `?` for letters could be found by nobody; exports to windows-1251 are in Russian.
            let name = match (style.encoding, language) {
                (Encoding::Windows1251, 2) => names[1],
                _ => names[language],
            };
            out.extend_from_slice(name.as_bytes());
        }
        out.push(b'\n');
        encode(style, out)
    })
}

/// Turns a block into rows.
pub(super) fn rows(world: &World<'_>, dice: &mut Dice, mut block: Block) -> Rows {
    let style = &world.options.style;
    let writer = Writer { world, style, delimiter: style.delimiter.byte() };
    let mut order: Vec<u32> = (0..block.people.len() as u32).collect();
    shuffle(dice, &mut order);
    let mut registry = Vec::with_capacity(order.len() * 330);
    let mut activity = Vec::with_capacity(order.len() * 200);
    let mut events = 0;
    let mut scratch = Vec::new();
    for &at in &order {
        let person = &block.people[at as usize];
        writer.registry(person, &mut scratch, &mut registry);
        events += writer.activity(dice, person, &mut activity);
    }
    let mut order: Vec<u32> = (0..block.docs.len() as u32).collect();
    shuffle(dice, &mut order);
    let mut documents = Vec::with_capacity(PIECES);
    for piece in order.chunks(order.len().div_ceil(PIECES).max(1)) {
        let mut out = Vec::with_capacity(piece.len() * 250);
        for &at in piece {
            writer.document(&block.docs[at as usize], &mut scratch, &mut out);
        }
        documents.push(encode(style, out));
    }
    let [corrections, suspects, innocents, persons] = block.counts;
    Rows {
        registry: encode(style, registry),
        documents,
        activity: encode(style, activity),
        truths: std::mem::take(&mut block.truths),
        counts: [
            block.people.len() as u64,
            block.docs.len() as u64,
            events,
            corrections,
            suspects,
            innocents,
            persons,
        ],
    }
}

/// Fisher and Yates.
pub(super) fn shuffle(dice: &mut Dice, order: &mut [u32]) {
    for at in (1..order.len()).rev() {
        order.swap(at, dice.below(at as u64 + 1) as usize);
    }
}

struct Writer<'a> {
    world: &'a World<'a>,
    style: &'a Style,
    delimiter: u8,
}

impl Writer<'_> {
    fn text(&self, text: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(text);
        out.push(self.delimiter);
    }

    fn day(&self, day: i32, out: &mut Vec<u8>) {
        if day != NO_DAY {
            match self.style.date_format {
                DateFormat::Iso => write_iso(day, out),
                DateFormat::Dotted => {
                    let (year, month, day) = day::to_civil(day);
                    write_digits(u64::from(day), 2, out);
                    out.push(b'.');
                    write_digits(u64::from(month), 2, out);
                    out.push(b'.');
                    write_digits(year as u64, 4, out);
                }
            }
        }
        out.push(self.delimiter);
    }

    fn iin(&self, iin: u64, out: &mut Vec<u8>) {
        if iin != 0 {
            write_digits(iin, 12, out);
        }
        out.push(self.delimiter);
    }

    /// Whether an optional field is absent; then the delimiter and perhaps a placeholder are written.
    fn absent(&self, hash: u64, field: u64, out: &mut Vec<u8>) -> bool {
        let rates = &self.world.options.rates;
        let at = fraction(mix(hash, field));
        if at < rates.placeholders {
            out.extend_from_slice(["-", "НЕТ", "ЖОҚ", "N/A"][(hash & 3) as usize].as_bytes());
        } else if at >= rates.placeholders + rates.missing {
            return false;
        }
        out.push(self.delimiter);
        true
    }

    fn registry(&self, person: &Person, scratch: &mut Vec<u8>, out: &mut Vec<u8>) {
        let hash = mix(self.world.options.seed ^ 0x11, person.ordinal);
        let doc = &person.registered;
        self.iin(person.iin, out);
        let table = names::table(person.table);
        if person.script == Script::Latin {
            doc.latin(true, scratch);
            self.text(scratch, out);
            doc.latin(false, scratch);
            self.text(scratch, out);
            out.push(self.delimiter);
        } else {
            let spelled = |name: &'static names::Spelled| match person.script {
                Script::Reduced => &name.reduced,
                Script::Lost => &name.lost,
                _ => &name.cyrillic,
            };
            let given = table.given[usize::from(person.sex)].get(person.given);
            self.text(spelled(table.surnames.get(person.surname).form(person.sex)).as_bytes(), out);
            self.text(spelled(given.form(person.sex)).as_bytes(), out);
            match &table.patronymics {
                Some(list) if person.father != NO_FATHER => {
                    if !self.absent(hash, 1, out) {
                        let father = &list[usize::from(person.father)];
                        self.text(spelled(father.form(person.sex)).as_bytes(), out);
                    }
                }
                _ => out.push(self.delimiter),
            }
        }
        self.day(person.registered_birth, out);
        self.text(if person.registered_sex == 0 { b"M" } else { b"F" }, out);
        self.text(COUNTRIES[usize::from(person.country)].code.as_bytes(), out);
        self.text(doc.kind.as_bytes(), out);
        self.text(COUNTRIES[usize::from(doc.country)].code.as_bytes(), out);
        scratch.clear();
        doc.shape.write(doc.value, scratch);
        write_formatted(scratch, person.number_style, out);
        out.push(self.delimiter);
        self.day(doc.issue, out);
        self.day(doc.expiry, out);
        self.day(person.assigned, out);
        self.text(person.channel.as_bytes(), out);
        self.iin(person.representative, out);
        let (place, dormitory) = match (person.dormitory, person.household) {
            (0, household) => (household, false),
            (dormitory, _) => (90_000_000 + dormitory, true),
        };
        let home = mix(self.world.options.seed ^ 0x22, place);
        let city = CITIES[(home % 14) as usize];
        if !self.absent(hash, 2, out) {
            out.extend_from_slice("\"ЦОН № ".as_bytes());
            write_number(1 + hash % 12, out);
            out.extend_from_slice(", г. ".as_bytes());
            out.extend_from_slice(city.as_bytes());
            out.push(b'"');
            out.push(self.delimiter);
        }
        if !self.absent(hash, 3, out) {
            // One-to-one up to 10^8 phones: ten operators, seven digits.
            let phone = person.phone * 61_803_399 % 100_000_000;
            let operator = [701, 702, 705, 707, 708, 747, 771, 775, 776, 778][(phone / 10_000_000) as usize];
            out.extend_from_slice(b"+7");
            write_digits(operator, 3, out);
            write_digits(phone % 10_000_000, 7, out);
            out.push(self.delimiter);
        }
        if !self.absent(hash, 4, out) {
            out.extend_from_slice("\"г. ".as_bytes());
            out.extend_from_slice(city.as_bytes());
            out.extend_from_slice(", ул. ".as_bytes());
            out.extend_from_slice(STREETS[(home >> 8) as usize % 24].as_bytes());
            out.extend_from_slice(", д. ".as_bytes());
            write_number(1 + (home >> 16) % 220, out);
            if dormitory {
                out.extend_from_slice(", общежитие".as_bytes());
            } else {
                out.extend_from_slice(", кв. ".as_bytes());
                write_number(1 + (home >> 32) % 400, out);
            }
            out.push(b'"');
            out.push(self.delimiter);
        }
        out.extend_from_slice(if person.deceased { b"deceased" } else { b"active" });
        out.push(b'\n');
    }

    fn document(&self, doc: &Doc, scratch: &mut Vec<u8>, out: &mut Vec<u8>) {
        let country = &COUNTRIES[usize::from(doc.country)];
        self.text(country.code.as_bytes(), out);
        self.text(doc.kind.as_bytes(), out);
        doc.shape.write(doc.value, out);
        out.push(self.delimiter);
        doc.latin(true, scratch);
        self.text(scratch, out);
        doc.latin(false, scratch);
        self.text(scratch, out);
        if let Some(list) = &names::table(doc.table).patronymics
            && doc.father != NO_FATHER
            && mix(doc.owner, doc.value) % 10 < 3
        {
            let father = list[usize::from(doc.father)].form(doc.sex);
            out.extend_from_slice(father.latin(doc.scheme).as_bytes());
        }
        out.push(self.delimiter);
        self.day(doc.birth, out);
        self.text(if doc.sex == 0 { b"M" } else { b"F" }, out);
        self.text(COUNTRIES[usize::from(doc.nationality)].code.as_bytes(), out);
        self.day(doc.issue, out);
        self.day(doc.expiry, out);
        self.text(doc.status.as_bytes(), out);
        self.day(doc.status_date, out);
        self.iin(doc.iin, out);
        scratch.clear();
        if doc.personal {
            write_personal(country.personal_digits, doc.owner, scratch);
        }
        self.text(scratch, out);
        if let Some((shape, value)) = doc.previous {
            shape.write(value, out);
        }
        out.push(self.delimiter);
        if doc.mrz && (doc.kind == PASSPORT || doc.kind == ID_CARD) {
            write_mrz(doc, out);
        }
        out.push(b'\n');
    }

    /// Appends the events of a person and returns how many.
    fn activity(&self, dice: &mut Dice, person: &Person, out: &mut Vec<u8>) -> u64 {
        let options = self.world.options;
        if !person.active || options.rates.events <= 0.0 {
            return 0;
        }
        let first = person.assigned.max(options.as_of - 6 * 365).max(person.birth + 30);
        let last = if person.deceased { options.as_of - 400 } else { options.as_of - 1 };
        let count = 1 + dice.below((options.rates.events * 2.0) as u64);
        let mut written = 0;
        for _ in 0..count {
            let Some(day) = dice.day(first, last) else { break };
            self.iin(person.iin, out);
            self.text(EVENTS[dice.below(5) as usize].as_bytes(), out);
            self.day(day, out);
            // The last field of a row has no delimiter after it.
            out.pop();
            out.push(b'\n');
            written += 1;
        }
        written
    }
}

/// Appends a small number without leading zeros.
pub(super) fn write_number(value: u64, out: &mut Vec<u8>) {
    write_digits(
        value,
        if value > 99 {
            3
        } else if value > 9 {
            2
        } else {
            1
        },
        out,
    );
}

/// The personal number of a bearer, one-to-one below 10^`digits`.
fn write_personal(digits: u32, owner: u64, out: &mut Vec<u8>) {
    let space = 10u128.pow(digits);
    write_digits((u128::from(owner + 1) * 982_451_653_777 % space) as u64, digits as usize, out);
}

/// Appends a document number as clerks write it.
fn write_formatted(number: &[u8], style: u8, out: &mut Vec<u8>) {
    let letters = number.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let style = if style == 3 && letters == 0 { 1 } else { style };
    match style {
        1 => {
            let cut = if letters == 0 { number.len() / 2 } else { letters };
            out.extend_from_slice(&number[..cut]);
            out.push(b' ');
            out.extend_from_slice(&number[cut..]);
        }
        2 => {
            out.extend_from_slice("№ ".as_bytes());
            out.extend_from_slice(number);
        }
        3 => {
            for &byte in number {
                let double = match byte {
                    b'A' => "А",
                    b'B' => "В",
                    b'C' => "С",
                    b'E' => "Е",
                    b'H' => "Н",
                    b'K' => "К",
                    b'M' => "М",
                    b'O' => "О",
                    b'P' => "Р",
                    b'T' => "Т",
                    b'X' => "Х",
                    _ => {
                        out.push(byte);
                        continue;
                    }
                };
                out.extend_from_slice(double.as_bytes());
            }
        }
        4 => {
            out.extend_from_slice(&number[..number.len() - 4]);
            out.push(b'-');
            out.extend_from_slice(&number[number.len() - 4..]);
        }
        5 => {
            // Too short, with letters where digits belong.
            out.extend_from_slice(&number[letters..number.len() - 3]);
            out.extend_from_slice(b"XQ");
        }
        _ => out.extend_from_slice(number),
    }
}

fn write_mrz(doc: &Doc, out: &mut Vec<u8>) {
    let (mut surname, mut given_name, mut number, mut personal) = Default::default();
    doc.latin(true, &mut surname);
    doc.latin(false, &mut given_name);
    doc.shape.write(doc.value, &mut number);
    if number.len() > 9 {
        // Numbers of ten digits are those of internal passports, which have no such zone.
        return;
    }
    if doc.iin != 0 {
        write_digits(doc.iin, 12, &mut personal);
    } else if doc.personal {
        write_personal(COUNTRIES[usize::from(doc.country)].personal_digits, doc.owner, &mut personal);
    }
    let six = |day: i32| -> [u8; 6] {
        let (year, month, day) = day::to_civil(day);
        let mut text = Vec::with_capacity(6);
        write_digits((year % 100) as u64, 2, &mut text);
        write_digits(u64::from(month), 2, &mut text);
        write_digits(u64::from(day), 2, &mut text);
        text.try_into().expect("three pairs of digits")
    };
    let mrz = Mrz {
        issuer: COUNTRIES[usize::from(doc.country)].code.as_bytes(),
        nationality: COUNTRIES[usize::from(doc.nationality)].code.as_bytes(),
        surname: &surname,
        given_name: &given_name,
        number: &number,
        birth: six(doc.birth),
        expiry: six(doc.expiry),
        sex: if doc.sex == 0 { b'M' } else { b'F' },
        personal: &personal,
    };
    let start = out.len();
    if doc.kind == PASSPORT {
        mrz.write_td3(out);
    } else {
        mrz.write_td1(out);
    }
    if doc.mrz_broken {
        // The check digit of the number: place 10 of the second line, or place 15 of the first.
        let at = start + if doc.kind == PASSPORT { 44 + 9 } else { 14 };
        out[at] = b'0' + (out[at] - b'0' + 1) % 10;
    }
}

/// The bytes of UTF-8 text in the encoding that was asked for; windows-1251 has `?` for what it lacks.
fn encode(style: &Style, utf8: Vec<u8>) -> Vec<u8> {
    if style.encoding == Encoding::Utf8 {
        return utf8;
    }
    let text = std::str::from_utf8(&utf8).expect("we wrote it");
    text.chars()
        .map(|letter| match letter {
            '\0'..='\x7f' => letter as u8,
            'А'..='я' => (letter as u32 - 'А' as u32) as u8 + 0xC0,
            'Ё' => 0xA8,
            'ё' => 0xB8,
            '№' => 0xB9,
            'І' => 0xB2,
            'і' => 0xB3,
            'Ў' => 0xA1,
            'ў' => 0xA2,
            'Ї' => 0xAF,
            'ї' => 0xBF,
            'Є' => 0xAA,
            'є' => 0xBA,
            'Ґ' => 0xA5,
            'ґ' => 0xB4,
            _ => b'?',
        })
        .collect()
}
