use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::diff::{Versions, diff};
use crate::value;

/// Applies edits by the rules of API Gateway; says which rule an edit breaks.
fn apply(mut api: Tree, edits: &[Edit]) -> Result<Tree, String> {
    let children = |api: &Tree, above: &str| -> Vec<String> {
        api.keys().filter(|path| path::split(path).is_some_and(|(up, _)| up == above)).cloned().collect()
    };
    for edit in edits {
        let broken = |rule: &str| Err(format!("{rule}: {edit:?}"));
        match edit {
            Edit::DeleteResource { path } if path == "/" => return broken("the root stays"),
            Edit::DeleteResource { path } if !children(&api, path).is_empty() => {
                return broken("it has resources below");
            }
            Edit::DeleteResource { path } => {
                if api.remove(path).is_none() {
                    return broken("no such resource");
                }
            }
            Edit::DeleteMethod { path, verb } => {
                if api.get_mut(path).and_then(|methods| methods.remove(verb)).is_none() {
                    return broken("no such method");
                }
            }
            Edit::CreateResource { path } => {
                let Some((above, part)) = path::split(path) else { return broken("no path") };
                if !api.contains_key(above) {
                    return broken("no parent");
                }
                let beside = children(&api, above);
                if beside.contains(path) {
                    return broken("it exists");
                }
                let is_parameter =
                    |path: &String| path::split(path).is_some_and(|(_, part)| path::is_parameter(part));
                if path::is_parameter(part) && beside.iter().any(is_parameter) {
                    return broken("a sibling is a parameter");
                }
                api.insert(path.clone(), BTreeMap::new());
            }
            Edit::PutMethod { path, verb, method } => {
                let Some(methods) = api.get_mut(path) else { return broken("no such resource") };
                if methods.insert(verb.clone(), method.clone()).is_some() {
                    return broken("the method exists");
                }
            }
            Edit::CreatePart { .. } | Edit::UpdatePart { .. } | Edit::DeletePart { .. } => {
                return broken("no part of a tree");
            }
        }
    }
    Ok(api)
}

fn between(live: &Tree, wish: &Tree) -> Vec<Edit> {
    let mut edits = gone(live, wish);
    edits.extend(come(live, wish));
    edits
}

/// Any tree that API Gateway can hold: closed towards the root, one parameter below a resource.
fn trees() -> impl Strategy<Value = Tree> {
    let part = prop::sample::select(vec!["a", "b", "a-b", "{x}", "{y}"]);
    let path = prop::collection::vec(part, 0..4);
    let method = (prop::sample::select(vec!["GET", "POST", "ANY"]), 0..2_i64);
    prop::collection::vec((path, prop::option::of(method)), 0..8).prop_map(|wanted| {
        let mut tree = Tree::from([("/".to_owned(), BTreeMap::new())]);
        'wanted: for (parts, method) in wanted {
            let mut path = String::new();
            for part in parts {
                let above = if path.is_empty() { "/".to_owned() } else { path.clone() };
                path = format!("{path}/{part}");
                let other = tree.keys().any(|known| {
                    *known != path
                        && path::split(known)
                            .is_some_and(|(up, last)| up == above && path::is_parameter(last))
                });
                if path::is_parameter(part) && other {
                    continue 'wanted;
                }
                tree.entry(path.clone()).or_default();
            }
            let path = if path.is_empty() { "/".to_owned() } else { path };
            if let (Some((verb, timeout)), Some(methods)) = (method, tree.get_mut(&path)) {
                methods.insert(verb.into(), value!({ "timeout": timeout }));
            }
        }
        tree
    })
}

proptest! {
    #[test]
    fn edits_make_any_tree_of_any_other_in_an_order_that_api_gateway_takes(live in trees(), wish in trees()) {
        let after = apply(live.clone(), &between(&live, &wish));
        prop_assert_eq!(after, Ok(wish));
    }

    #[test]
    fn equal_trees_need_no_edit_and_what_both_have_is_left_alone(live in trees(), wish in trees()) {
        prop_assert_eq!(between(&live, &live), vec![]);
        let touched: BTreeSet<(String, String)> = between(&live, &wish).into_iter().filter_map(|edit| match edit {
            Edit::PutMethod { path, verb, .. } | Edit::DeleteMethod { path, verb } => Some((path, verb)),
            _ => None,
        }).collect();
        for (path, methods) in &live {
            for (verb, method) in methods {
                if wish.get(path).and_then(|methods| methods.get(verb)) == Some(method) {
                    prop_assert!(!touched.contains(&(path.clone(), verb.clone())));
                }
            }
        }
    }
}

