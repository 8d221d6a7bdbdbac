//! What CloudFormation says that a change set would do.

use crate::engine::{Aws, Effect, Observed, Preview, Result, State, Value, Wish};

use super::change_set::{ChangeSet, Made};
use super::compare::is_only_beside;
use super::fields::TEMPLATE;
use super::marking;
use super::states::STUCK;

/// Makes the change set of a wish and tells what it would do. Nothing while a stack takes none.
pub(super) async fn preview(aws: &dyn Aws, wish: &Wish, live: Option<&Observed>) -> Result<Option<Preview>> {
    let takes_none = |live: &Observed| {
        matches!(live.state, State::Busy(_)) || live.properties.text_at("StackStatus") == Some(STUCK)
    };
    if live.is_some_and(takes_none) {
        return Ok(None);
    }
    let nothing = || {
        Ok(Some(Preview { title: "CloudFormation finds nothing to change".to_owned(), effects: Vec::new() }))
    };
    let is_beside = |live: &Observed| live.state == State::Ready && is_only_beside(live, wish);
    if live.is_some_and(is_beside) {
        return nothing();
    }
    let change_set = ChangeSet::of(wish, live.is_none());
    if change_set.make(aws).await? != Made::Ready {
        return nothing();
    }
    Ok(Some(of(aws, &change_set, wish, live).await?))
}

/// What a change set that is made would do.
pub(super) async fn of(
    aws: &dyn Aws,
    change_set: &ChangeSet,
    wish: &Wish,
    live: Option<&Observed>,
) -> Result<Preview> {
    let changes = change_set.changes(aws).await?;
    let template = wish.properties.get(TEMPLATE).cloned().unwrap_or_default();
    let effects: Vec<Effect> = changes
        .iter()
        .filter(|change| !live.is_some_and(|live| is_mark(change, live, &template)))
        .filter_map(effect)
        .collect();
    let title = match effects.is_empty() {
        true => "CloudFormation changes no resource",
        false => "CloudFormation would",
    };
    Ok(Preview { title: title.to_owned(), effects })
}

/// Whether a change is that of our own mark alone: where it stands, or stood.
fn is_mark(change: &Value, live: &Observed, wished: &Value) -> bool {
    let scope = change.get("Scope").and_then(Value::as_list).unwrap_or_default();
    let (Some(id), Some(before)) = (change.text_at("LogicalResourceId"), live.properties.get(TEMPLATE))
    else {
        return false;
    };
    let metadata =
        |template: &Value| template.get("Resources").and_then(|all| all.get(id)?.get("Metadata").cloned());
    let is_anchor = [before, wished].iter().any(|template| marking::anchor(template).as_deref() == Some(id));
    is_anchor
        && change.text_at("Action") == Some("Modify")
        && matches!(scope, [only] if only.as_str() == Some("Metadata"))
        && metadata(before) == metadata(wished)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value;

    #[test]
    fn what_may_be_replaced_counts_as_what_would_go_and_what_is_retained_does_not() {
        let change = |action: &str, replacement: &str, policy: &str| {
            let change = value!({
                "Action": action, "LogicalResourceId": "Jobs", "ResourceType": "AWS::SQS::Queue",
                "Replacement": replacement, "PolicyAction": policy,
            });
            Preview {
                title: "CloudFormation would".to_owned(),
                effects: effect(&change).into_iter().collect(),
            }
            .lost()
        };
        let of = |what: &str| Some(format!("CloudFormation would {what} Jobs (AWS::SQS::Queue)"));
        assert_eq!(change("Modify", "Conditional", ""), of("update, perhaps replace,"));
        assert_eq!(change("Modify", "True", ""), of("replace"));
        assert_eq!(change("Remove", "", "Delete"), of("delete"));
        assert_eq!(change("Remove", "", "Retain"), None);
        assert_eq!(change("Modify", "False", ""), None);
        assert_eq!(change("Add", "", ""), None);
    }
}
