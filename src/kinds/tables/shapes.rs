//! The shapes of the records in a table's stream.

use crate::engine::{Resource, Value};
use crate::flow::passing::{Cause, is_action};
use crate::flow::shape::Shape;

use super::passing::TIME_TO_LIVE;

/// What each kind of change has in its record: its name, and whether there is the item before and after it.
const CHANGES: &[(&str, bool, bool)] =
    &[("INSERT", false, true), ("MODIFY", true, true), ("REMOVE", true, false)];

/// The changes that an action makes, by what its name begins with. An update is taken to be of an item that is there: that
/// it makes one of a key that nobody has put is possible, and not what it is called for.
const ACTIONS: &[(&str, &[&str])] = &[
    ("PutItem", &["INSERT", "MODIFY"]),
    ("UpdateItem", &["MODIFY"]),
    ("DeleteItem", &["REMOVE"]),
    ("BatchWriteItem", &["INSERT", "MODIFY", "REMOVE"]),
    ("TransactWriteItems", &["INSERT", "MODIFY", "REMOVE"]),
    (INSERTS, &["INSERT"]),
    ("PartiQLUpdate", &["MODIFY"]),
    ("PartiQLDelete", &["REMOVE"]),
    ("ImportTable", &[]),
    ("*", &["INSERT", "MODIFY", "REMOVE"]),
];

/// Makes new items and nothing else.
const INSERTS: &str = "PartiQLInsert";

pub fn shows(of: &Resource, cause: Cause<'_>) -> Vec<Shape> {
    let Some(view) = of.properties.text_at("StreamSpecification.StreamViewType") else { return Vec::new() };
    let happens: Vec<&str> = match cause {
        Cause::Does(action, all) => {
            // Who may write in every way may do so to what is there only: that it makes new items is not known.
            let is_any = action != INSERTS && all.iter().any(|one| is_action(one, "UpdateItem"));
            let done = ACTIONS.iter().filter(|(name, _)| is_action(action, name));
            let changes = done.flat_map(|(_, changes)| changes.iter().copied());
            changes.filter(|change| !(is_any && *change == "INSERT")).collect()
        }
        // What a service writes here it puts.
        Cause::Arrives(_) => vec!["INSERT", "MODIFY"],
        Cause::Any => CHANGES.iter().map(|(name, ..)| *name).collect(),
    };
    // By itself nobody here lets an item expire.
    let may_expire = matches!(cause, Cause::Any);
    CHANGES
        .iter()
        .filter(|(name, ..)| happens.contains(name))
        .map(|change| record(of, view, *change, may_expire))
        .collect()
}

/// A record (`eventSource` is `aws:dynamodb`). Follows DynamoDB's reference of streams; `userIdentity` stands in what
/// time to live has removed.
fn record(
    of: &Resource,
    view: &str,
    (name, has_old, has_new): (&str, bool, bool),
    may_expire: bool,
) -> Shape {
    let is_seen = |image: &str| matches!(view, "NEW_AND_OLD_IMAGES") || view == image;
    let text = |name: &str| (name.to_owned(), Shape::Text, true);
    let mut change = vec![
        ("ApproximateCreationDateTime".to_owned(), Shape::Number, false),
        ("Keys".to_owned(), Shape::object(keys(of), false), true),
        text("SequenceNumber"),
        ("SizeBytes".to_owned(), Shape::Number, true),
        ("StreamViewType".to_owned(), Shape::text(view), true),
    ];
    let images =
        [("NewImage", has_new && is_seen("NEW_IMAGE")), ("OldImage", has_old && is_seen("OLD_IMAGE"))];
    for (image, _) in images.into_iter().filter(|(_, is_there)| *is_there) {
        change.push((image.to_owned(), item(of), true));
    }
    let identity = TIME_TO_LIVE.map(|(name, text)| (name, Shape::text(text)));
    let identity = ("userIdentity".to_owned(), Shape::closed(identity), false);
    let is_removed = has_old && !has_new;
    Shape::object(
        [
            text("eventID"),
            ("eventName".to_owned(), Shape::text(name), true),
            text("eventVersion"),
            ("eventSource".to_owned(), Shape::text("aws:dynamodb"), true),
            text("awsRegion"),
            ("dynamodb".to_owned(), Shape::object(change, false), true),
            text("eventSourceARN"),
        ]
        .into_iter()
        .chain((may_expire && is_removed).then_some(identity)),
        false,
    )
}

/// The key's attributes, each as DynamoDB writes it.
fn keys(of: &Resource) -> Vec<(String, Shape, bool)> {
    let schema = of.properties.get("KeySchema").and_then(Value::as_list).unwrap_or_default();
    let key = |part: &Value| {
        let (name, ty) = (part.text_at("AttributeName")?, part.text_at("AttributeType")?);
        Some((name.to_owned(), Shape::closed([(ty, Shape::Text)]), true))
    };
    schema.iter().filter_map(key).collect()
}

/// An item: its key, and what else there may be.
fn item(of: &Resource) -> Shape {
    let rest = Shape::object([], true);
    Shape::with_rest(keys(of), attribute(&rest))
}

/// A value as DynamoDB writes it: under the name of its type. Numbers and bytes are texts.
fn attribute(inner: &Shape) -> Shape {
    let inside = [
        ("S", Shape::Text),
        ("N", Shape::Text),
        ("B", Shape::Text),
        ("BOOL", Shape::Bool),
        ("NULL", Shape::Bool),
        ("M", inner.clone()),
        ("L", Shape::list(Shape::any_object())),
        ("SS", Shape::list(Shape::Text)),
        ("NS", Shape::list(Shape::Text)),
        ("BS", Shape::list(Shape::Text)),
    ];
    Shape::object(inside.map(|(name, shape)| (name.to_owned(), shape, false)), false)
}
