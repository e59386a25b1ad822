//! Small closed vocabularies: sex, kind of document, channel, status. Words of exports in, codes out.
//!
//! The law: code 0 is "unknown" and is never a value. A parser answers `None` for a form that no list
//! knows, which deserves a finding, and `Some(0)` for an export saying that it does not know itself.

use super::placeholder::is_placeholder;
use super::text::{WORD_BYTES_MAX, squeeze};

/// Sex: male.
pub const MALE: u16 = 1;
/// Sex: female.
pub const FEMALE: u16 = 2;

/// Document types of the contract, at their codes; 0 is unknown.
pub const DOCUMENT_TYPES: [&str; 7] =
    ["", "passport", "id_card", "residence_permit", "stateless", "refugee", "other"];
/// Channels of the contract, at their codes; 0 is `unknown`.
pub const CHANNELS: [&str; 4] = ["unknown", "in_person", "representative", "online"];
/// Statuses of registry rows (1-3) and documents (4-8), at their codes; 0 is unknown.
pub const STATUSES: [&str; 9] =
    ["", "active", "deceased", "annulled", "valid", "replaced", "lost", "stolen", "cancelled"];

/// Code of a document type.
pub const PASSPORT: u16 = 1;
/// Code of an ID card.
pub const ID_CARD: u16 = 2;
/// Code of a residence permit of a foreigner.
pub const RESIDENCE_PERMIT: u16 = 3;
/// Code of a certificate of a stateless person.
pub const STATELESS: u16 = 4;
/// Code of a refugee certificate.
pub const REFUGEE: u16 = 5;
/// Assigned at the counter, in person.
pub const IN_PERSON: u16 = 1;
/// Assigned on application of a representative.
pub const REPRESENTATIVE: u16 = 2;
/// Assigned on the portal.
pub const ONLINE: u16 = 3;
/// Registry row: active.
pub const ACTIVE: u16 = 1;
/// Registry row: deceased.
pub const DECEASED: u16 = 2;
/// Registry row: annulled.
pub const ANNULLED: u16 = 3;
/// Document: valid.
pub const VALID: u16 = 4;
/// Document: replaced by a newer one.
pub const REPLACED: u16 = 5;
/// Document: lost.
pub const LOST: u16 = 6;
/// Document: stolen.
pub const STOLEN: u16 = 7;
/// Document: cancelled.
pub const CANCELLED: u16 = 8;

