//! Rings of small worlds: what binds, what does not, and names that stay from night to night.

use super::*;
use crate::rules::score;
use crate::rules::signals::testing::{Case, iin};
use crate::validate::iin::pack;

const HEADER: &str = "iin,surname,given_name,document_country,document_number,assigned_on,representative_iin,phone,address,office";

/// What a row says: number, document, day, representative, phone, address.
#[derive(Clone)]
struct Row {
    number: usize,
    document: String,
    day: String,
    representative: &'static str,
    phone: String,
    address: String,
    office: &'static str,
    score: u16,
}

/// Somebody who has nothing in common with anybody.
fn row(number: usize) -> Row {
    Row {
        number,
        document: format!("AB{:07}", 1_000_000 + number * 7919 % 800_000),
        day: format!("2022-{:02}-{:02}", 1 + number % 12, 1 + number % 28),
        representative: "",
        phone: format!("+7701{:07}", 1_000_000 + number),
        address: format!("Almaty Abai {number}"),
        office: "",
        score: 0,
    }
}

/// Nine hundred and some people of whom nothing is to be said, and these.
fn case(rows: &[Row]) -> Case {
    let text = |row: &Row| {
        format!(
            "{},N,G,UZB,{},{},{},{},{},{}",
            iin(row.number),
            row.document,
            row.day,
            row.representative,
            row.phone,
            row.address,
            row.office,
        )
    };
    let rows: Vec<String> = rows.iter().map(text).collect();
    Case::registry(HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>())
}

fn with_others(rows: &[Row]) -> Vec<Row> {
    let mut all: Vec<Row> = (0..900).map(row).collect();
    all.extend_from_slice(rows);
    all
}

/// The rings of rows, as the numbers of their members, and the names; suspects are rows with a score.
fn rings(rows: &[Row]) -> (Vec<Vec<usize>>, Rings) {
    let case = case(rows);
    let suspect = |(row, at): (&Row, u32)| {
        let settings = crate::rules::settings::Settings::default();
        let band = score::Band::of(row.score, &settings)?;
        let (exculpations, signals) = (Vec::new(), Vec::new());
        Some(Suspect { row: at, score: row.score, band, prior: 0, exculpations, signals })
    };
    let suspects: Vec<Suspect> = rows.iter().zip(0..).filter_map(suspect).collect();
    let found = find(&case.world(), &suspects);
    assert_eq!(found.of.len(), suspects.len());
    for (ring, at) in found.rings.iter().zip(0..) {
        assert!(ring.members.len() > 1 && !ring.binds.is_empty());
        assert!(ring.members.iter().all(|&member| found.of[member as usize] == at), "both ways say the same");
        assert_eq!(ring.members.len() as u32, ring.bands.iter().sum::<u32>());
    }
    let members: usize = found.rings.iter().map(|ring| ring.members.len()).sum();
    assert_eq!(found.of.iter().filter(|&&ring| ring != ALONE).count(), members);
    let names: BTreeSet<&Vec<String>> = found.rings.iter().map(|ring| &ring.name).collect();
    assert_eq!(names.len(), found.rings.len(), "no two rings have one name");
    let numbers = |ring: &Ring| {
        let mut numbers: Vec<usize> =
            ring.members.iter().map(|&at| rows[suspects[at as usize].row as usize].number).collect();
        numbers.sort_unstable();
        numbers
    };
    let mut groups: Vec<Vec<usize>> = found.rings.iter().map(numbers).collect();
    groups.sort();
    (groups, found)
}

const AGENT: &str = "000101699999";
const OTHER: &str = "900304390006";

/// Suspects from a number on, changed by a rule.
fn suspects(from: usize, count: usize, change: impl Fn(usize, &mut Row)) -> Vec<Row> {
    (0..count)
        .map(|at| {
            let mut row = Row { score: 900, ..row(from + at) };
            change(at, &mut row);
            row
        })
        .collect()
}

fn through(representative: &'static str) -> impl Fn(usize, &mut Row) {
    move |_, row| row.representative = representative
}

