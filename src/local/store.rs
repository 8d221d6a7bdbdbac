//! JSON documents in collections, journalled.
//!
//! The journal is a file of JSON lines; a line is one call's changes, the resulting documents and not
//! the request: `[["us-east-1/events/rule","default/x",{…}],["…","…",null]]`, null for a removal. A call
//! takes the file's lock, replays what other processes appended since, executes, appends and flushes
//! before it is answered. A last line without its newline is what a killed process left: it was never
//! answered, so it is cut off.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

/// Journals with more lines than this many times their documents are rewritten when opened.
const COMPACT_RATIO: usize = 4;
/// A journal this short is never rewritten.
const COMPACT_LINES: usize = 256;
/// How every line begins; a torn one that does not is not ours to cut off.
const LINE_START: &[u8] = b"[[\"";
/// How many committed calls are kept to show a stale read.
const HISTORY: usize = 16;

type Documents = BTreeMap<String, BTreeMap<String, Value>>;

/// A document before or after a change: collection, id, content (none: it is not there).
type Change = (String, String, Option<Value>);

/// The documents and the journal that makes them outlive the process.
#[derive(Debug)]
pub struct Store {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    documents: Documents,
    journal: Option<Journal>,
    /// What each of the last calls replaced, newest last.
    history: VecDeque<Vec<Change>>,
}

#[derive(Debug)]
struct Journal {
    path: PathBuf,
    file: File,
    replayed: u64,
    lines: usize,
}

impl Store {
    /// Opens or creates the journal, or keeps everything in memory.
    pub fn open(path: Option<&Path>) -> io::Result<Store> {
        let mut inner = Inner::default();
        if let Some(path) = path {
            inner.journal = Some(Journal { file: open(path)?, path: path.to_owned(), replayed: 0, lines: 0 });
            inner.lock()?;
            let compacted = inner.replay().and_then(|()| inner.compact());
            inner.unlock()?;
            compacted?;
        }
        Ok(Store { inner: Mutex::new(inner) })
    }

    /// Runs one call. Its changes are kept if it succeeds; if it fails, only those made with
    /// [`Txn::put_anyway`] are. The outer error is the journal's.
    pub fn transact<T, E>(&self, call: impl FnOnce(&mut Txn) -> Result<T, E>) -> io::Result<Result<T, E>> {
        let mut inner = self.guard();
        inner.lock()?;
        let done = inner.replay().and_then(|()| inner.run(call));
        inner.unlock()?;
        done
    }

    /// Runs a read on the documents as they were before the last `writes` changing calls that this
    /// process has seen. Nothing it does is kept.
    pub fn look_back<T>(&self, writes: usize, call: impl FnOnce(&mut Txn) -> T) -> io::Result<T> {
        let mut inner = self.guard();
        inner.lock()?;
        let replayed = inner.replay();
        inner.unlock()?;
        replayed?;
        let mut documents = inner.documents.clone();
        for (collection, id, before) in
            inner.history.iter().rev().take(writes).flat_map(|call| call.iter().rev())
        {
            set(&mut documents, collection, id, before.clone());
        }
        Ok(call(&mut Txn { documents: &mut documents, before: Vec::new(), anyway: Vec::new() }))
    }

    /// A lock poisoned by a panic elsewhere is taken all the same: a call that panicked has not journalled.
    fn guard(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn run<T, E>(&mut self, call: impl FnOnce(&mut Txn) -> Result<T, E>) -> io::Result<Result<T, E>> {
        let mut txn = Txn { documents: &mut self.documents, before: Vec::new(), anyway: Vec::new() };
        let outcome = call(&mut txn);
        if outcome.is_err() {
            txn.undo();
        }
        let before = txn.before;
        let changed: Vec<Value> = before
            .iter()
            .map(|(collection, id, _)| {
                json!([collection, id, self.documents.get(collection).and_then(|all| all.get(id))])
            })
            .collect();
        if !changed.is_empty() {
            if let Some(Err(error)) =
                self.journal.as_mut().map(|journal| journal.append(&Value::Array(changed)))
            {
                revert(&mut self.documents, before);
                return Err(error);
            }
            self.remember(before);
        }
        Ok(outcome)
    }

    fn remember(&mut self, before: Vec<Change>) {
        self.history.push_back(before);
        if self.history.len() > HISTORY {
            self.history.pop_front();
        }
    }

    /// Takes the lock of the file that is at the path now: another process may have replaced it by a
    /// compacted one while this one waited.
    fn lock(&mut self) -> io::Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        loop {
            journal.file.lock()?;
            if same_file(&journal.file, &journal.path)? {
                return Ok(());
            }
            journal.file = open(&journal.path)?;
            journal.replayed = 0;
            journal.lines = 0;
            self.documents.clear();
            self.history.clear();
        }
    }

    fn unlock(&mut self) -> io::Result<()> {
        self.journal.as_ref().map_or(Ok(()), |journal| journal.file.unlock())
    }

