//! Whether requests carry a change: its value, under its member.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use gatewayctl::engine::Value;
use serde_json::Value as Json;

use super::tree::{self, Place};

/// What a request has of a value.
#[derive(Clone, Copy)]
enum Shows {
    /// The value.
    All,
    /// The value with a mark behind it.
    Marked,
    /// The name at the end of an ARN, without the id behind it.
    Name,
    /// An id that AWS has made up, or bytes.
    Something,
}
use Shows::{All, Marked, Name, Something};

/// A member that stands elsewhere in a request than in the properties.
struct Moved {
    /// Empty: of every kind.
    kind: &'static str,
    /// Where the property's path begins; `*` is any one member.
    from: &'static str,
    /// How the path begins in the request instead; `{}` is what the `*` was, and `?` any one member.
    to: &'static str,
    shows: Shows,
}

const fn moved(kind: &'static str, from: &'static str, to: &'static str, shows: Shows) -> Moved {
    Moved { kind, from, to, shows }
}

const MOVED: &[Moved] = &[
    moved("", "Tags.", "tags.", All),
    moved("buckets", "Tags.", "Tagging.TagSet.", All),
    moved("archives", "Description", "Description", Marked),
    moved("connections", "Description", "Description", Marked),
    moved("api_destinations", "Description", "Description", Marked),
    moved("endpoints", "Description", "Description", Marked),
    moved("schedules", "Description", "Description", Marked),
    moved("partner_event_sources", "Tenants.*", "Account", All),
    moved("cloudformation_stacks", "Template.", "TemplateBody.", All),
    moved("cloudformation_stacks", "Parameters.*", "Parameters.ParameterValue", All),
    moved("cloudformation_stacks", "NoEchoParameters.*", "Parameters.ParameterValue", All),
    moved("roles", "AssumeRolePolicyDocument.", "PolicyDocument.", All),
    moved("roles", "Policies.*.", "PolicyDocument.", All),
    moved("roles", "ManagedPolicyArns", "PolicyArn", All),
    moved("functions", "Code.Digest", "ZipFile", Something),
    moved("log_groups", "dataProtectionPolicy.", "policyDocument.", All),
    moved("streams", "ShardCount", "TargetShardCount", All),
    moved("topics", "DeliveryStatus.*.", "{}", All),
    moved("tables", "GlobalSecondaryIndexes.", "GlobalSecondaryIndexUpdates.Create.", All),
    moved("tables", "GlobalSecondaryIndexes.", "GlobalSecondaryIndexUpdates.Update.", All),
    moved(
        "tables",
        "GlobalSecondaryIndexes.KeySchema.AttributeType",
        "AttributeDefinitions.AttributeType",
        All,
    ),
    moved("tables", "ContributorInsightsSpecification.Mode", "ContributorInsightsMode", All),
    moved(
        "tables",
        "GlobalSecondaryIndexes.ContributorInsightsSpecification.Mode",
        "ContributorInsightsMode",
        All,
    ),
    moved("tables", "KinesisStreamSpecification.", "UpdateKinesisStreamingConfiguration.", All),
    moved("tables", "SSESpecification.KMSMasterKeyAlias", "SSESpecification.KMSMasterKeyId", All),
    moved("usage_plans", "Keys.*.", "", All),
    moved("usage_plans", "apiStages.throttle.", "apiStages.?.throttle.", All),
    moved("apis", "Authorizers.*.", "", All),
    moved("apis", "Models.*.", "", All),
    moved("apis", "Validators.*.", "", All),
    moved("apis", "Mappings.domainName", "domainName", Name),
    moved("apis", "Mappings.", "", All),
    moved("apis", "Resources.*.POST.requestValidator", "requestValidatorId", Something),
    moved("apis", "Resources.*.ANY.methodIntegration.httpMethod", "integrationHttpMethod", All),
    moved("apis", "Stage.methodSettings.", "", All),
    moved("apis", "Stage.", "", All),
];

/// Rows that were needed.
static NEEDED: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

/// Rows that no change needs.
pub fn unused() -> Vec<String> {
    let needed = NEEDED.lock().unwrap_or_else(PoisonError::into_inner);
    let unused = MOVED.iter().enumerate().filter(|(at, _)| !needed.contains(at));
    unused.map(|(_, row)| format!("{} {} {}", row.kind, row.from, row.to)).collect()
}

