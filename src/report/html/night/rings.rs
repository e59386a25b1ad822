//! Rings as small graphs: records as dots, what binds them as squares.
//!
//! In: `rings.parquet`, and the bands of members. Out: the geometry of each graph, which a template draws. The law: the
//! drawing follows from the table alone; no number, phone or document is in it, only of what kind a bind is
//! and whom it binds; and what is not drawn is said.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::TAU;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, StructArray};
use askama::Template;
use askama::filters::HtmlSafe;

use super::super::chart::Px;
use super::codes::{Of, label};
use super::columns::{Part, at, walk};
use super::lang::{Arg, Lang};
use super::shown;
use super::texts::Texts;
use crate::error::Result;
use crate::report::back::Tables;

/// Rings that are drawn.
const DRAWN: usize = 12;
/// Members of one ring that are drawn; more would not be told apart.
const DOTS_MAX: usize = 48;
/// Binds of one ring that are drawn, strongest first.
const HUBS_MAX: usize = 5;

/// A ring as the table has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Ring {
    pub(super) id: String,
    members: u32,
    high: u32,
    days: [Option<i32>; 2],
    binds: Vec<Bind>,
}

/// What binds members of it.
#[derive(Clone, Debug, Default)]
struct Bind {
    kind: String,
    members: u32,
    /// The registry rows of its members; empty where the table does not say.
    who: Vec<u32>,
}

/// The largest rings, and how many there are.
pub(super) fn read(tables: &Tables) -> Result<(Vec<Ring>, u64)> {
    let columns = ["ring_id", "members", "high", "binds", "first_assigned", "last_assigned"];
    let mut largest: Vec<(Reverse<u32>, u64, Ring)> = Vec::new();
    let mut count = 0;
    walk(tables, "rings.parquet", &columns, |part| {
        let (ids, members) = (part.needed_text("ring_id")?, part.count("members")?);
        for row in 0..part.rows() {
            let size = at(members, row).unwrap_or(0);
            largest.push((Reverse(size), count, ring(part, row, ids.value(row), size)?));
            count += 1;
            if largest.len() > DRAWN * 8 {
                largest.sort_by_key(|(size, at, _)| (*size, *at));
                largest.truncate(DRAWN);
            }
        }
        Ok(())
    })?;
    largest.sort_by_key(|(size, at, _)| (*size, *at));
    largest.truncate(DRAWN);
    Ok((largest.into_iter().map(|(.., ring)| ring).collect(), count))
}

fn ring(part: &Part, row: usize, id: &str, members: u32) -> Result<Ring> {
    let binds = match part.list("binds")? {
        None => Vec::new(),
        Some(list) => {
            let items = list.value(row);
            let items = items.as_struct_opt().ok_or_else(|| part.unlike())?;
            (0..items.len())
                .map(|item| bind(items, item))
                .collect::<Option<_>>()
                .ok_or_else(|| part.unlike())?
        }
    };
    Ok(Ring {
        id: shown(id),
        members,
        high: at(part.count("high")?, row).unwrap_or(0),
        days: [at(part.day("first_assigned")?, row), at(part.day("last_assigned")?, row)],
        binds,
    })
}

fn bind(items: &StructArray, item: usize) -> Option<Bind> {
    let who = match items.column_by_name("who") {
        None => Vec::new(),
        Some(lists) => {
            let list = lists.as_list_opt::<i32>()?.value(item);
            list.as_primitive_opt::<UInt32Type>()?.values().to_vec()
        }
    };
    Some(Bind {
        kind: items.column_by_name("kind")?.as_string_opt::<i32>()?.value(item).to_owned(),
        members: items.column_by_name("members")?.as_primitive_opt::<UInt32Type>()?.value(item),
        who,
    })
}

/// A dot of a graph.
#[derive(Debug, PartialEq)]
struct Dot {
    x: Px,
    y: Px,
    band: &'static str,
}

