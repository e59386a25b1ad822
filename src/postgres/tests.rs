//! Tests of what needs no server: addresses, the password file, names. With a server: `tests/postgres.rs`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;

use super::address::{Address, Host, Roots, Secret, SslMode, What, without_password};
use super::passfile::{Found, look_up};

/// An environment with a user and nothing else.
fn bare(name: &str) -> Option<String> {
    (name == "USER").then(|| "clerk".to_owned())
}

fn parse(typed: &str) -> Address {
    Address::parse(typed, &bare).unwrap_or_else(|e| panic!("{typed}: {e}"))
}

#[test]
fn an_address_is_read_as_libpq_reads_it() {
    let address =
        parse("postgres://anna:s%40crt@db.example:6432/gov?table=public.registry&sslmode=verify-full");
    assert_eq!(address.host, Host::Network("db.example".to_owned()));
    assert_eq!((address.port, &*address.database, &*address.user), (6432, "gov", "anna"));
    assert_eq!(address.password, Some(Secret::new("s@crt")));
    assert_eq!(address.sslmode, SslMode::VerifyFull);
    assert_eq!(address.shown(), "postgres://db.example:6432/gov?table=public.registry");

    let cases: [(&str, &str, &str); 8] = [
        ("postgresql://h/d?table=t", "postgres://h/d?table=t", "the longer scheme is the same"),
        ("postgres://u@h:5432/d?table=t", "postgres://h/d?table=t", "the usual port goes without saying"),
        (
            "postgres://h?table=t",
            "postgres://h/clerk?table=t",
            "the database is the user's, the user the system's",
        ),
        ("postgres://[::1]:7/d?table=t", "postgres://[::1]:7/d?table=t", "an IPv6 number in brackets"),
        ("postgres://%2Frun%2Fpg/d?table=t", "postgres://%2Frun%2Fpg/d?table=t", "a folder with a socket"),
        ("postgres:///d?host=h&port=9&table=t", "postgres://h:9/d?table=t", "host and port as parameters"),
        ("postgres://h/d%2Fe?table=t", "postgres://h/d%2Fe?table=t", "a database with a slash"),
        (
            "postgres://h/d?table=\"Gov\".\"A \"\"b\"\"\"",
            "postgres://h/d?table=\"Gov\".\"A \"\"b\"\"\"",
            "quoted",
        ),
    ];
    for (typed, shown, why) in cases {
        assert_eq!(parse(typed).shown(), shown, "{why}");
    }
}

#[test]
fn a_query_is_text_when_it_has_blanks_and_percent_encoded_when_it_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nightly.sql");
    fs::write(&file, "SELECT *\nFROM t\n;\n").unwrap();
    let named = format!("postgres://h/d?sslmode=require&query=@{}", file.display());
    let cases = [
        (
            "postgres://h/d?query=SELECT a FROM t WHERE a LIKE '%25&b=c'",
            "SELECT a FROM t WHERE a LIKE '%25&b=c'",
        ),
        ("postgres://h/d?query=SELECT%20a%26b%20FROM%20t;", "SELECT a&b FROM t"),
        ("postgres://h/d?query= TABLE t ; ", "TABLE t"),
        (&named, "SELECT *\nFROM t"),
    ];
    for (typed, expected) in cases {
        assert_eq!(parse(typed).what, What::Query(expected.to_owned()), "{typed}");
    }
    let shown = parse(cases[0].0).shown();
    assert!(!shown.contains("LIKE") && shown.starts_with("postgres://h/d?query="), "{shown}");
    assert_ne!(shown, parse(cases[1].0).shown(), "two queries are told apart");
}