    /// Applies the lines appended since, and cuts off a torn last one.
    fn replay(&mut self) -> io::Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let mut appended = Vec::new();
        journal.file.seek(SeekFrom::Start(journal.replayed))?;
        journal.file.read_to_end(&mut appended)?;
        for line in appended.split_inclusive(|byte| *byte == b'\n') {
            if !line.ends_with(b"\n") {
                if !line.starts_with(LINE_START) && !LINE_START.starts_with(line) {
                    return Err(damaged(&journal.path, journal.lines + 1));
                }
                journal.file.set_len(journal.replayed)?;
                break;
            }
            let changes = parse(line).ok_or_else(|| damaged(&journal.path, journal.lines + 1))?;
            for (collection, id, after) in changes {
                set(&mut self.documents, &collection, &id, after);
            }
            journal.replayed += line.len() as u64;
            journal.lines += 1;
        }
        Ok(())
    }

    /// Rewrites a long journal as one line per document, beside it, and moves it into place.
    fn compact(&mut self) -> io::Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let count: usize = self.documents.values().map(BTreeMap::len).sum();
        if !cfg!(unix) || journal.lines < COMPACT_LINES.max(count * COMPACT_RATIO) {
            return Ok(());
        }
        let beside = journal.path.with_added_extension("new");
        let mut fresh = Journal { file: open(&beside)?, path: journal.path.clone(), replayed: 0, lines: 0 };
        fresh.file.set_len(0)?;
        for (collection, documents) in &self.documents {
            for (id, document) in documents {
                fresh.append(&json!([[collection, id, document]]))?;
            }
        }
        fresh.file.sync_all()?;
        fresh.file.lock()?;
        std::fs::rename(&beside, &journal.path)?;
        *journal = fresh;
        Ok(())
    }
}

impl Journal {
    fn append(&mut self, changes: &Value) -> io::Result<()> {
        let line = format!("{changes}\n");
        self.file.seek(SeekFrom::Start(self.replayed))?;
        if let Err(error) = self.file.write_all(line.as_bytes()).and_then(|()| self.file.flush()) {
            self.file.set_len(self.replayed)?;
            return Err(error);
        }
        self.replayed += line.len() as u64;
        self.lines += 1;
        Ok(())
    }
}

/// What a call sees and changes.
#[derive(Debug)]
pub struct Txn<'a> {
    documents: &'a mut Documents,
    before: Vec<Change>,
    anyway: Vec<Change>,
}

impl Txn<'_> {
    /// The document of this id.
    pub fn get(&self, collection: &str, id: &str) -> Option<&Value> {
        self.documents.get(collection)?.get(id)
    }

    /// All documents of a collection, by id.
    pub fn all(&self, collection: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.documents.get(collection).into_iter().flatten().map(|(id, document)| (id.as_str(), document))
    }

    /// The collections whose name begins with `prefix`.
    pub fn collections(&self, prefix: &str) -> Vec<String> {
        self.documents.keys().filter(|name| name.starts_with(prefix)).cloned().collect()
    }

    /// Creates or replaces a document.
    pub fn put(&mut self, collection: &str, id: &str, document: Value) {
        self.change(collection, id, Some(document));
    }

    /// Like [`Txn::put`], kept even if the call is refused in the end.
    pub fn put_anyway(&mut self, collection: &str, id: &str, document: Value) {
        self.anyway.push((collection.to_owned(), id.to_owned(), Some(document.clone())));
        self.put(collection, id, document);
    }

    /// Removes a document, if it is there.
    pub fn remove(&mut self, collection: &str, id: &str) {
        if self.get(collection, id).is_some() {
            self.change(collection, id, None);
        }
    }

    /// Like [`Txn::remove`], kept even if the call is refused in the end.
    pub fn remove_anyway(&mut self, collection: &str, id: &str) {
        self.anyway.push((collection.to_owned(), id.to_owned(), None));
        self.remove(collection, id);
    }

    fn change(&mut self, collection: &str, id: &str, after: Option<Value>) {
        if self.get(collection, id) == after.as_ref() {
            return;
        }
        let before = set(self.documents, collection, id, after);
        self.before.push((collection.to_owned(), id.to_owned(), before));
    }

    fn undo(&mut self) {
        revert(self.documents, std::mem::take(&mut self.before));
        for (collection, id, after) in std::mem::take(&mut self.anyway) {
            self.change(&collection, &id, after);
        }
    }
}

fn set(documents: &mut Documents, collection: &str, id: &str, after: Option<Value>) -> Option<Value> {
    match after {
        Some(document) => documents.entry(collection.to_owned()).or_default().insert(id.to_owned(), document),
        None => documents.get_mut(collection).and_then(|all| all.remove(id)),
    }
}

fn revert(documents: &mut Documents, before: Vec<Change>) {
    for (collection, id, before) in before.into_iter().rev() {
        set(documents, &collection, &id, before);
    }
}

