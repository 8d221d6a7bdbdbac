//! The models that the embedded account answers by, against those that the tests' Python has.

use serde_json::Value;

use super::own;
use crate::support::emulators::run_python;

#[test]
fn the_reduced_models_say_what_the_published_ones_say() {
    let extract = own("src/local/api/extract.py");
    let told = run_python("model.py", &["reduced", extract.to_str().expect("a path")]);
    let mut wrong = Vec::new();
    for (service, theirs) in told.as_object().expect("services") {
        let file = own(&format!("src/local/api/{service}.json"));
        let text = std::fs::read_to_string(&file).expect("a reduced model");
        let ours: Value = serde_json::from_str(&text).expect("JSON");
        let mut more = [Vec::new(), Vec::new()];
        compare("", &ours, theirs, &mut more, &mut wrong);
        // One is older than the other; neither is both.
        if more.iter().all(|side| !side.is_empty()) {
            wrong.push(format!("{service}: only ours {:?}, only theirs {:?}", more[0], more[1]));
        }
    }
    assert!(wrong.is_empty(), "run extract.py again: {wrong:#?}");
}

/// What only one side has, and where both have something else. Enumerations grow.
fn compare(at: &str, ours: &Value, theirs: &Value, more: &mut [Vec<String>; 2], wrong: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(left), Value::Object(right)) => {
            for (key, value) in left {
                match right.get(key) {
                    Some(other) => compare(&format!("{at}/{key}"), value, other, more, wrong),
                    None => more[0].push(format!("{at}/{key}")),
                }
            }
            more[1]
                .extend(right.keys().filter(|key| !left.contains_key(*key)).map(|key| format!("{at}/{key}")));
        }
        (Value::Array(left), Value::Array(right)) => {
            let lacks = |one: &[Value], other: &[Value]| one.iter().any(|item| !other.contains(item));
            if lacks(left, right) {
                more[0].push(at.to_owned());
            }
            if lacks(right, left) {
                more[1].push(at.to_owned());
            }
        }
        _ if ours == theirs => {}
        _ => wrong.push(format!("{at}: {ours} here, {theirs} there")),
    }
}