/// What patches call the settings of a method.
const SETTINGS: &[(&str, &str)] = &[
    ("metricsEnabled", "metrics.enabled"),
    ("loggingLevel", "logging.loglevel"),
    ("dataTraceEnabled", "logging.dataTrace"),
    ("throttlingBurstLimit", "throttling.burstLimit"),
    ("throttlingRateLimit", "throttling.rateLimit"),
    ("cachingEnabled", "caching.enabled"),
    ("cacheTtlInSeconds", "caching.ttlInSeconds"),
    ("cacheDataEncrypted", "caching.dataEncrypted"),
    ("requireAuthorizationForCacheControl", "caching.requireAuthorizationForCacheControl"),
    ("unauthorizedCacheControlHeaderStrategy", "caching.unauthorizedCacheControlHeaderStrategy"),
];

/// What changing requests have sent.
#[derive(Default)]
pub struct Sent {
    /// Each scalar with the members that lead to it.
    scalars: Vec<(String, String)>,
    /// Each step of a JSON patch: its path with dots, and its value.
    patched: Vec<(String, String)>,
}

impl Sent {
    /// What stands in the inputs of requests.
    pub fn of(inputs: impl Iterator<Item = Json>) -> Sent {
        let mut sent = Sent::default();
        inputs.for_each(|input| sent.take("", &input));
        sent
    }

    /// Every scalar of a value; text that is JSON stands as both.
    fn take(&mut self, at: &str, value: &Json) {
        const PAIRS: &[(&str, &str)] =
            &[("Key", "Value"), ("key", "value"), ("AttributeName", "AttributeValue")];
        let below = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
        match value {
            Json::Object(members) => {
                let text = |key: &str| members.get(key).and_then(Json::as_str);
                if let (Some(_), Some(path)) = (text("op"), text("path")) {
                    self.patch(path, text("value").unwrap_or_default());
                    return;
                }
                // A tag of most services, an attribute of SNS.
                let pairs = PAIRS.iter().filter_map(|(key, value)| Some((text(key)?, text(value)?)));
                pairs.for_each(|(key, value)| self.take(&below(key), &value.into()));
                members.iter().for_each(|(key, value)| self.take(&below(key), value));
            }
            Json::Array(items) => items.iter().for_each(|item| self.take(at, item)),
            Json::String(text) => {
                self.scalars.push((at.to_owned(), text.clone()));
                if let Ok(inner @ (Json::Object(_) | Json::Array(_))) = serde_json::from_str(text) {
                    self.take(at, &inner);
                }
            }
            Json::Null => {}
            other => self.scalars.push((at.to_owned(), other.to_string())),
        }
    }

    fn patch(&mut self, path: &str, value: &str) {
        let steps = path.trim_start_matches('/').split('/');
        let steps: Vec<String> = steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
        let path = steps.join(".");
        match serde_json::from_str(value) {
            Ok(inner @ (Json::Object(_) | Json::Array(_))) => self.take(&path, &inner),
            // An element of a list, by its place, or by itself in the path.
            _ if steps
                .last()
                .is_some_and(|last| !last.is_empty() && last.bytes().all(|c| c.is_ascii_digit())) =>
            {
                self.patched.push((steps[..steps.len() - 1].join("."), value.to_owned()));
            }
            _ if value.is_empty() && steps.len() > 1 => {
                let (element, list) = steps.split_last().expect("steps");
                self.patched.push((list.join("."), element.clone()));
            }
            _ => {}
        }
        self.patched.push((path, value.to_owned()));
    }

    /// Leaves of the new values that no request has under their members.
    pub fn lacks(&self, places: &[Place]) -> Vec<String> {
        let mut missing = Vec::new();
        for place in places {
            let Some(new) = &place.new else { continue };
            // An item without order that has changed has gone and come.
            let same =
                places.iter().filter(|other| other.address == place.address && other.path == place.path);
            let old =
                same.filter_map(|other| other.old.as_ref()).flat_map(|old| tree::leaves(&place.path, old));
            let old: Vec<_> = old.collect();
            let leaves = tree::leaves(&place.path, new);
            for (path, leaf) in leaves.into_iter().filter(|leaf| !old.contains(leaf)) {
                let value = match &leaf {
                    Value::Bool(truth) => Some(truth.to_string()),
                    Value::Number(number) => Some(number.to_string()),
                    Value::String(text) => Some(text.clone()),
                    // A secret, or what only the account knows: that there is something.
                    _ => None,
                };
                if !self.has(place.kind, &path.replace("[]", ""), value.as_deref()) {
                    missing.push(format!("no request carries {path} = {value:?} of {}", place.address));
                }
            }
        }
        missing
    }

