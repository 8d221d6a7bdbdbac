//! A function's code, packed: the same digest from the same files on every platform.
//!
//! - Entries are the files of the folder (or of the `.zip`), sorted by name; folders have none.
//! - What editors, Python and git leave behind in a folder is left out: [`LEFT_OUT`].
//! - Times are fixed. A mode is 0755 if the content starts with `#!` or is an ELF program, else 0644:
//!   what a file system or an archive says of modes differs between platforms and checkouts.
//! - A symbolic link inside the folder is followed; one that leads out of it, or in a circle, is refused.
//! - The digest is over names, modes and contents, so another compressor changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::engine::Package;

/// Names that are no code; `*` stands for any beginning.
pub const LEFT_OUT: &[&str] = &[".git", "__pycache__", "*.pyc", ".DS_Store"];
/// The largest zip file that a call can carry, in bytes.
pub const MOST_PACKED: usize = 50 << 20;
/// The most that a package may hold, in bytes (Lambda's quota of unzipped code).
pub const MOST_UNPACKED: u64 = 250 << 20;

/// Why something cannot be packed, and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    pub message: String,
    pub help: String,
}

fn refused<T>(message: impl Into<String>, help: &str) -> Result<T, Refused> {
    Err(Refused { message: message.into(), help: help.to_owned() })
}

/// Packs a folder or the entries of a `.zip`; `relative` says in words what paths like it are relative to.
///
/// # Errors
/// What does not exist, is neither, is empty, too large, no legal entry, or cannot be read.
pub fn pack(path: &Path, relative: &str) -> Result<Package, Refused> {
    let shown = path.display();
    let Ok(about) = fs::metadata(path) else {
        let help = format!("write a folder or a `.zip`, {relative}");
        return refused(format!("there is no `{shown}`"), &help);
    };
    let files = if about.is_dir() {
        let mut folder = Folder { root: canonical(path)?, files: Files::default(), above: Vec::new() };
        folder.walk(path, "")?;
        folder.files
    } else if about.is_file() && path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip")) {
        unzip(path)?
    } else {
        return refused(
            format!("`{shown}` is neither a folder nor a `.zip`"),
            "write the folder that holds the code",
        );
    };
    if files.files.is_empty() {
        return refused(format!("`{shown}` holds no file"), "put the function's code there");
    }
    let zip = files.zip().map_err(|why| Refused {
        message: format!("`{shown}` cannot be packed: {why}"),
        help: String::new(),
    })?;
    if zip.len() > MOST_PACKED {
        return refused(
            format!("`{shown}` packed has {} MB; a call carries at most 50 MB", zip.len().div_ceil(1 << 20)),
            "leave out what the function does not need, or move libraries to a layer",
        );
    }
    Ok(Package { digest: files.digest(), zip })
}

/// Contents by entry name; sorted.
#[derive(Default)]
struct Files {
    files: BTreeMap<String, Vec<u8>>,
    size: u64,
}

impl Files {
    fn add(&mut self, name: &str, reader: &mut dyn Read, shown: &Path) -> Result<(), Refused> {
        let mut content = Vec::new();
        let left = MOST_UNPACKED - self.size;
        if let Err(why) = reader.take(left + 1).read_to_end(&mut content) {
            return refused(format!("`{}` cannot be read: {why}", shown.display()), "");
        }
        self.size += content.len() as u64;
        if self.size > MOST_UNPACKED {
            return refused(
                "the code is larger than 250 MB, the most that Lambda unpacks",
                "leave out what the function does not need",
            );
        }
        match self.files.insert(name.to_owned(), content) {
            None => Ok(()),
            Some(_) => refused(format!("`{}` holds `{name}` twice", shown.display()), "keep one of them"),
        }
    }

    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (name, content) in &self.files {
            hash.update(format!("{}:{name} {:o} {}:", name.len(), mode(content), content.len()));
            hash.update(content);
        }
        hex::encode(hash.finalize())
    }

    fn zip(&self) -> zip::result::ZipResult<Vec<u8>> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.files {
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .last_modified_time(DateTime::default())
                .system(zip::System::Unix)
                .unix_permissions(mode(content));
            writer.start_file(name.as_str(), options)?;
            writer.write_all(content)?;
        }
        Ok(writer.finish()?.into_inner())
    }
}

