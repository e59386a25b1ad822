//! The threads: the only file that knows of them.

use rayon::prelude::*;

use crate::error::{Error, Result};

/// A pool of threads of a run's own.
#[derive(Debug)]
pub struct Pool(rayon::ThreadPool);

impl Pool {
    pub(super) fn new(threads: usize) -> Result<Self> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|i| format!("iinrec-{i}"))
            .build()
            .map(Pool)
            .map_err(|e| {
                Error::world(format!("cannot start {threads} threads: {e}")).remedy("use fewer --threads")
            })
    }

    pub(super) fn threads(&self) -> usize {
        self.0.current_num_threads()
    }

    pub(super) fn map<T: Send>(&self, count: usize, work: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
        // One piece a task: pieces are megabytes of work, so that stealing costs nothing beside them.
        self.0.install(|| (0..count).into_par_iter().with_max_len(1).map(work).collect())
    }

    pub(super) fn map_mut<I: Send, T: Send>(
        &self,
        items: &mut [I],
        work: impl Fn(usize, &mut I) -> T + Sync + Send,
    ) -> Vec<T> {
        self.0.install(|| {
            items.par_iter_mut().with_max_len(1).enumerate().map(|(i, item)| work(i, item)).collect()
        })
    }

    pub(super) fn sort_by_key<I: Send, K: Ord + Send>(
        &self,
        items: &mut [I],
        key: impl Fn(&I) -> K + Sync + Send,
    ) {
        self.0.install(|| items.par_sort_by_key(key));
    }
}
