//! What the tests of faults share: a small world with its two reports, the injector, and what must stand afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Scratch, digests, names, run_json, small_world};

/// Inputs, two reports of them that differ (the older as of 2020, the new one as of 2026), and the injector.
pub(crate) struct World {
    pub(crate) folder: PathBuf,
    pub(crate) inject: PathBuf,
    pub(crate) older: BTreeMap<String, String>,
    pub(crate) new: BTreeMap<String, String>,
    pub(crate) checked: BTreeMap<String, String>,
}

pub(crate) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME"));
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
    pub(crate) fn reconcile(&self, out: &Path, more: &[&str]) -> Command {
        let mut run = Command::new(env!("CARGO_BIN_EXE_iinrec"));
        run.arg("reconcile").arg("--registry").arg(self.folder.join("registry.csv"));
        run.arg("--documents").arg(self.folder.join("documents.csv")).arg("--out").arg(out).args(more);
        run.stdin(Stdio::null());
        run
    }

    /// The night's job, which makes the new report.
    pub(crate) fn night(&self, out: &Path, more: &[&str]) -> Command {
        let mut run = self.reconcile(out, &["--as-of", "2026-01-01", "--threads", "2"]);
        run.args(more);
        run
    }

    pub(crate) fn validate(&self, out: &Path) -> Command {
        let mut run = Command::new(env!("CARGO_BIN_EXE_iinrec"));
        run.arg("validate").arg(self.folder.join("registry.csv")).arg("--out").arg(out);
        run.args(["--overwrite", "--quiet", "--as-of", "2026-01-01"]).stdin(Stdio::null());
        run
    }

    /// The same command below the injector.
    pub(crate) fn injected(&self, fault: &[&str], command: &Command) -> Command {
        let mut run = Command::new(&self.inject);
        run.args(fault).arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
        run
    }

    /// Names of the calls that a fault can meet.
    pub(crate) fn calls(&self, scenario: Scenario) -> Vec<String> {
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

    pub(crate) fn copy(&self, report: &str, to: &Path) {
        fs::create_dir(to).unwrap();
        for name in names(&self.folder.join(report)) {
            fs::copy(self.folder.join(report).join(&name), to.join(&name)).unwrap();
        }
    }

    /// Which report stands.
    pub(crate) fn state(&self, out: &Path) -> Result<State, String> {
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
pub(crate) enum State {
    Nothing,
    Older,
    New,
}

/// `run.json` names the digests of what stands beside it.
pub(crate) fn confirmed(report: &Path) {
    let run = run_json(report);
    let outputs = run["outputs"].as_array().expect("outputs");
    assert_eq!(outputs.len() + 1, names(report).len());
    for output in outputs {
        let bytes = fs::read(report.join(output["file"].as_str().unwrap())).unwrap();
        assert_eq!(output["digest"], blake3::hash(&bytes).to_hex().as_str());
    }
}

/// A folder in memory where there is one: thousands of fsyncs of a disk would take minutes.
pub(crate) fn scratch() -> Scratch {
    Scratch::new_in(if Path::new("/dev/shm").is_dir() { Path::new("/dev/shm") } else { Path::new("/tmp") })
}

/// What stands before a run, and on what file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scenario {
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
    pub(crate) const ALL: [Scenario; 5] = [
        Scenario::First,
        Scenario::Replace,
        Scenario::ReplaceInTwoSteps,
        Scenario::ReplaceAmongStale,
        Scenario::Validate,
    ];

    pub(crate) fn before(self) -> State {
        if matches!(self, Scenario::First | Scenario::Validate) { State::Nothing } else { State::Older }
    }

    pub(crate) fn prepare(self, world: &World, parent: &Path) {
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

    pub(crate) fn flags(self) -> Vec<&'static str> {
        if self == Scenario::ReplaceInTwoSteps { vec!["-x"] } else { vec![] }
    }

    pub(crate) fn command(self, world: &World, out: &Path) -> Command {
        match self {
            Scenario::First => world.night(out, &[]),
            Scenario::Validate => world.validate(out),
            _ => world.night(out, &["--overwrite"]),
        }
    }
}

/// Does all trials on all cores; their complaints are told together.
pub(crate) fn all<T: Sync>(trials: &[T], trial: impl Fn(&T) -> Result<(), String> + Sync) {
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
pub(crate) fn next_run(world: &World, parent: &Path) -> Result<(), String> {
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

pub(crate) fn visible(parent: &Path) -> Vec<String> {
    names(parent).into_iter().filter(|name| !name.starts_with('.')).collect()
}