fn mode(content: &[u8]) -> u32 {
    if content.starts_with(b"#!") || content.starts_with(b"\x7fELF") { 0o755 } else { 0o644 }
}

/// A walk over a folder.
struct Folder {
    root: PathBuf,
    files: Files,
    /// The folders that the walk is in, as they really are.
    above: Vec<PathBuf>,
}

impl Folder {
    fn walk(&mut self, folder: &Path, prefix: &str) -> Result<(), Refused> {
        let real = canonical(folder)?;
        if self.above.contains(&real) {
            return refused(
                format!("`{}` leads back to where it stands", folder.display()),
                "remove the link",
            );
        }
        self.above.push(real);
        let unread = |why: std::io::Error| Refused {
            message: format!("`{}` cannot be read: {why}", folder.display()),
            help: String::new(),
        };
        for item in fs::read_dir(folder).map_err(unread)? {
            let path = item.map_err(unread)?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()).map(str::to_owned) else {
                return refused(format!("the name of `{}` is no Unicode", path.display()), "rename it");
            };
            if !is_left_out(&name) {
                self.item(&path, &format!("{prefix}{name}"))?;
            }
        }
        self.above.pop();
        Ok(())
    }

    fn item(&mut self, path: &Path, name: &str) -> Result<(), Refused> {
        if path.is_symlink() && !canonical(path)?.starts_with(&self.root) {
            return refused(
                format!("the link `{}` leads out of the folder", path.display()),
                "copy what it leads to into the folder",
            );
        }
        if path.is_dir() {
            return self.walk(path, &format!("{name}/"));
        }
        if !path.is_file() {
            return refused(format!("`{}` is no file", path.display()), "remove it");
        }
        match fs::File::open(path) {
            Ok(mut file) => self.files.add(name, &mut file, path),
            Err(why) => refused(format!("`{}` cannot be read: {why}", path.display()), ""),
        }
    }
}

fn canonical(path: &Path) -> Result<PathBuf, Refused> {
    fs::canonicalize(path).map_err(|why| Refused {
        message: format!("`{}` leads nowhere: {why}", path.display()),
        help: String::new(),
    })
}

fn is_left_out(name: &str) -> bool {
    LEFT_OUT.iter().any(|row| match row.strip_prefix('*') {
        Some(end) => name.ends_with(end),
        None => name == *row,
    })
}

