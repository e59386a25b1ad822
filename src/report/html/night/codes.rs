//! Codes: what the tables call things, as a person of each language reads it.
//!
//! In: a code of a table (a kind, a band, a state, a signal, a check, a reason, a field, a dataset, what binds a ring).
//! Out: its words. The law: a code that a later version added is shown as it stands, and no page fails for it.

use super::lang::Lang;
use super::shown;
use crate::report::html::text::words;

/// A code, and its words in every language.
type Row = (&'static str, [&'static str; 3]);

/// Which list a code is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Kind,
    Band,
    State,
    Signal,
    Check,
    Reason,
    Field,
    Dataset,
    Bind,
    Severity,
    Table,
}

impl Of {
    fn rows(self) -> &'static [Row] {
        match self {
            Of::Kind => KINDS,
            Of::Band => BANDS,
            Of::State => STATES,
            Of::Signal => SIGNALS,
            Of::Check => CHECKS,
            Of::Reason => REASONS,
            Of::Field => FIELDS,
            Of::Dataset => DATASETS,
            Of::Bind => BINDS,
            Of::Severity => SEVERITIES,
            Of::Table => TABLES,
        }
    }
}

/// The words of a code.
pub(super) fn label(lang: Lang, of: Of, code: &str) -> String {
    let known = of.rows().iter().find(|(name, _)| *name == code);
    match (known, lang) {
        (Some((_, texts)), _) => lang.pick(*texts).to_owned(),
        (None, Lang::En) => words(code),
        (None, _) => shown(code),
    }
}

const KINDS: &[Row] = &[
    ("document_replaced", ["Document replaced", "Документ заменён", "Құжат ауыстырылған"]),
    ("document_expired", ["Document expired", "Срок документа истёк", "Құжат мерзімі өткен"]),
    ("document_invalidated", ["Document invalidated", "Документ недействителен", "Құжат жарамсыз"]),
    ("name_changed", ["Name changed", "Имя изменилось", "Аты-жөні өзгерген"]),
    ("citizenship_changed", ["Citizenship changed", "Гражданство изменилось", "Азаматтығы өзгерген"]),
    ("birth_date_differs", ["Birth date differs", "Дата рождения расходится", "Туған күні сәйкес емес"]),
    ("sex_differs", ["Sex differs", "Пол расходится", "Жынысы сәйкес емес"]),
    ("iin_unknown", ["IIN unknown", "ИИН неизвестен", "ЖСН белгісіз"]),
    ("iin_mismatch", ["IIN mismatch", "ИИН не совпадает", "ЖСН сәйкес емес"]),
];

const BANDS: &[Row] = &[
    ("high", ["High", "Высокая", "Жоғары"]),
    ("medium", ["Medium", "Средняя", "Орташа"]),
    ("low", ["Low", "Низкая", "Төмен"]),
];

const STATES: &[Row] = &[
    ("new", ["new", "новый", "жаңа"]),
    ("reopened", ["reopened", "открыт снова", "қайта ашылған"]),
    ("changed", ["changed", "изменился", "өзгерген"]),
    ("persisting", ["persisting", "остаётся", "сақталып тұр"]),
    ("resolved", ["resolved", "решён", "шешілген"]),
    ("dismissed", ["dismissed", "отклонён", "қарастырудан алынған"]),
];

