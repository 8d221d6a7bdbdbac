use super::*;
use crate::engine::field::{Absent, Compare, Document, Field, Lit, TAGS, TEXT, TEXT_MAP, Type};
use crate::engine::{Secret, SecretSource, Template, Value};
use crate::value;

const COUNT: Type = Type::Int { min: 0, max: 1_000_000 };

static TARGET: &[Field] = &[
    Field::new("id", "Id", TEXT, "").required(),
    Field::new("arn", "Arn", TEXT, "").required(),
    Field::new("input", "Input", Type::Document(Document::Json), ""),
    Field::new("template", "InputTransformer.InputTemplate", TEXT, "").compare(Compare::Template),
    Field::new("retries", "RetryPolicy.MaximumRetryAttempts", COUNT, "").default(Lit::Int(185)),
    Field::new("path", "HttpParameters.PathParameterValues", Type::List(&TEXT), ""),
];
static LOG: &[Field] = &[
    Field::new("level", "Level", TEXT, "").default(Lit::Text("OFF")),
    Field::new("data", "IncludeExecutionData", Type::List(&TEXT), "").compare(Compare::Set),
];
static POINT: &[Field] = &[
    Field::new("key", "Key", TEXT, ""),
    Field::new("value", "Value", TEXT, ""),
    Field::new("secret", "IsValueSecret", Type::Bool, "").default(Lit::Bool(true)),
];
/// A kind that has something of everything.
static FIELDS: &[Field] = &[
    Field::new("name", "Name", TEXT, "").required().create_only(),
    Field::new("description", "Description", TEXT, "").absent(Absent::Clear(Lit::Text(""))),
    Field::new("state", "State", TEXT, "").default(Lit::Text("ENABLED")),
    Field::new("size", "Size", COUNT, ""),
    Field::new("fifo", "Fifo", Type::Bool, "").default(Lit::Bool(false)),
    Field::new("pattern", "EventPattern", Type::Document(Document::EventPattern), ""),
    Field::new("policy", "Policy", Type::Document(Document::Policy), ""),
    Field::new("targets", "Targets", Type::List(&Type::Object(TARGET)), "").compare(Compare::Keyed("Id")),
    Field::new("subnets", "Subnets", Type::List(&TEXT), "").compare(Compare::Set),
    Field::new("log", "LogConfiguration", Type::Object(LOG), ""),
    Field::new("kms", "KmsKeyIdentifier", TEXT, "").absent(Absent::CannotBeCleared),
    Field::new("warm", "WarmThroughput.ReadUnits", COUNT, "").absent(Absent::Unmanaged),
    Field::new("method", "Method", TEXT, "").compare(Compare::CaseInsensitive),
    Field::new("variables", "Environment.Variables", TEXT_MAP, "").sensitive(),
    Field::new("password", "Auth.Password", TEXT, "").write_only().sensitive(),
    Field::new("headers", "Auth.Headers", Type::List(&Type::Object(POINT)), "")
        .compare(Compare::Keyed("Key")),
    Field::new("position", "Source.StartingPosition", TEXT, "").create_only(),
    Field::lowered("Arn", TEXT, "").computed(),
    TAGS,
];

fn table() -> Table {
    Table::new(FIELDS)
}

fn plain(live: Value, desired: Value) -> Change {
    diff(&live, &desired, &table(), Versions::default())
}

#[track_caller]
fn same(live: Value, desired: Value) {
    let change = plain(live, desired);
    assert!(change.is_same(), "{change:#?}");
}

#[track_caller]
fn paths(live: Value, desired: Value) -> Vec<String> {
    plain(live, desired).paths()
}

fn secret(version: &str) -> Value {
    Value::Secret(Secret::from_source(SecretSource { parameter: "p".into(), version: version.into() }))
}

fn unknown() -> Value {
    Value::Unknown(Template::output("tables.orders".parse().unwrap(), "stream"))
}

