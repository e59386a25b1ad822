//! Faults: after any fault the older report or the new one stands at `--out`, whole, and the next run succeeds
//! with nothing to clean by hand.
//!
//! The real binary meets SIGKILL, errors and signals at every system call that touches a file system, one after
//! the other (`util/inject.c` counts them through ptrace), and kills at random times. Which report stands is told by the
//! digests of all its files, which `run.json` must confirm. `bad_world.rs` has the circumstances that are no single call.
//!
//! Every call of every scenario is a kill point. Of the two kinds of errors each call meets one, and every second call a
//! signal; `IINREC_FAULTS=all cargo test --test faults` tries all of them.

mod util;

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use util::night::{Scenario, State, all, next_run, scratch, visible, world};
use util::{finish, names};

const SIGHUP: i32 = 1;
const SIGINT: i32 = 2;
const SIGKILL: i32 = 9;
const SIGTERM: i32 = 15;
const EIO: i32 = 5;
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;
const EDQUOT: i32 = 122;

/// Whether the trial before call `n` of a scenario is made by the `kind`th (0 or 1) of two sweeps that share the calls.
fn has_turn(scenario: Scenario, n: usize, kind: usize) -> bool {
    let all = std::env::var_os("IINREC_FAULTS").is_some_and(|value| value == "all");
    all || (scenario as usize + n) % 2 == kind
}

#[test]
fn killed_before_any_call_that_touches_a_file() {
    let world = world();
    let mut trials = Vec::new();
    for scenario in Scenario::ALL {
        let calls = world.calls(scenario).len();
        trials.extend((1..=calls).map(|n| (scenario, n)));
    }
    assert!(trials.len() >= 200, "only {} kill points", trials.len());
    let (healed, replaced) = (AtomicUsize::new(0), AtomicUsize::new(0));
    all(&trials, |&(scenario, n)| {
        let what = |e: String| format!("{scenario:?}, killed before call {n}: {e}");
        let parent = scratch();
        scenario.prepare(world, parent.path());
        let out = parent.join("out");
        let (mut fault, n) = (scenario.flags(), n.to_string());
        fault.extend(["kill", &n]);
        let run = world.injected(&fault, &scenario.command(world, &out)).output().unwrap();
        let killed = run.status.code() == Some(128 + SIGKILL);
        let mut state = world.state(&out).map_err(what)?;
        if killed && state == State::Nothing && scenario == Scenario::ReplaceInTwoSteps {
            // Between the two renames. Any next run into that folder puts the older report back.
            let other = parent.join("other");
            if !world.validate(&other).status().unwrap().success() {
                return Err(what("a run into another folder of the same parent failed".to_owned()));
            }
            fs::remove_dir_all(other).unwrap();
            state = world.state(&out).map_err(what)?;
            healed.fetch_add(1, Ordering::Relaxed);
        }
        replaced.fetch_add(usize::from(state == State::New), Ordering::Relaxed);
        if state != State::New && (!killed || state != scenario.before()) {
            return Err(what(format!("{state:?} stands, exit code {:?}", run.status.code())));
        }
        if visible(parent.path()).iter().any(|name| name != "out") {
            return Err(what(format!("left in sight: {:?}", visible(parent.path()))));
        }
        next_run(world, parent.path()).map_err(what)
    });
    // The sweep met what it is for.
    assert!(healed.into_inner() >= 1, "no kill came between the two renames");
    assert!(replaced.into_inner() > 20, "no kill came after the report was in place");
}

