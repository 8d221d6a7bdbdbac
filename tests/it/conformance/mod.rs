//! Every field of every kind on the embedded account: the files of `tests/conformance`, line by line.
//! `GATEWAYCTL_CONFORMANCE=queues` tries only the files whose names contain that, and
//! `GATEWAYCTL_CONFORMANCE_TRY=snapshot` only what is called by a name that contains that;
//! `GATEWAYCTL_CONFORMANCE_EACH_WAY=1` brings each line back alone, too. Over HTTP, on two emulators:
//! [`http`].

mod carried;
mod coverage;
mod covered;
mod echoes;
pub mod file;
mod http;
mod losses;
mod run;
mod tree;

use std::collections::{BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gatewayctl::engine::Graph;

use crate::models::operations;
use crate::support::account::Searched;
use file::Form;
use run::Base;

/// What is tried with a file.
#[derive(Clone, Copy)]
enum Try {
    None,
    Snapshot,
    AllChanged,
    Dropped(usize),
    Changed(usize),
    Replaced(usize),
}

type Job = Box<dyn FnOnce(&Work) -> Result<Vec<String>, String> + Send>;

/// Jobs with what they are called, and what went wrong in them.
struct Work {
    jobs: Mutex<VecDeque<(String, Job)>>,
    wrong: Mutex<Vec<String>>,
    /// How many are at work.
    busy: AtomicUsize,
}

#[test]
fn every_field_is_set_dropped_and_changed_and_a_plan_is_empty_each_time() {
    let work = Work { jobs: Mutex::default(), wrong: Mutex::default(), busy: AtomicUsize::new(0) };
    let wanted = std::env::var("GATEWAYCTL_CONFORMANCE").unwrap_or_default();
    for file in file::every(&wanted) {
        work.add(file.name.clone(), Box::new(move |work| applied(work, file)));
    }
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(|| work.run()))));
    let wrong = work.wrong.into_inner().expect("what went wrong");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    if wanted.is_empty() && tried().is_empty() {
        let unused = [echoes::unused(run::each_way()), carried::unused()].concat();
        assert!(unused.is_empty(), "rows of echoes.rs and carried.rs that no file needs: {unused:#?}");
    }
    let known: BTreeSet<String> = operations().into_iter().map(|operation| operation.name).collect();
    let asked = run::ASKED.lock().expect("what was asked");
    let unknown: Vec<&String> = asked.difference(&known).collect();
    assert!(unknown.is_empty(), "operations that tests/models/operations.txt does not have: {unknown:?}");
}

/// What the names of what is tried are to contain.
fn tried() -> String {
    std::env::var("GATEWAYCTL_CONFORMANCE_TRY").unwrap_or_default()
}

/// Applies a file and adds a job for each of its lines.
fn applied(work: &Work, file: file::File) -> Result<Vec<String>, String> {
    let base = Arc::new(alone(Base::apply(file))?);
    let mut tries = vec![("with none".to_owned(), Try::None), ("of a snapshot".to_owned(), Try::Snapshot)];
    if base.file.lines.iter().any(|line| line.other.as_ref().is_some_and(|other| !other.create_only)) {
        tries.push(("all changed".to_owned(), Try::AllChanged));
    }
    for (at, line) in base.file.lines.iter().enumerate() {
        let shown = base.file.shown(at);
        if line.optional {
            tries.push((format!("without {shown}"), Try::Dropped(at)));
        }
        match &line.other {
            Some(other) if other.create_only => tries.push((format!("another {shown}"), Try::Replaced(at))),
            Some(_) => tries.push((format!("another {shown}"), Try::Changed(at))),
            None => {}
        }
    }
    let wanted = tried();
    for (name, what) in tries.into_iter().filter(|(name, _)| name.contains(&wanted)) {
        let (base, name) = (base.clone(), format!("{}: {name}", base.file.name));
        let job = move |_: &Work| match what {
            Try::None => alone(base.with_none()),
            Try::Snapshot => alone(base.of_snapshot()),
            Try::AllChanged => alone(base.all_changed()),
            Try::Dropped(line) => alone(base.dropped(line)),
            Try::Changed(line) => alone(base.changed(line)),
            Try::Replaced(line) => alone(base.replaced(line)),
        };
        work.add(name, Box::new(job));
    }
    Ok(Vec::new())
}

impl Work {
    fn add(&self, name: String, job: Job) {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).push_front((name, job));
    }

    /// Takes jobs until there are none and nobody is left who could add one.
    fn run(&self) {
        loop {
            self.busy.fetch_add(1, Ordering::SeqCst);
            let next = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some((name, job)) = next else {
                if self.busy.fetch_sub(1, Ordering::SeqCst) == 1 {
                    return;
                }
                std::thread::sleep(Duration::from_millis(5));
                continue;
            };
            let wrong = job(self).unwrap_or_else(|panic| vec![panic]);
            let wrong = wrong.into_iter().map(|what| format!("{name}\n    {what}"));
            self.wrong.lock().unwrap_or_else(PoisonError::into_inner).extend(wrong);
            self.busy.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// The kinds of a file, those of what is generated included.
fn searched(file: &file::File) -> Searched {
    let others = (0..file.lines.len()).filter(|at| file.lines[*at].other.is_some()).map(Form::Other);
    let forms = [Form::All, Form::Changed, Form::None].into_iter().chain(others);
    let graphs: Vec<Graph> = forms.map(|form| file.source(form).compile().0).collect();
    Searched::of(&graphs)
}

/// Runs to the end on this thread; what it panics with is an error.
fn alone<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    catch_unwind(AssertUnwindSafe(|| runtime.block_on(future))).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "it panicked".into())
    })
}