// hashicorp/terraform-provider-aws#42565, #40007: default blocks and empty ones come back.
#[test]
fn what_aws_fills_in_and_empty_blocks_are_no_change() {
    same(value!({ "LogConfiguration": { "Level": "OFF", "IncludeExecutionData": [] } }), value!({}));
    same(
        value!({ "Targets": [{ "Id": "a", "HttpParameters": { "PathParameterValues": [] } }] }),
        value!({ "Targets": [{ "Id": "a", "RetryPolicy": { "MaximumRetryAttempts": 185 } }] }),
    );
    same(
        value!({ "State": "ENABLED", "Description": "", "Arn": "arn:x", "New": 1, "Fifo": "false" }),
        value!({}),
    );
}

#[test]
fn an_explicit_zero_is_a_change_where_zero_is_no_default() {
    let zero = value!({ "Targets": [{ "Id": "a", "RetryPolicy": { "MaximumRetryAttempts": 0 } }] });
    assert_eq!(
        paths(value!({ "Targets": [{ "Id": "a" }] }), zero),
        ["Targets[a].RetryPolicy.MaximumRetryAttempts"]
    );
}

#[test]
fn a_users_tag_with_an_empty_value_stays() {
    assert_eq!(paths(value!({}), value!({ "Tags": { "team": "" } })), ["Tags.team"]);
    same(value!({ "Tags": { "a": "" } }), value!({ "Tags": { "a": "" } }));
}

#[test]
fn numbers_and_truths_that_come_as_text_are_read_and_text_stays_text() {
    same(value!({ "Size": "5", "Fifo": "true" }), value!({ "Size": 5, "Fifo": true }));
    assert_eq!(paths(value!({ "Description": "5" }), value!({ "Description": 5 })), ["Description"]);
}

#[test]
fn members_that_no_row_knows_are_dropped_when_live_and_shown_when_wished() {
    same(value!({ "New": { "x": 1 } }), value!({}));
    assert_eq!(paths(value!({ "New": 1 }), value!({ "New": 1 })), ["New"]);
    let live = value!({ "New": 1, "Targets": [{ "Id": "a", "Odd": 2 }] });
    assert_eq!(unlisted(&live, &table()), ["New", "Targets[0].Odd"]);
}

#[test]
fn sets_and_keyed_lists_have_no_order_and_other_lists_do() {
    same(value!({ "Subnets": ["a", "b"] }), value!({ "Subnets": ["b", "a"] }));
    same(
        value!({ "Targets": [{ "Id": "a", "Arn": "1" }, { "Id": "b", "Arn": "2" }] }),
        value!({ "Targets": [{ "Id": "b", "Arn": "2" }, { "Id": "a", "Arn": "1" }] }),
    );
    let values = |one: &str, two: &str| {
        let values = Value::List(vec![one.into(), two.into()]);
        value!({ "Targets": [{ "Id": "a", "HttpParameters": { "PathParameterValues": values } }] })
    };
    assert_eq!(paths(values("x", "y"), values("y", "x")).len(), 2);
    assert_eq!(
        paths(value!({ "Subnets": ["a", "b"] }), value!({ "Subnets": ["c", "b"] })),
        ["Subnets[c]", "Subnets[a]"]
    );
}

#[test]
fn a_set_holds_each_item_once() {
    same(value!({ "Subnets": ["a", "a", "b"] }), value!({ "Subnets": ["b", "a"] }));
    assert_eq!(
        paths(value!({ "Subnets": ["a", "a"] }), value!({ "Subnets": ["c", "c"] })),
        ["Subnets[c]", "Subnets[a]"]
    );
}

#[test]
fn a_value_that_aws_keeps_is_reported_when_it_is_taken_away() {
    let change = plain(value!({ "KmsKeyIdentifier": "k", "Size": 1 }), value!({}));
    assert_eq!(change.cannot_be_cleared(), ["KmsKeyIdentifier"]);
    assert_eq!(change.paths(), ["KmsKeyIdentifier", "Size"]);
}

