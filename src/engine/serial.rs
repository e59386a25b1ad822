//! The serial engine: the definition of what the threads must return.

pub(super) fn map<T>(count: usize, work: impl Fn(usize) -> T) -> Vec<T> {
    (0..count).map(work).collect()
}

pub(super) fn map_mut<I, T>(items: &mut [I], work: impl Fn(usize, &mut I) -> T) -> Vec<T> {
    items.iter_mut().enumerate().map(|(i, item)| work(i, item)).collect()
}
