//! What lies on circles of a graph: Tarjan's strongly connected components.

/// The component of each node, by a number; nothing for a node that is on no circle. Depth first without recursion: a
/// long chain must not end the program.
pub fn circles(next: &[Vec<usize>]) -> Vec<Option<usize>> {
    let mut search = Search {
        number: vec![None; next.len()],
        lowest: vec![0; next.len()],
        is_open: vec![false; next.len()],
        open: Vec::new(),
        count: 0,
    };
    let (mut found, mut components) = (vec![None; next.len()], 0);
    for start in 0..next.len() {
        if search.number[start].is_some() {
            continue;
        }
        search.enter(start);
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((here, at)) = path.last_mut() {
            let here = *here;
            if let Some(to) = next[here].get(*at).copied() {
                *at += 1;
                match search.number[to] {
                    None => {
                        search.enter(to);
                        path.push((to, 0));
                    }
                    Some(number) if search.is_open[to] => search.reach(here, number),
                    Some(_) => {}
                }
                continue;
            }
            path.pop();
            if let Some((above, _)) = path.last() {
                search.reach(*above, search.lowest[here]);
            }
            let members = search.close(here);
            if members.len() > 1 || (members.len() == 1 && next[here].contains(&here)) {
                members.into_iter().for_each(|one| found[one] = Some(components));
                components += 1;
            }
        }
    }
    found
}

struct Search {
    /// In which order nodes were entered.
    number: Vec<Option<usize>>,
    /// The earliest node that is still open and can be reached from one.
    lowest: Vec<usize>,
    is_open: Vec<bool>,
    open: Vec<usize>,
    count: usize,
}

impl Search {
    fn enter(&mut self, node: usize) {
        self.number[node] = Some(self.count);
        self.lowest[node] = self.count;
        self.is_open[node] = true;
        self.open.push(node);
        self.count += 1;
    }

    fn reach(&mut self, node: usize, number: usize) {
        self.lowest[node] = self.lowest[node].min(number);
    }

    /// The component that ends with a node of which all is known; none if it is part of one that began before it.
    fn close(&mut self, node: usize) -> Vec<usize> {
        if self.number[node] != Some(self.lowest[node]) {
            return Vec::new();
        }
        let first = self.open.iter().rposition(|one| *one == node).unwrap_or(self.open.len());
        let members = self.open.split_off(first);
        members.iter().for_each(|one| self.is_open[*one] = false);
        members
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::circles;

    /// Whether one node leads to another by at least one edge.
    fn leads(next: &[Vec<usize>], from: usize, to: usize) -> bool {
        let mut seen = vec![false; next.len()];
        let mut waiting = next[from].clone();
        while let Some(one) = waiting.pop() {
            if !std::mem::replace(&mut seen[one], true) {
                waiting.extend(&next[one]);
            }
        }
        seen[to]
    }

    proptest! {
        #[test]
        fn on_a_circle_is_what_leads_to_itself(edges in proptest::collection::vec((0..9_usize, 0..9_usize), 0..16)) {
            let mut next = vec![Vec::new(); 9];
            edges.into_iter().for_each(|(from, to)| next[from].push(to));
            let found = circles(&next);
            for one in 0..9 {
                prop_assert_eq!(found[one].is_some(), leads(&next, one, one));
                for other in 0..9 {
                    let is_round = leads(&next, one, other) && leads(&next, other, one);
                    prop_assert_eq!(found[one].is_some() && found[one] == found[other], is_round);
                }
            }
        }
    }
}