/// Words, squeezed, and their codes. Lists of some dozen words are searched from the front: columns of codes
/// repeat a few values, and the frequent ones stand first.
type Words = [(&'static str, u16)];

const SEXES: &Words = &[
    ("m", MALE),
    ("f", FEMALE),
    ("м", MALE),
    ("ж", FEMALE),
    ("1", MALE),
    ("2", FEMALE),
    ("е", MALE),
    ("ә", FEMALE),
    ("ер", MALE),
    ("әйел", FEMALE),
    ("муж", MALE),
    ("жен", FEMALE),
    ("мужской", MALE),
    ("женский", FEMALE),
    ("мужчина", MALE),
    ("женщина", FEMALE),
    ("male", MALE),
    ("female", FEMALE),
    ("ерадам", MALE),
    ("еркек", MALE),
    ("әйеладам", FEMALE),
    ("01", MALE),
    ("02", FEMALE),
    ("w", FEMALE),
    ("айел", FEMALE),
    ("0", 0),
    ("9", 0),
];

const DOCUMENT_WORDS: &Words = &[
    ("passport", 1),
    ("idcard", 2),
    ("residencepermit", 3),
    ("stateless", 4),
    ("refugee", 5),
    ("other", 6),
    // The AML codes: 06 and 07 are passports of another colour, 09-012 are none of the contract's kinds.
    ("01", 2),
    ("02", 1),
    ("03", 1),
    ("04", 3),
    ("05", 4),
    ("06", 1),
    ("07", 1),
    ("08", 5),
    ("09", 6),
    ("010", 6),
    ("011", 6),
    ("012", 2),
    ("1", 2),
    ("2", 1),
    ("3", 1),
    ("4", 3),
    ("5", 4),
    ("6", 1),
    ("7", 1),
    ("8", 5),
    ("9", 6),
    ("10", 6),
    ("11", 6),
    ("12", 2),
    ("паспорт", 1),
    ("төлқұжат", 1),
    ("толкужат", 1),
    ("паспортрк", 1),
    ("паспортгражданинарк", 1),
    ("паспортгражданинареспубликиказахстан", 1),
    ("паспортиностранногогражданина", 1),
    ("иностранныйпаспорт", 1),
    ("паспортиностранца", 1),
    ("заграничныйпаспорт", 1),
    ("загранпаспорт", 1),
    ("национальныйпаспорт", 1),
    ("шетелдікпаспорт", 1),
    ("шетелазаматыныңпаспорты", 1),
    ("қразаматыныңпаспорты", 1),
    ("дипломатическийпаспорт", 1),
    ("дипломатиялықпаспорт", 1),
    ("служебныйпаспорт", 1),
    ("қызметтікпаспорт", 1),
    ("foreignpassport", 1),
    ("p", 1),
    ("id", 2),
    ("удостоверениеличности", 2),
    ("удостоверениеличностирк", 2),
    ("удостоверение", 2),
    ("удл", 2),
    ("уд", 2),
    ("жекекуәлік", 2),
    ("жекекуалік", 2),
    ("жекебаскуәлігі", 2),
    ("idкарта", 2),
    ("айдикарта", 2),
    ("identitycard", 2),
    ("удостоверениеличностииностранногогосударства", 2),
    ("внутреннийпаспорт", 2),
    ("i", 2),
    ("виднажительство", 3),
    ("виднажительствоиностранца", 3),
    ("виднажительствоиностранцаврк", 3),
    ("внж", 3),
    ("ықтиярхат", 3),
    ("ыхтиярхат", 3),
    ("тұруғаықтиярхат", 3),
    ("шетелдіктіңтұруғаықтиярхаты", 3),
    ("рвп", 3),
    ("удостоверениелицабезгражданства", 4),
    ("удостоверениелбг", 4),
    ("лицобезгражданства", 4),
    ("лбг", 4),
    ("азаматтығыжоқадамныңкуәлігі", 4),
    ("азаматтығыжоқадам", 4),
    ("statelesscertificate", 4),
    ("удостоверениебеженца", 5),
    ("беженец", 5),
    ("босқынкуәлігі", 5),
    ("босқын", 5),
    ("refugeecertificate", 5),
    ("свидетельствоорождении", 6),
    ("тууыралкуәлік", 6),
    ("туутуралыкуәлік", 6),
    ("паспортморяка", 6),
    ("удостоверениеличностиморяка", 6),
    ("свидетельствонавозвращение", 6),
    ("водительскоеудостоверение", 6),
    ("иное", 6),
    ("иной", 6),
    ("другое", 6),
    ("прочее", 6),
    ("прочие", 6),
    ("басқа", 6),
    ("unknown", 0),
    ("0", 0),
];

const CHANNEL_WORDS: &Words = &[
    ("inperson", IN_PERSON),
    ("representative", REPRESENTATIVE),
    ("online", ONLINE),
    ("unknown", 0),
    ("лично", IN_PERSON),
    ("личноеприсутствие", IN_PERSON),
    ("личное", IN_PERSON),
    ("приличномприсутствии", IN_PERSON),
    ("цон", IN_PERSON),
    ("хқко", IN_PERSON),
    ("хко", IN_PERSON),
    ("фронтофис", IN_PERSON),
    ("личнаяявка", IN_PERSON),
    ("өзі", IN_PERSON),
    ("өзікелді", IN_PERSON),
    ("жеке", IN_PERSON),
    ("counter", IN_PERSON),
    ("personal", IN_PERSON),
    ("представитель", REPRESENTATIVE),
    ("черезпредставителя", REPRESENTATIVE),
    ("законныйпредставитель", REPRESENTATIVE),
    ("доверенность", REPRESENTATIVE),
    ("подоверенности", REPRESENTATIVE),
    ("доверенноелицо", REPRESENTATIVE),
    ("өкіл", REPRESENTATIVE),
    ("өкіларқылы", REPRESENTATIVE),
    ("сенімхат", REPRESENTATIVE),
    ("сенімхатбойынша", REPRESENTATIVE),
    ("proxy", REPRESENTATIVE),
    ("портал", ONLINE),
    ("egov", ONLINE),
    ("egovkz", ONLINE),
    ("пэп", ONLINE),
    ("онлайн", ONLINE),
    ("электронно", ONLINE),
    ("электронный", ONLINE),
    ("интернет", ONLINE),
    ("веб", ONLINE),
    ("web", ONLINE),
    ("portal", ONLINE),
    ("internet", ONLINE),
    ("электронды", ONLINE),
    ("mobile", ONLINE),
];

const STATUS_WORDS: &Words = &[
    ("active", ACTIVE),
    ("valid", VALID),
    ("replaced", REPLACED),
    ("deceased", DECEASED),
    ("annulled", ANNULLED),
    ("lost", LOST),
    ("stolen", STOLEN),
    ("cancelled", CANCELLED),
    ("canceled", CANCELLED),
    ("revoked", CANCELLED),
    ("активен", ACTIVE),
    ("активный", ACTIVE),
    ("активна", ACTIVE),
    ("активно", ACTIVE),
    ("действующий", ACTIVE),
    ("белсенді", ACTIVE),
    ("жив", ACTIVE),
    ("умер", DECEASED),
    ("умерла", DECEASED),
    ("умерший", DECEASED),
    ("скончался", DECEASED),
    ("қайтысболған", DECEASED),
    ("қайтысболды", DECEASED),
    ("қайтыс", DECEASED),
    ("dead", DECEASED),
    ("died", DECEASED),
    ("исключен", ANNULLED),
    ("исключенизрегистра", ANNULLED),
    ("действителен", VALID),
    ("действительный", VALID),
    ("действительно", VALID),
    ("действительна", VALID),
    ("действует", VALID),
    ("жарамды", VALID),
    ("заменен", REPLACED),
    ("замененный", REPLACED),
    ("обменен", REPLACED),
    ("замена", REPLACED),
    ("ауыстырылған", REPLACED),
    ("ауыстырылды", REPLACED),
    ("утерян", LOST),
    ("утеряна", LOST),
    ("утеряно", LOST),
    ("утрачен", LOST),
    ("утрата", LOST),
    ("потерян", LOST),
    ("утеря", LOST),
    ("жоғалған", LOST),
    ("жоғалды", LOST),
    ("украден", STOLEN),
    ("украдена", STOLEN),
    ("похищен", STOLEN),
    ("кража", STOLEN),
    ("хищение", STOLEN),
    ("ұрланған", STOLEN),
    ("ұрланды", STOLEN),
    ("аннулирован", CANCELLED),
    ("аннулирована", CANCELLED),
    ("аннулировано", CANCELLED),
    ("отменен", CANCELLED),
    ("недействителен", CANCELLED),
    ("недействительный", CANCELLED),
    ("недействительно", CANCELLED),
    ("изъят", CANCELLED),
    ("уничтожен", CANCELLED),
    ("күшіжойылған", CANCELLED),
    ("күшіжойылды", CANCELLED),
    ("жарамсыз", CANCELLED),
    ("invalid", CANCELLED),
    ("void", CANCELLED),
    ("unknown", 0),
    ("0", 0),
];

/// `None` for a form that no list knows; `Some(0)` for an export saying that it does not know.
fn find(text: &str, words: &Words) -> Option<u16> {
    let mut buffer = [0; WORD_BYTES_MAX];
    let word = squeeze(text, &mut buffer)?;
    let known = words.iter().find(|entry| entry.0 == word).map(|entry| entry.1);
    known.or_else(|| is_placeholder(text).then_some(0))
}

/// Reads a sex, as 1 = male and 2 = female; [`SexCodes`] reads exports with the reverse.
///
/// ```
/// use iinrec::normalise::codes::{FEMALE, MALE, sex};
/// assert_eq!((sex("M"), sex("М"), sex("Ер")), (Some(MALE), Some(MALE), Some(MALE)));
/// assert_eq!((sex("жен."), sex("-"), sex("да")), (Some(FEMALE), Some(0), None));
/// ```
#[must_use]
pub fn sex(text: &str) -> Option<u16> {
    match text {
        "M" | "m" => Some(MALE),
        "F" | "f" => Some(FEMALE),
        // ICAO: X is unspecified; the MRZ writes `<`.
        "X" | "x" | "Х" => Some(0),
        _ => find(text, SEXES),
    }
}

/// What an export's own codes of sex mean, where they are not the usual ones: `1` is female in some.
///
/// ```
/// use iinrec::normalise::codes::{FEMALE, MALE, SexCodes};
/// let codes = SexCodes::new(&[("1", FEMALE), ("2", MALE)]).expect("codes are words");
/// assert_eq!((codes.read("1"), codes.read("2"), codes.read("Ж")), (Some(FEMALE), Some(MALE), Some(FEMALE)));
/// assert_eq!(SexCodes::default().read("1"), Some(MALE));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SexCodes(Vec<(String, u16)>);

impl SexCodes {
    /// Codes and what they mean; all other words keep their usual meaning. `None` when a code is no word.
    #[must_use]
    pub fn new(codes: &[(&str, u16)]) -> Option<Self> {
        let mut words = Vec::with_capacity(codes.len());
        for (text, sex) in codes {
            let mut buffer = [0; WORD_BYTES_MAX];
            let word = squeeze(text, &mut buffer).filter(|word| !word.is_empty())?;
            words.push((word.to_owned(), *sex));
        }
        words.sort_unstable();
        Some(SexCodes(words))
    }

    /// Reads a sex: [`MALE`], [`FEMALE`], 0 for unknown, or `None` for a form that no list knows.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<u16> {
        if !self.0.is_empty() {
            let mut buffer = [0; WORD_BYTES_MAX];
            let word = squeeze(text, &mut buffer);
            if let Some((_, sex)) = self.0.iter().find(|(own, _)| Some(own.as_str()) == word) {
                return Some(*sex);
            }
        }
        sex(text)
    }
}

/// Reads a kind of document: a code of [`DOCUMENT_TYPES`].
#[must_use]
pub fn document_type(text: &str) -> Option<u16> {
    find(text, DOCUMENT_WORDS)
}

/// Reads how an application came in: a code of [`CHANNELS`].
#[must_use]
pub fn channel(text: &str) -> Option<u16> {
    find(text, CHANNEL_WORDS)
}

/// Reads the status of a registry row or a document: a code of [`STATUSES`]. Exports use one Russian word
/// for an annulled number and a cancelled document; the word alone is read as the document's, and the
/// caller that knows the dataset turns it with [`registry_status`].
#[must_use]
pub fn status(text: &str) -> Option<u16> {
    find(text, STATUS_WORDS)
}

/// The status of a registry row: as [`status`], with words that documents use turned into the registry's.
#[must_use]
pub fn registry_status(text: &str) -> Option<u16> {
    status(text).map(|code| match code {
        VALID => ACTIVE,
        CANCELLED => ANNULLED,
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_words_are_read_at_their_codes() {
        for (code, word) in DOCUMENT_TYPES.iter().enumerate() {
            assert_eq!(document_type(word), Some(code as u16), "{word}");
        }
        for (code, word) in CHANNELS.iter().enumerate() {
            assert_eq!(channel(word), Some(code as u16), "{word}");
        }
        for (code, word) in STATUSES.iter().enumerate() {
            assert_eq!(status(word), Some(code as u16), "{word}");
        }
    }

    #[test]
    fn words_are_squeezed_and_stand_once() {
        for words in [SEXES, DOCUMENT_WORDS, CHANNEL_WORDS, STATUS_WORDS] {
            for (at, (word, code)) in words.iter().enumerate() {
                let mut buffer = [0; WORD_BYTES_MAX];
                assert_eq!(squeeze(word, &mut buffer), Some(*word));
                assert!(words[..at].iter().all(|earlier| earlier.0 != *word), "{word} stands twice");
                assert_eq!(find(&word.to_uppercase(), words), Some(*code), "{word}");
            }
        }
    }

    #[test]
    fn forms_that_exports_use() {
        for (text, code) in
            [("М", MALE), ("Ж", FEMALE), ("Ә", FEMALE), ("Е", MALE), ("МУЖ.", MALE), ("X", 0), ("", 0)]
        {
            assert_eq!(sex(text), Some(code), "{text}");
        }
        for (text, code) in [
            ("Удостоверение личности", 2),
            ("ЖЕКЕ КУӘЛІК", 2),
            ("Вид на жительство", 3),
            ("03", 1),
            ("012", 2),
            ("Паспорт", 1),
            ("ID", 2),
            ("-", 0),
        ] {
            assert_eq!(document_type(text), Some(code), "{text}");
        }
        for (text, code) in
            [("Портал eGov", None), ("eGov.kz", Some(ONLINE)), ("по доверенности", Some(REPRESENTATIVE))]
        {
            assert_eq!(channel(text), code, "{text}");
        }
        for (text, code) in
            [("Заменён", REPLACED), ("УКРАДЕН", STOLEN), ("жоғалған", LOST), ("неизвестно", 0)]
        {
            assert_eq!(status(text), Some(code), "{text}");
        }
        assert_eq!(registry_status("аннулирован"), Some(ANNULLED));
        assert_eq!(registry_status("действителен"), Some(ACTIVE));
        assert_eq!(
            (sex("да"), document_type("абв"), channel("абв"), status("абв")),
            (None, None, None, None)
        );
    }
}