fn declared() -> Value {
    value!({
        "Resources": { "/orders": { "POST": {
            "authorizationType": "NONE",
            "methodIntegration": { "type": "AWS_PROXY", "httpMethod": "POST", "uri": "arn:aws:apigateway:eu-west-1:lambda:path/x",
                "integrationResponses": { "200": {} } },
        } } },
        "endpointConfiguration": { "types": "REGIONAL" },
    })
}

fn echoed() -> Value {
    value!({
        "Resources": { "/": {}, "/orders": { "POST": {
            "httpMethod": "POST",
            "authorizationType": "NONE",
            "apiKeyRequired": false,
            "operationName": "",
            "requestModels": {},
            "addedNextYear": "x",
            "methodIntegration": {
                "type": "aws_proxy", "httpMethod": "POST", "uri": "arn:aws:apigateway:eu-west-1:lambda:path/x",
                "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000,
                "cacheKeyParameters": [], "connectionType": "INTERNET", "responseTransferMode": "BUFFERED",
                "integrationResponses": { "200": { "statusCode": "200", "selectionPattern": "" } },
            },
        } } },
        "endpointConfiguration": { "types": "REGIONAL" },
        "apiKeySource": "HEADER",
        "disableExecuteApiEndpoint": false,
    })
}

// terraform-provider-aws#14445 and all who hash the body by hand: what AWS echoes is no change.
// A11: what AWS fills in at APIs.
#[test]
fn what_aws_fills_in_or_spells_its_own_way_is_the_same_definition() {
    assert_eq!(digest(&declared()), digest(&echoed()));
    assert_eq!(edits(&echoed(), &declared()), vec![]);
    // A plan sees what the edits see: else it would have something to do that nothing does.
    let mut live = echoed();
    live.remove("Resources./");
    let table = crate::kinds::apis::decl::ABOUT.table();
    let change = diff(&live, &declared(), table, Versions::default());
    assert!(change.is_same(), "{:?}", change.paths());
}

// A1 (hashicorp/terraform-provider-aws#14445, aws/aws-cdk#8159, aws/aws-cdk#8207,
// aws/serverless-application-model#1056): the stage serves the old deployment after an edit.
#[test]
fn the_digest_follows_every_member_that_a_deployment_takes_a_snapshot_of() {
    let changes = [
        ("policy", value!({ "Statement": [] })),
        ("binaryMediaTypes", value!(["image/png"])),
        ("minimumCompressionSize", value!(0)),
        ("endpointConfiguration", value!({ "types": "EDGE" })),
        ("apiKeySource", "AUTHORIZER".into()),
        ("disableExecuteApiEndpoint", true.into()),
        ("Resources", value!({ "/orders": {} })),
        ("Models", value!({ "Order": { "schema": { "type": "object" } } })),
        ("Validators", value!({ "body": {} })),
        ("Authorizers", value!({ "token": { "type": "TOKEN" } })),
        ("GatewayResponses", value!({ "DEFAULT_4XX": { "statusCode": "404" } })),
    ];
    for (member, value) in changes {
        let mut changed = declared();
        changed.put(member, value);
        assert_ne!(digest(&changed), digest(&declared()), "{member}");
    }
    let mut named = declared();
    named.put("description", "Orders".into());
    named.put("Tags", value!({ "team": "orders" }));
    assert_eq!(digest(&named), digest(&declared()));
}

#[test]
fn a_deployment_describes_itself_by_the_digest() {
    let deployment = value!({ "description": (description("abc")) });
    assert_eq!(described(&deployment), Some("abc"));
    assert_eq!(described(&value!({ "description": "by hand" })), None);
}

#[test]
fn models_come_after_those_that_they_refer_to_and_go_before_them_between_methods() {
    let model = |to: &str| value!({ "schema": { "properties": { "x": { "$ref": (format!("#/components/schemas/{to}")) } } } });
    let whole = value!({
        "Models": { "Cart": (model("Line")), "Line": (model("Price")), "Price": { "schema": {} } },
        "Resources": { "/a": { "GET": { "requestModels": { "application/json": "Cart" } } } },
    });
    let names = |edits: Vec<Edit>| -> Vec<String> {
        edits
            .into_iter()
            .map(|edit| match edit {
                Edit::CreatePart { name, .. } => format!("+{name}"),
                Edit::DeletePart { name, .. } => format!("-{name}"),
                Edit::DeleteResource { path } => format!("-{path}"),
                Edit::CreateResource { path } => format!("+{path}"),
                Edit::PutMethod { verb, .. } => format!("+{verb}"),
                other => format!("{other:?}"),
            })
            .collect()
    };
    assert_eq!(names(edits(&value!({}), &whole)), ["+Price", "+Line", "+Cart", "+/a", "+GET"]);
    assert_eq!(names(edits(&whole, &value!({}))), ["-/a", "-Cart", "-Line", "-Price"]);
}
