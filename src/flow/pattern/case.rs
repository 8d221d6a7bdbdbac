//! Comparison without regard to case, as the rule engine does it: each character of the pattern
//! stands for its lower and its upper form, whatever their lengths (`ß` is also `SS`).

/// A text of a pattern to compare without regard to case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folded {
    text: String,
}

impl Folded {
    /// Keeps the text as it was written.
    pub fn new(text: impl Into<String>) -> Folded {
        Folded { text: text.into() }
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a value is this text.
    pub fn equals(&self, value: &str) -> bool {
        match self.text.is_ascii() {
            true => self.text.eq_ignore_ascii_case(value),
            false => self.ends(value).contains(&value.len()),
        }
    }

    /// Whether a value begins with this text.
    pub fn begins(&self, value: &str) -> bool {
        match self.text.is_ascii() {
            true => value.get(..self.text.len()).is_some_and(|start| start.eq_ignore_ascii_case(&self.text)),
            false => !self.ends(value).is_empty(),
        }
    }

    /// Whether a value ends with this text.
    pub fn finishes(&self, value: &str) -> bool {
        if self.text.is_ascii() {
            let start = value.len().checked_sub(self.text.len());
            return start
                .and_then(|start| value.get(start..))
                .is_some_and(|end| end.eq_ignore_ascii_case(&self.text));
        }
        let mut rests = vec![value];
        for c in self.text.chars().rev() {
            let forms = forms(c);
            rests = rests
                .iter()
                .flat_map(|rest| forms.iter().filter_map(|form| rest.strip_suffix(&**form)))
                .collect();
            rests.dedup();
        }
        !rests.is_empty()
    }

    /// Where the text can end that begins at the value's start.
    fn ends(&self, value: &str) -> Vec<usize> {
        let mut ends = vec![0];
        for c in self.text.chars() {
            let forms = forms(c);
            let reached = |end: &usize| {
                let rest = &value[*end..];
                let end = *end;
                forms
                    .iter()
                    .filter(move |form| rest.starts_with(form.as_str()))
                    .map(move |form| end + form.len())
            };
            ends = ends.iter().flat_map(reached).collect();
            ends.sort_unstable();
            ends.dedup();
        }
        ends
    }
}

/// The lower and the upper form of a character, once if they are the same.
fn forms(c: char) -> Vec<String> {
    let (lower, upper): (String, String) = (c.to_lowercase().collect(), c.to_uppercase().collect());
    if lower == upper { vec![lower] } else { vec![lower, upper] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_is_its_lower_or_its_upper_form() {
        for (pattern, value, same) in [
            ("alice", "ALICE", true),
            ("alice", "alices", false),
            ("", "", true),
            ("straße", "STRASSE", true),
            ("straße", "STRAßE", true),
            ("STRASSE", "straße", false),
            ("é", "É", true),
            ("İ", "i\u{307}", true),
            ("\u{212a}", "k", true),
            ("k", "\u{212a}", false),
        ] {
            assert_eq!(Folded::new(pattern).equals(value), same, "{pattern} {value}");
        }
        let sharp = Folded::new("ß");
        assert!(sharp.begins("SSx") && sharp.begins("ßx") && !sharp.begins("s") && sharp.finishes("xSS"));
        assert!(Folded::new("Us").begins("uS-1") && Folded::new(".png").finishes("a.PNG"));
        assert!(!Folded::new("a").begins("é") && !Folded::new("é").finishes("a"));
    }
}
