//! A bad world: disks that are full, memory that is not there, folders that change under a run, two runs at once,
//! signals, terminals that are gone, damaged inputs. As in `faults.rs`, the older report or the new one stands afterwards,
//! and nothing is left that somebody would have to clean.

mod util;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use util::night::{Scenario, State, World, all, confirmed, next_run, scratch, world};
use util::{Run, Scratch, finish, names, run_json};

const SIGHUP: i32 = 1;
const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;

/// Starts a run that waits for some time before its first call of that name; returns once it does.
fn paused(world: &World, parent: &Path, command: &Command, call: &str, millis: u32) -> std::process::Child {
    let scenario = if parent.join("out").exists() { Scenario::Replace } else { Scenario::First };
    let at = 1 + world.calls(scenario).iter().position(|name| name == call).expect("such a call");
    let list = parent.join(".calls");
    let run = world
        .injected(&["-o", list.to_str().unwrap(), "pause", &at.to_string(), &millis.to_string()], command)
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !fs::read_to_string(&list).is_ok_and(|text| text.contains("fault")) {
        assert!(Instant::now() < deadline, "the run never came to {call}");
        std::thread::sleep(Duration::from_millis(2));
    }
    fs::remove_file(list).unwrap();
    run
}

fn ended(run: std::process::Child) -> Run {
    let output = run.wait_with_output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn a_second_run_into_one_place_is_refused_at_once() {
    let world = world();
    for overwrite in [&[][..], &["--overwrite"][..]] {
        let parent = scratch();
        let out = parent.join("out");
        if !overwrite.is_empty() {
            world.copy("older", &out);
        }
        let first = paused(world, parent.path(), &world.night(&out, overwrite), "fsync", 1500);
        let started = Instant::now();
        let second = finish(&mut world.night(&out, overwrite)).expect(1);
        assert!(started.elapsed() < Duration::from_secs(1), "refused after {:?}", started.elapsed());
        assert!(second.stderr.contains("another run is writing this report"), "{}", second.stderr);
        // Into another folder of the same parent it may go, and it leaves the living draft alone.
        finish(&mut world.night(&parent.join("other"), &[])).expect(0);
        ended(first).expect(0);
        assert_eq!(world.state(&out), Ok(State::New));
        assert_eq!(names(parent.path()), ["other", "out"]);
    }
}

#[test]
fn of_many_runs_at_once_some_publish_and_the_others_are_refused() {
    let world = world();
    let parent = scratch();
    let out = parent.join("out");
    world.copy("older", &out);
    let mut published = 0;
    for _ in 0..4 {
        let runs: Vec<_> = (0..6)
            .map(|_| {
                let mut run = world.night(&out, &["--overwrite", "--quiet"]);
                run.stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        for run in runs {
            let run = ended(run);
            match run.code {
                Some(0) => published += 1,
                Some(1) if run.stderr.contains("another run is writing this report") => {}
                code => panic!("{code:?}: {}", run.stderr),
            }
        }
        assert_eq!(world.state(&out), Ok(State::New));
        assert_eq!(names(parent.path()), ["out"]);
    }
    assert!(published >= 4, "{published} runs published");
}

#[test]
fn folders_that_change_under_a_run() {
    type Deed = fn(&Path, &World);
    // What is done while the run writes, whether an older report stands, the exit code, and words of the message.
    let cases: [(&str, Deed, bool, i32, &str); 9] = [
        ("the older report is removed", |p, _| fs::remove_dir_all(p.join("out")).unwrap(), true, 0, ""),
        (
            "the older report becomes a link to another",
            |p, w| {
                fs::rename(p.join("out"), p.join("elsewhere")).unwrap();
                symlink(p.join("elsewhere"), p.join("out")).unwrap();
                let _ = w;
            },
            true,
            1,
            "became something else",
        ),
        (
            "the older report becomes a folder of somebody's",
            |p, _| fs::remove_file(p.join("out/run.json")).unwrap(),
            true,
            1,
            "became something else",
        ),
        (
            "somebody publishes there first",
            |p, w| w.copy("older", &p.join("out")),
            false,
            1,
            "came into being",
        ),
        (
            "somebody puts a link there, leading nowhere",
            |p, _| symlink("nowhere", p.join("out")).unwrap(),
            false,
            1,
            "came into being",
        ),
        (
            "the parent is renamed",
            |p, _| fs::rename(p, p.with_extension("moved")).unwrap(),
            true,
            1,
            "was moved or removed",
        ),
        (
            "the parent is replaced by a link to another folder",
            |p, _| {
                fs::rename(p, p.with_extension("moved")).unwrap();
                fs::create_dir(p.with_extension("bait")).unwrap();
                symlink(p.with_extension("bait"), p).unwrap();
            },
            true,
            1,
            "was moved or removed",
        ),
        ("the parent is removed", |p, _| fs::remove_dir_all(p).unwrap(), true, 1, ""),
        (
            "somebody cleans up what is hidden",
            |p, _| {
                for name in names(p).iter().filter(|name| name.starts_with(".iinrec")) {
                    fs::remove_dir_all(p.join(name)).unwrap();
                }
            },
            true,
            1,
            "",
        ),
    ];
    let world = world();
    all(&cases, |(what, deed, older, code, words)| {
        let scratch = scratch();
        let parent = scratch.join("parent");
        fs::create_dir(&parent).unwrap();
        let out = parent.join("out");
        if *older {
            world.copy("older", &out);
        }
        let more: &[&str] = if *older { &["--overwrite", "-q"] } else { &["-q"] };
        let run = paused(world, &parent, &world.night(&out, more), "fsync", 300);
        deed(&parent, world);
        let seen = |folder: &Path| if folder.is_dir() { names(folder) } else { vec![] };
        let run = ended(run);
        if run.code != Some(*code) || !run.stderr.contains(words) || run.stderr.contains("internal error") {
            return Err(format!("{what}: exit code {:?}: {}", run.code, run.stderr));
        }
        if *code == 0 && world.state(&out) != Ok(State::New) {
            return Err(format!("{what}: {:?}", world.state(&out)));
        }
        // What others did stands as they did it.
        for folder in [&parent, &parent.with_extension("moved"), &parent.with_extension("bait")] {
            if seen(folder).iter().any(|name| name.starts_with('.')) {
                return Err(format!("{what}: left {:?}", seen(folder)));
            }
        }
        if !seen(&parent.with_extension("bait")).is_empty() {
            return Err(format!("{what}: wrote to another folder"));
        }
        for place in [parent.join("elsewhere"), parent.with_extension("moved").join("out")] {
            if place.is_dir() && world.state(&place) != Ok(State::Older) {
                return Err(format!("{what}: {:?}", world.state(&place)));
            }
        }
        Ok(())
    });
}

/// The command below a shell that sets a limit first.
fn limited(limit: &str, command: &Command) -> Command {
    let mut run = Command::new("sh");
    run.arg("-c").arg(format!("ulimit {limit} && exec \"$@\"")).arg("sh");
    run.arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    run
}

#[test]
fn a_limit_of_file_sizes_is_an_error_with_a_remedy() {
    let world = world();
    // Tables are small, the page is the largest file.
    let blocks: Vec<u32> = (0..16).chain((32..512).step_by(32)).collect();
    let failed = AtomicUsize::new(0);
    all(&blocks, |blocks| {
        let parent = scratch();
        world.copy("older", &parent.join("out"));
        let out = parent.join("out");
        let night = world.night(&out, &["--overwrite", "-q"]);
        let run = finish(&mut limited(&format!("-f {blocks}"), &night));
        let expected = match run.code {
            Some(0) => State::New,
            Some(1) if run.stderr.contains("ulimit -f") => State::Older,
            code => return Err(format!("{blocks} blocks: exit code {code:?}: {}", run.stderr)),
        };
        failed.fetch_add(usize::from(expected == State::Older), Ordering::Relaxed);
        if world.state(&out)? != expected || names(parent.path()) != ["out"] {
            return Err(format!("{blocks} blocks: {:?}, {:?}", world.state(&out)?, names(parent.path())));
        }
        next_run(world, parent.path())
    });
    assert!((4..blocks.len()).contains(&failed.into_inner()), "no limit was between failure and success");
}

#[test]
fn a_disk_that_is_full() {
    let world = world();
    // Real disks of some sizes, in a namespace of their own where the system gives one to whoever runs the tests. Where
    // it does not, ENOSPC at every single call is met above, and limits of file sizes are met in any case.
    let mount = ["-m", "-rm"].into_iter().find(|flags| {
        let tried = Command::new("unshare").args([flags, "sh", "-c", "mount -t tmpfs none /mnt"]).output();
        tried.is_ok_and(|run| run.status.success())
    });
    let Some(flags) = mount else {
        eprintln!("no small disks can be mounted here");
        return;
    };
    let sizes: Vec<u32> = (36..132).step_by(8).chain((132..900).step_by(48)).collect();
    let (full, fine) = (AtomicUsize::new(0), AtomicUsize::new(0));
    all(&sizes, |kib| {
        let parent = scratch();
        let (disk, out) = (parent.join("disk"), parent.join("disk/out"));
        fs::create_dir(&disk).unwrap();
        world.copy("older", &parent.join("older"));
        let night = world.night(&out, &["--overwrite", "-q"]);
        // The older report, the run, and what stands then copied to where the test can see it.
        let script = "mount -t tmpfs -o size=$1k none disk && cp -r older disk/out && shift && \
                      { \"$@\"; code=$?; cp -r disk seen; exit $code; }";
        let mut run = Command::new("unshare");
        run.args([flags, "sh", "-c", script, "sh"]).arg(kib.to_string());
        run.arg(night.get_program()).args(night.get_args()).current_dir(parent.path());
        let run = finish(&mut run);
        let seen = parent.join("seen");
        let expected = match run.code {
            Some(0) => State::New,
            Some(1) if run.stderr.contains("free some space") => State::Older,
            // The older report itself found no room.
            Some(1) if !seen.is_dir() => return Ok(()),
            code => return Err(format!("{kib} KiB: exit code {code:?}: {}", run.stderr)),
        };
        let count = if expected == State::New { &fine } else { &full };
        count.fetch_add(1, Ordering::Relaxed);
        if world.state(&seen.join("out"))? != expected || names(&seen) != ["out"] {
            return Err(format!("{kib} KiB: {:?}, {:?}", world.state(&seen.join("out"))?, names(&seen)));
        }
        Ok(())
    });
    let (full, fine) = (full.into_inner(), fine.into_inner());
    assert!(full > 2 && fine > 2, "{full} runs met a full disk, {fine} did not");
}

#[test]
fn memory_that_is_not_there() {
    let world = world();
    let mebibytes: Vec<u32> = (4..44).map(|i| i * 4).collect();
    let (died, lived) = (AtomicUsize::new(0), AtomicUsize::new(0));
    all(&mebibytes, |mebibytes| {
        let parent = scratch();
        world.copy("older", &parent.join("out"));
        let out = parent.join("out");
        let night = world.night(&out, &["--overwrite", "-q"]);
        let run = limited(&format!("-v {}", mebibytes * 1024), &night).output().unwrap();
        let count = if run.status.success() { &lived } else { &died };
        count.fetch_add(1, Ordering::Relaxed);
        let state = world.state(&out)?;
        if state != (if run.status.success() { State::New } else { State::Older }) {
            return Err(format!("{mebibytes} MiB: {state:?} stands, {}", run.status));
        }
        next_run(world, parent.path())
    });
    let (died, lived) = (died.into_inner(), lived.into_inner());
    assert!(died > 2 && lived > 2, "{died} runs died, {lived} lived");
}

#[test]
fn a_folder_that_may_not_be_written() {
    let world = world();
    let parent = Scratch::new_in(Path::new("/tmp"));
    let folder = parent.join("folder");
    fs::create_dir(&folder).unwrap();
    let may = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    may(0o500);
    let mut run = world.night(&folder.join("out"), &[]);
    // root may write anywhere, so it becomes nobody, who needs inputs and a binary in reach.
    if fs::write(folder.join("probe"), "").is_ok() {
        fs::remove_file(folder.join("probe")).unwrap();
        let binary = parent.join("iinrec");
        fs::copy(env!("CARGO_BIN_EXE_iinrec"), &binary).unwrap();
        fs::set_permissions(parent.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut as_nobody = Command::new(binary);
        as_nobody.args(["reconcile", "--as-of", "2026-01-01", "--out"]).arg(folder.join("out"));
        for input in ["registry", "documents"] {
            let file = parent.join(input);
            fs::copy(world.folder.join(format!("{input}.csv")), &file).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
            as_nobody.arg(format!("--{input}")).arg(file);
        }
        chown(&folder, Some(65534), None).unwrap();
        as_nobody.uid(65534);
        run = as_nobody;
    }
    let refused = finish(&mut run).expect(1);
    assert!(
        refused.stderr.contains("ask for") && refused.stderr.contains("write access"),
        "{}",
        refused.stderr
    );
    assert!(names(&folder).is_empty());
    may(0o700);
    finish(&mut run).expect(0);
    assert_eq!(names(&folder), ["out"]);
}

/// Writes events into a pipe until it is told to stop or nobody reads them any more: a run that reads them is long
/// on any machine.
fn feed(pipe: &Path) -> (Arc<AtomicBool>, std::thread::JoinHandle<()>) {
    let stop = Arc::new(AtomicBool::new(false));
    let (told, pipe) = (Arc::clone(&stop), pipe.to_owned());
    let feeder = std::thread::spawn(move || {
        let mut pipe = fs::OpenOptions::new().write(true).open(pipe).unwrap();
        let events = "990940003030,tax,2025-03-04\n".repeat(1000);
        let mut written = pipe.write_all(b"iin,kind,occurred_on\n");
        while written.is_ok() && !told.load(Ordering::Relaxed) {
            written = pipe.write_all(events.as_bytes());
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    (stop, feeder)
}

#[test]
fn a_long_run_stops_within_a_second_unless_it_was_told_to_ignore_the_signal() {
    let world = world();
    let parent = scratch();
    let pipe = parent.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let night = |name: &str| {
        let mut run = world.night(&parent.join(name), &["--quiet", "--activity"]);
        run.arg(&pipe).stderr(Stdio::piped()).stdin(Stdio::null());
        run
    };
    let signal = |run: &std::process::Child, signal: &str| {
        let sent = Command::new("kill").args(["-s", signal, &run.id().to_string()]).status();
        assert!(sent.unwrap().success());
    };
    for (name, number) in [("TERM", SIGTERM), ("INT", SIGINT), ("HUP", SIGHUP)] {
        let run = night("stopped").spawn().unwrap();
        let (_, feeder) = feed(&pipe);
        std::thread::sleep(Duration::from_millis(250));
        signal(&run, name);
        let at = Instant::now();
        let output = run.wait_with_output().unwrap();
        assert!(at.elapsed() < Duration::from_secs(1), "SIG{name}: stopped after {:?}", at.elapsed());
        feeder.join().unwrap();
        assert_eq!(output.status.signal(), Some(number), "{output:?}");
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            format!("iinrec: stopped by SIG{name}; nothing was published\n")
        );
        assert_eq!(names(parent.path()), ["pipe"]);
    }
    let plain = night("nohup");
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP && exec \"$@\"", "sh"]).arg(plain.get_program()).args(plain.get_args());
    let run = shell.spawn().unwrap();
    let (stop, feeder) = feed(&pipe);
    std::thread::sleep(Duration::from_millis(250));
    signal(&run, "HUP");
    std::thread::sleep(Duration::from_millis(100));
    stop.store(true, Ordering::Relaxed);
    feeder.join().unwrap();
    assert!(run.wait_with_output().unwrap().status.success(), "nohup holds");
    confirmed(&parent.join("nohup"));
}

#[test]
fn what_cannot_be_printed() {
    let world = world();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let parent = scratch();
    let out = parent.join("out");
    // A published report is published, whoever could not read of it.
    for format in ["text", "json"] {
        let night = world.night(&out, &["--overwrite", "--format", format]).stdout(full()).output().unwrap();
        assert_eq!(night.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&night.stderr).contains("could not be printed"), "{night:?}");
        assert_eq!(world.state(&out), Ok(State::New));
        let night = world.night(&out, &["--overwrite"]).stdout(full()).stderr(full()).status().unwrap();
        assert_eq!(night.code(), Some(0), "nor is a second failure one");
    }
    // Where printing is the job, it is a failure, and no panic.
    let inputs = parent.join("inputs");
    let cases: [&[&str]; 3] = [
        &["check", "000000000000"],
        &["validate", world.folder.join("registry.csv").to_str().unwrap()]
            .map(|a| a.to_owned().leak() as &str),
        &["generate", "--people", "10", "--out", inputs.to_str().unwrap()]
            .map(|a| a.to_owned().leak() as &str),
    ];
    for arguments in cases {
        let run = Command::new(env!("CARGO_BIN_EXE_iinrec")).args(arguments).stdout(full()).output().unwrap();
        let told = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(1), "{arguments:?}: {told}");
        assert!(told.contains("cannot write to the terminal"), "{arguments:?}: {told}");
    }
}

#[test]
fn damaged_inputs_never_stop_a_run_in_the_middle() {
    let world = world();
    let whole = [("registry.csv", "--registry"), ("documents.csv", "--documents")]
        .map(|(name, option)| (name, option, fs::read(world.folder.join(name)).unwrap()));
    let trials: Vec<u64> = (1..=120).collect();
    let read = AtomicUsize::new(0);
    all(&trials, |&seed| {
        // xorshift: the same damage every time.
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut random = move |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        let parent = scratch();
        let mut run = Command::new(env!("CARGO_BIN_EXE_iinrec"));
        run.args(["reconcile", "--as-of", "2026-01-01", "--quiet", "--out"]).arg(parent.join("out"));
        for (name, option, bytes) in &whole {
            let mut bytes = bytes.clone();
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                match random(5) {
                    0 => bytes.truncate(at.max(1)),
                    1 => bytes[at] ^= 1 << random(8),
                    2 => bytes[at] = b"\0\"\n,\xff"[random(5)],
                    3 => drop(bytes.drain(at..(at + random(40)).min(bytes.len()))),
                    _ => drop(bytes.splice(at..at, std::iter::repeat_n(b'\"', random(3)))),
                }
                if bytes.is_empty() {
                    bytes.push(b'\n');
                }
            }
            run.arg(option).arg(parent.write(name, bytes));
        }
        let run = finish(&mut run);
        let published = match run.code {
            Some(0) => true,
            Some(1 | 2) if run.stderr.contains("what to do") => false,
            code => return Err(format!("seed {seed}: exit code {code:?}: {}", run.stderr)),
        };
        if parent.join("out").exists() != published || names(parent.path()).iter().any(|n| n.starts_with('.'))
        {
            return Err(format!("seed {seed}: {:?}", names(parent.path())));
        }
        if published {
            read.fetch_add(1, Ordering::Relaxed);
            confirmed(&parent.join("out"));
            for input in run_json(&parent.join("out"))["inputs"].as_array().unwrap() {
                let count = |name: &str| input[name].as_u64().unwrap();
                if count("records") != count("accepted") + count("rejected") {
                    return Err(format!("seed {seed}: {input}"));
                }
            }
        }
        Ok(())
    });
    assert!(read.into_inner() > 20, "hardly any of the damaged inputs could be read");
}
