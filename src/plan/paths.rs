//! Paths as rows and leaves spell them.

/// A concrete path as a row spells it: `Targets[carrier].Input` becomes `Targets[].Input`.
pub(super) fn general(path: &str) -> String {
    let mut general = String::with_capacity(path.len());
    let mut depth = 0usize;
    for c in path.chars() {
        depth -= usize::from(c == ']' && depth > 0);
        if depth == 0 {
            general.push(c);
        }
        depth += usize::from(c == '[');
    }
    general
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concrete_path_becomes_that_of_its_row() {
        assert_eq!(general("Targets[carrier].Input"), "Targets[].Input");
        assert_eq!(general("A[x[0]].B[1]"), "A[].B[]");
        assert_eq!(general("Tags.team"), "Tags.team");
    }
}
