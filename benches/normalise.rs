//! Folding and keys, on names that nobody bears. Each bench first asserts its answers: a fast
//! wrong result fails.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iinrec::normalise::contact::{address_key, phone_key};
use iinrec::normalise::fold::folded;
use iinrec::normalise::memo::Memo;
use iinrec::normalise::name::{NameMemo, name_key};
use iinrec::normalise::number;
use iinrec::normalise::placeholder::is_placeholder;

/// Two thousand surnames made of stems and endings, half in each script.
fn surnames() -> Vec<String> {
    let stems = ["Абен", "Жасул", "Тимур", "Карим", "Оспан", "Бекмур", "Салтан", "Юлдаш", "Щерба", "Нурлан"];
    let endings = ["ов", "баев", "беков", "жанов", "ин", "галиев", "ханов", "енко", "кулов", "цев"];
    let latin =
        ["ABEN", "ZHASUL", "TIMUR", "KARIM", "OSPAN", "BEKMUR", "SALTAN", "YULDASH", "SHCHERBA", "NURLAN"];
    let middle = ["", "а", "е", "и", "о", "у", "ы", "ан", "ек", "ил"];
    let mut names = Vec::new();
    for stem in stems.iter().chain(&latin) {
        for middle in middle {
            names.extend(endings.iter().map(|ending| format!("{stem}{middle}{ending}")));
        }
    }
    names
}

fn benches(c: &mut Criterion) {
    let names = surnames();
    assert_eq!(names.len(), 2_000);
    assert_eq!(folded("Щербаков").as_str(), folded("SHCHERBAKOV").as_str());

    let mut group = c.benchmark_group("normalise");
    group.throughput(Throughput::Elements(names.len() as u64));
    group.bench_function("fold", |b| {
        b.iter(|| names.iter().map(|name| folded(name).as_bytes().len()).sum::<usize>())
    });

    let mut memo = NameMemo::default();
    assert_eq!(name_key("Юлия", "Абенов", &mut memo), name_key("ABENOV", "IULIIA", &mut memo));
    group.bench_function("name_key", |b| {
        b.iter(|| names.iter().fold(0, |sum, name| sum ^ name_key(name, "Жасұлан", &mut memo)))
    });
    assert!(!names.iter().any(|name| is_placeholder(name)));
    group.bench_function("is_placeholder", |b| {
        b.iter(|| names.iter().filter(|name| is_placeholder(name)).count())
    });

    let numbers: Vec<String> = (0..2_000).map(|number| format!("AB{:07}", 1_234_567 + number * 31)).collect();
    assert_eq!(number::unkey(number::key(&numbers[0])).as_deref(), Some("AB1234567"));
    group.bench_function("number_key", |b| {
        b.iter(|| numbers.iter().fold(0, |sum, text| sum ^ number::key(text)))
    });

    let addresses: Vec<String> =
        (0..2_000).map(|at| format!("г. Алматы, ул. Несуществующая, д. {}, кв. {at}", at % 90)).collect();
    assert_eq!(address_key(&addresses[5]), address_key("АЛМАТЫ НЕСУЩЕСТВУЮЩАЯ 5-5"));
    group.bench_function("address_key", |b| {
        b.iter(|| addresses.iter().fold(0, |sum, text| sum ^ address_key(text)))
    });
    let mut memo = Memo::default();
    group.bench_function("address_key_with", |b| {
        b.iter(|| {
            let key = |text: &String| iinrec::normalise::contact::address_key_with(text, &mut memo);
            addresses.iter().map(key).fold(0, |sum, key| sum ^ key)
        })
    });
    let phones: Vec<String> =
        (0..2_000).map(|at| format!("8 (701) 123-{:02}-{:02}", at / 100, at % 100)).collect();
    assert_eq!(phone_key(&phones[0]), 77_011_230_000);
    group
        .bench_function("phone_key", |b| b.iter(|| phones.iter().fold(0, |sum, text| sum ^ phone_key(text))));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
