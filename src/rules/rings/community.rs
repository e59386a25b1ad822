//! Communities: who belongs together, in a graph whose edges are ties of many at once.
//!
//! In: facets, each with its members and what it binds by, and for each node how doubtful it is. Out: groups of
//! two and more. What is sought is the partition that is worth most: each pair within a group counts what its
//! common facets bind by, less a price ([`PRICE`] and the doubts of both). This is the constant Potts model.
//! Modularity was rejected, since what it takes for a group depends on the size of the whole registry, and two
//! small rings with one tie between them become one in a large one. Here a tie of few among many never pays the
//! price of all pairs, so groups do not chain.
//!
//! A facet of n members stands for n² edges, which are never made: counts of its members by group do. Groups
//! start as the strongest facet of each node; then nodes move to where they are worth most, groups that hang
//! together by nothing fall apart, and groups that are worth more together are joined, until nothing changes.
//!
//! The law: integers, nodes in their order, ties to the smaller group, so that the same graph gives the same
//! groups on every machine; and no step lowers the worth, so that it ends.

use std::collections::BTreeMap;

use crate::link::people::cluster::Forest;
use crate::rules::bits::Millibits;

/// What a pair must be bound by at least, to be worth being in one group.
pub(super) const PRICE: i64 = 1000;
/// A facet that lies in more groups attracts nobody to another one: it is a crowd, and would cost its square.
const GROUPS_MAX: usize = 256;
/// Rounds after which the partition is taken as it is; some are usual.
const ROUNDS_MAX: usize = 32;

/// Nodes and what binds them.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    /// Members of each facet, ascending, and what a pair of them is bound by.
    pub(super) facets: Vec<(Vec<u32>, Millibits)>,
    /// How doubtful each node is: what it takes off each of its pairs.
    pub(super) doubts: Vec<Millibits>,
}

/// The groups of at least two nodes, each ascending, in the order of their first nodes.
pub(super) fn communities(graph: &Graph) -> Vec<Vec<u32>> {
    let mut partition = Partition::new(graph);
    for _ in 0..ROUNDS_MAX {
        let moved = partition.move_nodes();
        let parted = partition.part();
        let joined = partition.join();
        if !moved && !parted && !joined {
            break;
        }
    }
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (node, &group) in partition.of.iter().enumerate() {
        groups.entry(group).or_default().push(node as u32);
    }
    let mut groups: Vec<Vec<u32>> = groups.into_values().filter(|group| group.len() > 1).collect();
    groups.sort_unstable();
    groups
}

/// Who is in which group.
struct Partition<'a> {
    graph: &'a Graph,
    /// The facets of each node, ascending.
    ties: Vec<Vec<u32>>,
    /// The group of each node.
    of: Vec<u32>,
    /// Nodes and doubts of each group.
    sizes: Vec<(i64, i64)>,
    /// For each facet its members by group, ascending by group.
    counts: Vec<Vec<(u32, i64)>>,
}

impl<'a> Partition<'a> {
    fn new(graph: &'a Graph) -> Self {
        let nodes = graph.doubts.len();
        let mut ties = vec![Vec::new(); nodes];
        for (facet, (members, _)) in graph.facets.iter().enumerate() {
            members.iter().for_each(|&node| ties[node as usize].push(facet as u32));
        }
        let strongest = |node: usize| {
            let strength = |facet: u32| {
                let (members, bits) = &graph.facets[facet as usize];
                (*bits, members.len(), std::cmp::Reverse(facet))
            };
            let best = ties[node].iter().copied().max_by_key(|&facet| strength(facet));
            best.map_or(node, |facet| nodes + facet as usize) as u32
        };
        let of = (0..nodes).map(strongest).collect();
        let mut partition = Partition { graph, ties, of, sizes: Vec::new(), counts: Vec::new() };
        partition.count(nodes + graph.facets.len());
        partition
    }