/// A square of a graph, with its words.
#[derive(Debug, PartialEq)]
struct Hub {
    x: Px,
    y: Px,
    /// Where its words stand.
    text: Px,
    label: String,
    /// The corner of its square.
    left: Px,
    top: Px,
}

/// One graph.
#[derive(Debug, Template)]
#[template(path = "chart/ring.svg", escape = "html")]
pub(super) struct Graph {
    id: String,
    title: String,
    description: String,
    dots: Vec<Dot>,
    hubs: Vec<Hub>,
    lines: Vec<(Px, Px, Px, Px)>,
}

/// A ring as a page shows it.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) members: String,
    pub(super) days: Option<String>,
    pub(super) binds: Vec<String>,
    pub(super) graph: Graph,
    pub(super) more: Option<String>,
}

/// Of each ring the registry rows of its members, and their bands.
pub(super) type Members = BTreeMap<String, BTreeMap<u32, String>>;

/// Draws rings with their members.
pub(super) fn draw(lang: Lang, rings: &[Ring], members: &Members) -> Vec<Shown> {
    let none = BTreeMap::new();
    let of = |(ring, at): (&Ring, usize)| of_ring(lang, ring, at, members.get(&ring.id).unwrap_or(&none));
    rings.iter().zip(1..).map(of).collect()
}

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 250.0;

fn of_ring(lang: Lang, ring: &Ring, at: usize, members: &BTreeMap<u32, String>) -> Shown {
    let texts = Texts(lang);
    let rows: Vec<u32> = members.keys().copied().collect();
    let of_members: Vec<&'static str> = members
        .values()
        .map(|band| match band.as_str() {
            "high" => "high",
            "medium" => "medium",
            _ => "low",
        })
        .collect();
    let hubs = &ring.binds[..ring.binds.len().min(HUBS_MAX)];
    let held = |hub: &Bind, member: usize| {
        hub.who.contains(&rows[member]) || hub.who.is_empty() && hub.members == ring.members
    };
    // Members with the same binds stand side by side, so that lines do not cross more than they must.
    let mut order: Vec<usize> = (0..of_members.len()).collect();
    order.sort_by_key(|&member| {
        let own: Vec<bool> = hubs.iter().map(|hub| !held(hub, member)).collect();
        (own, member)
    });
    order.truncate(DOTS_MAX);
    let (middle_x, middle_y) = (WIDTH / 2.0, HEIGHT / 2.0);
    let places: Vec<(f64, f64)> = (0..order.len())
        .map(|at| {
            let angle = TAU * (at as f64 / order.len() as f64 - 0.25);
            (middle_x + 158.0 * angle.cos(), middle_y + 112.0 * angle.sin())
        })
        .collect();
    let hub_places: Vec<(f64, f64)> = (0..hubs.len())
        .map(|at| match hubs.len() {
            1 => (middle_x, middle_y),
            count => {
                // Below each other: their words need the width.
                let step = 150.0 / count as f64;
                (middle_x, middle_y + step * (at as f64 - (count as f64 - 1.0) / 2.0) - 6.0)
            }
        })
        .collect();
    let mut lines = Vec::new();
    for (hub, &(hx, hy)) in hubs.iter().zip(&hub_places) {
        for (&member, &(x, y)) in order.iter().zip(&places) {
            if held(hub, member) {
                lines.push((Px(hx), Px(hy), Px(x), Px(y)));
            }
        }
    }
    let names: Vec<String> = ring.binds.iter().map(|bind| bind_words(lang, bind, ring.members)).collect();
    let told = lang.fill(
        texts.ring_members(),
        &[("n", Arg::N(u64::from(ring.members))), ("high", Arg::N(u64::from(ring.high)))],
    );
    let day = |day: Option<i32>| day.map(|day| lang.day(day));
    let days = day(ring.days[0])
        .zip(day(ring.days[1]))
        .map(|(from, to)| lang.fill(texts.ring_days(), &[("from", Arg::T(&from)), ("to", Arg::T(&to))]));
    let left = u64::from(ring.members).saturating_sub(order.len() as u64);
    // The same kind twice, as two phones, is told once with the larger number in the graph.
    let mut seen = BTreeSet::new();
    let graph = Graph {
        id: format!("ring-{at}"),
        title: lang.fill(texts.ring_title(), &[("id", Arg::T(&ring.id))]),
        description: format!("{told}. {}.", names.join("; ")),
        dots: order
            .iter()
            .zip(&places)
            .map(|(&member, &(x, y))| Dot { x: Px(x), y: Px(y), band: of_members[member] })
            .collect(),
        hubs: hubs
            .iter()
            .zip(&hub_places)
            .zip(&names)
            .map(|((_, &(x, y)), name)| Hub {
                x: Px(x),
                y: Px(y),
                text: Px(y + 20.0),
                label: name.clone(),
                left: Px(x - 6.0),
                top: Px(y - 6.0),
            })
            .collect(),
        lines,
    };
    Shown {
        id: ring.id.clone(),
        members: told,
        days,
        binds: names.into_iter().filter(|name| seen.insert(name.clone())).collect(),
        graph,
        more: (left > 0).then(|| lang.fill(texts.ring_drawn(), &[("n", Arg::N(left))])),
    }
}