#[test]
fn what_the_server_measures_is_compared_where_it_is_declared() {
    let live = || value!({ "WarmThroughput": { "ReadUnits": 12000 } });
    same(live(), value!({}));
    assert_eq!(
        paths(live(), value!({ "WarmThroughput": { "ReadUnits": 4000 } })),
        ["WarmThroughput.ReadUnits"]
    );
}

#[test]
fn words_are_compared_in_their_case_unless_a_row_says_otherwise() {
    same(value!({ "Method": "post" }), value!({ "Method": "POST" }));
    assert_eq!(paths(value!({ "Name": "a" }), value!({ "Name": "A" })), ["Name"]);
}

#[test]
fn an_unknown_value_is_a_change_that_shows_after_the_apply_and_may_replace() {
    let desired = value!({ "Source": { "StartingPosition": (unknown()) } });
    let change = plain(value!({ "Source": { "StartingPosition": "LATEST" } }), desired);
    assert!(change.has_unknown());
    assert_eq!(change.forces_replacement(), ["Source.StartingPosition"]);
    let set = value!({ "Subnets": [(unknown())] });
    assert_eq!(plain(value!({ "Subnets": ["a"] }), set).paths().len(), 1);
}

// hashicorp/terraform#9222, hashicorp/terraform-provider-aws#7280.
#[test]
fn a_pattern_is_compared_as_sets_of_alternatives_in_text_or_tree() {
    let tree = value!({ "source": ["a", "b"], "detail": { "n": [{ "numeric": [">", 0, "<=", 5] }] } });
    let text = r#"{"detail":{"n":[{"numeric":["\u003e",0,"\u003c=",5]}]},"source":["b","a"]}"#;
    same(value!({ "EventPattern": text }), value!({ "EventPattern": tree }));
    assert_eq!(
        paths(
            value!({ "EventPattern": { "n": [{ "numeric": [">", 0, "<=", 5] }] } }),
            value!({ "EventPattern": { "n": [{ "numeric": ["<=", 5, ">", 0] }] } }),
        ),
        ["EventPattern"]
    );
}

// The recorded reads of buses: account or root, scalar or list, order and escapes.
// E13 (aws-cloudformation/cloudformation-coverage-roadmap#2188): the policy of a bus always shows as removed.
#[test]
fn a_policy_is_one_in_all_of_its_spellings() {
    let desired = || {
        value!({ "Statement": [
            { "Sid": "A", "Effect": "Allow", "Principal": { "AWS": "123456789012" }, "Action": "events:PutEvents", "Resource": "r" },
            { "Effect": "Deny", "Principal": "*", "Action": ["s:A", "s:B"], "Resource": "*", "Condition": { "Bool": { "aws:SecureTransport": false } } }
        ] })
    };
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"","Effect":"Deny","Principal":{"AWS":"*"},"Action":["S:b","s:A"],"Resource":["*"],"Condition":{"Bool":{"aws:SecureTransport":["false"]}}},
        {"Sid":"A","Effect":"Allow","Principal":{"AWS":["arn:aws-cn:iam::123456789012:root"]},"Action":["events:PutEvents"],"Resource":"r"}]}"#;
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let escaped = text.replace('\n', " ").replace('"', "\\\"");
    for text in [text.to_owned(), encoded, escaped] {
        same(value!({ "Policy": text }), value!({ "Policy": (desired()) }));
    }
    let mut other = desired();
    if let Some(Value::List(statements)) = other.as_map_mut().unwrap().get_mut("Statement") {
        statements[0].put("Resource", "other".into());
    }
    let change = plain(value!({ "Policy": (desired()) }), value!({ "Policy": other }));
    insta::assert_debug_snapshot!(change, @r#"
    {
        "Policy": Document Changed `Policy` {
            "Statement": Items {
                "A": {
                    "Resource": Items {
                        "other": Added `Policy.Statement[A].Resource[other]`: - -> "other",
                        "r": Removed `Policy.Statement[A].Resource[r]`: "r" -> -,
                    },
                },
            },
        },
    }
    "#);
}

