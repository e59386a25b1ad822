//! Rules: each family over a tied world, on one core.

mod world;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iinrec::engine::Engine;
use iinrec::link::link;
use iinrec::rules::settings::Settings;
use iinrec::rules::{World, corrections, duplicates, score, signals};

fn benches(c: &mut Criterion) {
    let engine = Engine::Serial;
    let world = world::World::new();
    let tables = world::tables(&world, &engine);

    let settings = Settings::default();
    let records = tables.records();
    let links =
        link(&engine, &tables.registry, &tables.documents, tables.activity(), &records, world::as_of());
    let view = World {
        engine: &engine,
        registry: &tables.registry,
        documents: &tables.documents,
        links: &links,
        duplicates: &[],
        names: &records,
        as_of: world::as_of(),
        settings: &settings,
        nearby: None,
        near: None,
    };
    let found = signals::find(&view);
    assert!(!corrections::find(&view).is_empty() && !found.is_empty(), "a generated world has both");
    let mut group = c.benchmark_group("rules");
    group.throughput(Throughput::Elements(tables.registry.len() as u64)).sample_size(10);
    group.bench_function("corrections", |b| b.iter(|| corrections::find(&view).len()));
    group.bench_function("signals", |b| b.iter(|| signals::find(&view).len()));
    group.bench_function("score", |b| b.iter(|| score::find(&view).0.len()));
    group.bench_function("duplicates", |b| b.iter(|| duplicates::find(&view).len()));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
