//! Many addresses in little room: those that begin alike on one line.

use std::collections::BTreeMap;

use super::escape::fenced;
use super::page::harmless;
use super::resource::Sign;
use crate::plan::Planned;

/// The bare addresses of what goes, those of a kind together; as many as fit into the room, and how many do
/// not.
pub(super) fn addresses(going: &[&Planned], room: usize) -> String {
    /// How long a line may be.
    const LINE: usize = 100;
    /// For the fence, and for saying that it is not all.
    const FRAME: usize = 120;
    let mut lines: Vec<Alike> = Vec::new();
    // The line of each head that there is room in.
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    let mut used = FRAME;
    let mut shown = 0;
    for planned in going {
        let address = harmless(&planned.address.to_string());
        // A key has no dot.
        let at = planned.address.origin().to_string().rfind('.').map_or(0, |at| at + 1);
        let sign = if planned.is_destructive() { Sign::of(planned).text } else { "!" };
        let (head, key) = (format!("{sign} {}", &address[..at]), &address[at..]);
        let alone = Alike { head, keys: vec![key.to_owned()] };
        let follows = open.get(&alone.head).map(|at| (*at, lines[*at].with(key)));
        // Another key may cost the others what they begin with.
        let follows = follows
            .filter(|(at, with)| with.listed().len() <= LINE && with.len() <= lines[*at].len() + alone.len());
        let cost =
            follows.as_ref().map_or(alone.len(), |(at, with)| with.len().saturating_sub(lines[*at].len()));
        if used + cost > room {
            break;
        }
        match follows {
            Some((at, with)) => lines[at] = with,
            None => {
                open.insert(alone.head.clone(), lines.len());
                lines.push(alone);
            }
        }
        used += cost;
        shown += 1;
    }
    // Those of a kind together.
    lines.sort_by(|one, other| one.head.cmp(&other.head));
    let lines: Vec<String> = lines.iter().map(Alike::line).collect();
    let mut text = format!("{}\n", fenced("diff", &lines.join("\n")));
    if shown < going.len() {
        text.push_str(&format!("**{} more go and are not listed here.**\n\n", going.len() - shown));
    }
    text
}

/// Addresses on one line: `- queues.letters-{a, b}`.
struct Alike {
    /// The sign, and the addresses up to the key.
    head: String,
    /// Each with its parts.
    keys: Vec<String>,
}

impl Alike {
    fn with(&self, key: &str) -> Alike {
        let mut keys = self.keys.clone();
        keys.push(key.to_owned());
        Alike { head: self.head.clone(), keys }
    }

    /// What all keys begin with, up to a `-`, `_` or `/`; nothing of a key alone.
    fn prefix(&self) -> &str {
        let first = self.keys[0].as_str();
        let [_, others @ ..] = self.keys.as_slice() else { return "" };
        let same = |other: &String| first.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
        match others.iter().map(same).min() {
            Some(same) => {
                let common = &first.as_bytes()[..same];
                &first[..common.iter().rposition(|byte| b"-_/".contains(byte)).map_or(0, |at| at + 1)]
            }
            None => "",
        }
    }

    /// What stands between the braces.
    fn listed(&self) -> String {
        let from = self.prefix().len();
        self.keys.iter().map(|key| &key[from..]).collect::<Vec<_>>().join(", ")
    }

    fn line(&self) -> String {
        format!("{}{}{{{}}}", self.head, self.prefix(), self.listed())
    }

    /// In bytes, with the line's end.
    fn len(&self) -> usize {
        self.line().len() + 1
    }
}
