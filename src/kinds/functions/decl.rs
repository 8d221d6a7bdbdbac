//! The function, pure.

use std::sync::Arc;

use crate::engine::field::{Field, Output};
use crate::engine::{Budgets, Graph, Resource, Template, Value};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Flow, Passed, Spot, Way};
use crate::flow::shape::Shape;
use crate::kinds::emits;
use crate::kinds::log_groups::{LogGroups, check_retention};
use crate::kinds::triggers;
use crate::kinds::{
    About, Certain, Handed, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, RoleFor, Sign, Who, sign,
    suffixed,
};
use crate::source::{Findings, Node};
use crate::value;

use super::fields::FIELDS;
use super::passing;
use super::{aliases, destinations, package, permissions, shapes};

/// A Lambda function with its code, its settings, its versions and aliases
/// (`lambda:CreateFunction` and what goes with it).
pub struct Functions;

static ABOUT: About = About {
    kind: "functions",
    singular: "function",
    doc: "A Lambda function with its role, its log group, and perhaps a URL. Permissions to invoke it follow from what refers to it; those of others are kept.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:lambda:{region}:{account}:function:{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
        Output::assigned("url", "The URL, without a slash at its end; only where `url` is declared.")
            .invalidated_by(&["Url"])
            .only_with("Url"),
        Output::assigned(
            "version",
            "The number of the newest published version; only where `publish` is declared.",
        )
        .invalidated_by(PUBLISHED)
        .only_with("Publish"),
    ],
    naming: Naming::new("FunctionName", 64, "-_"),
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::SLOW,
    loses: Loss::Nothing,
    itself: &["functions"],
    access: &[("invoke", &["lambda:InvokeFunction"])],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: Some("permission"),
    identified_by: &["FunctionName"],
};

/// What a published version holds: whatever of it changes makes another one.
const PUBLISHED: &[&str] = &[
    "Code",
    "Architectures",
    "Runtime",
    "Role",
    "Handler",
    "Timeout",
    "MemorySize",
    "Environment",
    "KMSKeyArn",
    "EphemeralStorage",
    "Layers",
    "TracingConfig",
    "VpcConfig",
    "FileSystemConfigs",
    "DeadLetterConfig",
    "LoggingConfig",
    "SnapStart",
    "ImageConfig",
    "Publish",
];

impl Kind for Functions {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain { service: "lambda", create: &["CreateFunction"], delete: &["DeleteFunction"] }
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[sign(
            "ReservedConcurrentExecutions",
            Is::Zero,
            "no instance may run, so every call is turned away",
        )];
        SIGNS
    }

    fn qualifiers(&self, properties: &Value) -> Option<Vec<String>> {
        let aliases = properties.get("Aliases").and_then(Value::as_map);
        Some(aliases.into_iter().flatten().map(|(alias, _)| alias.clone()).collect())
    }

    fn policy_limit(&self) -> Option<(usize, usize)> {
        Some((20_480, usize::MAX))
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        code(own);
        fits(own);
        let logs = logs(own);
        if let Some(role) = own.role("lambda", None) {
            let (arn, at) = (own.role_arn(&role), own.declared());
            own.set("Role", arn, at);
            // The group exists before the function runs, so creating groups is no right of it.
            own.grant_role(
                &role,
                &["logs:CreateLogStream", "logs:PutLogEvents"],
                vec![suffixed(&logs, ":*")],
            );
            rights(own, &role);
            destinations::lower(own, &role);
            aliases::check(own);
            triggers::lower(own, &role);
        }
        permissions::lower(own);
        public_url(own, None);
        for alias in aliases::names(own) {
            public_url(own, Some(alias));
        }
    }

    fn fits(&self, of: &Resource, graph: &Graph, findings: &mut Findings) {
        emits::fits(of, graph, findings);
    }

    fn loses(&self, of: &Resource, handed: Handed) -> bool {
        let is_heard = |path: &str| of.properties.at(path).is_some();
        handed.is_left
            && !is_heard("DeadLetterConfig.TargetArn")
            && !is_heard("AsyncInvoke.DestinationConfig.OnFailure")
            && !of.places.contains_key("dead_letter")
    }

    fn leaves(&self, of: &Resource, graph: &Graph) -> Vec<Spot> {
        self.ways(of, graph).into_iter().map(|way| way.to).collect()
    }

    fn words(&self) -> &'static [Word] {
        passing::WORDS
    }

    fn happens(&self, of: Option<&Resource>, graph: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
        passing::happens(of, graph, said)
    }

    fn answers(&self) -> bool {
        true
    }

    fn ways(&self, of: &Resource, graph: &Graph) -> Vec<Way> {
        passing::ways(of, graph)
    }

    fn answered(
        &self,
        of: &Resource,
        graph: &Graph,
        arrived: &Arrival,
        answer: &serde_json::Value,
    ) -> Passed {
        passing::answered(of, graph, arrived, answer)
    }

    fn sends(&self, of: &Resource, graph: &Graph, _: &[Shape]) -> Vec<Flow> {
        shapes::heard(of, graph).into_iter().chain(emits::sent(of, graph)).collect()
    }

    fn told(&self) -> &'static [Field] {
        emits::TOLD
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Functions
    }
}

