use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::diff::{Table, Versions, diff};

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
        }
    }
    Ok(api)
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
        let after = apply(live.clone(), &edits(&live, &wish));
        prop_assert_eq!(after, Ok(wish));
    }

    #[test]
    fn equal_trees_need_no_edit_and_what_both_have_is_left_alone(live in trees(), wish in trees()) {
        prop_assert_eq!(edits(&live, &live), vec![]);
        let touched: BTreeSet<(String, String)> = edits(&live, &wish).into_iter().filter_map(|edit| match edit {
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
                "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000, "cacheNamespace": "abc123",
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
#[test]
fn what_aws_fills_in_or_spells_its_own_way_is_the_same_definition() {
    assert_eq!(digest(&declared()), digest(&echoed()));
    assert_eq!(edits(&tree(echoed().get("Resources")), &tree(declared().get("Resources"))), vec![]);
    // A plan sees what the edits see: else it would have something to do that nothing does.
    let mut live = echoed();
    live.remove("Resources./");
    let table = Table::new(crate::kinds::apis::decl::FIELDS);
    let change = diff(&live, &declared(), &table, Versions::default());
    assert!(change.is_same(), "{:?}", change.paths());
}

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
fn a_patch_holds_text_escapes_slashes_and_clears_what_is_wished_away() {
    let live =
        value!({ "description": "x", "binaryMediaTypes": ["image/png", "a/b"], "minimumCompressionSize": 5 });
    let wish = value!({ "policy": { "Statement": [] }, "binaryMediaTypes": ["a/b", "*/*"], "disableExecuteApiEndpoint": true });
    assert_eq!(
        patch(&live, &wish, &|_| true),
        vec![
            value!({ "op": "replace", "path": "/description", "value": "" }),
            value!({ "op": "replace", "path": "/policy", "value": r#"{"Statement":[]}"# }),
            value!({ "op": "replace", "path": "/endpointConfiguration/types/0", "value": "EDGE" }),
            value!({ "op": "replace", "path": "/apiKeySource", "value": "HEADER" }),
            value!({ "op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true" }),
            value!({ "op": "replace", "path": "/minimumCompressionSize" }),
            value!({ "op": "remove", "path": "/binaryMediaTypes/image~1png" }),
            value!({ "op": "add", "path": "/binaryMediaTypes/*~1*" }),
        ]
    );
    assert_eq!(patch(&live, &wish, &|_| false), Vec::<Value>::new());
}
