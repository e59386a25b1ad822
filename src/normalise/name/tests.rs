use super::*;
use NameLevel::{Different, Identical, Missing, SameFold, Variant};
use proptest::prelude::*;

/// Surname, given name and patronymic, parted by `|`.
fn name(text: &str) -> PersonName<'_> {
    let mut parts = text.split('|');
    let mut part = || parts.next().unwrap_or("");
    PersonName { surname: part(), given_name: part(), patronymic: part() }
}

/// Left, right, level of the surnames, level of the given names, and why.
type Case = (&'static str, &'static str, NameLevel, NameLevel, &'static str);

const CASES: &[Case] = &[
    ("Иванов|Юлия", "ИВАНОВ|ЮЛИЯ", Identical, Identical, "case is no difference"),
    ("Иванов|Юлия", "IVANOV|YULIYA", SameFold, SameFold, "the spelling before 2014"),
    ("Иванов|Юлия", "IVANOV|IULIIA", SameFold, SameFold, "the ICAO spelling"),
    ("IVANOV|YULIYA", "IVANOV|IULIIA", Identical, SameFold, "two passports of one person"),
    ("IVANOV|YULIA", "IVANOV|IULIIA", Identical, SameFold, "runs of I and Y are one"),
    ("PETROV|ANDREY", "PETROV|ANDREI", Identical, SameFold, "й as Y and as I"),
    ("PETROV|SERGEY", "Петров|Сергей", SameFold, SameFold, "й at the end"),
    ("PETROV|DMITRY", "PETROV|DMITRII", Identical, SameFold, "-ий has four spellings"),
    ("PETROV|DMITRIY", "PETROV|DMITRIJ", Identical, Variant, "J is Ж, not Й: one edit"),
    ("YELISEYEV|YEVGENIY", "Елисеев|Евгений", SameFold, SameFold, "е as YE"),
    ("SOLOVYOV|PYOTR", "SOLOVEV|PETR", SameFold, SameFold, "ё as YO and as E"),
    ("Соловьёв|Пётр", "Соловьев|Петр", Identical, Identical, "ё and е are one letter in exports"),
    ("SHCHERBAKOV|ANNA", "Щербаков|Анна", SameFold, SameFold, "щ in four letters"),
    ("KHAKIMOV|ALI", "HAKIMOV|ALI", SameFold, Identical, "х as KH and as H"),
    ("XAKIMOV|ALI", "Ҳакимов|Али", SameFold, SameFold, "Uzbek X and Ҳ"),
    ("G‘ULOMOV|SHERZOD", "GHULOMOV|SHERZOD", SameFold, Identical, "Uzbek G with its sign"),
    ("O‘KTAMOV|ALI", "OKTAMOV|ALI", SameFold, Identical, "the MRZ drops the sign"),
    ("QODIROV|ALI", "KODIROV|ALI", SameFold, Identical, "қ as Q and as K"),
    ("ÇELİK|AYŞE", "CELIK|AYSE", SameFold, SameFold, "Turkish letters as the MRZ writes them"),
    ("YILMAZ|OĞUZ", "YILMAZ|OGUZ", Identical, SameFold, "Turkish soft G"),
    ("ƏLİYEV|ELÇİN", "ALIYEV|ELCHIN", SameFold, SameFold, "Azerbaijani Ə is A in passports"),
    ("Әбенов|Жасұлан", "Абенов|Жасулан", SameFold, SameFold, "a Kazakh name in Russian letters"),
    ("Қасымов|Өмірзақ", "KASYMOV|OMIRZAK", SameFold, SameFold, "Kazakh passports: K and O"),
    ("Қасымов|Өмірзақ", "QASYMOV|OMIRZAQ", SameFold, SameFold, "Kazakh Latin: Q"),
    ("ZHUMABAYEV|YERLAN", "Жұмабаев|Ерлан", SameFold, SameFold, "Kazakh passports: YE"),
    ("KASSYMZHANOV|ASKHAT", "KASYMJANOV|ASHAT", SameFold, Variant, "doubled S, ZH as J; SKH and SH part"),
    ("DZHAMSHEDOV|ALI", "JAMSHEDOV|ALI", SameFold, Identical, "ҷ in three letters and in one"),
    ("TCHERNENKO|IVAN", "Черненко|Иван", SameFold, SameFold, "the French spelling of Soviet passports"),
    ("OUMAROV|ALI", "Умаров|Али", SameFold, SameFold, "French OU"),
    ("ALEXANDROV|MAXIM", "ALEKSANDROV|MAKSIM", SameFold, SameFold, "X and KS"),
    ("TSOI|IVAN", "Цой|Иван", SameFold, SameFold, "ц as TS"),
    ("Аль-Хасан|Омар", "AL HASAN|OMAR", SameFold, SameFold, "hyphen and space"),
    ("Абдул-Рахман|Али", "АБДУЛРАХМАН|АЛИ", SameFold, Identical, "hyphen and nothing"),
    ("KIM|DZHAN KHEN", "KIM|DZHANKHEN", Identical, SameFold, "space and nothing"),
    ("Иванова|Анна", "Иванов|Анна", Variant, Identical, "the feminine ending comes and goes"),
    ("АЛИЕВА|АННА", "ALIYEV|ANNA", Variant, SameFold, "the feminine ending in another script"),
    ("ПУШКИНА|АННА", "ПУШКИН|АННА", Variant, Identical, "-ина"),
    ("ДОСТОЕВСКАЯ|АННА", "ДОСТОЕВСКИЙ|АННА", Variant, Identical, "-ская and -ский"),
    ("БЕЛАЯ|АННА", "БЕЛЫЙ|АННА", Variant, Identical, "-ая and -ый"),
    ("Омаров|Али", "Умаров|Али", Variant, Identical, "one edit in six letters is forgiven, rightly or not"),
    ("Ким|Серик", "Ким|Берик", Identical, Variant, "one edit in five letters: two names, but not provably"),
    ("Ким|Ян", "Цой|Ян", Different, Identical, "three letters forgive nothing"),
    ("Ли|Анна", "Ни|Анна", Different, Identical, "two letters forgive nothing"),
    ("Ниязов|Али", "Насыров|Али", Different, Identical, "two other names"),
    ("Абдрахманов|Али", "Абдурахманов|Али", Variant, Identical, "a vowel more"),
    ("Нурмагамбетов|Али", "Нурмухамбетов|Али", Variant, Identical, "two edits in a long name"),
    ("Нурланов|Али", "Нурсеитов|Али", Different, Identical, "a common head is not enough"),
    ("Ким|MUHAMMAD", "Ким|MOHAMED", Identical, Variant, "a family of spellings"),
    ("Ким|Мухаммад", "KIM|MEHMET", SameFold, Variant, "the family's Turkish member"),
    ("Ким|Юсуф", "KIM|YOUSSEF", SameFold, Variant, "the family's French member"),
    ("Ким|ABDULRAHMAN", "Ким|ABDURAKHMAN", Identical, Variant, "the article's L"),
    ("Ким|Джамшед", "KIM|JAMSHID", SameFold, Variant, "a vowel of the family"),
    ("Иванова|Анна", "Петрова|Анна", Different, Identical, "a marriage: the surname changed"),
    ("Иванова|Анна|Петровна", "SIDOROVA|ANNA", Different, SameFold, "a marriage in another script"),
    ("Иванов|Анна", "Иванов|Мария", Identical, Different, "the given name changed"),
    ("Иванов|Анна", "Петрова|Мария", Different, Different, "another person, or all changed"),
    ("?лиев|Ержан", "Әлиев|Ержан", Variant, Identical, "an export lost the Ә"),
    ("?асымов|Ержан", "Қасымов|Ержан", Variant, Identical, "an export lost the Қ"),
    ("Ким|Ба?ыт", "KIM|BAKYT", SameFold, Variant, "the lost letter against Latin"),
    ("Ким|?лібек", "Ким|Әлібек", Identical, Variant, "the lost first letter"),
    ("Ким|?лібек", "Ким|Жәнібек", Identical, Different, "a lost letter is one letter"),
    ("Ким|Г?лн?р", "Ким|Гүлнәр", Identical, Variant, "two lost letters"),
    ("ИВАНОВ|ПЕТР", "ПЕТР|ИВАНОВ", SameFold, SameFold, "the columns changed places"),
    ("|IVANOV PETR", "Иванов|Пётр", SameFold, SameFold, "the whole name in one column, surname first"),
    ("ALIYEVA|MOHAMED", "MUHAMMAD|ALIEV", Variant, Variant, "changed places and respelled"),
    ("SUKARNO|", "|SUKARNO", SameFold, SameFold, "a mononym in either column"),
    ("SUKARNO|", "SUKARNO|AHMED", Identical, Missing, "a mononym against a fuller record"),
    ("|РАДЖЕШ", "KUMAR|RAJESH", Missing, SameFold, "no surname is no other surname"),
    ("SINGH|", "|RAJESH", Different, Missing, "two mononyms that differ"),
    ("-|РАДЖЕШ", "N/A|RAJESH", Missing, SameFold, "placeholders are nothing"),
    ("Ким|Анна Мария", "Ким|Анна", Identical, Variant, "a token more"),
    ("Ким|Анна Мария", "Ким|Мария Анна", Identical, SameFold, "tokens in another order"),
    ("Ким|Иван Петрович", "Ким|Иван|Петрович", Identical, SameFold, "the patronymic inside the given name"),
    ("Ким|Серік Ахметұлы", "KIM|SERIK|AKHMETOVICH", SameFold, SameFold, "and in another language"),
    ("Ким|А.", "Ким|Анна", Identical, Variant, "an initial"),
    ("Ким|А.", "Ким|Мария", Identical, Different, "another initial"),
    (
        "WICKRAMASINGHE ARACHCHILAGE|NIM",
        "WICKRAMASINGHE ARACHCHILAGE|NIMALSIRI",
        Identical,
        Different,
        "three letters of a cut name prove nothing",
    ),
    (
        "WICKRAMASINGHE ARACHCHI|NIMAL",
        "WICKRAMASINGHE ARACHCHI|NIMALSIRI",
        Identical,
        Variant,
        "the MRZ cut the name",
    ),
    ("Ким|Алексей", "Ким|Алекс", Identical, Different, "short for it, but not by spelling"),
    ("李|明", "李|明", Identical, Identical, "scripts without a table are compared letter by letter"),
    ("李|明", "王|明", Different, Identical, "and told apart"),
    ("Cидоров|Анна", "Сидоров|Анна", SameFold, Identical, "a Latin C amid Cyrillic"),
];

#[test]
fn names_compare_as_the_table_says() {
    let mut wrong = Vec::new();
    for &(left, right, surname, given, why) in CASES {
        let found = compare(&name(left), &name(right));
        if (found.surname, found.given) != (surname, given) {
            wrong.push(format!("{left} ~ {right}: {:?}/{:?} ({why})", found.surname, found.given));
        }
        assert_eq!(found, compare(&name(right), &name(left)), "{left} ~ {right} is not symmetric");
        let changed = if surname == Different {
            Some(Role::Surname)
        } else if given == Different {
            Some(Role::GivenName)
        } else {
            None
        };
        if (found.surname, found.given) == (surname, given) {
            assert_eq!(found.changed(), changed, "{left} ~ {right}");
        }
    }
    assert!(CASES.len() >= 60);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn patronymics_share_their_root() {
    for (left, right, level) in [
        ("||Серикович", "||СЕРИКОВИЧ", Identical),
        ("||Серикович", "||SERIKOVICH", SameFold),
        ("||Серікұлы", "||SERIKOVICH", Variant),
        ("||Ахметқызы", "||Ахметовна", Variant),
        ("||Вали оглы", "||VALI OGLI", SameFold),
        ("||Петрович", "||Иванович", Different),
        ("||Петрович", "||", Missing),
    ] {
        let found = compare(&name(left), &name(right));
        assert_eq!(found.patronymic, level, "{left} ~ {right}");
        assert_eq!(found.changed(), None);
    }
}

#[test]
fn keys_are_blind_to_spelling_and_order() {
    let mut memo = NameMemo::default();
    let mut key = |text: &str| {
        let name = name(text);
        name_key(name.surname, name.given_name, &mut memo)
    };
    for (left, right) in [
        ("Иванов|Юлия", "IVANOV|IULIIA"),
        ("Иванов|Юлия", "YULIYA|IVANOV"),
        ("Иванов|Юлия|Петровна", "Иванов|Юлия"),
        ("Иванов|Юлия Анна", "IVANOV-ANNA|YULIA"),
        ("SUKARNO|", "-|Sukarno"),
    ] {
        assert_eq!(key(left), key(right), "{left} ~ {right}");
        assert_ne!(key(left), 0);
    }
    assert_ne!(key("Иванов|Юлия"), key("Иванова|Юлия"));
    assert_ne!(key("Омаров|Али"), key("Умаров|Али"));
    for text in ["|", "-|-", "N/A|НЕТ", "?лиев|Ержан", "Ким|Ба?ыт", "123|."] {
        assert_eq!(key(text), 0, "{text}");
    }
}

#[test]
fn no_fold_belongs_to_two_families() {
    for pair in FAMILIES.windows(2) {
        assert!(pair[0].0 != pair[1].0, "{pair:?}");
    }
    assert_eq!(family(folded("Магомед").as_str()), Some("MUHAMMAD"));
    assert_eq!(family("IVAN"), None);
}

/// How coarse the key is: distinct surnames, made of real-looking stems and endings, that share a fold.
/// Those that a person would call one name in two spellings are not counted.
#[test]
#[allow(clippy::print_stdout, reason = "the figure is for whoever changes the rules")]
fn few_distinct_surnames_share_a_fold() {
    let stems = "Абай Абдулл Абен Агатаев Айтбай Аким Алим Аман Арман Аскар Ахмет Ашир Байжан Бай Бакир Бек Берик Бори \
        Васил Волк Гали Гарип Голуб Гулям Давлет Дамир Данил Дуйсен Егор Ермек Есен Жакан Жаксылык Жанар Жандос Жумабай \
        Зайц Закир Зарип Ибраим Иван Идрис Илья Исла Кадыр Каир Калий Карим Кайрат Ковал Козл Кузнец Курбан Лебед Мадияр \
        Макс Мамед Марат Медвед Мороз Мурат Муса Назар Насыр Ники Нияз Нур Омар Орал Оспан Павл Петр Поп Рахим Рашид \
        Романов Рустам Сабир Садык Саид Сапар Сафар Сеит Семен Сергей Сидор Смаил Соколь Султан Тайр Тахир Темир Тимур \
        Толеген Турсун Уали Умар Усен Фарид Фарх Хамит Хасан Хусаин Чернышь Чингиз Шакир Шарип Шерзод Щерба Юлдаш Юсуп \
        Якуб Яковл Ян Ярм";
    let endings = [
        "ов",
        "ев",
        "ин",
        "баев",
        "беков",
        "жанов",
        "улин",
        "нов",
        "ский",
        "енко",
        "оглы",
        "зода",
        "ханов",
        "галиев",
        "мухамедов",
        "кулов",
        "дыков",
        "шин",
        "чук",
        "цев",
        "ян",
        "дзе",
        "пулатов",
        "мурадов",
    ];
    let mut folds = std::collections::BTreeMap::<String, std::collections::BTreeSet<String>>::new();
    let mut count = 0;
    for stem in stems.split_whitespace() {
        for ending in endings {
            let surname = format!("{stem}{ending}");
            folds.entry(folded(&surname).as_str().to_owned()).or_default().insert(surname);
            count += 1;
        }
    }
    let shared: Vec<_> = folds.values().filter(|names| names.len() > 1).collect();
    let extra: usize = shared.iter().map(|names| names.len() - 1).sum();
    println!("{extra} of {count} distinct surnames share a fold with another: {shared:?}");
    assert!(extra * 50 < count, "{extra} of {count} distinct surnames share a fold: {shared:?}");
}

proptest! {
    #[test]
    fn comparing_is_symmetric_and_survives_any_text(left in "\\PC{0,30}", right in "\\PC{0,30}") {
        let (one, two) = (name(&left), name(&right));
        prop_assert_eq!(compare(&one, &two), compare(&two, &one));
    }

    #[test]
    fn comparing_names_is_symmetric(left in "[А-ЯҚӘа-я?]{0,9}( [а-я]{1,6})?\\|[А-Яа-я]{0,8}( [а-я]{1,5})?\\|[а-я]{0,8}", right in "[А-ЯҚӘа-я?]{0,9}( [а-я]{1,6})?\\|[А-Яа-я]{0,8}( [а-я]{1,5})?\\|[а-я]{0,8}") {
        let (one, two) = (name(&left), name(&right));
        prop_assert_eq!(compare(&one, &two), compare(&two, &one));
    }

    #[test]
    fn a_name_is_identical_to_itself(text in "[А-Я][а-я]{2,9}\\|[А-Я][а-я]{2,9}") {
        prop_assume!(!text.split('|').any(is_placeholder));
        let found = compare(&name(&text), &name(&text));
        prop_assert_eq!((found.surname, found.given, found.changed()), (Identical, Identical, None));
    }

    #[test]
    fn a_memo_changes_nothing(names in proptest::collection::vec("[А-Яа-яA-Z -]{0,12}", 1..40)) {
        let mut memo = NameMemo::default();
        for pair in names.windows(2).chain(names.windows(2)) {
            prop_assert_eq!(name_key(&pair[0], &pair[1], &mut memo), name_key(&pair[0], &pair[1], &mut NameMemo::default()));
        }
    }
}