// Statements of one policy that have owners of their own are compared one by one.
// E15 (aws-cloudformation/cloudformation-coverage-roadmap#2557): statements of others come back, and in other
// spellings.
#[test]
fn a_statement_on_its_own_is_one_in_all_of_its_spellings_too() {
    same(
        value!({ "Policy": { "Effect": "Allow", "Principal": { "AWS": ["arn:aws:iam::123456789012:root"] }, "Action": "s:A" } }),
        value!({ "Policy": { "Action": ["s:A"], "Effect": "Allow", "Principal": { "AWS": "123456789012" } } }),
    );
}

#[test]
fn a_secret_is_the_same_exactly_if_the_versions_are() {
    let table = table();
    let wish = |version: &str| value!({ "Auth": { "Password": (secret(version)), "Headers": [{ "Key": "k", "Value": (secret("1")) }] } });
    let live = value!({ "Auth": { "Headers": [{ "Key": "k", "IsValueSecret": true }] } });
    let known = |version: &str| version_of(&wish(version), &table);
    let one = known("1");
    let against = |desired: Version, live_version| {
        diff(&live, &wish("1"), &table, Versions { live: live_version, desired })
    };
    assert!(against(one.clone(), one.known()).is_same());
    assert_ne!(one, known("2"));
    let two = known("2");
    for change in [against(one.clone(), two.known()), against(one.clone(), None)] {
        assert_eq!(change.paths(), ["Auth.Password", "Auth.Headers[k].Value"]);
        assert_eq!(change.count(), 1);
        assert!(change.leaves().all(|leaf| leaf.why == Why::Hidden && leaf.is_sensitive()));
    }
    assert!(against(Version::Unknown, one.known()).has_unknown());
}

#[test]
fn a_write_only_value_that_is_no_longer_wished_shows_by_its_row() {
    let change =
        diff(&value!({}), &value!({}), &table(), Versions { live: Some("00"), desired: Version::None });
    assert_eq!(change.paths(), ["Auth.Password"]);
    same(value!({}), value!({}));
}

#[test]
fn which_of_the_values_differs_that_aws_never_shows_is_told_where_its_words_are_few() {
    const WORDS: Type = Type::Enum(&[("rollback", "ROLLBACK"), ("delete", "DELETE")]);
    static STACK: &[Field] = &[
        Field::new("name", "Name", TEXT, ""),
        Field::new("hidden", "Hidden", TEXT_MAP, "").write_only().sensitive(),
        Field::new("types", "Types", Type::List(&TEXT), "").write_only(),
        Field::new("fails", "OnFailure", WORDS, "").write_only(),
        Field::new("imports", "Imports", Type::Bool, "").write_only(),
    ];
    let table = Table::new(STACK);
    let of = |live: Value, before: Value, after: Value| {
        let (before, desired) = (version_of(&before, &table), version_of(&after, &table));
        diff(&live, &after, &table, Versions { live: before.known(), desired })
    };
    let differ = |before: Value, after: Value| of(value!({}), before, after).paths();
    let secret = |version: &str| value!({ "P": (secret(version)) });
    let change = of(value!({ "Name": "a" }), value!({ "OnFailure": "DELETE" }), value!({ "Name": "b" }));
    assert_eq!(change.paths(), ["Name", "OnFailure"]);
    assert!(change.leaves().all(|leaf| !leaf.is_secret));
    // Beside what stays as it was, secrets too.
    let (before, after) = (secret("1"), secret("1"));
    assert_eq!(
        differ(
            value!({ "Hidden": before, "Types": ["a"], "OnFailure": "DELETE", "Imports": true }),
            value!({ "Hidden": after, "Types": ["a"], "OnFailure": "ROLLBACK" })
        ),
        ["OnFailure", "Imports"]
    );
    assert_eq!(differ(value!({ "Types": ["a"] }), value!({ "Types": ["a"], "Imports": true })), ["Imports"]);
    // What has no few words may be any of them; a key that AWS does not show was never there.
    assert_eq!(differ(value!({ "Types": ["a"] }), value!({})), ["Types", "OnFailure", "Imports"]);
    let gone = of(value!({ "Hidden": { "P": "****" } }), value!({ "Hidden": (secret("1")) }), value!({}));
    assert_eq!(gone.paths(), ["Hidden", "Types", "OnFailure", "Imports"]);
    assert_eq!(gone.leaves().filter(|leaf| leaf.is_secret).count(), 1);
    assert_eq!(gone.count(), 1);
    let (before, after) = (secret("1"), secret("1"));
    let beside = of(value!({}), value!({ "Hidden": before, "Types": ["a"] }), value!({ "Hidden": after }));
    assert_eq!(beside.paths(), ["Hidden"]);
    assert!(beside.leaves().all(|leaf| leaf.may_be_another));
}

