//! The role, live: `iam` calls.

use futures_util::future::{BoxFuture, try_join_all};
use futures_util::{FutureExt, try_join};

use crate::engine::{
    Aws, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{search, tagging};
use crate::value;

/// Calls of IAM.
pub struct Roles;

const DELETION: Deletion = Deletion::new("iam", "DeleteRole", "GetRole");

/// Lists of IAM page by `Marker`.
const fn pages(items: &'static str) -> Pages {
    Pages { token_in: "Marker", token_out: "Marker", items }
}

impl Live for Roles {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_role(aws, &at.name).boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let properties = &wish.properties;
            let mut input = value!({
                "RoleName": (wish.name.as_str()),
                "AssumeRolePolicyDocument": (document(properties.get("AssumeRolePolicyDocument"))),
                "Tags": (tagging::as_list(&tagging::all_tags(wish))),
            });
            for member in ["Path", "Description", "MaxSessionDuration", "PermissionsBoundary"] {
                if let Some(value) = properties.get(member) {
                    input.put(member, value.clone());
                }
            }
            aws.call("iam", "CreateRole", input).await?;
            put_policies(aws, &wish.name, properties, |_| true).await?;
            attach(aws, &wish.name, &arns(properties)).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let name = step.wish.name.as_str();
            let wish = &step.wish.properties;
            if step.touches("AssumeRolePolicyDocument") {
                let text = document(wish.get("AssumeRolePolicyDocument"));
                let input = value!({ "RoleName": name, "PolicyDocument": text });
                aws.call("iam", "UpdateAssumeRolePolicy", input).await?;
            }
            if step.touches("Description") || step.touches("MaxSessionDuration") {
                let description = wish.text_at("Description").unwrap_or_default();
                let longest = wish.get("MaxSessionDuration").cloned().unwrap_or(3600.into());
                let input =
                    value!({ "RoleName": name, "Description": description, "MaxSessionDuration": longest });
                aws.call("iam", "UpdateRole", input).await?;
            }
            if step.touches("PermissionsBoundary") {
                let mut input = value!({ "RoleName": name });
                let operation = match wish.get("PermissionsBoundary") {
                    Some(arn) => {
                        input.put("PermissionsBoundary", arn.clone());
                        "PutRolePermissionsBoundary"
                    }
                    None => "DeleteRolePermissionsBoundary",
                };
                aws.call("iam", operation, input).await?;
            }
            if step.touches("Policies") {
                let live = policies(&step.live.properties);
                let wanted = policies(wish);
                // Wider first: what is new or changed before what goes.
                put_policies(aws, name, wish, |policy| live.get(policy) != wanted.get(policy)).await?;
                for policy in live.keys().filter(|policy| !wanted.contains_key(*policy)) {
                    let input = value!({ "RoleName": name, "PolicyName": (policy.as_str()) });
                    absent_is_fine(aws.call("iam", "DeleteRolePolicy", input).await)?;
                }
            }
            if step.touches("ManagedPolicyArns") {
                let (live, wanted) = (arns(&step.live.properties), arns(wish));
                let new: Vec<Value> = wanted.iter().filter(|arn| !live.contains(arn)).cloned().collect();
                attach(aws, name, &new).await?;
                for arn in live.iter().filter(|arn| !wanted.contains(arn)) {
                    let input = value!({ "RoleName": name, "PolicyArn": (arn.clone()) });
                    absent_is_fine(aws.call("iam", "DetachRolePolicy", input).await)?;
                }
            }
            let retag = tagging::Retag::of(step);
            if !retag.set.is_empty() {
                let input = value!({ "RoleName": name, "Tags": (tagging::as_list(&retag.set)) });
                aws.call("iam", "TagRole", input).await?;
            }
            if !retag.unset.is_empty() {
                aws.call("iam", "UntagRole", value!({ "RoleName": name, "TagKeys": (retag.unset) })).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            let name = live.name.as_str();
            // Listed anew: what others have put on the role meanwhile must go as well.
            aws.forget();
            let Some(now) = read_role(aws, name).await? else { return Ok(()) };
            for policy in policies(&now.properties).keys() {
                let input = value!({ "RoleName": name, "PolicyName": (policy.as_str()) });
                absent_is_fine(aws.call("iam", "DeleteRolePolicy", input).await)?;
            }
            for arn in arns(&now.properties) {
                let input = value!({ "RoleName": name, "PolicyArn": arn });
                absent_is_fine(aws.call("iam", "DetachRolePolicy", input).await)?;
            }
            // A role that EC2 acts by is in an instance profile, which others have made and keep.
            let input = value!({ "RoleName": name });
            let pages = pages("InstanceProfiles");
            for profile in all_pages(aws, "iam", "ListInstanceProfilesForRole", input.clone(), pages).await? {
                let profile = profile.get("InstanceProfileName").cloned().unwrap_or_default();
                let input = value!({ "RoleName": name, "InstanceProfileName": profile });
                absent_is_fine(aws.call("iam", "RemoveRoleFromInstanceProfile", input).await)?;
            }
            DELETION.run(aws, input).await
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            // Lists of roles show no tags: each is described, twenty at a time. Service-linked roles
            // are AWS's own.
            let all = all_pages(aws, "iam", "ListRoles", Value::map(), pages("Roles")).await?;
            let mut names = Vec::new();
            for role in &all {
                let service_linked =
                    role.text_at("Path").is_some_and(|path| path.starts_with("/aws-service-role/"));
                names.extend(role.text_at("RoleName").filter(|_| !service_linked).map(str::to_owned));
            }
            search::each(names, 20, |name| read_if_owned(aws, name, owner)).await
        }
        .boxed()
    }
}

