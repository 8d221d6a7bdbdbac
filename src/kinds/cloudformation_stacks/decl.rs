//! The stack of CloudFormation, pure.

use crate::engine::field::Output;
use crate::engine::{Budgets, Value};
use crate::kinds::document;
use crate::kinds::{About, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, NotBuilt, Sign, not_built, sign};
use crate::source::parse;
use std::time::Duration;

use super::fields::{DISABLE_ROLLBACK, FIELDS, ON_FAILURE, POLICY, TEMPLATE};
use super::{check, template};

/// A stack of CloudFormation (`cloudformation:CreateChangeSet`).
pub struct CloudformationStacks;

/// What gives the outputs other values.
const CHANGES: &[&str] = &[TEMPLATE, super::fields::PARAMETERS, super::fields::HIDDEN];
/// The most bytes of a template that is sent, and what the mark takes of them.
const LONGEST: usize = 51_200;
const MARK: usize = 700;

static ABOUT: About = About {
    kind: "cloudformation_stacks",
    singular: "cloudformation_stack",
    doc: "A stack of CloudFormation, for what has no kind here, and for what is there already. An apply makes a change \
          set, shows what CloudFormation would do, and deletes it if that is declined. Whose it is stands in the \
          `Metadata` of the template and of its first resource, since the tags of a stack are copied to all that it \
          makes. What it holds is CloudFormation's: no plan looks at it.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::assigned("arn", "The ARN, which AWS calls the stack's id.")
            .like("arn:{partition}:cloudformation:{region}:{account}:stack/{name}/{id}"),
        Output::derived("name", "{name}", "The name."),
        Output::assigned("outputs.*", "An output of the template, by its name there.")
            .invalidated_by(CHANGES)
            .only_with("Template.Outputs.*"),
    ],
    naming: Naming::new("StackName", 128, "-"),
    mark: MarkIn::Within,
    protect: true,
    // CloudFormation waits itself, for hours if need be; what has failed fails again.
    budgets: Budgets { busy: Duration::from_secs(4 * 3600), ..Budgets::of(600, 0) },
    loses: Loss::Held("what it made, where the template does not say `DeletionPolicy: Retain`"),
    itself: &["cloudformation_stacks"],
    access: &[("read", &["cloudformation:DescribeStacks"])],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["StackName"],
};

impl Kind for CloudformationStacks {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn not_built(&self) -> &'static [NotBuilt] {
        const ROWS: &[NotBuilt] = &[
            not_built("template_url", "templates in S3", "write `template`, which can be compared"),
            not_built("timeout", "time limits of a creation", "change sets have none: take the line away"),
        ];
        ROWS
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[sign(
            "StackStatus",
            Is::Text("UPDATE_ROLLBACK_COMPLETE"),
            "its last change failed and was undone; the stack's events say why",
        )
        .note()];
        SIGNS
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        name(own);
        if own.properties().get(DISABLE_ROLLBACK).and_then(Value::as_bool) == Some(true)
            && own.properties().get(ON_FAILURE).is_some()
        {
            let at = own.place_of(ON_FAILURE);
            let message = "`disable_rollback` and `on_stack_failure` say the same of a creation";
            own.error("rollback_twice", at, message, "take one of them away");
        }
        stack_policy(own);
        let Some((key, node)) = own.take("template") else { return };
        let Some(text) = document::text_by(own, &node, TEMPLATE, template::read) else { return };
        let Some(doc) = text.read(own, key) else { return };
        check::template(own, &doc.top());
        check::parameters(own, key, &doc.top());
        let (value, places) = doc.into_parts();
        let mut value = template::unified(value);
        template::without_hidden_defaults(&mut value);
        let bytes = value.to_shown_json().to_string().len();
        if bytes + MARK > LONGEST {
            let message =
                format!("the template has {bytes} bytes; with the mark in it CloudFormation takes {LONGEST}");
            own.error("long_template", key, message, "make several stacks of it");
        }
        own.set(TEMPLATE, value, node.span);
        own.resource.places.extend(places);
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::CloudformationStacks
    }
}

/// The policy, which may stand in a file or be a text, as the template.
fn stack_policy(own: &mut Lowering<'_>) {
    let Some((key, node)) = own.take("stack_policy") else { return };
    let Some(text) = document::text_by(own, &node, POLICY, parse) else { return };
    let Some(doc) = text.read(own, key) else { return };
    let (value, places) = doc.into_parts();
    own.set(POLICY, value, node.span);
    own.resource.places.extend(places);
}

/// A name begins with a letter.
fn name(own: &mut Lowering<'_>) {
    let name = own.name().to_owned();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let at = own.place_of("StackName");
        own.error("illegal_name", at, format!("`{name}` does not begin with a letter"), "");
    }
}
