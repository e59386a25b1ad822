//! Faults: after any fault the older report or the new one stands at `--out`, whole, and the next run succeeds
//! with nothing to clean by hand.
//!
//! The real binary meets SIGKILL, errors and signals at every system call that touches a file system, one after
//! the other (`util/inject.c` counts them through ptrace), and kills at random times, full disks, limits of
//! memory, folders that are removed or replaced under it, and its like. Which report stands is told by the digests
//! of all its files, which `run.json` must confirm.

mod util;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use util::{Scratch, digests, names, run_json, small_world};

const SIGHUP: i32 = 1;
const SIGINT: i32 = 2;
const SIGKILL: i32 = 9;
const SIGTERM: i32 = 15;
const EIO: i32 = 5;
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;
const EDQUOT: i32 = 122;

/// Inputs, two reports of them that differ (the older as of 2020, the new one as of 2026), and the injector.
struct World {
    folder: PathBuf,
    inject: PathBuf,
    older: BTreeMap<String, String>,
    new: BTreeMap<String, String>,
    checked: BTreeMap<String, String>,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for inputs");
        let (registry, documents) = small_world();
        fs::write(folder.join("registry.csv"), registry).unwrap();
        fs::write(folder.join("documents.csv"), documents).unwrap();
        let inject = folder.join("inject");
        let compiler = ["cc", "gcc", "clang"]
            .into_iter()
            .find(|cc| Command::new(cc).arg("--version").output().is_ok_and(|run| run.status.success()))
            .expect("a C compiler, to build tests/util/inject.c");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/util/inject.c");
        let built = Command::new(compiler).arg("-O1").arg("-o").arg(&inject).arg(&source).status();
        assert!(built.expect("the compiler starts").success(), "{} does not compile", source.display());
        let mut world =
            World { folder, inject, older: BTreeMap::new(), new: BTreeMap::new(), checked: BTreeMap::new() };
        for (name, day) in [("older", "2020-01-01"), ("new", "2026-01-01")] {
            let report = world.folder.join(name);
            let run = world.reconcile(&report, &["--as-of", day, "--quiet"]).output().unwrap();
            assert!(run.status.success(), "{run:?}");
            confirmed(&report);
        }
        let report = world.folder.join("checked");
        assert!(world.validate(&report).status().unwrap().success());
        world.older = digests(&world.folder.join("older"));
        world.new = digests(&world.folder.join("new"));
        world.checked = digests(&report);
        assert_ne!(world.older, world.new, "the two reports must differ");
        world
    })
}

impl World {
    fn reconcile(&self, out: &Path, more: &[&str]) -> Command {
        let mut run = Command::new(env!("CARGO_BIN_EXE_iinrec"));
        run.arg("reconcile").arg("--registry").arg(self.folder.join("registry.csv"));
        run.arg("--documents").arg(self.folder.join("documents.csv")).arg("--out").arg(out).args(more);
        run.stdin(Stdio::null());
        run
    }

    /// The night's job, which makes the new report.
    fn night(&self, out: &Path, more: &[&str]) -> Command {
        let mut run = self.reconcile(out, &["--as-of", "2026-01-01", "--threads", "2"]);
        run.args(more);
        run
    }

    fn validate(&self, out: &Path) -> Command {
        let mut run = Command::new(env!("CARGO_BIN_EXE_iinrec"));
        run.arg("validate").arg(self.folder.join("registry.csv")).arg("--out").arg(out);
        run.args(["--overwrite", "--quiet", "--as-of", "2026-01-01"]).stdin(Stdio::null());
        run
    }

    /// The same command below the injector.
    fn injected(&self, fault: &[&str], command: &Command) -> Command {
        let mut run = Command::new(&self.inject);
        run.args(fault).arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
        run
    }

    /// Names of the calls that a fault can meet.
    fn calls(&self, scenario: Scenario) -> Vec<String> {
        let parent = scratch();
        scenario.prepare(self, parent.path());
        let list = parent.join(".calls");
        let mut fault = scenario.flags();
        fault.extend(["-o", list.to_str().unwrap(), "count"]);
        let run = self.injected(&fault, &scenario.command(self, &parent.join("out"))).output().unwrap();
        assert_eq!(
            run.status.code(),
            Some(0),
            "tracing must work here: {}",
            String::from_utf8_lossy(&run.stderr)
        );
        let calls: Vec<String> = fs::read_to_string(list).unwrap().lines().map(str::to_owned).collect();
        assert!(calls.len() > 20 && calls.iter().any(|call| call == "renameat2"), "{calls:?}");
        calls
    }

    fn copy(&self, report: &str, to: &Path) {
        fs::create_dir(to).unwrap();
        for name in names(&self.folder.join(report)) {
            fs::copy(self.folder.join(report).join(&name), to.join(&name)).unwrap();
        }
    }