#[test]
fn an_error_of_any_call_that_touches_a_file() {
    let world = world();
    let mut trials = Vec::new();
    for scenario in Scenario::ALL {
        for n in 1..=world.calls(scenario).len() {
            // A failure that passes, and a disk that is full or gone from then on.
            let once = [EIO, ENOSPC, EDQUOT][n % 3];
            let for_good = [EROFS, ENOSPC, EIO][n % 3];
            trials.extend(has_turn(scenario, n, 0).then_some((scenario, n, "fail", once)));
            trials.extend(has_turn(scenario, n, 1).then_some((scenario, n, "failfrom", for_good)));
        }
    }
    let refused = AtomicUsize::new(0);
    all(&trials, |&(scenario, n, mode, errno)| {
        let what = |e: String| format!("{scenario:?}, {mode} {n} {errno}: {e}");
        let parent = scratch();
        scenario.prepare(world, parent.path());
        let out = parent.join("out");
        let (mut fault, n, errno) = (scenario.flags(), n.to_string(), errno.to_string());
        fault.extend([mode, &n, &errno]);
        let run = world.injected(&fault, &scenario.command(world, &out)).output().unwrap();
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        let mut state = world.state(&out).map_err(what)?;
        let expected = match run.status.code() {
            Some(0) => State::New,
            // The rename could neither be confirmed nor taken back, and the message says so.
            Some(1) if told.contains("in place, but the disk did not confirm it") && mode == "failfrom" => {
                State::New
            }
            Some(1 | 2) => {
                refused.fetch_add(1, Ordering::Relaxed);
                if state == State::Nothing && scenario == Scenario::ReplaceInTwoSteps && mode == "failfrom" {
                    // The disk went away between the two renames.
                    state = scenario.before();
                }
                scenario.before()
            }
            code => return Err(what(format!("exit code {code:?}: {told}"))),
        };
        if state != expected || told.contains("internal error") {
            return Err(what(format!("{state:?} stands, exit code {:?}: {told}", run.status.code())));
        }
        if mode == "fail" && run.status.code() != Some(0) && !told.contains("what to do") {
            return Err(what(format!("no remedy: {told}")));
        }
        next_run(world, parent.path()).map_err(what)
    });
    assert!(refused.into_inner() > 200, "hardly any of the errors mattered");
}

#[test]
fn signals_before_any_call_that_touches_a_file() {
    let world = world();
    let mut trials = Vec::new();
    for scenario in [Scenario::First, Scenario::ReplaceInTwoSteps] {
        for n in 1..=world.calls(scenario).len() {
            let signal = [SIGTERM, SIGINT, SIGHUP][n % 3];
            trials.extend(has_turn(scenario, n, 0).then_some((scenario, n, signal)));
        }
    }
    let stopped = AtomicUsize::new(0);
    all(&trials, |&(scenario, n, signal)| {
        let what = |e: String| format!("{scenario:?}, signal {signal} before call {n}: {e}");
        let parent = scratch();
        scenario.prepare(world, parent.path());
        let out = parent.join("out");
        let (mut fault, n, number) = (scenario.flags(), n.to_string(), signal.to_string());
        fault.extend(["signal", &n, &number]);
        let run = world.injected(&fault, &scenario.command(world, &out)).output().unwrap();
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        let state = world.state(&out).map_err(what)?;
        let expected = match run.status.code() {
            Some(0) => State::New,
            Some(code) if code == 128 + signal && told.contains("after the report was published") => {
                State::New
            }
            Some(code) if code == 128 + signal && told.contains("nothing was published") => scenario.before(),
            // Before the handlers stand: the system's own way.
            Some(code) if code == 128 + signal && told.is_empty() => scenario.before(),
            code => return Err(what(format!("exit code {code:?}: {told}"))),
        };
        if run.status.code() != Some(0) && !told.is_empty() {
            stopped.fetch_add(1, Ordering::Relaxed);
            if told.lines().count() != 1 {
                return Err(what(format!("more than one line: {told}")));
            }
        }
        if state != expected {
            return Err(what(format!("{state:?} stands, exit code {:?}: {told}", run.status.code())));
        }
        // Unlike a kill, a signal leaves nothing, not even hidden, unless it came before the handlers stood.
        let left: Vec<String> = names(parent.path()).into_iter().filter(|name| name != "out").collect();
        if !left.is_empty() {
            return Err(what(format!("left: {left:?}; {told}")));
        }
        next_run(world, parent.path()).map_err(what)
    });
    assert!(stopped.into_inner() > 50, "hardly a run was stopped");
}

#[test]
fn killed_at_any_time() {
    let world = world();
    let parent = scratch();
    Scenario::Replace.prepare(world, parent.path());
    let started = Instant::now();
    finish(&mut world.night(&parent.join("out"), &["--overwrite"])).expect(0);
    let whole = started.elapsed();
    let trials: Vec<u32> = (0..60).collect();
    let killed = AtomicUsize::new(0);
    all(&trials, |&i| {
        let parent = scratch();
        Scenario::Replace.prepare(world, parent.path());
        let out = parent.join("out");
        let mut run = world.night(&out, &["--overwrite", "--quiet"]).spawn().unwrap();
        std::thread::sleep(whole * i / 60);
        run.kill().unwrap();
        let status = run.wait().unwrap();
        killed.fetch_add(usize::from(status.signal() == Some(SIGKILL)), Ordering::Relaxed);
        let state = world.state(&out)?;
        if state == State::Nothing || (status.success() && state != State::New) {
            return Err(format!("{state:?} stands after {:?}, {status}", whole * i / 60));
        }
        next_run(world, parent.path())
    });
    assert!(killed.into_inner() > 10, "the kills came too late");
}
