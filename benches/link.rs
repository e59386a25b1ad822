//! Link: a single join beside a hash map of the standard library, and all joins together.

mod world;

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iinrec::engine::Engine;
use iinrec::link::join::{KeyTable, Side, bits_for, partitions};
use iinrec::link::link;
use iinrec::link::rows::NO_ROW;
use iinrec::normalise::hash::scramble;

fn benches(c: &mut Criterion) {
    let engine = Engine::Serial;
    let world = world::World::new();
    let tables = world::tables(&world, &engine);

    // A join of as many keys as the world has people, two thirds of them found.
    let people = world.people;
    let build: Vec<u64> = (1..=people).map(scramble).collect();
    let probe: Vec<u64> = (1..=people).map(|n| scramble(n * 3 / 2 * 7919 % (people * 3 / 2) + 1)).collect();
    let naive = || {
        let map: HashMap<u64, u32> = build.iter().zip(0..).map(|(&key, row)| (key, row)).collect();
        probe.iter().filter(|key| map.contains_key(key)).count()
    };
    let ours = || {
        let bits = bits_for(build.len());
        let side = |keys: &Vec<u64>| {
            Side::new(&engine, bits, 1, |_, out| keys.iter().zip(0..).for_each(|(&key, row)| out(key, row)))
        };
        let (built, probed) = (side(&build), side(&probe));
        partitions(&engine, bits, |partition| {
            let table = KeyTable::build(&built, partition, |_, _| unreachable!("keys are distinct"));
            probed.partition(partition).filter(|(key, _)| table.get(*key).is_some()).count()
        })
        .into_iter()
        .sum::<usize>()
    };
    assert_eq!(ours(), naive(), "the join finds what the map finds");
    let mut group = c.benchmark_group("join");
    group.throughput(Throughput::Elements(people * 2)).sample_size(10);
    group.bench_function("std HashMap", |b| b.iter(|| black_box(naive())));
    group.bench_function("radix-partitioned", |b| b.iter(|| black_box(ours())));
    group.finish();

    let records = tables.records();
    let all =
        || link(&engine, &tables.registry, &tables.documents, tables.activity(), &records, world::as_of());
    let links = all();
    let owned = links.owners.iter().filter(|&&owner| owner != NO_ROW).count();
    assert!(owned * 10 > links.owners.len() * 9, "nine of ten documents are somebody's");
    let mut group = c.benchmark_group("link");
    let rows = (tables.registry.len() + tables.documents.len()) as u64;
    group.throughput(Throughput::Elements(rows)).sample_size(10);
    group.bench_function("all ties", |b| b.iter(all));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
