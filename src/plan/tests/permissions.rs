//! Rights on stores of parameters.

use super::super::permissions;
use crate::engine::Value;
use crate::spec::{Source, Wanted};

#[test]
fn a_plan_reads_what_is_no_secret_and_an_apply_what_is_one() {
    let graph = crate::compile::testing::compile("stack: shop\nqueues: { q: {} }\n").0;
    let plan = super::super::plan(&graph, &crate::live::Survey::default(), &super::super::Options::default());
    let secret = Source::SecretsManager { name: "shop".into(), key: None };
    let rights = |open: bool| {
        let wanted = Wanted { source: secret.clone(), open, secret: false, has_default: false };
        let permissions = permissions(&plan, &[wanted]);
        let of = |documents: &[Value]| {
            let statements =
                documents[0].get("Statement").and_then(Value::as_list).unwrap_or_default().to_vec();
            let about = statements
                .into_iter()
                .filter(|one| one.to_shown_json().to_string().contains("secretsmanager"));
            about
                .map(|one| {
                    format!(
                        "{} on {}",
                        one.get("Action").unwrap().to_shown_json(),
                        one.get("Resource").unwrap().to_shown_json()
                    )
                })
                .collect::<Vec<_>>()
        };
        (of(&permissions.plan), of(&permissions.apply))
    };
    let on = |actions: &str| {
        format!("{actions} on [\"arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-??????\"]")
    };
    let (plan_of_secret, apply_of_secret) = rights(false);
    assert_eq!(plan_of_secret, [on("[\"secretsmanager:DescribeSecret\"]")]);
    assert_eq!(apply_of_secret.len(), 2);
    let (plan_of_open, _) = rights(true);
    assert_eq!(plan_of_open, [on(r#"["secretsmanager:DescribeSecret","secretsmanager:GetSecretValue"]"#)]);
}

#[test]
fn what_other_stacks_have_takes_the_rights_to_look_there_and_none_to_write() {
    let graph = crate::compile::testing::compile("stack: shop\nqueues: { q: {} }\n").0;
    let plan = super::super::plan(&graph, &crate::live::Survey::default(), &super::super::Options::default());
    let rights = |source: &str| {
        let source = Source::parse(source).unwrap();
        let wanted = Wanted { source, open: false, secret: false, has_default: false };
        let shown = |documents: &[Value]| -> String {
            documents.iter().map(|document| document.to_shown_json().to_string()).collect()
        };
        let permissions = permissions(&plan, &[wanted]);
        (shown(&permissions.plan), shown(&permissions.apply))
    };
    let stack = "arn:aws:cloudformation:eu-west-1:123456789012:stack/platform/*";
    for (source, action, on) in [
        ("cloudformation:platform.BusArn", "cloudformation:DescribeStacks", stack),
        ("export:bus", "cloudformation:ListExports", "*"),
        (
            "stack:platform/pipes.orders.arn",
            "pipes:DescribePipe",
            "arn:aws:pipes:eu-west-1:123456789012:pipe/*",
        ),
    ] {
        let (plan, apply) = rights(source);
        assert!(plan.contains(&format!("\"{action}\"")) && plan.contains(&format!("\"{on}\"")), "{plan}");
        assert!(!apply.contains("UpdatePipe") && !apply.contains("cloudformation:Create"), "{apply}");
    }
}
