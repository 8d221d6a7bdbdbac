use super::*;
use crate::engine::OutputRef;
use crate::value;

fn unknown(before: &str, after: &str) -> Value {
    let mut template = Template::default();
    template.push_text(before);
    template
        .parts
        .push(Part::Output(OutputRef { address: "apis.orders".parse().unwrap(), output: "id".into() }));
    template.push_text(after);
    template.into()
}

fn known(value: &Value) -> String {
    value.resolve(&|_| Some("abc".into())).as_str().unwrap().to_owned()
}

fn template(document: &Value, dialect: Dialect) -> (String, Map) {
    match compile(document, dialect).unwrap() {
        Compiled::Template { template, paths } => (known(&template), paths),
        other => panic!("{other:?}"),
    }
}

fn problems(document: &Value, dialect: Dialect) -> Vec<String> {
    compile(document, dialect).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn the_seed_stacks_pipe_gets_its_template() {
    let document = value!({
        "eventName": "$.eventName",
        "order": { "id": "$.dynamodb.NewImage.PK.S", "state": "$.dynamodb.NewImage.state.S" }
    });
    let expected = concat!(
        r#"{"eventName":<$.eventName>,"order":{"id":<$.dynamodb.NewImage.PK.S>,"#,
        r#""state":<$.dynamodb.NewImage.state.S>}}"#
    );
    assert_eq!(template(&document, Dialect::Pipe), (expected.into(), Map::new()));
}

// E4 (hashicorp/terraform-provider-aws#43253, hashicorp/terraform-provider-aws#16081,
// hashicorp/terraform-provider-aws#21959): nobody can tell what an input transformer makes of quotes.
#[test]
fn the_seed_stacks_rule_gets_its_paths_and_quoted_placeholders() {
    let document = value!({ "order_id": "<$.detail.order.id>", "state": "<$.detail.order.state>" });
    let (template, paths) = template(&document, Dialect::RuleTarget);
    assert_eq!(template, r#"{"order_id":"<order_id>","state":"<state>"}"#);
    let paths: Vec<_> = paths.iter().map(|(k, v)| (k.as_str(), v.as_str().unwrap())).collect();
    assert_eq!(paths, [("order_id", "$.detail.order.id"), ("state", "$.detail.order.state")]);
}

#[test]
fn a_variable_is_named_by_its_keys_numbered_on_a_clash_and_shared_by_one_path() {
    let document = value!({
        "a": { "b c": "$.x" }, "a_b_c": ["$.y", "$.x"], "AWSRegion": "$.region", "ä": "$.z", "r": "<$.y><$.w>"
    });
    let (template, paths) = template(&document, Dialect::RuleTarget);
    assert_eq!(
        template,
        r#"{"a":{"b c":<a_b_c>},"a_b_c":[<a_b_c_2>,<a_b_c>],"AWSRegion":<v_AWSRegion>,"ä":<_>,"r":"<a_b_c_2><r>"}"#
    );
    assert_eq!(paths.len(), 5);
}

#[test]
fn a_transform_that_is_one_path_is_an_input_path_and_one_without_references_an_input() {
    let rule = |document: Value| compile(&document, Dialect::RuleTarget).unwrap();
    assert_eq!(rule("$.detail".into()), Compiled::Path("$.detail".into()));
    assert_eq!(rule("$".into()), Compiled::Path("$".into()));
    assert_eq!(rule(value!({ "a": "<b>" })), Compiled::Constant(r#"{"a":"<b>"}"#.into()));
    assert_eq!(rule("$$.id".into()), Compiled::Constant(r#""$.id""#.into()));
    let members = rule(value!({ "a": "$aws.rule-name" })).target_members();
    assert_eq!(
        Value::from(members),
        value!({ "InputTransformer": { "InputTemplate": r#"{"a":<aws.events.rule-name>}"# } })
    );
}

// E4 (hashicorp/terraform-provider-aws#43253, hashicorp/terraform-provider-aws#16081,
// hashicorp/terraform-provider-aws#21959): nobody can tell what an input transformer makes of quotes.
#[test]
fn the_services_variables_that_are_json_stand_only_as_values() {
    let document = value!({ "a": "$", "b": "$aws.event", "c": "at <$aws.event.ingestion-time>" });
    assert_eq!(
        template(&document, Dialect::RuleTarget).0,
        r#"{"a":<aws.events.event.json>,"b":<aws.events.event>,"c":"at <aws.events.event.ingestion-time>"}"#
    );
    assert_eq!(template(&value!({ "a": "$" }), Dialect::Pipe).0, r#"{"a":<aws.pipes.event.json>}"#);
    for text in ["x <$>", "x <$aws.event>", "<$aws.event.json>", "<$request.header.a>", "$aws.pipe-arm"] {
        for dialect in [Dialect::RuleTarget, Dialect::Pipe] {
            assert_eq!(problems(&value!({ "a": text }), dialect).len(), 1, "{text}");
        }
    }
    let found = problems(&value!({ "a": "$aws.pipe-arm" }), Dialect::Pipe);
    assert!(found[0].contains("did you mean `$aws.pipe-arn`?"), "{found:?}");
}

#[test]
fn literal_angle_brackets_are_no_placeholders() {
    let document = value!({ "<a>": "<b> <$.c>" });
    assert_eq!(template(&document, Dialect::RuleTarget).0, r#"{"\u003ca>":"\u003cb> <_a_>"}"#);
}

#[test]
fn text_around_what_is_not_known_yet_is_escaped_and_its_references_work() {
    let document = value!({ "a": (unknown("say \"<$.x>\" to ", "\n")) });
    assert_eq!(template(&document, Dialect::Pipe).0, r#"{"a":"say \"<$.x>\" to abc\n"}"#);
    let Compiled::Constant(input) =
        compile(&value!({ "a": (unknown("", "")) }), Dialect::RuleTarget).unwrap()
    else {
        panic!()
    };
    assert_eq!(known(&input), r#"{"a":"abc"}"#);
    assert!(problems(&unknown("$.a", ""), Dialect::Pipe)[0].contains("followed by an interpolation"));
}

#[test]
fn all_problems_are_found_in_one_run_and_name_their_places() {
    let document = value!({ "$.k": 1, "a": ["$x", "ok", { "b": "<$" }], "$id": "kept" });
    let found = problems(&document, Dialect::Pipe);
    assert_eq!(found.len(), 3);
    assert!(found[0].starts_with("$.k: the key `$.k` is a reference"));
    assert!(found[1].starts_with("a[0]: "));
    assert!(found[2].starts_with("a[2].b: "));
}

#[test]
fn a_template_over_the_limit_is_an_error() {
    let document = value!({ "a": ("x".repeat(8190)), "b": "$.b" });
    for dialect in [Dialect::RuleTarget, Dialect::Pipe] {
        assert!(problems(&document, dialect)[0].contains("at most 8192"));
    }
    let many: Map = (0..101).map(|i| (format!("k{i}"), format!("$.k{i}").into())).collect();
    assert!(problems(&many.into(), Dialect::RuleTarget)[0].contains("at most 100"));
    let long = format!("$.{}", "x".repeat(256));
    assert!(problems(&value!({ "a": long }), Dialect::RuleTarget)[0].contains("at most 256"));
}
