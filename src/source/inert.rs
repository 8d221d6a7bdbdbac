//! Text in which a CI runner that reads it in a log finds no command.

/// The finished text with the beginning of what GitHub's runner would obey escaped: `::` where a line's text
/// begins, after blanks, which the runner trims, and `##[`, its old form, anywhere.
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let body = line.trim_start();
        // Three colons are no command: findings are drawn with them.
        match body.strip_prefix("::").filter(|rest| !rest.starts_with(':')) {
            Some(rest) => {
                out.push_str(&line[..line.len() - body.len()]);
                out.push_str("\\u{3a}:");
                out.push_str(rest);
            }
            None => out.push_str(line),
        }
    }
    out.replace("##[", OLD_FORM)
}

/// What stands for `##[`.
pub const OLD_FORM: &str = "#\\u{23}[";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command() {
        assert_eq!(
            inert("a\n::error::x\n \u{a0}\t::y::z\nb ::c::\n"),
            "a\n\\u{3a}:error::x\n \u{a0}\t\\u{3a}:y::z\nb ::c::\n"
        );
        assert_eq!(inert("x ##[error]y ###[z"), "x #\\u{23}[error]y ##\\u{23}[z");
        let text = "  ::: a.yaml:1:1\n  plain: text\n\n- # [x]";
        assert_eq!(inert(text), text);
        assert_eq!(inert(&inert("::a::\n##[b]")), inert("::a::\n##[b]"));
    }
}
