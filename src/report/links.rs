//! From a place in a file to where others see it: the path in the repository, and a link to it.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::escape::url_path;
use crate::source::{Place, Sources, Span};

/// Where the files of a repository are to be seen: what stands before a file's path in links to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RepoUrl(String);

impl RepoUrl {
    /// The files of a repository at a commit, as GitHub links them.
    pub fn of_github(server: &str, repository: &str, commit: &str) -> Option<RepoUrl> {
        format!("{server}/{repository}/blob/{commit}").parse().ok()
    }

    /// The files of a project at a commit, as GitLab links them.
    pub fn of_gitlab(project: &str, commit: &str) -> Option<RepoUrl> {
        format!("{project}/-/blob/{commit}").parse().ok()
    }
}

impl FromStr for RepoUrl {
    type Err = String;

    /// The address of a repository, or of its files at a branch or commit.
    fn from_str(text: &str) -> Result<RepoUrl, String> {
        let rest = text.strip_prefix("https://").or(text.strip_prefix("http://"));
        let rest = rest.ok_or("write an address that begins with https://")?.trim_end_matches('/');
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:%+".contains(c);
        if rest.is_empty() || !rest.chars().all(plain) {
            return Err("write the address of a repository, without credentials or a query".into());
        }
        let text = text.trim_end_matches('/');
        let of_files = ["/blob/", "/src/", "/-/", "/tree/", "/raw/"].iter().any(|part| rest.contains(part));
        Ok(RepoUrl(if of_files { text.to_owned() } else { format!("{text}/blob/HEAD") }))
    }
}

/// The files of a stack as a repository has them.
#[derive(Clone, Default, Debug)]
pub struct Files {
    /// Where they are to be seen, if it is known.
    pub url: Option<RepoUrl>,
    /// The path in the repository of each file, by its name among the sources; without one, the name is taken
    /// for it and nothing links to it.
    pub paths: BTreeMap<String, String>,
}

impl Files {
    /// The place in the repository.
    pub(super) fn place(&self, span: Span, sources: &Sources) -> Place {
        let mut place = sources.place(span);
        if let Some(path) = self.paths.get(&place.file) {
            place.file.clone_from(path);
        }
        place
    }

    /// A link to a place.
    pub(super) fn link(&self, span: Span, sources: &Sources) -> Option<String> {
        let place = sources.place(span);
        let (RepoUrl(url), path) = (self.url.as_ref()?, self.paths.get(&place.file)?);
        Some(format!("{url}/{}#L{}", url_path(path), place.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn an_address_is_that_of_a_repository_or_of_its_files() {
        let url = |text: &str| text.parse::<RepoUrl>().map(|url| url.0);
        assert_eq!(url("https://x.y/a/b/"), Ok("https://x.y/a/b/blob/HEAD".into()));
        assert_eq!(url("https://x.y/a/b/blob/main"), Ok("https://x.y/a/b/blob/main".into()));
        for wrong in ["x.y/a", "https://", "https://u:p@x.y/a", "https://x.y/a\"><script>", "javascript://x"]
        {
            assert!(url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_link_leads_to_the_line_in_the_repository() {
        let mut sources = Sources::new();
        sources.add("../my stack.yaml", "a\nb\n");
        let span = Span::new(FileId(0), 2, 3);
        let mut files = Files { url: RepoUrl::of_gitlab("https://x.y/a/b", "c0ffee"), ..Files::default() };
        assert_eq!(files.link(span, &sources), None);
        files.paths.insert("../my stack.yaml".into(), "infra/my stack.yaml".into());
        assert_eq!(
            files.link(span, &sources).unwrap(),
            "https://x.y/a/b/-/blob/c0ffee/infra/my%20stack.yaml#L2"
        );
        assert_eq!(files.place(span, &sources).file, "infra/my stack.yaml");
    }
}
