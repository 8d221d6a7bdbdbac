//! A text that must not be longer than so much: of each of its parts as much as there is room for, the most
//! important first.

/// A part of the text. Parts stand in the order in which they are given, whatever their rank.
pub(super) struct Part<W> {
    /// Lower is more important.
    pub rank: u8,
    /// From the shortest way to say it (perhaps nothing) to the whole.
    pub ways: Vec<String>,
    /// What it is, for whoever tells what was cut.
    pub what: W,
}

impl<W> Part<W> {
    /// A part that is there or not.
    pub fn whole(rank: u8, what: W, text: String) -> Part<W> {
        Part { rank, ways: vec![String::new(), text], what }
    }
}

/// Which way of saying is taken for each part, so that they fit into so many bytes together: first each part
/// gets its second way as far as there is room, by rank, then its third, and so on. The shortest ways are
/// taken even if they do not fit.
pub(super) fn fit<W>(parts: &[Part<W>], room: usize) -> Vec<usize> {
    let mut taken = vec![0; parts.len()];
    let length = |part: &Part<W>, way: usize| part.ways.get(way).map_or(0, String::len);
    let mut used: usize = parts.iter().map(|part| length(part, 0)).sum();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|at| parts[*at].rank);
    let most = parts.iter().map(|part| part.ways.len()).max().unwrap_or(0);
    for way in 1..most {
        for at in order.iter().copied().filter(|at| way < parts[*at].ways.len()) {
            let with = used - length(&parts[at], taken[at]) + length(&parts[at], way);
            if with <= room {
                (taken[at], used) = (way, with);
            }
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_important_gets_its_room_first_and_all_get_a_little_before_one_gets_more() {
        let part = |rank, ways: &[usize]| Part {
            rank,
            ways: ways.iter().map(|n| "x".repeat(*n)).collect(),
            what: (),
        };
        let parts = [part(2, &[0, 5, 50]), part(1, &[0, 5, 50]), part(0, &[10, 20])];
        assert_eq!(fit(&parts, 0), [0, 0, 0]);
        assert_eq!(fit(&parts, 26), [0, 1, 1]);
        assert_eq!(fit(&parts, 30), [1, 1, 1]);
        assert_eq!(fit(&parts, 75), [1, 2, 1]);
        assert_eq!(fit(&parts, 120), [2, 2, 1]);
    }
}