const SIGNALS: &[Row] = &[
    ("invalid_iin", ["Invalid IIN", "Неверный ИИН", "ЖСН қате"]),
    (
        "birth_contradicts_iin",
        ["Birth date contradicts IIN", "Дата рождения противоречит ИИН", "Туған күні ЖСН-ге қайшы"],
    ),
    ("sex_contradicts_iin", ["Sex contradicts IIN", "Пол противоречит ИИН", "Жынысы ЖСН-ге қайшы"]),
    ("shared_document", ["Shared document", "Общий документ", "Ортақ құжат"]),
    ("unknown_document", ["Unknown document", "Неизвестный документ", "Белгісіз құжат"]),
    ("malformed_document", ["Malformed document", "Документ не той формы", "Құжат пішімі басқа"]),
    ("impossible_time", ["Impossible time", "Невозможные даты", "Мүмкін емес күндер"]),
    ("presence_missing", ["Presence missing", "Нет личной явки", "Жеке келу жоқ"]),
    ("remote_channel", ["Remote channel", "Получен дистанционно", "Қашықтан алынған"]),
    (
        "representative_burst",
        ["Burst by a representative", "Всплеск у представителя", "Өкіл арқылы жаппай өтініш"],
    ),
    ("consecutive_documents", ["Consecutive documents", "Документы подряд", "Қатар нөмірлі құжаттар"]),
    ("shared_contact", ["Shared contact", "Общий контакт", "Ортақ байланыс"]),
    (
        "document_invalid_at_assignment",
        [
            "Document invalid at assignment",
            "Документ был недействителен при выдаче",
            "ЖСН берілгенде құжат жарамсыз болған",
        ],
    ),
    (
        "duplicate_identity",
        ["Duplicate identity", "Вторая запись того же человека", "Бір адамның екінші жазбасы"],
    ),
    ("unknown_clients", ["Unknown clients", "Клиентов не найти", "Клиенттер табылмайды"]),
    ("no_activity", ["No activity", "Нет активности", "Белсенділік жоқ"]),
];

const CHECKS: &[Row] = &[
    ("missing", ["Required value is empty", "Нет обязательного значения", "Міндетті мән жоқ"]),
    ("iin_length", ["Not twelve characters", "Не двенадцать знаков", "Он екі таңба емес"]),
    ("iin_digits", ["Not only digits", "Не только цифры", "Тек цифрлар емес"]),
    ("iin_check_digit", ["Wrong check digit", "Неверный контрольный разряд", "Бақылау разряды қате"]),
    ("iin_never_issued", ["Number is never issued", "Такой номер не выдают", "Мұндай нөмір берілмейді"]),
    ("iin_birth_date", ["Digits are no date", "Цифры не образуют дату", "Цифрлар күнді құрамайды"]),
    (
        "iin_century",
        ["Seventh digit not in use", "Седьмая цифра не используется", "Жетінші цифр қолданылмайды"],
    ),
    (
        "iin_is_document",
        ["Document number in place of IIN", "Номер документа вместо ИИН", "ЖСН орнында құжат нөмірі"],
    ),
    ("iin_is_rnn", ["Old RNN in place of IIN", "Старый РНН вместо ИИН", "ЖСН орнында ескі СТН"]),
    ("iin_zeros_lost", ["Leading zeros were lost", "Потеряны нули в начале", "Басындағы нөлдер жоғалған"]),
    ("rounded", ["Rounded by a spreadsheet", "Округлён таблицей", "Кесте дөңгелектеген"]),
    ("iin_is_bin", ["BIN in place of IIN", "БИН вместо ИИН", "ЖСН орнында БСН"]),
    (
        "iin_birth_differs",
        ["Birth date differs from IIN", "Дата рождения не та, что в ИИН", "Туған күні ЖСН-дегіден басқа"],
    ),
    ("iin_sex_differs", ["Sex differs from IIN", "Пол не тот, что в ИИН", "Жынысы ЖСН-дегіден басқа"]),
    ("duplicate_iin", ["IIN stands twice", "ИИН повторяется", "ЖСН қайталанады"]),
    ("duplicate_document", ["Document stands twice", "Документ повторяется", "Құжат қайталанады"]),
    (
        "document_format",
        ["Unusual document number", "Необычный номер документа", "Құжат нөмірі әдеттегідей емес"],
    ),
    ("mrz_length", ["MRZ of a wrong length", "Длина МЧЗ неверна", "МОА ұзындығы қате"]),
    ("mrz_character", ["Character that no MRZ has", "Знак, которого нет в МЧЗ", "МОА-да жоқ таңба"]),
    (
        "mrz_check_digit",
        ["Wrong check digit in the MRZ", "Неверный разряд в МЧЗ", "МОА-да бақылау разряды қате"],
    ),
    ("mrz_differs", ["MRZ says something else", "МЧЗ говорит иное", "МОА басқаша көрсетеді"]),
    ("date_impossible", ["No date", "Не дата", "Күн емес"]),
    ("date_future", ["Date in the future", "Дата в будущем", "Болашақ күн"]),
    ("date_order", ["Dates in the wrong order", "Даты не в том порядке", "Күндер реті қате"]),
    ("validity_too_long", ["Valid for too long", "Слишком долгий срок", "Мерзімі тым ұзақ"]),
    ("sex_unknown", ["Sex not understood", "Пол не распознан", "Жынысы танылмады"]),
    ("country_unknown", ["Country not understood", "Страна не распознана", "Ел танылмады"]),
    ("code_unknown", ["Code not understood", "Код не распознан", "Код танылмады"]),
    ("successor_missing", ["Newer document missing", "Нет нового документа", "Жаңа құжат жоқ"]),
];