fn parse(line: &[u8]) -> Option<Vec<Change>> {
    let Value::Array(changes) = serde_json::from_slice(line).ok()? else { return None };
    changes
        .into_iter()
        .map(|change| match change {
            Value::Array(parts) => match <[Value; 3]>::try_from(parts).ok()? {
                [Value::String(collection), Value::String(id), Value::Null] => Some((collection, id, None)),
                [Value::String(collection), Value::String(id), document] => {
                    Some((collection, id, Some(document)))
                }
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn damaged(path: &Path, line: usize) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("{}:{line} is not a line of an embedded account's journal", path.display()),
    )
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (open, here) = (file.metadata()?, std::fs::metadata(path));
    match here {
        Ok(here) => Ok(open.ino() == here.ino() && open.dev() == here.dev()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Without inodes journals are never replaced, so the open one is the one at the path.
#[cfg(not(unix))]
fn same_file(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(store: &Store, id: &str, value: Value) {
        store
            .transact(|txn| {
                txn.put("r/s/c", id, value);
                Ok::<_, ()>(())
            })
            .unwrap()
            .unwrap();
    }

    fn ids(store: &Store) -> Vec<String> {
        store
            .transact(|txn| Ok::<_, ()>(txn.all("r/s/c").map(|(id, _)| id.to_owned()).collect()))
            .unwrap()
            .unwrap()
    }

    fn scratch() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("account.json");
        (folder, path)
    }

    #[test]
    fn a_journal_is_replayed_when_opened_again() {
        let (_folder, path) = scratch();
        put(&Store::open(Some(&path)).unwrap(), "a", json!({"n": 1}));
        let again = Store::open(Some(&path)).unwrap();
        assert_eq!(
            again.transact(|txn| Ok::<_, ()>(txn.get("r/s/c", "a").cloned())).unwrap().unwrap(),
            Some(json!({"n": 1}))
        );
    }

    #[test]
    fn two_handles_on_one_file_see_each_others_writes() {
        let (_folder, path) = scratch();
        let (one, two) = (Store::open(Some(&path)).unwrap(), Store::open(Some(&path)).unwrap());
        put(&one, "a", json!(1));
        put(&two, "b", json!(2));
        put(&one, "c", json!(3));
        assert_eq!(ids(&one), ["a", "b", "c"]);
        assert_eq!(ids(&two), ["a", "b", "c"]);
    }

    #[test]
    fn a_torn_last_line_is_cut_off_and_the_next_write_is_whole() {
        let (_folder, path) = scratch();
        put(&Store::open(Some(&path)).unwrap(), "a", json!(1));
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"[[\"r/s/c\",\"b\",").unwrap();
        let store = Store::open(Some(&path)).unwrap();
        put(&store, "c", json!(3));
        assert_eq!(ids(&Store::open(Some(&path)).unwrap()), ["a", "c"]);
    }

    #[test]
    fn a_file_that_is_no_journal_is_refused_and_left_alone() {
        let (_folder, path) = scratch();
        for content in ["a: yaml file\n", "a: yaml file without a newline"] {
            std::fs::write(&path, content).unwrap();
            assert_eq!(Store::open(Some(&path)).unwrap_err().kind(), io::ErrorKind::InvalidData);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_journal_is_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, path) = scratch();
        put(&Store::open(Some(&path)).unwrap(), "a", json!(1));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_long_journal_is_compacted_and_an_open_handle_follows() {
        let (_folder, path) = scratch();
        let early = Store::open(Some(&path)).unwrap();
        for n in 0..COMPACT_LINES {
            put(&early, "a", json!(n));
        }
        let late = Store::open(Some(&path)).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
        put(&late, "b", json!(1));
        put(&early, "c", json!(2));
        assert_eq!(ids(&late), ["a", "b", "c"]);
    }

    #[test]
    fn a_refused_call_leaves_only_what_it_put_anyway() {
        let store = Store::open(None).unwrap();
        put(&store, "a", json!(1));
        put(&store, "old", json!(1));
        let refused = store.transact(|txn| {
            txn.put("r/s/c", "a", json!(2));
            txn.put("r/s/c", "b", json!(2));
            txn.put_anyway("r/s/c", "seen", json!(1));
            txn.remove_anyway("r/s/c", "old");
            Err::<(), _>("no")
        });
        assert_eq!(refused.unwrap(), Err("no"));
        assert_eq!(ids(&store), ["a", "seen"]);
        assert_eq!(
            store.transact(|txn| Ok::<_, ()>(txn.get("r/s/c", "a").cloned())).unwrap().unwrap(),
            Some(json!(1))
        );
    }

    #[test]
    fn a_look_back_shows_the_state_before_the_last_writes() {
        let store = Store::open(None).unwrap();
        put(&store, "a", json!(1));
        put(&store, "a", json!(2));
        put(&store, "b", json!(1));
        assert_eq!(store.look_back(2, |txn| txn.get("r/s/c", "a").cloned()).unwrap(), Some(json!(1)));
        assert_eq!(ids(&store), ["a", "b"]);
    }
}
