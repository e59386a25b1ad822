//! Engine: who does the work. Stages give it pieces of work and get the results back in order.
//!
//! The law: results come back in the order of the pieces, whoever did them, so that a run's output cannot
//! depend on threads. `serial` is the definition, `threads` its fast twin and the only file with
//! threads; a later engine across machines gives the same pieces to other processes.

mod serial;
pub mod stage;
pub mod stop;
mod threads;

use crate::error::Result;
use crate::spill::Spill;

/// Who does the work.
#[derive(Debug)]
pub enum Engine {
    /// One piece after the other, on the caller's thread.
    Serial,
    /// Many pieces at a time, on a pool of threads.
    Threads(threads::Pool),
    /// Another engine's workers, who lay down in scratch files what would not fit into memory.
    Spilling(Box<Engine>, Spill),
}

impl Engine {
    /// An engine of so many threads; one thread is the serial engine.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn new(threads: usize) -> Result<Self> {
        assert!(threads > 0, "a run has at least one thread");
        if threads == 1 { Ok(Engine::Serial) } else { Ok(Engine::Threads(threads::Pool::new(threads)?)) }
    }

    /// The same engine, whose stages lay down what would not fit into memory.
    #[must_use]
    pub fn spilling(self, spill: Spill) -> Self {
        Engine::Spilling(Box::new(self), spill)
    }

    /// Where to lay down what would not fit into memory, when that is so.
    #[must_use]
    pub fn spill(&self) -> Option<&Spill> {
        match self {
            Engine::Spilling(_, spill) => Some(spill),
            Engine::Serial | Engine::Threads(_) => None,
        }
    }

    /// How many pieces are done at a time.
    #[must_use]
    pub fn threads(&self) -> usize {
        match self {
            Engine::Serial => 1,
            Engine::Threads(pool) => pool.threads(),
            Engine::Spilling(engine, _) => engine.threads(),
        }
    }

    /// Does `work` for every piece `0..count` and returns the results in that order.
    pub fn map<T: Send>(&self, count: usize, work: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
        match self {
            Engine::Serial => serial::map(count, work),
            Engine::Threads(pool) => pool.map(count, work),
            Engine::Spilling(engine, _) => engine.map(count, work),
        }
    }

    /// Does `work` for every item, which it may change, and returns the results in order.
    pub fn map_mut<I: Send, T: Send>(
        &self,
        items: &mut [I],
        work: impl Fn(usize, &mut I) -> T + Sync + Send,
    ) -> Vec<T> {
        match self {
            Engine::Serial => serial::map_mut(items, work),
            Engine::Threads(pool) => pool.map_mut(items, work),
            Engine::Spilling(engine, _) => engine.map_mut(items, work),
        }
    }

    /// Sorts by a total key; equal keys keep their order.
    pub fn sort_by_key<I: Send, K: Ord + Send>(&self, items: &mut [I], key: impl Fn(&I) -> K + Sync + Send) {
        match self {
            Engine::Serial => items.sort_by_key(key),
            Engine::Threads(pool) => pool.sort_by_key(items, key),
            Engine::Spilling(engine, _) => engine.sort_by_key(items, key),
        }
    }
}
