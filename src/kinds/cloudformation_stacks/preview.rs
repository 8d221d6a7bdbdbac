//! What CloudFormation says that a change set would do.

use crate::engine::{Aws, Effect, Observed, Preview, Result, Value, Wish};

use super::change_set::{ChangeSet, Made};
use super::fields::TEMPLATE;
use super::marking;

/// Makes the change set of a wish and tells what it would do. Nothing where a stack must go first.
pub(super) async fn preview(aws: &dyn Aws, wish: &Wish, live: Option<&Observed>) -> Result<Option<Preview>> {
    let change_set = ChangeSet::of(wish, live.is_none());
    if change_set.make(aws).await? != Made::Ready {
        return Ok(Some(Preview {
            title: "CloudFormation finds nothing to change".to_owned(),
            effects: Vec::new(),
        }));
    }
    let changes = change_set.changes(aws).await?;
    let template = wish.properties.get(TEMPLATE).cloned().unwrap_or_default();
    let anchor =
        marking::anchor(&template).filter(|id| live.is_some_and(|live| same_metadata(live, &template, id)));
    let effects: Vec<Effect> =
        changes.iter().filter(|change| !is_mark(change, anchor.as_deref())).filter_map(effect).collect();
    let title = match effects.is_empty() {
        true => "CloudFormation changes no resource",
        false => "CloudFormation would",
    };
    Ok(Some(Preview { title: title.to_owned(), effects }))
}

/// Whether the `Metadata` of a resource stays what the user wrote.
fn same_metadata(live: &Observed, template: &Value, id: &str) -> bool {
    let of =
        |template: &Value| template.get("Resources").and_then(|all| all.get(id)?.get("Metadata").cloned());
    live.properties.get(TEMPLATE).and_then(of) == of(template)
}

/// Whether a change is that of our own mark alone.
fn is_mark(change: &Value, anchor: Option<&str>) -> bool {
    let scope = change.get("Scope").and_then(Value::as_list).unwrap_or_default();
    change.text_at("LogicalResourceId") == anchor
        && anchor.is_some()
        && change.text_at("Action") == Some("Modify")
        && scope.len() == 1
        && scope[0].as_str() == Some("Metadata")
}

fn effect(change: &Value) -> Option<Effect> {
    let id = change.text_at("LogicalResourceId")?;
    let kept = change.text_at("PolicyAction").is_some_and(|action| action.starts_with("Retain"));
    let replaced = change.text_at("Replacement");
    let (sign, word, destroys) = match (change.text_at("Action")?, replaced) {
        ("Add", _) => ("+", "create", false),
        ("Remove", _) if kept => ("-", "let go of", false),
        ("Remove", _) => ("-", "delete", true),
        ("Modify", Some("True")) => ("-/+", "replace", true),
        ("Modify", Some("Conditional")) => ("~", "update, perhaps replace,", true),
        ("Modify", _) => ("~", "update", false),
        ("Import", _) => ("=", "import", false),
        ("Dynamic", _) => ("~", "decide only then about", false),
        (_, _) => ("~", "change", false),
    };
    let ty = change.text_at("ResourceType").unwrap_or_default();
    Some(Effect { sign, text: format!("{word} {id} ({ty})"), destroys })
}
