//! Texts: every sentence of the page, in every language, side by side.
//!
//! In: the language of the page. Out: its sentences, some of them with places for figures ([`super::lang`]). The law: a
//! text exists in all languages or the crate is not built; its places are the same in each; and what is said of people
//! is a question.

use super::lang::Lang;

macro_rules! texts {
    ($($name:ident $en:literal $ru:literal $kk:literal;)*) => {
        /// The texts of a language.
        #[derive(Clone, Copy, Debug)]
        pub(super) struct Texts(pub(super) Lang);

        impl Texts {
            $(pub(super) fn $name(self) -> &'static str { self.0.pick([$en, $ru, $kk]) })*
        }

        /// Every text with its name.
        #[cfg(test)]
        const ALL: &[(&str, [&str; 3])] = &[$((stringify!($name), [$en, $ru, $kk]),)*];
    };
}

texts! {
    skip "To the findings" "К результатам" "Нәтижелерге";
    kicker "iinrec, the night as of {day}" "iinrec, ночь на {day}" "iinrec, {day} күнгі түн";
    title "Morning report of {day}" "Утренний отчёт за {day}" "{day} таңғы есебі";
    wait "{n:correction waits|corrections wait}"
        "{n:исправление ждёт|исправления ждут|исправлений ждут}"
        "{n:түзету күтіп тұр}";
    wait_new "{n:correction waits|corrections wait}, {new} of them new since {day}"
        "{n:исправление ждёт|исправления ждут|исправлений ждут}, из них новых с {day}: {new}"
        "{n:түзету күтіп тұр}, {day} күнінен бері жаңасы: {new}";
    wait_none "No correction waits" "Исправлений нет" "Күтіп тұрған түзету жоқ";
    first "{n:record|records} should be looked at first"
        "{n:запись|записи|записей} стоит посмотреть первыми"
        "алдымен {n:жазбаны} қарап шығу керек";
    first_none "nobody has to be looked at first" "срочно смотреть никого не нужно" "шұғыл қарайтын ешкім жоқ";
    lead "Besides, {medium:record is|records are} in the medium band and {low} in the low one; {pairs:number looks|numbers look} as if their person had another. Reading found {defects:defect|defects} of the data and rejected {rejects:record|records}."
        "Кроме того: записей в средней полосе {medium}, в низкой {low}; номеров, у человека которых, похоже, есть второй: {pairs}. При чтении найдено дефектов данных: {defects}, отклонено записей: {rejects}."
        "Бұдан бөлек: орташа деңгейде {medium:жазба}, төмен деңгейде {low}; адамының екінші нөмірі бар сияқты {pairs:нөмір}. Оқу кезінде {defects:дерек ақауы} табылды, {rejects:жазба} қабылданбады.";
    masked "This page holds no name, no document number and no birth date; of numbers it shows the last four characters. The values of a case are told by explain, to whoever may read the report's folder. Nothing here says that somebody did anything: every line is a question for a person."
        "На этой странице нет ни имён, ни номеров документов, ни дат рождения; от номеров видны последние четыре знака. Значения случая покажет команда explain тому, кто вправе читать папку отчёта. Ни одна строка не говорит, что кто-то что-то сделал: каждая из них лишь вопрос человеку."
        "Бұл бетте ешкімнің аты-жөні, құжат нөмірі, туған күні жоқ; нөмірлердің соңғы төрт таңбасы ғана көрінеді. Жағдайдың мәндерін есеп папкасын оқуға құқығы бар адамға explain командасы көрсетеді. Бірде-бір жол біреу бірдеңе жасады демейді: әрқайсысы адамға қойылған сұрақ қана.";
    unmasked "This page shows values of the registers, since it was asked for with --report-values. Treat it as you treat the registry. Nothing here says that somebody did anything: every line is a question for a person."
        "Эта страница показывает значения регистров: так просили ключом --report-values. Обращайтесь с ней как с самим регистром. Ни одна строка не говорит, что кто-то что-то сделал: каждая из них лишь вопрос человеку."
        "Бұл бет тіркелім мәндерін көрсетеді: --report-values арқылы сұралған. Оған тіркелімнің өзіне қарағандай қараңыз. Бірде-бір жол біреу бірдеңе жасады демейді: әрқайсысы адамға қойылған сұрақ қана.";
    on_page "On this page" "На этой странице" "Осы бетте";

    fig_corrections "Corrections" "Исправления" "Түзетулер";
    fig_high "Suspects, high band" "Сомнительные, высокая полоса" "Күдікті, жоғары деңгей";
    fig_pairs "Numbers that look like one person" "Номера, похожие на одного человека" "Бір адамға ұқсайтын нөмірлер";
    fig_defects "Defects of the data" "Дефекты данных" "Деректер ақаулары";
    fig_rejects "Records rejected" "Отклонённые записи" "Қабылданбаған жазбалар";
    fig_records "Records read" "Прочитано записей" "Оқылған жазбалар";
    note_new "{n} new" "новых: {n}" "жаңасы: {n}";
    note_all "of {n} in all" "всего {n}" "барлығы {n}";
    note_share "{share} of the records" "{share} записей" "жазбалардың {share}";

    new_title "New since yesterday" "Новое со вчерашнего дня" "Кешеден бері не жаңа";
    new_none "This run was not compared with an earlier one. With --previous DIR the next one says what is new, what changed and what was settled."
        "Этот прогон не сравнивали с прежним. С ключом --previous DIR следующий скажет, что появилось, что изменилось и что решено."
        "Бұл іске қосу бұрынғысымен салыстырылмаған. --previous DIR берілсе, келесісі не жаңа, не өзгерді, не шешілді дегенді айтады.";
    new_lead "Compared with the night of {day}. A case is the same while its id is the same; resolved ones are in changes.parquet only."
        "В сравнении с ночью {day}. Случай тот же, пока тот же его номер; решённые есть только в changes.parquet."
        "{day} күнгі түнмен салыстырғанда. Нөмірі өзгермесе, жағдай сол күйі; шешілгендері тек changes.parquet ішінде.";
    new_differs "The two nights ran with another version or configuration, so that some of the difference comes from the program and not from the people."
        "Ночи прошли с разной версией или настройкой: часть различий идёт от программы, а не от людей."
        "Екі түн әртүрлі нұсқамен немесе баптаумен өтті: айырманың бір бөлігі адамдардан емес, бағдарламадан.";
    new_caption "Cases by state" "Случаи по состоянию" "Жағдайлар күйі бойынша";
    new_kinds "New ones by kind" "Новые по видам" "Жаңалары түрі бойынша";

    corrections_title "Corrections" "Исправления" "Түзетулер";
    corrections_lead "Registry records that a document contradicts. No legal deadline is known, so nothing is called overdue; how long a mismatch has stood is told instead."
        "Записи регистра, которым противоречит документ. Срок по закону неизвестен, поэтому просроченных нет; вместо этого сказано, как давно расхождение."
        "Құжат қайшы келетін тіркелім жазбалары. Заңды мерзім белгісіз, сондықтан кешіктірілген деп аталмайды; оның орнына айырманың қашаннан бері тұрғаны айтылады.";
    by_kind "By kind" "По видам" "Түрі бойынша";
    by_age "By age of the mismatch" "По давности расхождения" "Айырманың ескілігі бойынша";
    by_office "By office" "По отделениям" "Бөлімшелер бойынша";
    office_none "The corrections name no office: the registry file has no such column, or the report is of an older version."
        "Отделения у исправлений нет: в файле регистра нет такого столбца, или отчёт прежней версии."
        "Түзетулерде бөлімше жоқ: тіркелім файлында ондай баған жоқ немесе есеп бұрынғы нұсқадан.";
    office_others "{n:other office|other offices}" "ещё {n:отделение|отделения|отделений}" "тағы {n:бөлімше}";
    office_unknown "no office named" "отделение не указано" "бөлімше көрсетілмеген";
    none_here "There is none." "Таких нет." "Ондай жоқ.";
    age_unknown "no date known" "дата неизвестна" "күні белгісіз";
    age_future "begins in the future" "начнётся позже" "кейін басталады";
    age_30 "under 30 days" "меньше 30 дней" "30 күннен аз";
    age_90 "30 to 89 days" "от 30 до 89 дней" "30–89 күн";
    age_365 "90 days to a year" "от 90 дней до года" "90 күннен бір жылға дейін";
    age_1095 "one to three years" "от года до трёх лет" "бір жылдан үш жылға дейін";
    age_more "three years and more" "три года и больше" "үш жыл және одан көп";

    col_kind "Kind" "Вид" "Түрі";
    col_band "Band" "Полоса" "Деңгей";
    col_age "Stands for" "Стоит" "Қанша тұр";
    col_office "Office" "Отделение" "Бөлімше";
    col_signal "Signal" "Признак" "Белгі";
    col_count "Cases" "Случаев" "Жағдай";
    col_new "New" "Новых" "Жаңа";
    col_share "Share" "Доля" "Үлесі";
    col_dataset "Dataset" "Набор" "Жиын";
    col_field "Column" "Столбец" "Баған";
    col_check "What is wrong" "Что не так" "Не дұрыс емес";
    col_severity "Severity" "Тяжесть" "Ауырлығы";
    col_defects "Defects" "Дефектов" "Ақау";
    col_file "File" "Файл" "Файл";
    col_reason "Reason" "Причина" "Себебі";
    col_records "Records" "Записей" "Жазба";
    col_accepted "Accepted" "Принято" "Қабылданды";
    col_rejected "Rejected" "Отклонено" "Қабылданбады";
    col_format "Read as" "Прочитан как" "Қалай оқылды";
    col_night "Night" "Ночь" "Түн";
    col_stage "Stage" "Этап" "Кезең";
    col_seconds "Seconds" "Секунд" "Секунд";
    col_case "Case" "Случай" "Жағдай";
    col_what "What" "Что" "Не";
    col_state "State" "Состояние" "Күйі";
    col_since "Age, days" "Дней" "Күн саны";
    col_sure "How sure" "Уверенность" "Сенімділік";
    col_number "Number" "Номер" "Нөмір";
    col_table "Table" "Таблица" "Кесте";

    suspects_title "Records that may belong to nobody" "Записи, за которыми, возможно, никого нет" "Артында ешкім болмауы мүмкін жазбалар";
    suspects_lead "A score is a question for a person, never an answer about one. It is the probability, as far as the registers show, that nobody is behind the number."
        "Оценка: вопрос человеку и никогда не ответ о человеке. Это вероятность, насколько видно из регистров, что за номером никого нет."
        "Балл адамға қойылған сұрақ, ешқашан адам туралы жауап емес. Бұл тіркелімдерден көрінгенше нөмірдің артында ешкім жоқ болу ықтималдығы.";
    by_band "By band" "По полосам" "Деңгейлері бойынша";
    by_signal "By signal" "По признакам" "Белгілері бойынша";
    signal_note "A record may bear several signals."
        "У записи может быть несколько признаков."
        "Бір жазбада бірнеше белгі болуы мүмкін.";
    innocent "Innocent causes" "Невинные причины" "Кінәсіз себептер";
    meaning "What it means" "Что это значит" "Бұл нені білдіреді";

    rings_title "Suspects who hang together" "Сомнительные записи, связанные между собой" "Өзара байланысты күдікті жазбалар";
    rings_lead "A ring is suspects who share what hardly anybody else has: who filed for them, a document, a phone, an address, a run of numbers. It is a way to look at them and no further sign against anybody. Families, workmates and neighbours hang together too."
        "Группа: сомнительные записи, у которых общее то, чего почти ни у кого больше нет: кто подавал, документ, телефон, адрес, номера подряд. Это способ смотреть, а не новый признак против кого-либо. Семьи, коллеги и соседи тоже связаны."
        "Топ дегеніміз басқада жоқтың қасы нәрсені бөлісетін күдікті жазбалар: кім өтініш берді, құжат, телефон, мекенжай, қатар нөмірлер. Бұл қарау тәсілі ғана, ешкімге қарсы жаңа белгі емес. Отбасылар, әріптестер, көршілер де байланысты болады.";
    rings_shown "The {shown} largest of {n} rings; all are in rings.parquet."
        "Показаны самые большие, {shown} из {n}; все в rings.parquet."
        "{n} топтың ең үлкен {shown} көрсетілді; барлығы rings.parquet ішінде.";
    ring_members "{n:record|records}, {high} of them in the high band"
        "{n:запись|записи|записей}, из них в высокой полосе {high}"
        "{n:жазба}, оның {high} жоғары деңгейде";
    ring_days "assigned from {from} to {to}" "присвоены с {from} по {to}" "{from} мен {to} аралығында берілген";
    ring_of "{kind}: {n} of {all}" "{kind}: {n} из {all}" "{kind}: {all} ішінен {n}";
    ring_drawn "{n:more is|more are} not drawn" "не нарисовано ещё {n}" "тағы {n} салынбаған";
    ring_title "Ring {id}" "Группа {id}" "{id} тобы";
    ring_legend "Dots are records: filled in the high band, half filled in the medium one, hollow in the low one. Squares are what binds them."
        "Точки: записи; закрашенные в высокой полосе, наполовину в средней, пустые в низкой. Квадраты: что их связывает."
        "Нүктелер жазбаларды білдіреді: жоғары деңгейде толық, орташада жартылай, төменде бос. Шаршылар: оларды не байланыстырады.";

    quality_title "Quality of the data" "Качество данных" "Деректер сапасы";
    quality_lead "What checks found in the columns of each file. A record with a defect is used all the same; a rejected one could not be read as a record."
        "Что проверки нашли в столбцах каждого файла. Запись с дефектом всё равно участвует; отклонённую не удалось прочесть как запись."
        "Тексерулер әр файлдың бағандарынан не тапты. Ақауы бар жазба бәрібір қатысады; қабылданбағаны жазба ретінде оқылмады.";
    defects_caption "Defects by column and check" "Дефекты по столбцам и проверкам" "Ақаулар баған мен тексеру бойынша";
    defects_files "Defects by file" "Дефекты по файлам" "Ақаулар файлдар бойынша";
    defects_rest "The {n} most frequent; all are in defects.parquet."
        "Показаны {n} самых частых; все в defects.parquet."
        "Ең жиі {n} көрсетілді; барлығы defects.parquet ішінде.";
    rejects_caption "Rejected records by file and reason" "Отклонённые записи по файлам и причинам" "Қабылданбаған жазбалар файл мен себебі бойынша";
    rejects_none "Every record could be read." "Прочитаны все записи." "Барлық жазба оқылды.";
    defects_none "No check failed." "Ни одна проверка не сработала." "Бірде-бір тексеру ақау таппады.";

    trend_title "Trend over the nights" "Как менялось по ночам" "Түндер бойынша өзгеріс";
    trend_none "No earlier night was given. With --history DIR the page draws how figures moved."
        "Прежние ночи не указаны. С ключом --history DIR страница покажет, как менялись числа."
        "Бұрынғы түндер көрсетілмеген. --history DIR берілсе, бет сандардың қалай өзгергенін сызады.";
    trend_lead "The last {n:night|nights}, this one at the right. A step that nobody can explain is worth a question to whoever makes the exports."
        "Последние {n:ночь|ночи|ночей}, эта справа. О скачке, которого никто не может объяснить, стоит спросить тех, кто делает выгрузки."
        "Соңғы {n:түн}, осы түн оң жақта. Ешкім түсіндіре алмайтын секіріс туралы жүктемені жасайтындардан сұраған жөн.";
    trend_table "The same as a table" "То же таблицей" "Сол деректер кестемен";
    trend_corrections "Corrections" "Исправления" "Түзетулер";
    trend_high "Suspects, high band" "Сомнительные, высокая полоса" "Күдікті, жоғары деңгей";
    trend_rejects "Rejected records" "Отклонённые записи" "Қабылданбаған жазбалар";
    trend_defects "Defects" "Дефекты" "Ақаулар";
    trend_records "Records read" "Прочитано записей" "Оқылған жазбалар";
    trend_seconds "Seconds of the run" "Секунд работы" "Жұмыс секунды";
    trend_words "From {first} on {from} to {last} on {to}; lowest {least}, highest {most}."
        "От {first} ({from}) до {last} ({to}); наименьшее {least}, наибольшее {most}."
        "{from} күнгі {first} мәнінен {to} күнгі {last} мәніне дейін; ең азы {least}, ең көбі {most}.";

    run_title "The run: complete, and how fast" "Прогон: полнота и скорость" "Іске қосу: толықтығы мен жылдамдығы";
    run_complete "Records in are records accepted and rejected, file by file: nothing was dropped."
        "Каждая запись либо принята, либо отклонена, и это сходится по каждому файлу: ничего не потеряно."
        "Әр жазба не қабылданды, не қабылданбады, әр файл бойынша есеп сәйкес: ештеңе жоғалған жоқ.";
    run_incomplete "The account of a file does not add up: records are not what was accepted and rejected. Do not use this report, and run again."
        "Счёт одного из файлов не сходится: записей не столько, сколько принято и отклонено. Не пользуйтесь этим отчётом и запустите снова."
        "Бір файлдың есебі сәйкес емес: жазба саны қабылданған мен қабылданбағанға тең емес. Бұл есепті пайдаланбай, қайта іске қосыңыз.";
    run_caption "Files of the run" "Файлы прогона" "Іске қосу файлдары";
    run_speed "{n:record|records} in {seconds} s: {rate} a second."
        "{n:запись|записи|записей} за {seconds} с: {rate} в секунду."
        "{seconds} с ішінде {n:жазба}: секундына {rate}.";
    run_speed_later "Seconds are not shown here, so that equal runs give equal pages; run.json has them, and `iinrec report DIR` makes a page that shows them."
        "Секунд здесь нет, чтобы равные прогоны давали равные страницы; они есть в run.json, и страница от `iinrec report DIR` их показывает."
        "Тең іске қосулар тең бет беруі үшін мұнда секунд көрсетілмейді; олар run.json ішінде, `iinrec report DIR` жасаған бет көрсетеді.";
    run_stages "Seconds by stage" "Секунды по этапам" "Кезеңдер секунды";

    cases_title "The cases" "Случаи" "Жағдайлар";
    cases_shown_all "All {n:case|cases}." "Все {n:случай|случая|случаев}." "Барлық {n:жағдай}.";
    cases_shown "{shown} of {n:case|cases}, those to be looked at first; the others are in the Parquet files of the report."
        "{shown} из {n:случая|случаев|случаев}: те, что смотреть первыми; остальные в файлах Parquet этого отчёта."
        "{n:жағдайдың} {shown} көрсетілді: алдымен қаралатындары; қалғаны осы есептің Parquet файлдарында.";
    cases_static "The first {n}. With scripts allowed, the table can be searched and sorted."
        "Первые {n}. Если скрипты разрешены, таблицу можно искать и сортировать."
        "Алғашқы {n}. Скриптке рұқсат болса, кестеден іздеуге және сұрыптауға болады.";
    cases_order "Order: the high band, then what is new, then what has stood longest."
        "Порядок: высокая полоса, затем новые, затем самые давние."
        "Реті: жоғары деңгей, содан соң жаңалары, содан соң ең көп тұрғандары.";
    search "Search" "Поиск" "Іздеу";
    search_hint "id, kind, office, ring, last digits; all words must match; press / to come here"
        "номер случая, вид, отделение, группа, последние цифры; нужны все слова; клавиша / ведёт сюда"
        "жағдай нөмірі, түрі, бөлімше, топ, соңғы цифрлар; барлық сөз керек; / пернесі осында әкеледі";
    filter_kind "Kind or band" "Вид или полоса" "Түрі немесе деңгейі";
    filter_state "State" "Состояние" "Күйі";
    filter_all "all" "все" "барлығы";
    reset "Clear" "Сбросить" "Тазалау";
    matches "Matching: {n} of {m}" "Найдено: {n} из {m}" "Табылды: {m} ішінен {n}";
    no_match "No case matches. Use fewer words, or clear the filters."
        "Ничего не найдено. Уберите слова или сбросьте фильтры."
        "Ештеңе табылмады. Сөздерді азайтыңыз немесе сүзгілерді тазалаңыз.";
    keys "Arrow keys, Page Up and Page Down move in the table; Enter shows the case."
        "В таблице: стрелки, Page Up и Page Down; Enter показывает случай."
        "Кестеде: көрсеткі пернелер, Page Up, Page Down; Enter жағдайды көрсетеді.";
    chosen "The chosen case" "Выбранный случай" "Таңдалған жағдай";
    chosen_none "None yet." "Пока не выбран." "Әлі таңдалмаған.";
    told_by "Its whole story" "Вся история" "Толық мәліметі";
    row_of "Registry row" "Строка регистра" "Тіркелім жолы";
    first_seen "First seen" "Впервые" "Алғаш көрінген";
    ring "Ring" "Группа" "Топ";
    signals "Signals" "Признаки" "Белгілер";
    was "Registry says" "В регистре" "Тіркелімде";
    is_now "Document says" "В документе" "Құжатта";
    suspect_band "Suspect: {band}" "Сомнительная: {band}" "Күдікті: {band}";
    numbers_of "{n:number|numbers}" "{n:номер|номера|номеров}" "{n:нөмір}";

    reading_title "How to read it" "Как это читать" "Қалай оқу керек";
    read_case "Case" "Случай" "Жағдай";
    read_case_words "One finding with an id that stays the same from night to night: C-… a correction, S-… a suspect, D-… numbers that look like one person, R-… a ring."
        "Одна находка с номером, который не меняется от ночи к ночи: C-… исправление, S-… сомнительная запись, D-… номера, похожие на одного человека, R-… группа."
        "Түннен түнге нөмірі өзгермейтін бір табылған нәрсе: C-… түзету, S-… күдікті жазба, D-… бір адамға ұқсайтын нөмірлер, R-… топ.";
    read_state "State" "Состояние" "Күйі";
    read_state_words "New: was not there the night before. Reopened: had been gone and is back. Changed: the same case, with other evidence or another value. Persisting: as it was. Resolved: it was there and is gone."
        "Новый: вчера его не было. Открыт снова: исчезал и вернулся. Изменился: тот же случай, но другие данные. Остаётся: как был. Решён: был и исчез."
        "Жаңа: кеше болмаған. Қайта ашылған: жоғалып, қайта шыққан. Өзгерген: сол жағдай, бірақ деректері басқа. Сақталып тұр: өзгеріссіз. Шешілген: болған, енді жоқ.";
    read_sure "How sure" "Уверенность" "Сенімділік";
    read_sure_words "Of a correction: the probability that registry row and document are of one person. Of a suspect: the score, the probability that nobody is behind the number. Of numbers that look like one person: the probability that they are."
        "Для исправления: вероятность, что запись и документ одного человека. Для сомнительной записи: оценка, вероятность, что за номером никого нет. Для номеров, похожих на одного человека: вероятность, что это так."
        "Түзету үшін: жазба мен құжаттың бір адамдікі болу ықтималдығы. Күдікті жазба үшін: балл, нөмірдің артында ешкім жоқ болу ықтималдығы. Бір адамға ұқсайтын нөмірлер үшін: солай болу ықтималдығы.";
    read_band "Band" "Полоса" "Деңгей";
    read_band_words "High: look at it first. Medium: look when there is time, or when another sign comes. Low: kept so that nothing is lost; most of these people exist. The borders are settings of the run."
        "Высокая: смотреть первой. Средняя: смотреть, когда есть время или появится новый признак. Низкая: хранится, чтобы ничего не пропало; большинство этих людей существует. Границы задаёт настройка прогона."
        "Жоғары: алдымен қарау. Орташа: уақыт болғанда немесе жаңа белгі шыққанда қарау. Төмен: ештеңе жоғалмауы үшін сақталады; бұл адамдардың көбі бар. Шекараларды іске қосу баптауы белгілейді.";
    read_age "Age" "Давность" "Ескілігі";
    read_age_words "Days from the day on which the mismatch began to the day of the run. It says how long a record has been out of date, and nothing about whose fault that is."
        "Дни от начала расхождения до дня прогона. Это говорит, как давно запись устарела, и ничего о том, чья в этом вина."
        "Айырма басталған күннен іске қосу күніне дейінгі күндер. Жазбаның қашаннан бері ескіргенін айтады, кімнің кінәсі екенін айтпайды.";
    read_defect "Defects and rejects" "Дефекты и отклонённые" "Ақаулар мен қабылданбағандар";
    read_defect_words "A defect is one value that a check does not accept; the record is used all the same. A rejected record could not be read at all and is in rejects.parquet with its place in the file. A share is of all records of the dataset."
        "Дефект: одно значение, которое не прошло проверку; запись всё равно участвует. Отклонённую запись прочесть не удалось, она в rejects.parquet с местом в файле. Доля берётся от всех записей набора."
        "Ақау: тексеруден өтпеген бір мән; жазба бәрібір қатысады. Қабылданбаған жазба мүлде оқылмады, ол файлдағы орнымен rejects.parquet ішінде. Үлес жиынның барлық жазбасынан алынады.";
    read_number "Number" "Номер" "Нөмір";
    read_number_words "The last four characters of the IIN, or of its pseudonym where the report was made with --mask."
        "Последние четыре знака ИИН или его псевдонима, если отчёт сделан с --mask."
        "ЖСН-нің соңғы төрт таңбасы немесе есеп --mask арқылы жасалса, бүркеншік атының.";

    next_title "Where to go next" "Куда дальше" "Әрі қарай";
    next_lead "DIR is the folder in which this page lies."
        "DIR: папка, в которой лежит эта страница."
        "DIR: осы бет жатқан папка.";
    next_explain "The whole story of one case: rows, documents, every signal, and what would settle it"
        "Вся история одного случая: строки, документы, каждый признак и что решит вопрос"
        "Бір жағдайдың толық мәліметі: жолдар, құжаттар, әр белгі және мәселені не шешетіні";
    next_oldest "The corrections that have stood longest"
        "Исправления, которые ждут дольше всех"
        "Ең көп күткен түзетулер";
    next_high "The suspects to be looked at first, with what was seen"
        "Сомнительные записи, которые смотреть первыми, и что у них видно"
        "Алдымен қаралатын күдікті жазбалар және не көрінгені";
    next_decide "Say what was decided, so that nobody looks at the same case twice"
        "Записать решение, чтобы тот же случай не смотрели дважды"
        "Бір жағдайды екі рет қарамау үшін шешімді жазу";
    next_again "This page in another language, or with more nights"
        "Эта страница на другом языке или с большим числом ночей"
        "Осы бет басқа тілде немесе көбірек түнмен";
    made_by "Made by iinrec {version}." "Сделано iinrec {version}." "iinrec {version} жасаған.";
}

#[cfg(test)]
mod tests {
    use super::super::lang::places;
    use super::*;

    #[test]
    fn a_text_has_the_same_places_in_every_language() {
        for (name, texts) in ALL {
            let mut found = texts.map(places);
            for (lang, found) in Lang::ALL.into_iter().zip(&mut found) {
                let forms = lang.pick([2, 3, 1]);
                for (place, own) in found.iter() {
                    assert!(*own == 0 || *own == forms, "{name}, {lang:?}: {place} has {own} forms");
                }
                found.sort_unstable();
            }
            let names = found.map(|found| found.into_iter().map(|(place, _)| place).collect::<Vec<_>>());
            assert!(names[0] == names[1] && names[1] == names[2], "{name}: {names:?}");
        }
    }

    #[test]
    fn every_text_is_said_in_its_own_language() {
        // Words that are the same everywhere: names of files, options and commands, and ids.
        let same = [
            "iinrec",
            "report",
            "explain",
            "DIR",
            "--previous",
            "--history",
            "--report-values",
            "--mask",
            "changes.parquet",
            "rings.parquet",
            "defects.parquet",
            "rejects.parquet",
            "run.json",
            "Parquet",
            "Page",
            "Up",
            "Down",
            "Enter",
            "C",
            "S",
            "D",
            "R",
        ];
        for (name, [en, ru, kk]) in ALL {
            assert!(!en.is_empty() && !ru.is_empty() && !kk.is_empty(), "{name}");
            for text in [ru, kk] {
                let mut plain = (*text).to_owned();
                // Places are names of the code.
                while let (Some(from), Some(to)) = (plain.find('{'), plain.find('}')) {
                    let forms =
                        plain[from..to].split_once([':', '!']).map_or("", |(_, forms)| forms).to_owned();
                    plain.replace_range(from..=to, &forms);
                }
                let left: Vec<&str> = plain
                    .split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'))
                    .map(|word| word.trim_end_matches(['.', '-']))
                    .filter(|word| word.chars().any(|c| c.is_ascii_alphabetic()) && !same.contains(word))
                    .collect();
                assert!(left.is_empty(), "{name} keeps {left:?}: {text}");
                assert!(plain.chars().any(|c| !c.is_ascii() && c.is_alphabetic()), "{name}: {text}");
            }
            assert!(en.is_ascii() || en.contains('…'), "{name}: {en}");
        }
        // Letters that Russian lacks show that a text is Kazakh; short words may do without.
        let long = |text: &str| text.chars().count() > 40;
        for (name, [_, ru, kk]) in ALL.iter().filter(|(_, [.., kk])| long(kk)) {
            let own = |text: &str| text.to_lowercase().contains(['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'і']);
            assert!(own(kk) && !own(ru), "{name}: {ru} {kk}");
        }
    }
}