#[test]
fn a_secret_that_leaves_a_map_shows_as_its_key_alone() {
    static FUNCTION: &[Field] = &[Field::new("environment", "Variables", TEXT_MAP, "").sensitive()];
    let table = Table::new(FUNCTION);
    let live = value!({ "Variables": { "A": "canary" } });
    let gone = diff(&live, &value!({}), &table, Versions { live: Some("00"), desired: Version::None });
    assert_eq!(gone.paths(), ["Variables.A"]);
    let stale = diff(&value!({}), &value!({}), &table, Versions { live: Some("00"), desired: Version::None });
    assert_eq!((stale.paths(), stale.count()), (vec![String::new()], 1));
    let desired = value!({ "Variables": { "A": (secret("1")) } });
    let versions = || Versions { live: None, desired: version_of(&desired, &table) };
    assert_eq!(diff(&value!({}), &desired, &table, versions()).paths(), ["Variables.A"]);
}

#[test]
fn a_live_value_of_another_shape_than_a_wish_with_a_secret_is_masked() {
    let desired = value!({ "LogConfiguration": { "Level": (secret("1")) } });
    let change = plain(value!({ "LogConfiguration": "canary" }), desired);
    assert_eq!(change.paths(), ["LogConfiguration"]);
    assert!(!format!("{change:?}").contains("canary"));
}

#[test]
fn what_could_not_be_read_is_no_difference() {
    let unread = || Value::Unknown(Template::default());
    same(value!({ "Tags": (unread()), "Policy": (unread()) }), value!({ "Tags": { "a": "b" } }));
}

#[test]
fn the_version_covers_literals_and_is_unknown_with_an_unknown_in_it() {
    let table = table();
    let wish = |password: Value| value!({ "Auth": { "Password": password } });
    assert_eq!(version_of(&value!({ "Name": "a" }), &table), Version::None);
    assert_ne!(version_of(&wish("a".into()), &table), version_of(&wish("b".into()), &table));
    assert_eq!(version_of(&wish("a".into()), &table).known().map(str::len), Some(16));
    assert_eq!(version_of(&wish(unknown()), &table), Version::Unknown);
    let header = |key: &str, version: &str| value!({ "Key": key, "Value": (secret(version)) });
    let list = |items: Vec<Value>| value!({ "Auth": { "Headers": items } });
    assert_eq!(
        version_of(&list(vec![header("a", "1"), header("b", "2")]), &table),
        version_of(&list(vec![header("b", "2"), header("a", "1")]), &table),
    );
    assert_ne!(
        version_of(&list(vec![header("a", "1"), header("b", "2")]), &table),
        version_of(&list(vec![header("a", "2"), header("b", "1")]), &table),
    );
}

