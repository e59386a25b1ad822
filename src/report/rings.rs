//! `rings.parquet`: one row a ring of suspects.
//!
//! In: the rings that the rules found. Out: their ids, and the table, sorted by the members who should not exist,
//! most first, then by id. The law: an id is a hash of what the ring is named for, so that it is the same every
//! night, and two rings never have one.

use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, Date32Builder, Float64Builder, ListBuilder, StringBuilder, StructBuilder, UInt32Builder,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, Fields, Schema};

use super::publish::{Draft, Output};
use super::tables::{case_id, field, nullable, write_whole};
use super::values::Records;
use crate::batch::Dataset;
use crate::day::NO_DAY;
use crate::error::Result;
use crate::rules::bits::in_bits;
use crate::rules::rings::{ALONE, Ring, Rings};
use crate::rules::score::Suspect;

/// The registry rows, from 1, of those whom something binds.
fn who_item() -> Arc<Field> {
    Arc::new(field("item", DataType::UInt32))
}

/// The ids of rings, in their order.
#[derive(Clone, Debug, Default)]
pub struct RingIds(Vec<String>);

impl RingIds {
    /// Makes the ids: `R-` and twelve characters.
    #[must_use]
    pub fn of(rings: &Rings) -> Self {
        let id = |ring: &Ring| case_id('R', &ring.name.iter().map(String::as_str).collect::<Vec<_>>());
        RingIds(rings.rings.iter().map(id).collect())
    }

    /// The id of a ring, or nothing for [`ALONE`].
    #[must_use]
    pub fn get(&self, ring: u32) -> Option<&str> {
        (ring != ALONE).then(|| self.0[ring as usize].as_str())
    }
}

/// `rings.parquet`.
///
/// # Errors
/// When the disk is full or fails.
pub fn rings(
    draft: &Draft,
    found: &Rings,
    ids: &RingIds,
    suspects: &[Suspect],
    records: &Records<'_>,
) -> Result<Output> {
    let bind_fields: Fields = vec![
        field("kind", DataType::Utf8),
        field("members", DataType::UInt32),
        field("bits", DataType::Float64),
        field("evidence", DataType::Utf8),
        field("who", DataType::List(who_item())),
    ]
    .into();
    let bind_item = Arc::new(Field::new("item", DataType::Struct(bind_fields.clone()), false));
    let iin_item = Arc::new(field("item", DataType::Utf8));
    let schema = Schema::new(vec![
        field("ring_id", DataType::Utf8),
        field("members", DataType::UInt32),
        field("high", DataType::UInt32),
        field("medium", DataType::UInt32),
        field("low", DataType::UInt32),
        field("mean_score", DataType::Float64),
        field("expected_invented", DataType::Float64),
        field("binds", DataType::List(bind_item.clone())),
        nullable("first_assigned", DataType::Date32),
        nullable("last_assigned", DataType::Date32),
        field("iins", DataType::List(iin_item.clone())),
    ]);
    let mut sorted: Vec<(&Ring, &str)> = found.rings.iter().zip(ids.0.iter().map(String::as_str)).collect();
    sorted.sort_by_key(|&(ring, id)| (std::cmp::Reverse(ring.expected), id));

    let row_of = |at: u32| records.record(Dataset::Registry, suspects[at as usize].row);
    let mut names = StringBuilder::new();
    let mut counts: [UInt32Builder; 4] = std::array::from_fn(|_| UInt32Builder::new());
    let [mut means, mut expected] = [(); 2].map(|()| Float64Builder::new());
    let mut binds = ListBuilder::new(StructBuilder::from_fields(bind_fields, 0)).with_field(bind_item);
    let [mut first, mut last] = [(); 2].map(|()| Date32Builder::new());
    let mut iins = ListBuilder::new(StringBuilder::new()).with_field(iin_item);
    for (ring, id) in sorted {
        names.append_value(id);
        let members = ring.members.len() as u32;
        let of_bands = [members, ring.bands[0], ring.bands[1], ring.bands[2]];
        counts.iter_mut().zip(of_bands).for_each(|(builder, count)| builder.append_value(count));
        means.append_value((ring.expected / u64::from(members)) as f64 / 1000.0);
        expected.append_value(ring.expected as f64 / 1000.0);
        for bind in &ring.binds {
            let parts = binds.values();
            parts.field_builder::<StringBuilder>(0).expect("kind").append_value(bind.kind.name());
            parts.field_builder::<UInt32Builder>(1).expect("members").append_value(bind.members);
            parts.field_builder::<Float64Builder>(2).expect("bits").append_value(in_bits(bind.bits));
            parts.field_builder::<StringBuilder>(3).expect("evidence").append_value(&bind.evidence);
            let who = parts.field_builder::<ListBuilder<Box<dyn ArrayBuilder>>>(4).expect("who");
            let rows = who.values().as_any_mut().downcast_mut::<UInt32Builder>().expect("rows");
            let mut own: Vec<u32> = bind.who.iter().map(|&at| row_of(at)).collect();
            own.sort_unstable();
            own.into_iter().for_each(|row| rows.append_value(row));
            who.append(true);
            parts.append(true);
        }
        binds.append(true);
        let day = |day: i32| (day != NO_DAY).then_some(day);
        first.append_option(day(ring.assigned.0));
        last.append_option(day(ring.assigned.1));
        let mut own: Vec<String> =
            ring.members.iter().map(|&at| records.iin(suspects[at as usize].row as usize)).collect();
        own.sort_unstable();
        own.iter().for_each(|iin| iins.values().append_value(iin));
        iins.append(true);
    }
    let [members, high, medium, low] = counts.map(|mut builder| Arc::new(builder.finish()) as ArrayRef);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(names.finish()),
        members,
        high,
        medium,
        low,
        Arc::new(means.finish()),
        Arc::new(expected.finish()),
        Arc::new(binds.finish()),
        Arc::new(first.finish()),
        Arc::new(last.finish()),
        Arc::new(iins.finish()),
    ];
    assert!(columns.iter().all(|column| column.len() == found.rings.len()), "one row a ring");
    write_whole(draft.file("rings.parquet")?, schema, columns)
}