    /// Which report stands.
    fn state(&self, out: &Path) -> Result<State, String> {
        if out.symlink_metadata().is_err() {
            return Ok(State::Nothing);
        }
        if !out.join("run.json").is_file() {
            return Err(format!("half a report: {:?}", names(out)));
        }
        let found = digests(out);
        for (report, state) in
            [(&self.older, State::Older), (&self.new, State::New), (&self.checked, State::New)]
        {
            if *report == found {
                return Ok(state);
            }
        }
        Err(format!("neither the older nor the new report: {found:?}"))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Nothing,
    Older,
    New,
}

/// `run.json` names the digests of what stands beside it.
fn confirmed(report: &Path) {
    let run = run_json(report);
    let outputs = run["outputs"].as_array().expect("outputs");
    assert_eq!(outputs.len() + 1, names(report).len());
    for output in outputs {
        let bytes = fs::read(report.join(output["file"].as_str().unwrap())).unwrap();
        assert_eq!(output["digest"], blake3::hash(&bytes).to_hex().as_str());
    }
}

/// A folder in memory where there is one: thousands of fsyncs of a disk would take minutes.
fn scratch() -> Scratch {
    Scratch::new_in(if Path::new("/dev/shm").is_dir() { Path::new("/dev/shm") } else { Path::new("/tmp") })
}

/// What stands before a run, and on what file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scenario {
    /// The first night.
    First,
    /// An older report is replaced.
    Replace,
    /// It is replaced where folders cannot be exchanged.
    ReplaceInTwoSteps,
    /// It is replaced, and beside it lies what two killed runs left.
    ReplaceAmongStale,
    /// A report of `validate`.
    Validate,
}

impl Scenario {
    const ALL: [Scenario; 5] = [
        Scenario::First,
        Scenario::Replace,
        Scenario::ReplaceInTwoSteps,
        Scenario::ReplaceAmongStale,
        Scenario::Validate,
    ];

    fn before(self) -> State {
        if matches!(self, Scenario::First | Scenario::Validate) { State::Nothing } else { State::Older }
    }

    fn prepare(self, world: &World, parent: &Path) {
        if self.before() == State::Older {
            world.copy("older", &parent.join("out"));
        }
        if self == Scenario::ReplaceAmongStale {
            for stale in [".iinrec-draft-0123456789abcdef", ".iinrec-spill-0123456789abcdef"] {
                fs::create_dir(parent.join(stale)).unwrap();
                fs::write(parent.join(stale).join("lock"), "").unwrap();
                world.copy("older", &parent.join(stale).join("report"));
            }
        }
    }

    fn flags(self) -> Vec<&'static str> {
        if self == Scenario::ReplaceInTwoSteps { vec!["-x"] } else { vec![] }
    }

    fn command(self, world: &World, out: &Path) -> Command {
        match self {
            Scenario::First => world.night(out, &[]),
            Scenario::Validate => world.validate(out),
            _ => world.night(out, &["--overwrite"]),
        }
    }
}

/// Does all trials on all cores; their complaints are told together.
fn all<T: Sync>(trials: &[T], trial: impl Fn(&T) -> Result<(), String> + Sync) {
    let next = AtomicUsize::new(0);
    let complaints = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(8) {
            threads.spawn(|| {
                while let Some(one) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(complaint) = trial(one) {
                        complaints.lock().unwrap().push(complaint);
                    }
                }
            });
        }
    });
    let complaints = complaints.into_inner().unwrap();
    assert!(complaints.is_empty(), "{} of {}:\n{}", complaints.len(), trials.len(), complaints.join("\n"));
}

/// Requires that the next run succeeds and leaves the new report, and nothing else, also nothing hidden.
fn next_run(world: &World, parent: &Path) -> Result<(), String> {
    let out = parent.join("out");
    let run = world.night(&out, &["--overwrite", "--quiet"]).output().unwrap();
    if !run.status.success() {
        return Err(format!("the next run: {}", String::from_utf8_lossy(&run.stderr)));
    }
    if world.state(&out)? != State::New {
        return Err("the next run did not replace the report".to_owned());
    }
    match names(parent).as_slice() {
        [one] if one == "out" => Ok(()),
        left => Err(format!("left after the next run: {left:?}")),
    }
}

fn visible(parent: &Path) -> Vec<String> {
    names(parent).into_iter().filter(|name| !name.starts_with('.')).collect()
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
            trials.push((scenario, n, "fail", once));
            trials.push((scenario, n, "failfrom", for_good));
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
            trials.push((scenario, n, [SIGTERM, SIGINT, SIGHUP][n % 3]));
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
