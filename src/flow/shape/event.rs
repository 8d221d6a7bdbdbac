//! The shape of an event with its envelope.

use std::sync::LazyLock;

use super::Shape;

/// An event as EventBridge delivers it. Follows the EventBridge reference of event structure; `replay-name` has what an
/// archive puts on the bus again. Its resources may be any.
pub fn entry(source: Shape, detail_type: Shape, detail: Shape) -> Shape {
    entry_of(Shape::list(Shape::Text), source, detail_type, detail)
}

/// The same with these `resources`, a list of texts.
pub fn entry_of(resources: Shape, source: Shape, detail_type: Shape, detail: Shape) -> Shape {
    let text = |name: &str| (name.to_owned(), Shape::Text, true);
    let detail = match detail {
        Shape::Anything => Shape::any_object(),
        known => known,
    };
    Shape::object(
        [
            text("version"),
            text("id"),
            ("detail-type".to_owned(), text_only(detail_type), true),
            ("source".to_owned(), text_only(source), true),
            text("account"),
            text("time"),
            text("region"),
            ("resources".to_owned(), resources, true),
            ("detail".to_owned(), detail, true),
            ("replay-name".to_owned(), Shape::Text, false),
        ],
        false,
    )
}

/// Whether what is put on a bus is an entry that EventBridge refuses, whatever comes: its detail is never an object.
pub fn is_refused(sent: &Shape) -> bool {
    let entry = event();
    let refuses = |choice: &Shape| {
        let (Shape::Object(sent), Shape::Object(entry)) = (choice, &entry) else { return false };
        let is_entry = entry.members.keys().all(|name| sent.members.contains_key(name));
        is_entry && sent.members.get("detail").is_some_and(|detail| !detail.shape.may_be_object())
    };
    let mut choices = sent.choices().iter().peekable();
    choices.peek().is_some() && choices.all(refuses)
}

/// An event of which nothing is known but that it is one.
pub fn event() -> Shape {
    static EVENT: LazyLock<Shape> = LazyLock::new(|| entry(Shape::Text, Shape::Text, Shape::Anything));
    EVENT.clone()
}

/// What a member of the envelope is that something else may stand for: it is always a text.
fn text_only(shape: Shape) -> Shape {
    match shape {
        Shape::Anything => Shape::Text,
        known => known,
    }
}