    /// Counts anew, for groups below a number.
    fn count(&mut self, groups: usize) {
        self.sizes = vec![(0, 0); groups];
        for (node, &group) in self.of.iter().enumerate() {
            let size = &mut self.sizes[group as usize];
            *size = (size.0 + 1, size.1 + i64::from(self.graph.doubts[node]));
        }
        let count = |(members, _): &(Vec<u32>, Millibits)| {
            let mut groups: Vec<u32> = members.iter().map(|&node| self.of[node as usize]).collect();
            groups.sort_unstable();
            groups.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as i64)).collect()
        };
        self.counts = self.graph.facets.iter().map(count).collect();
    }

    /// Moves each node to the group in which it is worth most, until none moves.
    fn move_nodes(&mut self) -> bool {
        let mut worth = vec![0i64; self.sizes.len()];
        let mut changed = false;
        for _ in 0..ROUNDS_MAX {
            let mut moved = false;
            for node in 0..self.of.len() {
                let own = self.of[node];
                if let Some(group) = self.best(node, own, &mut worth) {
                    let group = group.unwrap_or_else(|| {
                        self.sizes.push((0, 0));
                        worth.push(0);
                        self.sizes.len() as u32 - 1
                    });
                    self.shift(node, own, group);
                    moved = true;
                }
            }
            changed |= moved;
            if !moved {
                break;
            }
        }
        changed
    }

    /// Where a node would be worth more than where it is, if anywhere; `Some(None)` is alone.
    fn best(&self, node: usize, own: u32, worth: &mut [i64]) -> Option<Option<u32>> {
        let doubt = i64::from(self.graph.doubts[node]);
        let mut touched = vec![own];
        for &facet in &self.ties[node] {
            let bits = i64::from(self.graph.facets[facet as usize].1);
            let counts = &self.counts[facet as usize];
            let crowd = counts.len() > GROUPS_MAX;
            for &(group, count) in counts.iter().filter(|&&(group, _)| !crowd || group == own) {
                worth[group as usize] += bits * (count - i64::from(group == own));
                touched.push(group);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        let net = |group: u32| {
            let (size, doubts) = self.sizes[group as usize];
            let others = if group == own { (size - 1, doubts - doubt) } else { (size, doubts) };
            worth[group as usize] - (PRICE + doubt) * others.0 - others.1
        };
        let here = net(own);
        let best = touched.iter().map(|&group| (net(group), std::cmp::Reverse(group))).max();
        let (most, std::cmp::Reverse(group)) = best.expect("its own group is one");
        touched.iter().for_each(|&group| worth[group as usize] = 0);
        if here >= most.max(0) { None } else { Some((most >= 0).then_some(group)) }
    }

    fn shift(&mut self, node: usize, from: u32, to: u32) {
        let doubt = i64::from(self.graph.doubts[node]);
        self.of[node] = to;
        for (group, sign) in [(from, -1), (to, 1)] {
            let size = &mut self.sizes[group as usize];
            *size = (size.0 + sign, size.1 + sign * doubt);
            for &facet in &self.ties[node] {
                let counts = &mut self.counts[facet as usize];
                match counts.binary_search_by_key(&group, |&(group, _)| group) {
                    Ok(at) => {
                        counts[at].1 += sign;
                        if counts[at].1 == 0 {
                            counts.remove(at);
                        }
                    }
                    Err(at) => counts.insert(at, (group, sign)),
                }
            }
        }
    }

    /// Parts groups whose members hang together by no facet.
    fn part(&mut self) -> bool {
        let nodes = self.of.len();
        let mut forest = Forest::new(nodes);
        for (members, _) in &self.graph.facets {
            let mut sorted: Vec<(u32, u32)> =
                members.iter().map(|&node| (self.of[node as usize], node)).collect();
            sorted.sort_unstable();
            for same in sorted.chunk_by(|a, b| a.0 == b.0) {
                for pair in same.windows(2) {
                    forest.join(pair[0].1, pair[1].1);
                }
            }
        }
        // Groups are numbered by their first node from here on.
        let groups = self.of.iter().copied().collect::<std::collections::BTreeSet<u32>>().len();
        for node in 0..nodes as u32 {
            self.of[node as usize] = forest.root(node);
        }
        let parts = self.of.iter().zip(0..).filter(|&(&group, node)| group == node).count();
        self.count(nodes);
        parts > groups
    }

    /// Joins groups that are worth more together, the best pairs first, until none is.
    fn join(&mut self) -> bool {
        let mut changed = false;
        for _ in 0..ROUNDS_MAX {
            let mut cross: BTreeMap<(u32, u32), i64> = BTreeMap::new();
            for (counts, (_, bits)) in self.counts.iter().zip(&self.graph.facets) {
                if counts.len() > GROUPS_MAX {
                    continue;
                }
                for (at, &(first, count)) in counts.iter().enumerate() {
                    for &(second, other) in &counts[at + 1..] {
                        *cross.entry((first, second)).or_default() += i64::from(*bits) * count * other;
                    }
                }
            }
            let gain = |(&(first, second), &bits): (&(u32, u32), &i64)| {
                let ((a, a_doubts), (b, b_doubts)) =
                    (self.sizes[first as usize], self.sizes[second as usize]);
                (bits - PRICE * a * b - a_doubts * b - b_doubts * a, first, second)
            };
            let mut gains: Vec<(i64, u32, u32)> = cross.iter().map(gain).filter(|gain| gain.0 > 0).collect();
            gains.sort_unstable_by_key(|&(gain, first, second)| (std::cmp::Reverse(gain), first, second));
            let mut into: Vec<u32> = (0..self.sizes.len() as u32).collect();
            let mut taken = vec![false; self.sizes.len()];
            for &(_, first, second) in &gains {
                if !taken[first as usize] && !taken[second as usize] {
                    (taken[first as usize], taken[second as usize]) = (true, true);
                    into[second as usize] = first;
                }
            }
            if gains.is_empty() {
                break;
            }
            changed = true;
            self.of.iter_mut().for_each(|group| *group = into[*group as usize]);
            self.count(self.sizes.len());
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a partition is worth, pair by pair.
    fn worth(graph: &Graph, of: &[usize]) -> i64 {
        let mut sum = 0;
        for a in 0..of.len() {
            for b in (0..a).filter(|&b| of[a] == of[b]) {
                let both = |members: &[u32]| [a, b].iter().all(|&node| members.contains(&(node as u32)));
                let ties = graph.facets.iter().filter(|(members, _)| both(members));
                sum += ties.map(|&(_, bits)| i64::from(bits)).sum::<i64>() - PRICE;
                sum -= i64::from(graph.doubts[a]) + i64::from(graph.doubts[b]);
            }
        }
        sum
    }

    fn partition(graph: &Graph) -> Vec<usize> {
        let mut of: Vec<usize> = (0..graph.doubts.len()).collect();
        for group in communities(graph) {
            group.iter().for_each(|&node| of[node as usize] = group[0] as usize);
        }
        of
    }

    /// The most that any partition is worth.
    fn most(graph: &Graph, of: &mut Vec<usize>, groups: usize) -> i64 {
        if of.len() == graph.doubts.len() {
            return worth(graph, of);
        }
        let tried = (0..=groups).map(|group| {
            of.push(group);
            let best = most(graph, of, groups.max(group + 1));
            of.pop();
            best
        });
        tried.max().expect("there is one")
    }

    fn graphs(nodes: std::ops::Range<usize>) -> impl Strategy<Value = Graph> {
        nodes.prop_flat_map(|nodes| {
            let members = prop::collection::btree_set(0..nodes as u32, 2..=nodes.min(6));
            let facet =
                (members, 1i32..8000).prop_map(|(members, bits)| (members.into_iter().collect(), bits));
            let doubts = prop::collection::vec(0i32..1500, nodes);
            (prop::collection::vec(facet, 0..8), doubts).prop_map(|(facets, doubts)| Graph { facets, doubts })
        })
    }

    proptest! {
        #[test]
        fn nobody_is_worth_more_elsewhere_and_no_two_groups_are_together(graph in graphs(2..14)) {
            let of = partition(&graph);
            let held = worth(&graph, &of);
            prop_assert!(held >= 0, "never worse than everybody alone");
            for node in 0..of.len() {
                for group in 0..=of.len() {
                    let mut other = of.clone();
                    other[node] = group;
                    prop_assert!(worth(&graph, &other) <= held, "node {} to {}", node, group);
                }
            }
            for one in 0..of.len() {
                for two in 0..one {
                    let joined: Vec<usize> = of.iter().map(|&g| if g == one { two } else { g }).collect();
                    prop_assert!(worth(&graph, &joined) <= held, "groups {} and {}", one, two);
                }
            }
        }

        #[test]
        fn most_of_the_best_that_there_is(graph in graphs(3..8)) {
            let (held, best) = (worth(&graph, &partition(&graph)), most(&graph, &mut Vec::new(), 0));
            prop_assert!(held * 10 >= best * 6, "{} of {}", held, best);
        }

        #[test]
        fn groups_hang_together(graph in graphs(2..14)) {
            for group in communities(&graph) {
                let mut seen = vec![group[0]];
                let mut at = 0;
                while at < seen.len() {
                    let node = seen[at];
                    for (members, _) in graph.facets.iter().filter(|(members, _)| members.contains(&node)) {
                        let new = members.iter().filter(|node| group.contains(node) && !seen.contains(node));
                        let new: Vec<u32> = new.copied().collect();
                        seen.extend(new);
                    }
                    at += 1;
                }
                prop_assert_eq!(seen.len(), group.len());
            }
        }
    }

    fn of(facets: &[(std::ops::Range<u32>, Millibits)], nodes: usize) -> Vec<(u32, u32)> {
        let facets = facets.iter().map(|(members, bits)| (members.clone().collect(), *bits)).collect();
        let found = communities(&Graph { facets, doubts: vec![0; nodes] });
        found.iter().map(|group| (group[0], *group.last().expect("two at least"))).collect()
    }

    #[test]
    fn rings_do_not_chain() {
        type Rings<'a> = (&'a [(std::ops::Range<u32>, Millibits)], &'a [(u32, u32)], &'a str);
        let cases: &[Rings<'_>] = &[
            (&[(0..20, 5000), (20..50, 5000)], &[(0, 19), (20, 49)], "two representatives"),
            (
                &[(0..20, 5000), (20..50, 5000), (19..21, 8000)],
                &[(0, 19), (20, 49)],
                "and one phone between them",
            ),
            (&[(0..20, 5000), (20..50, 5000), (0..50, 800)], &[(0, 19), (20, 49)], "and one busy day"),
            (&[(0..20, 5000), (20..50, 5000), (0..50, 1500)], &[(0, 49)], "and one flat for all of them"),
            (&[(0..12, 3000), (8..20, 3000)], &[(0, 11), (12, 19)], "four of two agents"),
            (&[(0..14, 3000), (6..20, 3000)], &[(0, 19)], "most of them of both"),
            (&[(0..50, 900)], &[], "a tie that is worth less than the price"),
            (&[(0..2, 3000), (1..3, 3000), (2..4, 3000), (3..5, 3000)], &[(0, 1), (2, 4)], "a chain is cut"),
        ];
        for &(facets, expected, why) in cases {
            assert_eq!(of(facets, 50), expected, "{why}");
        }
    }

    #[test]
    fn who_is_doubtful_needs_stronger_ties() {
        let graph = |bits| Graph { facets: vec![((0..5).collect(), bits)], doubts: vec![0, 0, 0, 0, 3000] };
        assert_eq!(communities(&graph(2000)), [[0, 1, 2, 3]]);
        assert_eq!(communities(&graph(5000)), [[0, 1, 2, 3, 4]]);
    }

    #[test]
    fn many_members_and_many_groups_take_no_square() {
        let nodes = 40_000u32;
        let mut facets: Vec<(Vec<u32>, Millibits)> =
            (0..nodes / 4).map(|at| ((at * 4..at * 4 + 4).collect(), 6000)).collect();
        facets.push(((0..nodes).collect(), 900));
        let found = communities(&Graph { facets, doubts: vec![0; nodes as usize] });
        assert_eq!(found.len(), nodes as usize / 4);
    }
}
