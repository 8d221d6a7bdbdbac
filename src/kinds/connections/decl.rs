//! The connection, pure.

use crate::engine::field::Output;
use crate::engine::{Budgets, Value};
use crate::kinds::{About, Certain, Kind, Loss, Lowering, MarkIn, Naming, Need, endpoint};
use crate::source::{Core, Entry, Key, Node};
use crate::value;

use super::fields::{
    CONNECTIVITY, FIELDS, INVOCATION, LISTS, OAUTH, PARAMETER_ROWS, RESOURCE_CONFIGURATION,
    TOKEN_CONNECTIVITY,
};

/// An EventBridge connection (`events:CreateConnection`).
pub struct Connections;

/// The most parameters of one list.
const MOST_PARAMETERS: usize = 100;

/// Each authorization: its key, its type as AWS names it, and its block.
const AUTHORIZATIONS: [(&str, &str, &str); 3] = [
    ("basic", "BASIC", "AuthParameters.BasicAuthParameters"),
    ("api_key", "API_KEY", "AuthParameters.ApiKeyAuthParameters"),
    ("oauth", "OAUTH_CLIENT_CREDENTIALS", OAUTH),
];

static ABOUT: About = About {
    kind: "connections",
    singular: "connection",
    doc: "How API destinations authorize themselves: by user and password, by an API key, or by OAuth. AWS keeps the \
          secrets and never shows them; a changed version of one is applied anew.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::assigned("arn", "The ARN; a new connection of the same name has another.")
            .like("arn:{partition}:events:{region}:{account}:connection/{name}/{id}"),
        Output::assigned("secret_arn", "The ARN of the secret that AWS keeps for it."),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming::new("Name", 64, "-_."),
    mark: MarkIn::Description { path: "Description", max: 512 },
    protect: false,
    // hashicorp/terraform-provider-aws#41561: a private API is authorized for up to twenty minutes.
    budgets: Budgets::of(1800, 8),
    loses: Loss::Nothing,
    itself: &["connections"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["Name"],
};

impl Kind for Connections {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain { service: "events", create: &["CreateConnection"], delete: &["DeleteConnection"] }
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        authorization(own);
        for (within, at) in [("", INVOCATION.to_owned()), (OAUTH, format!("{OAUTH}.OAuthHttpParameters"))] {
            for (key, list) in LISTS {
                if let Some((_, node)) = own.take_within(within, key) {
                    parameters(own, &node, &format!("{at}.{list}"));
                }
            }
        }
        for (within, at) in [("", CONNECTIVITY), (OAUTH, TOKEN_CONNECTIVITY)] {
            if let Some((_, node)) = own.take_within(within, "resource_configuration") {
                connectivity(own, &node, &format!("{at}.{RESOURCE_CONFIGURATION}"));
            }
        }
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Connections
    }
}

/// Exactly one authorization stands in a connection; its type follows from its key.
fn authorization(own: &mut Lowering<'_>) {
    let there: Vec<_> =
        AUTHORIZATIONS.iter().filter(|(_, _, block)| own.properties().at(block).is_some()).collect();
    match there.as_slice() {
        [] => {
            let at = own.declared();
            // One that could not be read has its own finding.
            if AUTHORIZATIONS.iter().any(|(_, _, block)| own.place_of(block) != at) {
                return;
            }
            own.error(
                "no_authorization",
                at,
                "a connection needs an authorization",
                "one of `basic: { username, password }`, `api_key: { name, value }`, `oauth: { … }`",
            );
        }
        [(_, name, block)] => {
            let at = own.place_of(block);
            own.set("AuthorizationType", *name, at);
            endpoint::check(own, &format!("{OAUTH}.AuthorizationEndpoint"));
        }
        [(first, ..), (second, _, block), ..] => {
            let at = own.place_of(block);
            let message = format!("`{second}` cannot stand beside `{first}`");
            own.error(
                "two_authorizations",
                at,
                message,
                "a connection has one authorization: keep one of them",
            );
        }
    }
}

/// What is private is reached by a resource configuration, which is named by its ARN.
fn connectivity(own: &mut Lowering<'_>, node: &Node, path: &str) {
    let Some(value) = own.text(node) else { return };
    let named = |arn: &str| arn.starts_with("arn:") && arn.contains(":vpc-lattice:");
    if value.has_secret() {
        own.error("secret_shown", node.span, "a secret cannot stand here: AWS would show it", "");
    } else if let Some(text) = value.as_str().filter(|text| !named(text)) {
        let message = format!("`{text}` is no ARN of a resource configuration");
        own.error(
            "resource_configuration",
            node.span,
            message,
            "`…:vpc-lattice:REGION:ACCOUNT:resourceconfiguration/rcfg-…`",
        );
    } else {
        own.set(path, value, node.span);
    }
}

/// Parameters by name, as AWS's list. Each says whether it is secret: AWS takes it so otherwise.
fn parameters(own: &mut Lowering<'_>, node: &Node, at: &str) {
    let entries = own.entries(node, "parameters by name, such as `{ X-Tenant: acme }`");
    if entries.len() > MOST_PARAMETERS {
        let message = format!("{} parameters stand here; AWS takes at most {MOST_PARAMETERS}", entries.len());
        own.error("too_many_parameters", node.span, message, "");
    }
    let list: Vec<Value> = entries.iter().filter_map(|entry| parameter(own, entry, at)).collect();
    if !list.is_empty() {
        own.set(at, list, node.span);
    }
}

fn parameter(own: &mut Lowering<'_>, entry: &Entry, at: &str) -> Option<Value> {
    let name = &*entry.key.text;
    let at = format!("{at}[{name}]");
    let long = match entry.value.entries() {
        Some(_) => entry.value.clone(),
        None => {
            let key = Key { text: "value".into(), span: entry.key.span };
            Node::map(entry.value.span, vec![Entry { key, value: entry.value.clone() }])
        }
    };
    // Whatever else is wrong with it: what is said to be secret is drawn by nobody.
    if long.get("secret").is_some_and(|said| own.scope.see(said, own.findings).resolve() != Core::Bool(false))
    {
        let others = long.entries().into_iter().flatten().filter(|entry| &*entry.key.text != "secret");
        others.for_each(|entry| own.scope.hide(&entry.value, own.findings));
    }
    let (decoded, _) = own.decode(&long, PARAMETER_ROWS, &at);
    let value = decoded.get("Value")?.clone();
    let said = decoded.get("IsValueSecret").and_then(Value::as_bool);
    let secret = said.unwrap_or(value.has_secret());
    if value.has_secret() && !secret {
        let message = format!("`{name}` holds a secret, and `secret: false` would show it");
        own.error("secret_shown", entry.value.span, message, "take `secret: false` away");
        return None;
    }
    let value = match secret {
        true => own.sealed(value, own.place_of(&format!("{at}.Value"))),
        false => value,
    };
    Some(value!({ "Key": name, "Value": value, "IsValueSecret": secret }))
}