#[test]
fn what_binds_and_what_does_not() {
    let both = |a: Vec<Row>, b: Vec<Row>| [a, b].concat();
    let honest = |from: usize, count: usize, change: &dyn Fn(&mut Row)| {
        let mut rows = suspects(from, count, |_, row| change(row));
        rows.iter_mut().for_each(|row| row.score = 0);
        rows
    };
    let flat = |row: &mut Row| row.address = "Almaty Dostyk 5-1".to_owned();
    type Rings = Vec<Vec<usize>>;
    let cases: Vec<(Vec<Row>, Rings, &str)> = vec![
        (suspects(1000, 5, |_, _| ()), vec![], "nothing in common"),
        (suspects(1000, 5, through(AGENT)), vec![(1000..1005).collect()], "one representative"),
        (
            suspects(1000, 3, |_, row| row.phone = "+77015550011".into()),
            vec![(1000..1003).collect()],
            "one phone",
        ),
        (
            suspects(1000, 3, |_, row| row.document = "AC5550011".into()),
            vec![(1000..1003).collect()],
            "one document",
        ),
        (suspects(1000, 8, |_, row| flat(row)), vec![(1000..1008).collect()], "one flat"),
        (
            suspects(1000, 6, |at, row| {
                row.document = format!("AC55500{:02}", at * 2);
                row.day = format!("2023-03-{:02}", 1 + at * 5);
            }),
            vec![(1000..1006).collect()],
            "a packet of blanks, every second sold to somebody else",
        ),
        (
            suspects(1000, 6, |at, row| {
                row.document = format!("AC55500{at:02}");
                row.day = format!("202{}-03-0{}", if at < 3 { 2 } else { 3 }, 1 + at);
            }),
            vec![(1000..1003).collect(), (1003..1006).collect()],
            "neighbouring numbers of two years",
        ),
        (
            both(suspects(1000, 3, through(AGENT)), honest(2000, 297, &|row| row.representative = AGENT)),
            vec![],
            "an honest agent with three suspects among three hundred",
        ),
        (
            both(
                suspects(1000, 12, |_, row| {
                    row.representative = AGENT;
                    row.day = "2023-06-01".into();
                }),
                honest(2000, 400, &|row| row.representative = AGENT),
            ),
            vec![(1000..1012).collect()],
            "twelve of one day behind four hundred honest clients of other years",
        ),
        (
            both(
                both(
                    suspects(1000, 10, |at, row| {
                        through(AGENT)(at, row);
                        flat(row);
                    }),
                    suspects(1500, 14, |at, row| {
                        through(OTHER)(at, row);
                        flat(row);
                    }),
                ),
                honest(2000, 600, &flat),
            ),
            vec![(1000..1010).collect(), (1500..1514).collect()],
            "a dormitory between two rings",
        ),
        (
            both(
                suspects(1000, 10, |at, row| {
                    through(AGENT)(at, row);
                    if at == 0 {
                        row.phone = "+77015550011".into();
                    }
                }),
                suspects(1500, 14, |at, row| {
                    through(OTHER)(at, row);
                    if at == 0 {
                        row.phone = "+77015550011".into();
                    }
                }),
            ),
            vec![(1000..1010).collect(), (1500..1514).collect()],
            "one phone between two rings",
        ),
        (
            suspects(1000, 4, |_, row| {
                row.phone = "+77015550011".into();
                row.score = 80;
            }),
            vec![],
            "a family whose passports the export lacks",
        ),
        (
            suspects(1000, 9, |_, row| {
                row.day = "2023-06-01".into();
                row.office = "CON 1";
            }),
            vec![],
            "a day alone",
        ),
    ];
    for (rows, expected, why) in cases {
        assert_eq!(rings(&with_others(&rows)).0, expected, "{why}");
    }
}

#[test]
fn known_employers_and_dormitories_bind_nobody() {
    let mut case = case(&with_others(&suspects(1000, 6, through(AGENT))));
    case.settings().known_employers = vec![pack(AGENT.as_bytes()).expect("twelve digits")];
    let found = find(&case.world(), &[]);
    assert!(found.rings.is_empty());
    let suspect = |at: u32| {
        let (exculpations, signals) = (Vec::new(), Vec::new());
        Suspect { row: at, score: 900, band: score::Band::High, prior: 0, exculpations, signals }
    };
    let suspects: Vec<Suspect> = (900..906).map(suspect).collect();
    assert!(find(&case.world(), &suspects).rings.is_empty());
    case.settings().known_employers.clear();
    assert_eq!(find(&case.world(), &suspects).rings.len(), 1);
}

