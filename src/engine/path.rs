//! Paths of values, such as `Targets[carrier].Input`.

/// Whether the first path is the second, or stands below it.
pub fn is_within(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Whether one of two paths is the other or stands above it, so that a change of one is a change of the
/// other.
pub fn touch(one: &str, other: &str) -> bool {
    is_within(one, other) || is_within(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_touch_if_one_contains_the_other() {
        assert!(touch("Stream.ViewType", "Stream"));
        assert!(touch("Stream", "Stream.ViewType"));
        assert!(touch("Targets[].Input", "Targets"));
        assert!(!touch("Streams", "Stream"));
    }
}