fn bind_words(lang: Lang, bind: &Bind, members: u32) -> String {
    let kind = label(lang, Of::Bind, &bind.kind);
    let args = [
        ("kind", Arg::T(&kind)),
        ("n", Arg::N(u64::from(bind.members))),
        ("all", Arg::N(u64::from(members))),
    ];
    lang.fill(Texts(lang).ring_of(), &args)
}

// The template escapes what it is given.
impl HtmlSafe for Graph {}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_ring(members: u32, binds: Vec<Bind>) -> (Ring, Members) {
        let of =
            (1..=members).map(|row| (row * 10, if row == 2 { "high" } else { "low" }.to_owned())).collect();
        let ring = Ring { id: "R-A".to_owned(), members, high: 1, days: [Some(0), Some(9)], binds };
        (ring, [("R-A".to_owned(), of)].into())
    }

    #[test]
    fn lines_lead_to_those_whom_a_bind_binds_and_to_nobody_else() {
        let phone = Bind { kind: "phone".into(), members: 2, who: vec![10, 30] };
        let agent = Bind { kind: "representative".into(), members: 4, who: vec![] };
        let lost = Bind { kind: "day".into(), members: 3, who: vec![] };
        let (ring, members) = a_ring(4, vec![phone, agent, lost]);
        let drawn = draw(Lang::En, &[ring], &members);
        let graph = &drawn[0].graph;
        assert_eq!(graph.dots.len(), 4);
        // Two of the phone, four of the agent whom all share, none of what is not said.
        assert_eq!(graph.lines.len(), 6);
        assert_eq!(graph.dots.iter().filter(|dot| dot.band == "high").count(), 1);
        assert_eq!(drawn[0].binds, ["phone: 2 of 4", "representative: 4 of 4", "day at an office: 3 of 4"]);
        let text = graph.to_string();
        assert!(text.starts_with("<svg ") && text.contains("phone: 2 of 4"), "{text}");
    }

    #[test]
    fn a_large_ring_says_what_is_not_drawn_and_stays_in_its_frame() {
        let who = (1..=400).map(|row| row * 10).collect();
        let (ring, members) = a_ring(400, vec![Bind { kind: "run".into(), members: 400, who }]);
        let drawn = draw(Lang::Ru, &[ring], &members);
        let graph = &drawn[0].graph;
        assert_eq!((graph.dots.len(), graph.lines.len()), (DOTS_MAX, DOTS_MAX));
        assert_eq!(drawn[0].more.as_deref(), Some("не нарисовано ещё 352"));
        assert!(
            graph.dots.iter().all(|dot| (0.0..WIDTH).contains(&dot.x.0) && (0.0..HEIGHT).contains(&dot.y.0))
        );
        let empty = draw(Lang::Kk, &[a_ring(0, Vec::new()).0], &Members::new());
        assert!(empty[0].graph.to_string().ends_with("</svg>"));
    }
}