#[test]
fn what_is_told_of_a_ring() {
    let mut ring = suspects(1000, 14, |at, row| {
        row.representative = AGENT;
        row.day = format!("2023-03-{:02}", 1 + at % 3);
        if at < 3 {
            row.phone = "+77015550011".into();
        }
    });
    ring[13].score = 500;
    let (_, found) = rings(&with_others(&ring));
    let ring = &found.rings[0];
    assert_eq!((ring.bands, ring.expected), ([13, 1, 0], 13 * 900 + 500));
    assert_eq!(ring.name, ["representative", AGENT]);
    let days = [ring.assigned.0, ring.assigned.1].map(crate::day::iso);
    assert_eq!(days, ["2023-03-01", "2023-03-03"]);
    let told: Vec<(&str, u32)> = ring.binds.iter().map(|bind| (bind.kind.name(), bind.members)).collect();
    assert_eq!(told, [("representative", 14), ("phone", 3)]);
    assert_eq!(
        ring.binds[0].evidence,
        "14 of the ring's 14 came through the representative 000101699999, of whose 14 clients 14 are suspected; \
         one in 65 rows is suspected"
    );
    assert_eq!(
        ring.binds[1].evidence,
        "3 of the ring's 14 gave the phone +77015550011, which stands in 3 rows, 3 of them suspected; \
         one in 65 rows is suspected"
    );
}

#[test]
fn names_stay_from_night_to_night() {
    let packet = |at: usize, row: &mut Row| {
        row.document = format!("AC55500{:02}", at * 2);
        row.day = format!("2023-03-{:02}", 1 + at);
    };
    let half_phones = |at: usize, row: &mut Row| {
        row.phone = if at.is_multiple_of(2) { "+77015550011" } else { "+77015550012" }.into();
        packet(at, row);
    };
    let makes: [(&str, Vec<Row>); 4] = [
        ("representative", suspects(1000, 9, through(AGENT))),
        ("address", suspects(1000, 9, |_, row| row.address = "Almaty Dostyk 5-1".to_owned())),
        ("run", suspects(1000, 9, packet)),
        ("phone", suspects(1000, 9, half_phones)),
    ];
    for (kind, ring) in makes {
        let name = |rows: &[Row]| {
            let (groups, found) = rings(rows);
            assert_eq!(groups.len(), 1, "{kind}");
            found.rings[0].name.clone()
        };
        let first = name(&with_others(&ring[..8]));
        assert_eq!(first[0], kind);
        assert_eq!(name(&with_others(&ring)), first, "{kind}: a member more");
        assert_eq!(name(&with_others(&[&ring[..3], &ring[4..8]].concat())), first, "{kind}: a member less");
        let mut shuffled = with_others(&ring);
        shuffled.reverse();
        shuffled.rotate_left(301);
        assert_eq!(name(&shuffled), first, "{kind}: rows in another order");
        let another = suspects(1500, 5, through(OTHER));
        let (groups, found) = rings(&with_others(&[ring.clone(), another].concat()));
        assert_eq!(groups.len(), 2);
        assert!(found.rings.iter().any(|ring| ring.name == first), "{kind}: beside another ring");
    }
}

#[test]
fn two_rings_of_one_representative_have_two_names() {
    let year = |from: usize, count: usize, day: &'static str| {
        suspects(from, count, move |_, row| {
            row.representative = AGENT;
            row.day = day.to_owned();
            row.phone = format!("+770155500{}", &day[2..4]);
        })
    };
    let mut honest = suspects(2000, 500, through(AGENT));
    honest.iter_mut().for_each(|row| row.score = 0);
    let rows = [year(1000, 8, "2023-06-01"), year(1500, 8, "2024-06-01"), honest].concat();
    let (groups, found) = rings(&with_others(&rows));
    assert_eq!(groups.len(), 2, "each in its days");
    assert_ne!(found.rings[0].name, found.rings[1].name);
}

#[test]
fn the_order_of_rows_says_nothing() {
    let flat = |row: &mut Row| row.address = "Almaty Dostyk 5-1".to_owned();
    let rings_of = [
        suspects(1000, 12, |at, row| {
            through(AGENT)(at, row);
            flat(row);
            row.score = 300 + 50 * at as u16;
        }),
        suspects(1500, 14, |at, row| {
            if at < 8 {
                through(OTHER)(at, row);
            }
            if at > 4 {
                row.phone = "+77015550011".into();
            }
            flat(row);
        }),
    ];
    let rows = with_others(&rings_of.concat());
    let (expected, _) = rings(&rows);
    for turn in [1, 17, 500, 910] {
        let mut turned = rows.clone();
        turned.rotate_left(turn);
        turned[..400].reverse();
        assert_eq!(rings(&turned).0, expected, "{turn}");
    }
}