/// A role in full, if it carries a mark of the owner.
async fn read_if_owned(aws: &dyn Aws, name: String, owner: &Owner) -> Result<Option<Observed>> {
    let role = match aws.call("iam", "GetRole", value!({ "RoleName": (name.as_str()) })).await {
        Err(error) if error.is_not_found() => return Ok(None),
        answer => answer?,
    };
    let ours = tagging::from_list(role.at("Role.Tags")).mark.is_of(owner);
    if ours { read_role(aws, &name).await } else { Ok(None) }
}

async fn read_role(aws: &dyn Aws, name: &str) -> Result<Option<Observed>> {
    let input = value!({ "RoleName": name });
    // First whether it is there at all: IAM knows no path of a role that is not, and so no ARN on which a
    // policy could allow the other reads.
    let answer = match aws.call("iam", "GetRole", input.clone()).await {
        Err(error) if error.is_not_found() => return Ok(None),
        answer => answer?,
    };
    let lists = async {
        try_join!(
            all_pages(aws, "iam", "ListRolePolicies", input.clone(), pages("PolicyNames")),
            all_pages(aws, "iam", "ListAttachedRolePolicies", input.clone(), pages("AttachedPolicies")),
        )
    };
    let (inline, attached) = match lists.await {
        Err(error) if error.is_not_found() => return Ok(None),
        lists => lists?,
    };
    let role = answer.get("Role").cloned().unwrap_or_default();
    let documents = try_join_all(inline.iter().filter_map(Value::as_str).map(|policy| async move {
        let input = value!({ "RoleName": name, "PolicyName": policy });
        let answer = aws.call("iam", "GetRolePolicy", input).await?;
        Ok((policy.to_owned(), tree(answer.get("PolicyDocument"))))
    }))
    .await?;
    let tagged = tagging::from_list(role.get("Tags"));
    let mut properties = value!({
        "RoleName": name,
        "AssumeRolePolicyDocument": (tree(role.get("AssumeRolePolicyDocument"))),
        "Policies": (documents.into_iter().collect::<Map>()),
        "ManagedPolicyArns": (attached.iter().filter_map(|one| one.get("PolicyArn").cloned()).collect::<Vec<_>>()),
        "Tags": (tagged.tags),
    });
    for member in ["Path", "Description", "MaxSessionDuration"] {
        if let Some(value) = role.get(member) {
            properties.put(member, value.clone());
        }
    }
    if let Some(boundary) = role.at("PermissionsBoundary.PermissionsBoundaryArn") {
        properties.put("PermissionsBoundary", boundary.clone());
    }
    // Right after a role is made its ARN may read as a unique id, of no use as a principal.
    let arn = role.text_at("Arn").unwrap_or_default();
    let state =
        if arn.starts_with("arn:") { State::Ready } else { State::Busy("its ARN is not known yet".into()) };
    Ok(Some(Observed {
        id: name.to_owned(),
        name: name.to_owned(),
        properties,
        outputs: Map::new(),
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state,
        unread: Vec::new(),
    }))
}

async fn put_policies(
    aws: &dyn Aws,
    role: &str,
    properties: &Value,
    which: impl Fn(&str) -> bool,
) -> Result<()> {
    for (name, policy) in policies(properties).iter().filter(|(name, _)| which(name)) {
        let text = document(Some(policy));
        let input = value!({ "RoleName": role, "PolicyName": (name.as_str()), "PolicyDocument": text });
        aws.call("iam", "PutRolePolicy", input).await?;
    }
    Ok(())
}

async fn attach(aws: &dyn Aws, role: &str, arns: &[Value]) -> Result<()> {
    for arn in arns {
        let input = value!({ "RoleName": role, "PolicyArn": (arn.clone()) });
        aws.call("iam", "AttachRolePolicy", input).await?;
    }
    Ok(())
}

fn policies(properties: &Value) -> Map {
    properties.get("Policies").and_then(Value::as_map).cloned().unwrap_or_default()
}

fn arns(properties: &Value) -> Vec<Value> {
    properties.get("ManagedPolicyArns").and_then(Value::as_list).unwrap_or_default().to_vec()
}

/// A policy as the text that IAM takes.
fn document(policy: Option<&Value>) -> String {
    policy.map(|policy| policy.to_shown_json().to_string()).unwrap_or_default()
}

/// A policy as a tree; text that is no JSON stays text and will differ.
fn tree(policy: Option<&Value>) -> Value {
    match policy {
        Some(Value::String(text)) => {
            serde_json::from_str::<serde_json::Value>(text).map_or_else(|_| text.as_str().into(), Value::from)
        }
        Some(tree) => tree.clone(),
        None => Value::Null,
    }
}

fn absent_is_fine(answer: Result<Value>) -> Result<()> {
    match answer {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}
