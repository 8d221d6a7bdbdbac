use super::*;

fn field(path: &str) -> Entry {
    match find(path) {
        Ok(Found::Field { entry, .. }) => *entry,
        other => panic!("{path}: {other:?}"),
    }
}

#[test]
fn every_key_of_every_kind_is_described_with_how_it_is_written() {
    fn check(path: &str, fields: &[Entry], depth: usize, wrong: &mut Vec<String>) {
        for entry in fields {
            let path = format!("{path}.{}", entry.key);
            if entry.doc.is_empty()
                || entry.written.words.is_empty()
                || entry.written.words.contains("see the text")
            {
                wrong.push(path.clone());
            }
            if depth < 8 {
                check(&path, &entry.written.inner, depth + 1, wrong);
                for choice in &entry.written.choices {
                    check(&path, &choice.beside, depth + 1, wrong);
                    check(&path, &choice.written.inner, depth + 1, wrong);
                }
            }
        }
    }
    let mut wrong = Vec::new();
    for page in pages() {
        check(page.about.kind, &page.fields, 0, &mut wrong);
        assert!(!page.about.doc.is_empty(), "{}", page.about.kind);
    }
    assert!(wrong.is_empty(), "say with `.form(…)` how these are written: {wrong:#?}");
}

#[test]
fn every_key_of_the_field_tables_stands_on_its_page() {
    for page in pages() {
        for field in page.about.fields.iter().filter(|field| !field.key.is_empty() && !field.computed) {
            assert!(
                page.fields.iter().any(|entry| entry.key == field.key),
                "{}.{}",
                page.about.kind,
                field.key
            );
        }
    }
}

#[test]
fn a_path_leads_through_kind_keys_or_past_them() {
    let condition = field("rules.grants.queue.condition");
    assert!(condition.doc.contains("IAM"));
    assert_eq!(field("rule.grants.condition").doc, condition.doc);
}

#[test]
fn a_default_is_written_as_a_stack_writes_it() {
    assert_eq!(field("queues.visibility_timeout").presence, Presence::Default("30s".into()));
    assert_eq!(field("rules.state").presence, Presence::Default("enabled".into()));
    static ROW: Field = Field::sugar("dead_letter", "").inherits(crate::engine::field::Inherits::DeadLetters);
    assert_eq!(entry(&ROW).presence, Presence::Inherited("dead_letters"));
}

#[test]
fn a_wrong_step_is_said_with_what_was_meant() {
    let wrong = find("rules.pattren").unwrap_err();
    assert_eq!((wrong.above.as_str(), wrong.meant), ("rules", Some("pattern")));
    assert_eq!(find("pattern").unwrap_err().above, "");
}

#[test]
fn every_kind_has_an_example_that_declares_it() {
    for page in pages() {
        let line = format!("\n{}:\n", page.about.kind);
        assert!(page.about.example.contains(&line), "{}", page.about.kind);
    }
}

#[test]
fn sections_of_a_stack_are_found_like_kinds() {
    assert!(field("tests").written.inner.iter().any(|entry| entry.key == "when"));
    assert!(field("tests.when").doc.contains("insert"));
    assert!(field("parameters.password.from").doc.contains("ssm:"));
    let wrong = find("tests.whem").unwrap_err();
    assert_eq!((wrong.above.as_str(), wrong.meant), ("tests", Some("when")));
    assert_eq!(find("testss").unwrap_err().meant, Some("tests"));
}
