//! Exports as they are: whatever way one world is written down, the same is found in it.

mod util;

use util::{Scratch, Table, iin, reconcile};

/// Names in one column and the series apart from the number say what six columns say.
#[test]
fn a_full_name_and_a_series_are_read_as_what_they_are() {
    let scratch = Scratch::new();
    let (a, b) = (iin("900101", 3, 9001), iin("780717", 0, 9003));
    let plain = scratch.write(
        "plain.csv",
        format!(
            "iin,surname,given_name,patronymic,birth_date,citizenship,document_type,document_number\n\
             {a},Иванов,Пётр,Ильич,1990-01-01,KAZ,passport,N10000001\n\
             {b},KARIMOV,RUSTAM,,1978-07-17,UZB,passport,AA1000003\n"
        ),
    );
    let composed = scratch.write(
        "composed.csv",
        format!(
            "ИИН;ФИО;Дата рождения;Гражданство;Тип документа;Серия;Номер\n\
             {a};Иванов Пётр Ильич;01.01.1990;KAZ;passport;N;10000001\n\
             {b};\"KARIMOV<<RUSTAM\";17.07.1978;UZB;passport;;AA1000003\n"
        ),
    );
    let documents = scratch.write(
        "d.csv",
        format!(
            "document_country,document_type,document_number,surname,given_name,birth_date,issue_date,expiry_date,status,iin,previous_number\n\
             KAZ,passport,N10000001,IVANOV,PETR,1990-01-01,2014-03-01,2024-02-28,replaced,{a},\n\
             KAZ,passport,N10000009,SIDOROV,PETR,1990-01-01,2024-02-01,2034-01-31,valid,{a},N10000001\n\
             UZB,passport,AA1000003,KARIMOV,RUSTAM,1978-07-17,2018-01-01,2027-12-31,stolen,,\n"
        ),
    );
    for (name, registry) in [("plain-out", &plain), ("composed-out", &composed)] {
        reconcile(&[registry], &[&documents], &scratch.join(name), &[]).expect(0);
    }
    let [found, expected] = ["composed-out", "plain-out"].map(|out| {
        Table::read(&scratch.join(out).join("corrections.parquet")).select(&[
            "iin",
            "kind",
            "field",
            "registered_value",
            "current_value",
            "basis",
        ])
    });
    assert_eq!(found, expected);
    let quoted: Vec<&str> = found.iter().map(|row| row[3].as_str()).collect();
    assert!(quoted.contains(&"Иванов") && quoted.contains(&"N10000001"), "{quoted:?}");
    assert_eq!(found.len(), 3, "a replaced passport, a changed surname and a stolen passport: {found:?}");
}
