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