const REASONS: &[Row] = &[
    ("field_count", ["Wrong number of fields", "Не то число полей", "Өрістер саны қате"]),
    ("unclosed_quote", ["Quote is not closed", "Кавычка не закрыта", "Тырнақша жабылмаған"]),
    ("nul_byte", ["Zero byte", "Нулевой байт", "Нөлдік байт"]),
    ("invalid_utf8", ["Not UTF-8", "Не UTF-8", "UTF-8 емес"]),
    ("invalid_utf16", ["Not UTF-16", "Не UTF-16", "UTF-16 емес"]),
    ("other_encoding", ["Another encoding", "Другая кодировка", "Басқа кодтау"]),
    ("repeated_header", ["Header repeated", "Повтор заголовка", "Тақырып қайталанған"]),
    ("record_too_long", ["Record too long", "Слишком длинная запись", "Жазба тым ұзын"]),
];

const FIELDS: &[Row] = &[
    ("iin", ["IIN", "ИИН", "ЖСН"]),
    ("surname", ["surname", "фамилия", "тегі"]),
    ("given_name", ["given name", "имя", "аты"]),
    ("patronymic", ["patronymic", "отчество", "әкесінің аты"]),
    ("full_name", ["full name", "ФИО", "толық аты-жөні"]),
    ("birth_date", ["birth date", "дата рождения", "туған күні"]),
    ("sex", ["sex", "пол", "жынысы"]),
    ("citizenship", ["citizenship", "гражданство", "азаматтығы"]),
    ("nationality", ["nationality", "гражданство по документу", "құжаттағы азаматтығы"]),
    ("document_type", ["kind of document", "вид документа", "құжат түрі"]),
    ("document_country", ["country of the document", "страна документа", "құжат елі"]),
    ("document_number", ["document number", "номер документа", "құжат нөмірі"]),
    ("document_series", ["document series", "серия документа", "құжат сериясы"]),
    ("document_issue_date", ["document issued on", "дата выдачи документа", "құжат берілген күн"]),
    (
        "document_expiry_date",
        ["document expires on", "срок действия документа", "құжаттың жарамдылық мерзімі"],
    ),
    ("issue_date", ["issued on", "дата выдачи", "берілген күні"]),
    ("expiry_date", ["expires on", "срок действия", "жарамдылық мерзімі"]),
    ("assigned_on", ["assigned on", "дата присвоения", "берілген күні (ЖСН)"]),
    ("channel", ["channel", "канал", "арна"]),
    ("representative_iin", ["IIN of the representative", "ИИН представителя", "өкілдің ЖСН-і"]),
    ("office", ["office", "отделение", "бөлімше"]),
    ("phone", ["phone", "телефон", "телефон нөмірі"]),
    ("address", ["address", "адрес", "мекенжай"]),
    ("status", ["status", "статус", "мәртебесі"]),
    ("status_date", ["date of the status", "дата статуса", "мәртебе күні"]),
    ("personal_number", ["personal number", "личный номер", "жеке нөмір"]),
    ("previous_number", ["previous number", "прежний номер", "бұрынғы нөмір"]),
    ("mrz", ["machine readable zone", "машиночитаемая зона", "машина оқитын аймақ"]),
    ("kind", ["kind", "вид события", "оқиға түрі"]),
    ("occurred_on", ["occurred on", "дата события", "оқиға күні"]),
];

