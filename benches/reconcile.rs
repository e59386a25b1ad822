//! The whole job, from files to a published report, on one core and on all.

mod world;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iinrec::ingest::Readings;
use iinrec::ingest::Unobserved;
use iinrec::jobs;
use iinrec::plan::{Plan, Request};
use iinrec::spill::Memory;

fn benches(c: &mut Criterion) {
    let world = world::World::new();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let run = |threads| {
        let plan = Plan::settle(&Request {
            registry: vec![world.path("registry.csv")],
            documents: vec![world.path("documents.csv")],
            activity: vec![world.path("activity.csv")],
            out: world.scratch("report"),
            overwrite: true,
            as_of: world::as_of(),
            threads,
            memory: Memory::default(),
            readings: Readings::default(),
            settings: Default::default(),
            unpacked_max: None,
            decisions: None,
            ..Request::default()
        })
        .expect("a plan");
        jobs::reconcile::run(&plan, &Unobserved).expect("a report")
    };
    let digests = |threads| run(threads).outputs;
    assert_eq!(digests(1), digests(cores.max(2)), "the same bytes at any number of threads");
    let bytes: u64 = run(1).inputs.iter().map(|input| input.bytes).sum();
    let mut group = c.benchmark_group("reconcile");
    group.throughput(Throughput::Bytes(bytes)).sample_size(10);
    for threads in [1, cores] {
        group.bench_function(format!("{threads} threads"), |b| b.iter(|| run(threads)));
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
