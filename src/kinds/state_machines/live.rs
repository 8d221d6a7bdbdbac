//! The state machine, live: `states` calls.

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, try_join};

use crate::engine::{
    Aws, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{clearing, search, tagging};
use crate::value;

use super::definition::DEFINITION;
use super::fields::FIELDS;

/// Calls of Step Functions.
pub struct StateMachines;

/// How many machines are looked at at once when ours are searched.
const AT_ONCE: usize = 20;
/// A machine goes when its last execution has ended: an hour, five seconds apart.
const LOOKS: u32 = 720;
const DELETION: Deletion = Deletion::new("states", "DeleteStateMachine", "DescribeStateMachine").looks(LOOKS);

const KEY_TYPE: &str = "encryptionConfiguration.type";
const AWS_OWNED: &str = "AWS_OWNED_KEY";

/// The blocks that an update sends whole.
const BLOCKS: &[&str] = &["loggingConfiguration", "tracingConfiguration", "encryptionConfiguration"];

/// Members of DescribeStateMachine that are properties.
const TOLD: &[&str] = &[
    "name",
    "type",
    "status",
    "roleArn",
    "loggingConfiguration",
    "tracingConfiguration",
    "encryptionConfiguration",
];

impl Live for StateMachines {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_machine(aws, arn(aws, &at.name)).boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut input = encoded(wish.properties.clone());
            input.put("tags", tagging::as_small_list(&tagging::all_tags(wish)));
            aws.call("states", "CreateStateMachine", input).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let arn = arn(aws, &step.wish.name);
            if step.touches_beyond(&["Tags"]) {
                aws.call("states", "UpdateStateMachine", update(step, &arn)).await?;
            }
            let retag = tagging::Retag::of(step);
            if !retag.set.is_empty() {
                let input =
                    value!({ "resourceArn": (arn.as_str()), "tags": (tagging::as_small_list(&retag.set)) });
                aws.call("states", "TagResource", input).await?;
            }
            if !retag.unset.is_empty() {
                let input = value!({ "resourceArn": arn, "tagKeys": (retag.unset) });
                aws.call("states", "UntagResource", input).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        DELETION.run(aws, value!({ "stateMachineArn": (arn(aws, &live.name)) })).boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let pages = Pages { token_in: "nextToken", token_out: "nextToken", items: "stateMachines" };
            let machines =
                all_pages(aws, "states", "ListStateMachines", value!({ "maxResults": 1000 }), pages).await?;
            // Lists show no tags.
            let arns: Vec<String> = machines
                .iter()
                .filter_map(|machine| machine.text_at("stateMachineArn").map(str::to_owned))
                .collect();
            search::each(arns, AT_ONCE, |arn| read_if_owned(aws, arn, owner)).await
        }
        .boxed()
    }
}

fn arn(aws: &dyn Aws, name: &str) -> String {
    aws.place().arn("states", &format!("stateMachine:{name}"))
}

/// A machine in full, if it carries a mark of the owner.
async fn read_if_owned(aws: &dyn Aws, arn: String, owner: &Owner) -> Result<Option<Observed>> {
    match tags(aws, &arn).await? {
        Some(tags) if tagging::from_list(Some(&tags)).mark.is_of(owner) => read_machine(aws, arn).await,
        _ => Ok(None),
    }
}

async fn read_machine(aws: &dyn Aws, arn: String) -> Result<Option<Observed>> {
    let described = async {
        match aws.call("states", "DescribeStateMachine", value!({ "stateMachineArn": (arn.as_str()) })).await
        {
            Err(error) if error.is_not_found() => Ok(None),
            answer => answer.map(Some),
        }
    };
    let (Some(machine), Some(tags)) = try_join!(described, tags(aws, &arn))? else { return Ok(None) };
    Ok(Some(observe(machine, &tags)))
}

/// The tags of a machine as the API lists them; nothing if it is gone.
async fn tags(aws: &dyn Aws, arn: &str) -> Result<Option<Value>> {
    match aws.call("states", "ListTagsForResource", value!({ "resourceArn": arn })).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer.map(|answer| Some(answer.get("tags").cloned().unwrap_or_default())),
    }
}

fn observe(machine: Value, tags: &Value) -> Observed {
    let tagged = tagging::from_list(Some(tags));
    let mut properties = value!({ "Tags": (tagged.tags) });
    for member in TOLD {
        if let Some(value) = machine.get(member) {
            properties.put(member, value.clone());
        }
    }
    if let Some(text) = machine.text_at(DEFINITION) {
        let tree = serde_json::from_str::<serde_json::Value>(text).map(Value::from);
        properties.put(DEFINITION, tree.unwrap_or_else(|_| text.into()));
    }
    let state = match machine.text_at("status") {
        Some("DELETING") => State::Busy("the state machine is DELETING: an execution has not ended".into()),
        _ => State::Ready,
    };
    let name = machine.text_at("name").unwrap_or_default().to_owned();
    Observed {
        id: name.clone(),
        name,
        properties,
        outputs: Map::new(),
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state,
        unread: Vec::new(),
    }
}

/// The input of UpdateStateMachine: definition and role always, since one of them must be there, and each block that
/// has changed with everything in it.
fn update(step: &UpdateStep, arn: &str) -> Value {
    let wish = encoded(clearing::with_cleared(step, FIELDS));
    let mut input = value!({ "stateMachineArn": arn });
    for member in [DEFINITION, "roleArn"] {
        input.put(member, wish.get(member).cloned().unwrap_or_default());
    }
    for block in BLOCKS.iter().filter(|block| step.touches(block)) {
        if let Some(value) = wish.get(block) {
            input.put(block, value.clone());
        }
    }
    // AWS's own key has no time for which a data key is used.
    if input.text_at(KEY_TYPE) == Some(AWS_OWNED) {
        input.put("encryptionConfiguration", value!({ "type": AWS_OWNED }));
    }
    input
}

/// The document as AWS takes it: the definition as text, tags on their own.
fn encoded(mut document: Value) -> Value {
    document.remove("Tags");
    if let Some(definition) = document.remove(DEFINITION) {
        document.put(DEFINITION, definition.to_shown_json().to_string().into());
    }
    document
}