const DATASETS: &[Row] = &[
    ("registry", ["Registry", "Регистр", "Тіркелім"]),
    ("documents", ["Documents", "Документы", "Құжаттар"]),
    ("activity", ["Activity", "Активность", "Белсенділік"]),
];

const BINDS: &[Row] = &[
    ("representative", ["representative", "представитель", "өкіл"]),
    ("document", ["document", "документ", "құжат"]),
    ("phone", ["phone", "телефон", "телефон нөмірі"]),
    ("address", ["address", "адрес", "мекенжай"]),
    ("burst", ["days of a representative", "дни представителя", "өкілдің күндері"]),
    ("run", ["run of numbers", "номера подряд", "қатар нөмірлер"]),
    ("day", ["day at an office", "день в отделении", "бөлімшедегі күн"]),
];

const SEVERITIES: &[Row] =
    &[("error", ["error", "ошибка", "қате"]), ("warning", ["warning", "предупреждение", "ескерту"])];

const TABLES: &[Row] = &[
    ("corrections", ["Corrections", "Исправления", "Түзетулер"]),
    ("suspects", ["Suspects", "Сомнительные записи", "Күдікті жазбалар"]),
    ("duplicates", ["One person?", "Один человек?", "Бір адам ба?"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Dataset;
    use crate::ingest::reject::Reason;
    use crate::report::changes::CaseTable;
    use crate::rules::corrections::Kind;
    use crate::rules::rings;
    use crate::rules::score::Band;
    use crate::rules::signals::Code;
    use crate::validate::defect::Check;

    /// Whether a text has letters that only the other alphabet has.
    fn is_latin(text: &str) -> bool {
        text.chars().any(|c| c.is_ascii_lowercase())
    }

    #[test]
    fn every_code_of_this_version_has_words() {
        let known = |of: Of, codes: &[&str]| {
            let rows: Vec<&str> = of.rows().iter().map(|(code, _)| *code).collect();
            for code in codes {
                assert!(rows.contains(code), "{of:?} lacks {code}");
            }
        };
        known(Of::Kind, &Kind::ALL.map(Kind::name));
        known(Of::Band, &Band::ALL.map(Band::name));
        known(Of::Signal, &Code::ALL.map(Code::name));
        known(Of::Check, &Check::ALL.iter().map(|check| check.name()).collect::<Vec<_>>());
        let datasets = [Dataset::Registry, Dataset::Documents, Dataset::Activity];
        known(Of::Dataset, &datasets.map(Dataset::name));
        for dataset in datasets {
            known(Of::Field, &dataset.roles().iter().map(|role| role.name()).collect::<Vec<_>>());
        }
        use rings::Kind::{Address, Burst, Day, Document, Phone, Representative, Run};
        known(Of::State, &crate::report::changes::State::ALL.map(crate::report::changes::State::name));
        known(Of::Reason, &Reason::ALL.map(Reason::name));
        known(Of::Table, &CaseTable::ALL.map(CaseTable::name));
        known(Of::Bind, &[Representative, Document, Phone, Address, Burst, Run, Day].map(rings::Kind::name));
    }

    #[test]
    fn words_are_of_their_language() {
        use Of::*;
        for of in [Kind, Band, State, Signal, Check, Reason, Field, Dataset, Bind, Severity, Table] {
            for (code, [en, ru, kk]) in of.rows() {
                assert!(!en.is_empty() && !ru.is_empty() && !kk.is_empty(), "{code}");
                assert!(!is_latin(ru) && !is_latin(kk), "{code}: {ru}, {kk}");
            }
        }
        assert_eq!(label(Lang::En, Of::Kind, "sun_spots"), "sun spots");
        assert_eq!(label(Lang::Kk, Of::Kind, "sun_spots\u{202e}"), "sun_spots⟨U+202E⟩");
    }
}