#[test]
fn live_values_under_a_sensitive_map_are_masked_unless_their_key_is_wished_in_plain_text() {
    let live = value!({ "Environment": { "Variables": { "A": "canary1", "B": "canary2", "C": "canary3", "D": "shown" } } });
    let desired =
        value!({ "Environment": { "Variables": { "B": (secret("1")), "D": "new", "E": (secret("1")) } } });
    let version = version_of(&desired, &table());
    let change = diff(&live, &desired, &table(), Versions { live: None, desired: version });
    insta::assert_debug_snapshot!(change, @r#"
    {
        "Environment": {
            "Variables": {
                "B": Hidden `Environment.Variables.B`: (masked) -> (masked),
                "D": Changed `Environment.Variables.D`: "shown" -> "new",
                "E": Added `Environment.Variables.E`: - -> (masked),
                "A": Removed `Environment.Variables.A`: (masked) -> -,
                "C": Removed `Environment.Variables.C`: (masked) -> -,
            },
        },
    }
    "#);
    assert!(!format!("{change:?}").contains("canary"));
}

#[test]
fn what_stands_beside_a_secret_in_a_document_is_masked() {
    let live = value!({ "Targets": [{ "Id": "a", "Input": "{\"list\":[\"canary\",\"x\"],\"y\":1}" }] });
    let desired = value!({ "Targets": [{ "Id": "a", "Input": { "list": ["x", (secret("1"))], "y": 2 } }] });
    let version = version_of(&desired, &table());
    let change =
        diff(&live, &desired, &table(), Versions { live: version.known(), desired: version.clone() });
    assert_eq!(change.paths(), ["Targets[a].Input"]);
    assert!(!format!("{change:?}").contains("canary"));
}

#[test]
fn a_rule_with_its_targets_shows_what_differs_alone() {
    let live = value!({
        "Name": "r", "State": "ENABLED", "EventPattern": "{\"source\":[\"a\",\"b\"]}",
        "Targets": [
            { "Id": "one", "Arn": "arn:1", "InputTransformer": { "InputTemplate": "{\"a\": <x>}" } },
            { "Id": "gone", "Arn": "arn:2" }
        ],
        "Tags": { "team": "x", "old": "1" }
    });
    let desired = value!({
        "Name": "s", "State": "DISABLED", "EventPattern": { "source": ["b", "c"] },
        "Targets": [
            { "Id": "one", "Arn": (unknown()), "InputTransformer": { "InputTemplate": "{\"a\":<x>, \"b\": 1}" } },
            { "Id": "new", "Arn": "arn:3", "RetryPolicy": { "MaximumRetryAttempts": 0 } }
        ],
        "Tags": { "team": "y" }
    });
    insta::assert_debug_snapshot!(plain(live, desired), @r#"
    {
        "Name": Changed `Name`, create only: "r" -> "s",
        "State": Changed `State`: "ENABLED" -> "DISABLED",
        "EventPattern": Document Changed `EventPattern` {
            "source": Items {
                "c": Added `EventPattern.source[c]`: - -> "c",
                "a": Removed `EventPattern.source[a]`: "a" -> -,
            },
        },
        "Targets": Items {
            "one": {
                "Arn": Unknown `Targets[one].Arn`: "arn:1" -> Unknown(${tables.orders.stream}),
                "InputTransformer": {
                    "InputTemplate": Document Changed `Targets[one].InputTransformer.InputTemplate` Same,
                },
            },
            "new": {
                "Id": Added `Targets[new].Id`: - -> "new",
                "Arn": Added `Targets[new].Arn`: - -> "arn:3",
                "RetryPolicy": {
                    "MaximumRetryAttempts": Added `Targets[new].RetryPolicy.MaximumRetryAttempts`: - -> 0,
                },
            },
            "gone": {
                "Id": Removed `Targets[gone].Id`: "gone" -> -,
                "Arn": Removed `Targets[gone].Arn`: "arn:2" -> -,
            },
        },
        "Tags": {
            "team": Changed `Tags.team`: "x" -> "y",
            "old": Removed `Tags.old`: "1" -> -,
        },
    }
    "#);
}
