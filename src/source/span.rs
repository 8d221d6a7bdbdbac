//! Places in the text: files, byte ranges, and the line and column a person reads.

use std::fmt;
use std::ops::Range;

/// A file of one [`Sources`] registry.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes `start..end` in a file's text; `start == end` is a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the range is in.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Span { file, start, end }
    }

    /// The range from this one's start to `end` of the same file, never reversed.
    pub fn to(self, end: u32) -> Self {
        Span { end: end.max(self.start), ..self }
    }

    /// Where a part of a text stands that has this place and so many bytes: exactly where it is written as it reads,
    /// plain or in quotes, else the whole of it.
    pub fn part(self, bytes: usize, at: &Range<usize>) -> Span {
        let shift = match ((self.end - self.start) as usize).checked_sub(bytes) {
            Some(0) => 0,
            Some(2) => 1,
            _ => return self,
        };
        let start = self.start + shift + offset(at.start);
        Span { start, end: start + offset(at.len()), ..self }
    }
}

/// Where a span begins, as a person reads it: `file:line:column`, counted from 1, the column in
/// characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The file's name as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The files of one run. Ids and spans are of the registry that made them; those of another one
/// read as an empty file.
#[derive(Default, Debug)]
pub struct Sources {
    files: Vec<File>,
}

#[derive(Clone, Debug)]
struct File {
    name: String,
    text: String,
    /// The first byte of every line.
    lines: Vec<u32>,
}

/// One line of a file without its line break.
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub number: usize,
    /// The first byte's offset in the file.
    pub start: usize,
    pub text: &'a str,
}

impl File {
    /// A line by its index, which must be one of `lines`.
    fn line(&self, index: usize) -> Line<'_> {
        let start = self.lines[index] as usize;
        let next = self.lines.get(index + 1);
        let end = next.map_or(self.text.len(), |&l| l as usize);
        Line { number: index + 1, start, text: self.text[start..end].trim_end_matches(['\r', '\n']) }
    }
}

impl Sources {
    /// An empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a file. A byte order mark at its start is dropped: it is not text.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let id = FileId(offset(self.files.len()));
        self.files.push(File { name: name.into(), lines: line_starts(&text), text });
        id
    }

    /// Calls the files of a folder otherwise: those of another revision, which stand in a folder of ours for a while.
    pub fn relabel(&mut self, folder: &str, label: &str) {
        for file in &mut self.files {
            if let Some(rest) = file.name.strip_prefix(folder) {
                file.name = format!("{label}{}", rest.trim_start_matches(['/', '\\']));
            }
        }
    }

    /// The name a file was registered by.
    pub fn name(&self, file: FileId) -> &str {
        self.file(file).map_or("", |f| &f.name)
    }

    /// Every file, by name, with its text.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|file| (file.name.as_str(), file.text.as_str()))
    }

    /// A file's text, without a byte order mark.
    pub fn text(&self, file: FileId) -> &str {
        self.file(file).map_or("", |f| &f.text)
    }

    /// The same files with stars where the spans are. Every character becomes a star of as many bytes, so that lines,
    /// columns and spans stay what they are.
    pub fn hiding<'s>(&self, spans: impl IntoIterator<Item = &'s Span>) -> Sources {
        let mut files = self.files.clone();
        for span in spans {
            let Some(file) = files.get_mut(span.file.0 as usize) else { continue };
            let start = floor(&file.text, span.start as usize);
            let end = floor(&file.text, span.end as usize).max(start);
            let stars: String = file.text[start..end].chars().map(star).collect();
            file.text.replace_range(start..end, &stars);
        }
        Sources { files }
    }

    /// Where the span begins.
    pub fn place(&self, span: Span) -> Place {
        let line = self.line(span);
        let before = floor(line.text, (span.start as usize).saturating_sub(line.start));
        Place {
            file: self.name(span.file).to_owned(),
            line: line.number,
            column: line.text[..before].chars().count() + 1,
        }
    }

    /// The line a span begins in.
    pub(super) fn line(&self, span: Span) -> Line<'_> {
        let line = self.file(span.file).map(|file| {
            let after = file.lines.partition_point(|&l| l <= span.start);
            file.line(after.max(1) - 1)
        });
        line.unwrap_or(Line { number: 1, start: 0, text: "" })
    }

    /// The lines `first..=last` of a file, counted from 1; none if one of them is longer than
    /// `longest` bytes or not there.
    pub(super) fn lines(&self, file: FileId, first: usize, last: usize, longest: usize) -> Option<Vec<&str>> {
        let file = self.file(file)?;
        let lines = (first..=last).map(|number| {
            let known = number >= 1 && number <= file.lines.len();
            let line = known.then(|| file.line(number - 1).text);
            line.filter(|text| text.len() <= longest)
        });
        lines.collect()
    }

    fn file(&self, file: FileId) -> Option<&File> {
        self.files.get(file.0 as usize)
    }
}

/// A byte offset as spans keep it. Files this long are refused before they are read.
pub(super) fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// A star of as many bytes as the character; line breaks stay.
fn star(of: char) -> char {
    match of.len_utf8() {
        _ if matches!(of, '\n' | '\r') => of,
        1 => '*',
        2 => '×',
        3 => '∗',
        _ => '🞷',
    }
}

/// The nearest character boundary at or before `at`, within the text.
pub(super) fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

/// Lines end as YAML ends them: `\n`, `\r\n`, or `\r` alone.
fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for (i, &byte) in bytes.iter().enumerate() {
        if byte == b'\n' || (byte == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
            starts.push(offset(i + 1));
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, start: u32) -> String {
        let mut sources = Sources::new();
        let file = sources.add("f.yaml", text);
        sources.place(Span::new(file, start, start)).to_string()
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(at("é€𝄞x", 9), "f.yaml:1:4");
    }

    #[test]
    fn every_line_break_of_yaml_starts_a_line() {
        assert_eq!(at("a\nb\r\nc\rd", 2), "f.yaml:2:1");
        assert_eq!(at("a\nb\r\nc\rd", 5), "f.yaml:3:1");
        assert_eq!(at("a\nb\r\nc\rd", 7), "f.yaml:4:1");
    }

    #[test]
    fn a_byte_order_mark_does_not_shift_columns() {
        assert_eq!(at("\u{feff}ab", 1), "f.yaml:1:2");
    }

    #[test]
    fn what_is_hidden_leaves_every_place_where_it_is() {
        let mut sources = Sources::new();
        let file = sources.add("f.yaml", "a: h€é𝄞\n  b\nc: d");
        let hidden = sources.hiding(&[Span::new(file, 3, 17), Span::new(file, 90, 99)]);
        assert_eq!(hidden.text(file), "a: *∗×🞷\n***\nc: d");
        assert_eq!(hidden.text(file).len(), sources.text(file).len());
        assert_eq!(hidden.place(Span::new(file, 18, 19)), sources.place(Span::new(file, 18, 19)));
    }

    #[test]
    fn offsets_outside_or_inside_a_character_do_not_panic() {
        assert_eq!(at("é", 1), "f.yaml:1:1");
        assert_eq!(at("ab\n", 99), "f.yaml:2:1");
        assert_eq!(at("", 0), "f.yaml:1:1");
        let foreign = Span::new(FileId(7), 3, 4);
        assert_eq!(Sources::new().place(foreign).to_string(), ":1:1");
    }
}
