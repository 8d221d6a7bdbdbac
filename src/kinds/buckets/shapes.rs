//! The shapes of the events by which S3 tells of a bucket's objects.

use crate::engine::Resource;
use crate::flow::passing::{Cause, Flow, is_action};
use crate::flow::shape::{Shape, entry_of};

use super::decl::EVENTS;
use super::passing::{CREATED, DELETED, SOURCE, WAY, told};

/// A kind of event: its detail-type, the actions that bring it about, and what it has as the reason.
struct Kind {
    detail_type: &'static str,
    actions: &'static [&'static str],
    reasons: &'static [&'static str],
}

/// Others than these are not declared to come about by anybody here.
const KINDS: &[Kind] = &[
    Kind {
        detail_type: CREATED,
        actions: &["PutObject"],
        reasons: &["PutObject", "POST Object", "CopyObject", "CompleteMultipartUpload"],
    },
    Kind {
        detail_type: DELETED,
        actions: &["DeleteObject", "DeleteObjectVersion"],
        reasons: &["DeleteObject"],
    },
];

/// What S3 tells of what is done to the bucket, whether or not EventBridge hears of it.
pub fn shows(of: &Resource, cause: Cause<'_>) -> Vec<Shape> {
    let comes = |kind: &&Kind| match cause {
        Cause::Does(action, _) => kind.actions.iter().any(|name| is_action(action, name)),
        Cause::Arrives(_) => kind.detail_type == CREATED,
        Cause::Any => true,
    };
    KINDS.iter().filter(comes).map(|kind| event(of, kind)).collect()
}

/// What the default bus hears.
pub fn sends(of: &Resource, seen: &[Shape]) -> Vec<Flow> {
    let Some(to) = told(of) else { return Vec::new() };
    seen.iter().map(|shape| Flow::new(WAY, to.clone(), shape.clone(), EVENTS)).collect()
}

/// The event. Follows the S3 guide, "Amazon S3 event message structure" for EventBridge: what depends on the settings of
/// the bucket may be missing.
fn event(of: &Resource, kind: &Kind) -> Shape {
    let certain = |name: &str, shape: Shape| (name.to_owned(), shape, true);
    let perhaps = |name: &str| (name.to_owned(), Shape::Text, false);
    let is_deleted = kind.detail_type == DELETED;
    let object = [certain("key", Shape::Text), perhaps("etag"), perhaps("version-id"), perhaps("sequencer")];
    let size = (!is_deleted).then(|| certain("size", Shape::Number));
    let deletion = ["Permanently Deleted", "Delete Marker Created"].map(Shape::text);
    let deletion = is_deleted.then(|| certain("deletion-type", Shape::one_of(deletion)));
    let detail = [
        certain("version", Shape::text("0")),
        certain("bucket", Shape::closed([("name", Shape::text(of.name.as_str()))])),
        certain("object", Shape::object(object.into_iter().chain(size), false)),
        certain("request-id", Shape::Text),
        certain("requester", Shape::Text),
        perhaps("source-ip-address"),
        certain("reason", Shape::one_of(kind.reasons.iter().map(|one| Shape::text(*one)))),
    ];
    let detail = Shape::object(detail.into_iter().chain(deletion), false);
    let resources = Shape::items([Shape::Text]);
    entry_of(resources, Shape::text(SOURCE), Shape::text(kind.detail_type), detail)
}
