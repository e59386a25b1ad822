//! Cluster: which records are one person, from pairs that look like one.
//!
//! draft
use super::field::Field;
use super::score::{Comparer, Weights};
use super::Pair;
use crate::engine::Engine;

/// Cross pairs that are looked at before two clusters become one.
const CROSS_MAX: usize = 100;
const CLIP: f32 = 14.0;

struct Options {
    floor: f32,
    cut: f32,
}

/// Find clusters; returns for each record the smallest record of its cluster.
pub fn clusters(engine: &Engine, fields: &[Field], weights: &Weights, pairs: &[Pair], records: usize, bits: f32) -> Vec<u32> {
    let options = &Options { floor: bits - 2.0, cut: bits };
    let mut root: Vec<u32> = (0..records as u32).collect();
    fn find(root: &mut [u32], mut at: u32) -> u32 {
        while root[at as usize] != at {
            root[at as usize] = root[root[at as usize] as usize];
            at = root[at as usize];
        }
        at
    }
    for pair in pairs.iter().filter(|p| p.weight >= options.floor) {
        let (a, b) = (find(&mut root, pair.left), find(&mut root, pair.right));
        if a != b {
            let (a, b) = (a.min(b), a.max(b));
            root[b as usize] = a;
        }
    }
    let mut grouped: Vec<(u32, u32)> = pairs
        .iter()
        .enumerate()
        .filter(|(_, p)| p.weight >= options.floor)
        .map(|(at, p)| (find(&mut root, p.left), at as u32))
        .collect();
    grouped.sort_unstable();
    let groups: Vec<&[(u32, u32)]> = grouped.chunk_by(|a, b| a.0 == b.0).collect();
    const PART: usize = 256;
    let parts = engine.map(groups.len().div_ceil(PART), |part| {
        let mut comparer = Comparer::new(fields);
        let mut out: Vec<Vec<u32>> = Vec::new();
        for group in &groups[part * PART..((part + 1) * PART).min(groups.len())] {
            let mut own: Vec<Pair> = group.iter().map(|&(_, at)| pairs[at as usize]).collect();
            own.sort_by(|a, b| b.weight.total_cmp(&a.weight).then((a.left, a.right).cmp(&(b.left, b.right))));
            component(fields, weights, &mut comparer, &own, options, &mut out);
        }
        out
    });
    let mut cluster: Vec<u32> = (0..records as u32).collect();
    for members in parts.into_iter().flatten() {
        let first = *members.iter().min().expect("a cluster has members");
        for member in members {
            cluster[member as usize] = first;
        }
    }
    cluster
}

fn component(fields: &[Field], weights: &Weights, comparer: &mut Comparer<'_>, pairs: &[Pair], options: &Options, out: &mut Vec<Vec<u32>>) {
    let mut records: Vec<u32> = pairs.iter().flat_map(|p| [p.left, p.right]).collect();
    records.sort_unstable();
    records.dedup();
    let place = |record: u32| records.binary_search(&record).expect("listed");
    let mut of: Vec<usize> = (0..records.len()).collect();
    let mut members: Vec<Vec<u32>> = records.iter().map(|&r| vec![r]).collect();
    let mut refused: std::collections::HashSet<(usize, usize, usize)> = Default::default();
    for pair in pairs {
        let (a, b) = (of[place(pair.left)], of[place(pair.right)]);
        if a == b { continue; }
        let (a, b) = (a.min(b), a.max(b));
        let size = members[a].len() * 100_000 + members[b].len();
        if refused.contains(&(a, b, size)) { continue; }
        let all = members[a].len() * members[b].len();
        let step = all.div_ceil(CROSS_MAX);
        let (mut sum, mut count) = (0.0f32, 0);
        for at in (0..all).step_by(step) {
            let (x, y) = (members[a][at / members[b].len()], members[b][at % members[b].len()]);
            let pattern = comparer.pattern(x as usize, y as usize);
            let w = weights.pair(fields, pattern, x as usize);
            sum += w.clamp(-CLIP, CLIP);
            count += 1;
        }
        let mean = sum / count as f32;
        if mean >= options.cut {
            let moved = std::mem::take(&mut members[b]);
            for &m in &moved { of[place(m)] = a; }
            members[a].extend(moved);
        } else {
            refused.insert((a, b, size));
        }
    }
    out.extend(members.into_iter().filter(|m| m.len() > 1));
}