#[test]
fn settings_come_from_address_service_and_environment_in_this_order() {
    let folder = tempfile::tempdir().unwrap();
    let services = folder.path().join("services");
    let text = "# ours\n[other]\nport=1\n\n[gov]\nhost = service.example\nport = 2\nuser = anna\n";
    fs::write(&services, text).unwrap();
    let environment = |name: &str| {
        Some(match name {
            "PGSERVICEFILE" => services.display().to_string(),
            "PGHOST" => "environment.example".to_owned(),
            "PGPORT" => "3".to_owned(),
            "PGUSER" => "berik".to_owned(),
            "PGDATABASE" => "register".to_owned(),
            "PGPASSWORD" => "from the environment".to_owned(),
            "PGSSLMODE" => "require".to_owned(),
            "PGSSLROOTCERT" => "system".to_owned(),
            "PGCONNECT_TIMEOUT" => "7".to_owned(),
            _ => return None,
        })
    };
    let address = Address::parse("postgres://?table=t&service=gov&port=4", &environment).unwrap();
    assert_eq!(address.shown(), "postgres://service.example:4/register?table=t");
    assert_eq!(address.user, "anna");
    assert_eq!(address.password, Some(Secret::new("from the environment")));
    assert_eq!((address.sslmode, address.roots), (SslMode::Require, Some(Roots::System)));
    assert_eq!(address.connect_timeout, Some(Duration::from_secs(7)));
    let plain = Address::parse("postgres://?table=t", &environment).unwrap();
    assert_eq!(plain.shown(), "postgres://environment.example:3/register?table=t");
    let unknown = Address::parse("postgres://?table=t&service=none", &environment).unwrap_err().to_string();
    assert!(unknown.contains("in no service file"), "{unknown}");
}

#[test]
fn a_malformed_address_is_refused_without_being_repeated() {
    let cases = [
        ("postgres://h/d", "neither a table nor a query"),
        ("postgres://h/d?table=a&query=SELECT 1", "both a table and a query"),
        ("postgres://h/d?table=a&tabel=b", "did you mean table?"),
        ("postgres://h/d?table=a&hunter2=b", "known are table"),
        ("postgres://h/d?table=a&table=b", "gives table twice"),
        ("postgres://h/d?table=a&sslmode=hunter2", "sslmode is disable, prefer"),
        ("postgres://h:hunter2/d?table=a", "has a port that is no number"),
        ("postgres://h:0/d?table=a", "port 0"),
        ("postgres://u:hun@ter2@h/d?table=a", "has an @ or a /"),
        ("postgres://u:hun/ter2@h/d?table=a", "has an @ or a /"),
        ("postgres://u:hun?ter2@h/d?table=a", "a parameter"),
        ("postgres://u:hunter2%@h/d?table=a", "without two hexadecimal digits"),
        ("postgres://u:hunter2%ff@h/d?table=a", "that are no text"),
        ("postgres://h,hunter2/d?table=a", "several hosts"),
        ("postgres://[h/d?table=a", "without its ]"),
        ("postgres://h/d?table=hunter2;drop", "SQL cannot read"),
        ("postgres://h/d?table=a.b.c", "SQL cannot read"),
        ("postgres://h/d?table=\"hunter2", "SQL cannot read"),
        ("postgres://h/d?table=a&connections=99", "outside 1 to 64"),
        ("postgres://h/d?table=a&sslcert=hunter2", "both sslcert and sslkey"),
        ("postgres://h/d?table=a&client_encoding=hunter2", "client_encoding"),
        ("postgres://h/d?query=", "empty query"),
        ("postgres://h/d?query= ; ", "empty query"),
    ];
    for (typed, expected) in cases {
        let error = Address::parse(typed, &bare).expect_err(typed);
        assert_eq!(error.exit_code(), 2, "{typed}");
        let said = error.to_string();
        assert!(said.contains(expected), "{typed}: {said}");
        assert!(!said.contains("hunter2") && !said.contains("hun"), "{said}");
    }
}

proptest! {
    #[test]
    fn no_address_panics_and_no_error_repeats_a_password(
        password in "[ -~]{6,12}", before in "[a-z]{0,4}", after in "[ -~]{0,20}"
    ) {
        let typed = format!("postgres://{before}:{password}@h/d?table=t&{after}");
        if let Err(error) = Address::parse(&typed, &bare) {
            // Our own words hold short runs of letters too, so only passwords that are none of them are looked for.
            let ours = Address::parse("postgres://h/d?nothing=1", &bare).unwrap_err().to_string();
            let said = error.to_string();
            prop_assert!(!said.contains(&password) || ours.contains(&password), "{said}");
        }
        let address = Address::parse("postgres://h/d?table=t", &bare).unwrap();
        let address = Address { password: Some(Secret::new(password.clone())), ..address };
        let debug = format!("{address:?}");
        prop_assert!(!debug.contains(&password) || password.chars().all(|c| c.is_ascii_alphanumeric() || c == ' '));
        let quoted = format!("\"{password}\"");
        prop_assert!(!debug.contains(&quoted));
    }
}