    /// Whether a property's value stands under its member; `None` is any value.
    fn has(&self, kind: &str, path: &str, value: Option<&str>) -> bool {
        let stands = |path: &str, shows: Shows| {
            let is = |sent: &str| value.is_none_or(|value| shows.is(sent, value));
            self.scalars.iter().any(|(at, sent)| is_at(at, path) && is(sent))
                || self.patched.iter().any(|(at, sent)| is_like(at, path) && is(sent))
        };
        let of_kind = |row: &Moved| row.kind.is_empty() || row.kind == kind;
        let moved = |row: &Moved| of_kind(row) && row.of(path).is_some_and(|to| stands(&to, row.shows));
        stands(path, All)
            || MOVED.iter().position(moved).is_some_and(|at| {
                NEEDED.lock().unwrap_or_else(PoisonError::into_inner).insert(at);
                true
            })
    }
}

impl Shows {
    fn is(self, sent: &str, value: &str) -> bool {
        match self {
            All => sent == value,
            Marked => sent.strip_prefix(value).is_some_and(|rest| rest.starts_with(" [gatewayctl ")),
            Name => value.rsplit('/').next().and_then(|name| name.split('+').next()) == Some(sent),
            Something => !sent.is_empty(),
        }
    }
}

impl Moved {
    /// Where a property stands in the request, if it is one of these.
    fn of(&self, path: &str) -> Option<String> {
        let (before, after) = self.from.split_once('*').unwrap_or((self.from, ""));
        let rest = path.strip_prefix(before)?;
        let (any, rest) = match self.from.contains('*') {
            true => rest.split_at(rest.find('.').unwrap_or(rest.len())),
            false => ("", rest),
        };
        let rest = rest.strip_prefix(after)?;
        if self.from != "Stage.methodSettings." {
            return Some(format!("{}{rest}", self.to.replace("{}", any)));
        }
        // The settings of a method stand under its path and verb.
        let (route, setting) = rest.rsplit_once('.')?;
        let (_, setting) = SETTINGS.iter().find(|(member, _)| *member == setting)?;
        let (verb, path) = route.split_once(' ').unwrap_or(("*", "*"));
        Some(format!("{path}.{verb}.{setting}"))
    }
}

/// Whether a member of a request is that of a property: one path ends with the other.
fn is_at(sent: &str, path: &str) -> bool {
    let ends = |long: &str, end: &str| {
        long.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !sent.is_empty() && (ends(sent, path) || ends(path, sent))
}

/// Whether the path of a patch is this one, where `?` is any one member. A route stands there with its
/// slashes.
fn is_like(sent: &str, path: &str) -> bool {
    let Some((before, after)) = path.split_once('?') else {
        return sent == path;
    };
    let rest = sent.strip_prefix(before).and_then(|rest| rest.split_once('.'));
    rest.is_some_and(|(_, rest)| rest.replace('.', "/") == after.trim_start_matches('.').replace('.', "/"))
}

#[test]
fn a_value_counts_under_its_own_member_alone() {
    let sent = |input: Json| Sent::of(std::iter::once(input));
    let one =
        sent(serde_json::json!({ "A": { "B": 5 }, "Policy": "{\"Statement\":[{\"Action\":\"a:B\"}]}" }));
    assert!(one.has("queues", "A.B", Some("5")) && one.has("queues", "X.A.B", Some("5")));
    assert!(one.has("queues", "Policy.Statement.Action", Some("a:B")));
    assert!(!one.has("queues", "C.B", Some("5")) && !one.has("queues", "A.B", Some("6")));
    let patch = |path: &str, value: &str| {
        sent(serde_json::json!({ "patchOperations": [{ "op": "replace", "path": path, "value": value }] }))
    };
    let setting = "Stage.methodSettings.GET /orders.cacheTtlInSeconds";
    assert!(patch("/~1orders/GET/caching/ttlInSeconds", "60").has("apis", setting, Some("60")));
    assert!(!patch("/~1orders/PUT/caching/ttlInSeconds", "60").has("apis", setting, Some("60")));
    let limit = "apiStages.throttle./orders/POST.rateLimit";
    assert!(patch("/apiStages/a:prod/throttle//orders/POST/rateLimit", "12.5").has(
        "usage_plans",
        limit,
        Some("12.5")
    ));
    assert!(!patch("/apiStages/a:prod/throttle//orders/PUT/rateLimit", "12.5").has(
        "usage_plans",
        limit,
        Some("12.5")
    ));
}