/// The files of an archive, which are packed anew by the same rules.
fn unzip(path: &Path) -> Result<Files, Refused> {
    let wrong = |why: String| Refused {
        message: format!("`{}` is no usable zip file: {why}", path.display()),
        help: String::new(),
    };
    let file = fs::File::open(path).map_err(|why| wrong(why.to_string()))?;
    let mut archive = ZipArchive::new(std::io::BufReader::new(file)).map_err(|why| wrong(why.to_string()))?;
    let mut files = Files::default();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|why| wrong(why.to_string()))?;
        if entry.is_dir() {
            continue;
        }
        let Some(name) = entry.enclosed_name().filter(|_| !entry.is_symlink()) else {
            return Err(wrong("it holds a link, or a name that leads out of it".into()));
        };
        let steps: Vec<&str> = name.iter().filter_map(|step| step.to_str()).collect();
        files.add(&steps.join("/"), &mut entry, path)?;
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    fn packed(path: &Path) -> Result<Package, Refused> {
        pack(path, "relative to nothing")
    }

    fn names(package: &Package) -> Vec<(String, u32)> {
        let mut archive = ZipArchive::new(Cursor::new(&package.zip)).unwrap();
        (0..archive.len())
            .map(|index| {
                let entry = archive.by_index(index).unwrap();
                (entry.name().unwrap().to_string(), entry.unix_mode().unwrap() & 0o777)
            })
            .collect()
    }

    #[test]
    fn the_same_files_are_the_same_package_whatever_their_times_modes_and_litter() {
        let files = [("index.py", "x = 1\n"), ("lib/run.sh", "#!/bin/sh\n"), ("a.b", "")];
        let one = folder(&files);
        let two = folder(
            &[&files[..], &[("__pycache__/index.pyc", "?"), (".git/HEAD", "?"), ("lib/.DS_Store", "?")]]
                .concat(),
        );
        let old = fs::File::options().write(true).open(two.path().join("index.py")).unwrap();
        old.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(two.path().join("index.py"), fs::Permissions::from_mode(0o777)).unwrap();
        }
        let (one, two) = (packed(one.path()).unwrap(), packed(two.path()).unwrap());
        assert_eq!((&one.digest, &one.zip), (&two.digest, &two.zip));
        assert_eq!(
            names(&one),
            [("a.b".to_owned(), 0o644), ("index.py".to_owned(), 0o644), ("lib/run.sh".to_owned(), 0o755)]
        );
    }

    #[test]
    fn the_digest_is_pinned_so_that_a_release_does_not_upload_everything_anew() {
        let package = packed(folder(&[("index.py", "x = 1\n")]).path()).unwrap();
        let mut hash = Sha256::new();
        hash.update("8:index.py 644 6:x = 1\n");
        assert_eq!(package.digest, hex::encode(hash.finalize()));
    }

    #[test]
    fn a_changed_name_or_content_is_another_package() {
        let digest = |files: &[(&str, &str)]| packed(folder(files).path()).unwrap().digest;
        let one = digest(&[("a", "x"), ("b", "y")]);
        assert_ne!(one, digest(&[("a", "x"), ("b", "z")]));
        assert_ne!(one, digest(&[("a", "x"), ("c", "y")]));
        assert_ne!(one, digest(&[("a", "#!"), ("b", "y")]));
    }

    #[test]
    fn an_archive_is_the_package_of_its_files() {
        let files = [("index.py", "x = 1\n"), ("lib/a.py", "")];
        let one = packed(folder(&files).path()).unwrap();
        let kept = tempfile::tempdir().unwrap();
        let path = kept.path().join("code.zip");
        let mut writer = ZipWriter::new(fs::File::create(&path).unwrap());
        writer.add_directory("lib/", SimpleFileOptions::default()).unwrap();
        for (name, content) in files.iter().rev() {
            writer.start_file(*name, SimpleFileOptions::default().unix_permissions(0o600)).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap();
        let two = packed(&path).unwrap();
        assert_eq!((one.digest, one.zip), (two.digest, two.zip));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_followed_inside_the_folder_and_refused_beyond_it_or_in_a_circle() {
        use std::os::unix::fs::symlink;
        let linked = folder(&[("a.py", "x")]);
        symlink("a.py", linked.path().join("b.py")).unwrap();
        let copied = folder(&[("a.py", "x"), ("b.py", "x")]);
        assert_eq!(packed(linked.path()).unwrap().digest, packed(copied.path()).unwrap().digest);

        let outside = folder(&[("secret", "x")]);
        symlink(outside.path().join("secret"), linked.path().join("c.py")).unwrap();
        assert!(packed(linked.path()).unwrap_err().message.contains("leads out of the folder"));

        let round = folder(&[("a/b/c.py", "x")]);
        symlink("../..", round.path().join("a/b/up")).unwrap();
        assert!(packed(round.path()).unwrap_err().message.contains("leads back"));
    }

    #[test]
    fn what_is_no_code_is_refused_in_words() {
        let empty = folder(&[(".DS_Store", "x"), ("notes.txt", "x")]);
        let message = |path: &Path| packed(path).unwrap_err().message;
        assert!(message(&empty.path().join("nothing")).starts_with("there is no `"));
        assert!(message(&empty.path().join("notes.txt")).contains("neither a folder nor a `.zip`"));
        fs::rename(empty.path().join("notes.txt"), empty.path().join("x.zip")).unwrap();
        assert!(message(&empty.path().join("x.zip")).contains("no usable zip file"));
        fs::remove_file(empty.path().join("x.zip")).unwrap();
        assert!(message(empty.path()).contains("holds no file"));
    }
}