/// `code:`, packed, or `image:`; and what goes with the one and not with the other.
fn code(own: &mut Lowering<'_>) {
    let image = own.properties().at("Code.ImageUri").is_some();
    let code = own.take("code");
    const PACKAGED: &[(&str, &str)] = &[("Handler", "handler"), ("Runtime", "runtime"), ("Layers", "layers")];
    match (&code, image) {
        (Some((at, _)), true) => {
            own.error(
                "two_codes",
                *at,
                "a function has `code` or `image`, not both",
                "take one of them away",
            );
        }
        (None, false) => {
            let at = own.declared();
            let help = "write `code: FOLDER`, or `image: URI` for a container";
            own.error("missing_key", at, "`code` is missing", help);
        }
        (None, true) => {
            for (path, key) in PACKAGED.iter().chain(&[("SnapStart.ApplyOn", "snap_start")]) {
                if own.properties().at(path).is_some() {
                    let at = own.place_of(path);
                    let message = format!("`{key}` does not go with `image`");
                    own.error("not_with_image", at, message, "the image says what it runs; take it away");
                }
            }
            own.properties().put("PackageType", "Image".into());
        }
        (Some(_), false) => {
            if own.properties().at("ImageConfig").is_some() {
                let at = own.place_of("ImageConfig");
                own.error("not_with_code", at, "`image_config` goes with `image`", "take it away");
            }
            for (path, key) in &PACKAGED[..2] {
                if own.properties().at(path).is_none() {
                    let at = own.declared();
                    let example = if *key == "handler" { "index.handler" } else { "python3.13" };
                    own.error(
                        "missing_key",
                        at,
                        format!("`{key}` is missing"),
                        &format!("a function with `code` needs it, such as `{key}: {example}`"),
                    );
                }
            }
        }
    }
    let Some((_, node)) = code.filter(|_| !image) else { return };
    let Some(path) = own.known_text(&node) else { return };
    match package::pack(&own.file(&path), &own.relative()) {
        Ok(packed) => {
            own.set("Code.Digest", packed.digest.as_str(), node.span);
            own.set_package(Arc::new(packed));
        }
        Err(why) => own.error("code", node.span, why.message, &why.help),
    }
}

/// Names that Lambda keeps for itself, with those that begin with `AWS_LAMBDA_`.
const RESERVED: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// Names of environment variables that Lambda refuses.
fn environment(own: &mut Lowering<'_>) {
    const PATH: &str = "Environment.Variables";
    let variables = own.properties().at(PATH).and_then(Value::as_map).cloned().unwrap_or_default();
    // Lambda takes the key, does not keep it, and the next plan would set it again.
    let is_kept = !variables.is_empty() || own.properties().get("SnapStart").is_some();
    if !is_kept && own.properties().get("KMSKeyArn").is_some() {
        let at = own.place_of("KMSKeyArn");
        let message = "Lambda keeps no `kms_key` of a function without `environment`";
        own.error("no_environment", at, message, "take it away, or declare `environment`");
    }
    for name in variables.keys() {
        let at = own.nearest_place(&format!("{PATH}.{name}"));
        if RESERVED.contains(&name.as_str()) || name.starts_with("AWS_LAMBDA_") {
            own.error("environment", at, format!("`{name}` is Lambda's own"), "give it another name");
        } else if name.len() < 2
            || !name.starts_with(|first: char| first.is_ascii_alphabetic())
            || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        {
            let message = format!("`{name}` is no name of an environment variable");
            let help = "write two or more letters, digits or `_`, beginning with a letter";
            own.error("environment", at, message, help);
        }
    }
}

/// What AWS takes only beside something else.
fn fits(own: &mut Lowering<'_>) {
    environment(own);
    let manual = own.properties().text_at("RuntimeManagement.UpdateRuntimeOn") == Some("Manual");
    let version = own.properties().at("RuntimeManagement.RuntimeVersionArn").is_some();
    if manual != version {
        let at = own.nearest_place("RuntimeManagement.UpdateRuntimeOn");
        let help = "write both, or neither of them";
        own.error("runtime_version", at, "`update_on: manual` and `version_arn` go together", help);
    }
    if own.properties().text_at("LoggingConfig.LogFormat") != Some("JSON") {
        for (path, key) in [
            ("LoggingConfig.ApplicationLogLevel", "application_level"),
            ("LoggingConfig.SystemLogLevel", "system_level"),
        ] {
            if own.properties().at(path).is_some() {
                let at = own.place_of(path);
                let message = format!("`{key}` goes with `format: json`");
                own.error("log_level", at, message, "write the format beside it");
            }
        }
    }
}