#[test]
fn the_password_file_is_read_by_the_rules_of_libpq() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pgpass");
    let write = |text: &str, mode: u32| {
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    };
    let look = |typed: &str| {
        let address = Address { passfile: Some(file.clone()), ..parse(typed) };
        look_up(&address, &bare)
    };
    let found = |text: &str| Found::Password(Secret::new(text));
    let typed = "postgres://anna@h:5433/d?table=t";
    let cases = [
        ("h:5433:d:anna:right\n", found("right"), "all fields as they are"),
        ("# h:5433:d:anna:comment\n\nh:5433:d:anna:right\n", found("right"), "comments and empty lines"),
        ("*:*:*:*:right", found("right"), "stars, and no newline at the end"),
        (
            "h:5432:d:anna:port\nh:5433:e:anna:database\nx:*:*:*:host\n*:*:*:berik:user\n",
            Found::Nothing,
            "none fits",
        ),
        ("h:*:*:anna:first\nh:5433:d:anna:second\n", found("first"), "the first line that fits counts"),
        ("h:5433:d:anna:a\\:b\\\\c:d", found("a:b\\c"), "a colon and a backslash are escaped; a field ends"),
        ("\\*:5433:d:anna:star\n*:5433:d:anna:right", found("right"), "an escaped star is a star"),
        ("h:5433:d\n\nh\n:::\n", Found::Nothing, "lines that are too short"),
        ("h:5433:d:anna:", Found::Nothing, "an empty password is none"),
    ];
    for (text, expected, why) in cases {
        write(text, 0o600);
        assert_eq!(look(typed), expected, "{why}");
    }
    write("*:*:*:*:right", 0o640);
    match look(typed) {
        Found::Ignored(why) => assert!(why.contains("chmod 600") && !why.contains("right"), "{why}"),
        other => panic!("{other:?}"),
    }
    let missing = Address { passfile: Some(PathBuf::from("/no/such/file")), ..parse(typed) };
    assert_eq!(look_up(&missing, &bare), Found::Nothing);
    let folder_as_file = Address { passfile: Some(folder.path().to_owned()), ..parse(typed) };
    assert!(matches!(look_up(&folder_as_file, &bare), Found::Ignored(_)));
    write("localhost:*:*:*:socket", 0o600);
    assert_eq!(
        look("postgres://anna@%2Ftmp:5433/d?table=t"),
        found("socket"),
        "sockets are filed under localhost"
    );
    assert!(!Path::new("/no/such/file").exists());
}

#[test]
fn what_a_configuration_shows_can_be_typed_again_but_for_the_password() {
    let cases = [
        ("a.csv", "a.csv"),
        ("postgres://u@h/d?table=t", "postgres://u@h/d?table=t"),
        ("postgres://u:hunter2@h:1/d?table=t&sslmode=require", "postgres://u@h:1/d?table=t&sslmode=require"),
        ("postgresql://h/d?password=hunter2&query=SELECT 1 & 2", "postgresql://h/d?query=SELECT 1 & 2"),
        ("postgres://u:hun/ter2@h/d?table=t", "postgres://…"),
    ];
    for (typed, shown) in cases {
        assert_eq!(without_password(typed), shown);
    }
}

#[test]
fn a_place_for_results_has_a_schema_and_nothing_to_read() {
    let sink = |typed: &str| Address::sink(typed, &bare);
    let address = sink("postgres://anna@db.example/gov?schema=Night's&sslmode=require").expect("a place");
    assert_eq!(address.what, What::Into("Night's".to_owned()));
    assert_eq!(address.shown(), "postgres://db.example/gov?schema=Night's");
    assert_eq!(sink("postgres://h/d").expect("a place").what, What::Into("iinrec".to_owned()));
    let long = format!("postgres://h/d?schema={}", "x".repeat(64));
    for refused in [
        "postgres://h/d?table=t",
        "postgres://h/d?query=SELECT 1",
        "postgres://h/d?connections=2",
        "postgres://h/d?schema=pg_temp",
        "postgres://h/d?schema=information_schema",
        "reports/night",
        &long,
    ] {
        let error = sink(refused).expect_err(refused);
        assert_eq!(error.exit_code(), 2, "{refused}");
        assert!(error.remedy.is_some(), "{refused}");
    }
    assert!(Address::parse("postgres://h/d?schema=s", &bare).is_err(), "a source has a table");
}