/// What of the declaration alone gives the function's role a right.
fn rights(own: &mut Lowering<'_>, role: &RoleFor) {
    const ANY: fn() -> Vec<Value> = || vec!["*".into()];
    if own.properties().text_at("TracingConfig.Mode") == Some("Active") {
        own.grant_role(role, &["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ANY());
    }
    if own.properties().at("VpcConfig.SubnetIds").is_some() {
        // None of these can be scoped before the interfaces exist.
        const INTERFACES: &[&str] = &[
            "ec2:CreateNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:DeleteNetworkInterface",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses",
        ];
        own.grant_role(role, INTERFACES, ANY());
    }
    file_systems(own, role);
}

/// A mounted file system: only with a VPC, and the right is on the access point.
fn file_systems(own: &mut Lowering<'_>, role: &RoleFor) {
    let mounted =
        own.properties().get("FileSystemConfigs").and_then(Value::as_list).unwrap_or_default().to_vec();
    let at = own.place_of("FileSystemConfigs");
    if mounted.len() > 1 {
        own.error("too_many", at, "a function mounts one file system at the most", "take the others away");
    }
    if !mounted.is_empty() && own.properties().get("VpcConfig").is_none() {
        own.error("no_vpc", at, "a file system is mounted from a VPC", "declare `vpc` beside it");
    }
    for one in mounted {
        let (Some(arn), RoleFor::Generated(address)) = (one.get("Arn").cloned(), role) else { continue };
        let s3_files = arn.as_str().is_some_and(|arn| arn.split(':').nth(2) == Some("s3files"));
        if s3_files {
            own.grant_role(role, &["s3files:ClientMount", "s3files:ClientWrite"], vec![arn]);
            continue;
        }
        let on = own.place().arn("elasticfilesystem", "file-system/*");
        let condition = value!({ "StringEquals": { "elasticfilesystem:AccessPointArn": arn } });
        let actions = &["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"];
        own.grant(Who::Role(address.clone()), actions, vec![on.into()], Some(condition));
    }
}

/// The log group, which is there before the function: its ARN.
fn logs(own: &mut Lowering<'_>) -> Value {
    let retention = own.take("log_retention_days");
    if let Some(group) = own.properties().at("LoggingConfig.LogGroup").cloned() {
        if let Some((at, _)) = retention {
            let help = "declare `retention_days` on that log group";
            own.error(
                "log_group_is_own",
                at,
                "this is for a generated log group, and `logging` names one",
                help,
            );
        }
        // By ARN or by name, Lambda wants the name.
        let name = group.as_str().and_then(|arn| arn.strip_prefix("arn:")?.split_once(":log-group:"));
        let name = name.map_or(group.clone(), |(_, name)| name.trim_end_matches(":*").into());
        let at = own.place_of("LoggingConfig.LogGroup");
        own.set("LoggingConfig.LogGroup", name.clone(), at);
        let mut arn = Template::default();
        arn.push_text(&own.place().arn("logs", "log-group:"));
        arn.push(name);
        return arn.into();
    }
    let mut properties = value!({});
    if let Some((_, node)) = retention
        && let Some(days) = days(own, &node)
    {
        properties.put("retentionInDays", days.into());
    }
    let name = format!("/aws/lambda/{}", own.name());
    let group = own.emit(LogGroups.about(), "logs", Some(name), properties);
    own.edge(group.clone(), false);
    own.output(&group, "arn")
}

fn days(own: &mut Lowering<'_>, node: &Node) -> Option<i64> {
    let text = own.known_text(node)?;
    let Ok(days) = text.parse::<i64>() else {
        own.error(
            "wrong_shape",
            node.span,
            format!("expected a number of days, found `{text}`"),
            "write a whole number",
        );
        return None;
    };
    check_retention(own, days, node.span).then_some(days)
}

/// What a URL without authorisation takes beside it, of the function or of an alias: two statements, since
/// an account of today asks for the right to invoke the function by the URL too.
fn public_url(own: &mut Lowering<'_>, alias: Option<String>) {
    let (path, prefix) = match &alias {
        Some(alias) => (format!("Aliases.{alias}.Url.AuthType"), format!("{alias}-")),
        None => ("Url.AuthType".to_owned(), String::new()),
    };
    if own.properties().text_at(&path) != Some("NONE") {
        return;
    }
    let at = own.place_of(&path);
    let statements = [
        (
            "url",
            "lambda:InvokeFunctionUrl",
            value!({ "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } }),
        ),
        (
            "url-invoke",
            "lambda:InvokeFunction",
            value!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } }),
        ),
    ];
    for (name, action, condition) in statements {
        let body = value!({ "Effect": "Allow", "Principal": "*", "Action": action, "Condition": condition });
        own.statement_on(alias.clone(), &format!("{prefix}{name}"), body, at);
    }
}

#[cfg(test)]
#[path = "decl_tests.rs"]
mod tests;
