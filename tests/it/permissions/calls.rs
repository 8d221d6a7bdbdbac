//! What AWS checks of a call: the action, and the resources that it is on.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use gatewayctl::local::Recorded;
use serde_json::Value as Json;

use crate::support::account::ACCOUNT;

/// One right that a call needs.
#[derive(Debug)]
pub struct Call {
    action: String,
    resource: String,
    /// The service that a role is passed to.
    passed_to: Option<String>,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.action, self.resource)?;
        self.passed_to.iter().try_for_each(|service| write!(f, " to {service}"))
    }
}

impl Call {
    /// Whether a statement of these policies allows it.
    pub fn is_allowed(&self, policies: &[Json]) -> bool {
        let statements =
            policies.iter().flat_map(|policy| policy["Statement"].as_array().expect("statements"));
        let names = |list: &Json, text: &str| {
            let list = list.as_array().expect("a list");
            list.iter().filter_map(Json::as_str).any(|pattern| fits(pattern, text))
        };
        statements.into_iter().any(|statement| {
            assert_eq!(statement["Effect"], "Allow");
            let condition = &statement["Condition"];
            let holds = condition.is_null()
                || self.passed_to.as_deref() == condition["StringEquals"]["iam:PassedToService"].as_str();
            holds
                && names(&statement["Action"], &self.action)
                && names(&statement["Resource"], &self.resource)
        })
    }
}

/// Whether a text fits a pattern in which `*` is any text.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some((last, between)) = parts.clone().collect::<Vec<_>>().split_last().map(|(l, b)| (*l, b.to_vec()))
    else {
        return rest.is_empty();
    };
    for part in between {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The resources of actions: `tests/models/actions.txt`, and API Gateway's paths.
pub struct Rights {
    actions: BTreeMap<String, Vec<String>>,
    gateway: Json,
}

/// The paths of roles, which calls on them do not say.
#[derive(Default)]
pub struct Paths(BTreeMap<String, String>);

/// S3's actions that are not called as its operations are.
const OF_S3: &[(&str, &str)] = &[
    ("GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("ListBuckets", "ListAllMyBuckets"),
    ("PutBucketNotificationConfiguration", "PutBucketNotification"),
];

impl Rights {
    pub fn read() -> Rights {
        let own = |path: &str| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
            std::fs::read_to_string(path).expect("a file of ours")
        };
        let actions = own("tests/models/actions.txt");
        let lines = actions.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut words = lines.map(|line| line.split(' ').map(str::to_owned));
        let mut actions = BTreeMap::new();
        words
            .by_ref()
            .for_each(|mut words| drop(actions.insert(words.next().expect("an action"), words.collect())));
        let gateway = serde_json::from_str(&own("src/local/api/apigateway.json")).expect("a model");
        Rights { actions, gateway }
    }

    /// What a call needs.
    pub fn of(&self, request: &Recorded, paths: &mut Paths) -> Vec<Call> {
        let (action, resources) = match request.service.as_str() {
            "apigateway" => self.of_gateway(request),
            _ => self.of_service(request, paths),
        };
        let call = |resource| Call { action: action.clone(), resource, passed_to: None };
        let mut calls: Vec<Call> = resources.into_iter().map(call).collect();
        let is_write = !["Get", "List", "Describe"].iter().any(|read| request.operation.starts_with(read));
        if is_write && request.service != "iam" {
            roles(&request.input, &mut |role| {
                let passed_to = Some(format!("{}.amazonaws.com", request.service));
                calls.push(Call { action: "iam:PassRole".into(), resource: role.to_owned(), passed_to });
            });
        }
        calls
    }

    fn of_service(&self, request: &Recorded, paths: &mut Paths) -> (String, Vec<String>) {
        let Recorded { service, operation, .. } = request;
        let of_s3 = OF_S3.iter().find(|(name, _)| service == "s3" && name == operation);
        let action = format!("{service}:{}", of_s3.map_or(operation.as_str(), |(_, action)| action));
        let Some(types) = self.actions.get(&action) else {
            return (action, vec!["what tests/models/actions.txt does not say".into()]);
        };
        if types.is_empty() {
            return (action, vec!["*".into()]);
        }
        let mut found = Vec::new();
        for ty in types {
            let arns = arns(request, ty.trim_end_matches('?'), paths);
            assert!(ty.ends_with('?') || !arns.is_empty(), "{action} is on no {ty}: {}", request.input);
            found.extend(arns);
        }
        assert!(!found.is_empty(), "{action} is on nothing: {}", request.input);
        (action, found)
    }

    /// API Gateway's actions are HTTP's verbs, its resources the paths.
    fn of_gateway(&self, request: &Recorded) -> (String, Vec<String>) {
        let operation = &self.gateway["operations"][&request.operation];
        let text = |member: &Json| member.as_str().expect("text").to_owned();
        let mut path = text(&operation["uri"]);
        let plain = |name: &str| name.replace('_', "").to_lowercase();
        let members = request.input.as_object().expect("members");
        while let Some((start, end)) =
            path.find('{').and_then(|start| Some((start, start + path[start..].find('}')?)))
        {
            let label = plain(path[start + 1..end].trim_end_matches('+'));
            let member = members.iter().find(|(name, _)| plain(name) == label);
            let (_, value) = member.unwrap_or_else(|| panic!("{} has no {label}", request.operation));
            path.replace_range(start..=end, &text(value));
        }
        // A private domain name is one of the account, with its id.
        let (mut account, id) = ("", &request.input["domainNameId"]);
        if let Some(id) = id.as_str() {
            let name = text(&request.input["domainName"]);
            (account, path) = (ACCOUNT, path.replace(&name, &format!("{name}+{id}")));
        }
        let arn = format!("arn:aws:apigateway:{}:{account}:{path}", request.region);
        (format!("apigateway:{}", text(&operation["method"])), vec![arn])
    }
}

/// The ARNs of a type that a call is on.
fn arns(request: &Recorded, ty: &str, paths: &mut Paths) -> Vec<String> {
    let Recorded { service, operation, region, input, .. } = request;
    let member = |names: &[&str]| names.iter().find_map(|name| input[*name].as_str());
    let local = |service: &str, rest: &str| format!("arn:aws:{service}:{region}:{ACCOUNT}:{rest}");
    // An ARN, or a name that stands in one behind this.
    let named = |names: &[&str], behind: &str| -> Vec<String> {
        let arn = |name: &str| match name.starts_with("arn:") {
            true => name.to_owned(),
            false => local(service, &format!("{behind}{name}")),
        };
        member(names).map(arn).into_iter().collect()
    };
    // What a call on tags says.
    let tagged = member(&["ResourceArn", "ResourceARN", "resourceArn", "Resource"]);
    match (service.as_str(), ty) {
        ("sqs", "queue") => {
            let name =
                member(&["QueueUrl", "QueueName"]).map(|url| url.rsplit('/').next().unwrap_or_default());
            name.map(|name| local("sqs", name)).into_iter().collect()
        }
        ("sns", "topic") => named(&["TopicArn", "ResourceArn", "Name"], ""),
        ("states", "stateMachine") => named(&["stateMachineArn", "resourceArn", "name"], "stateMachine:"),
        ("pipes", "pipe") => named(&["resourceArn", "Name"], "pipe/"),
        ("scheduler", "schedule-group") => match tagged {
            Some(arn) => vec![arn.to_owned()],
            None => named(&["Name"], "schedule-group/"),
        },
        ("scheduler", "schedule") => {
            let group = member(&["GroupName"]).unwrap_or("default");
            named(&["Name"], &format!("schedule/{group}/"))
        }
        ("schemas", _) => {
            let name = |member: &str| input[member].as_str();
            let below = match (tagged, ty) {
                (Some(arn), _) => {
                    return Some(arn.to_owned())
                        .filter(|arn| arn.contains(&format!(":{ty}/")))
                        .into_iter()
                        .collect();
                }
                (None, "registry") => name("RegistryName").map(str::to_owned),
                (None, "schema") => name("RegistryName")
                    .and_then(|registry| Some(format!("{registry}/{}", name("SchemaName")?))),
                // The id of a new one is AWS's.
                (None, _) => Some(name("DiscovererId").unwrap_or("any").to_owned()),
            };
            below.map(|name| local("schemas", &format!("{ty}/{name}"))).into_iter().collect()
        }
        // The id of a stack is AWS's.
        ("cloudformation", "stack") => {
            named(&["StackName"], "stack/").into_iter().map(|stack| format!("{stack}/any")).collect()
        }
        ("dynamodb", "table") => named(&["TableName", "ResourceArn"], "table/"),
        ("dynamodb", "index") => {
            let (table, index) = (named(&["TableName"], "table/"), member(&["IndexName"]));
            index.map(|index| format!("{}/index/{index}", table[0])).into_iter().collect()
        }
        ("kinesis", "stream") => named(&["StreamName", "StreamARN", "ResourceARN"], "stream/"),
        ("s3", "bucket") => {
            member(&["Bucket"]).map(|name| format!("arn:aws:s3:::{name}")).into_iter().collect()
        }
        // On its streams, of which the group's own has no name, save where tags are written.
        ("logs", "log-group") => match tagged {
            Some(arn) => vec![arn.to_owned()],
            None => {
                let groups = named(&["logGroupName", "logGroupIdentifier"], "log-group:");
                groups.into_iter().map(|group| format!("{group}:log-stream:")).collect()
            }
        },
        ("events", "event-bus") if operation == "CreateArchive" => named(&["EventSourceArn"], ""),
        ("events", "event-bus") => match tagged {
            Some(arn) => Some(arn.to_owned()).filter(|arn| arn.contains(":event-bus/")).into_iter().collect(),
            None if member(&["Name", "EventBusName"]).is_none() => vec![local("events", "event-bus/default")],
            None => named(&["Name", "EventBusName"], "event-bus/"),
        },
        ("events", "rule-on-default-event-bus" | "rule-on-custom-event-bus") => {
            let bus =
                member(&["EventBusName"]).map(|bus| bus.rsplit("event-bus/").next().unwrap_or_default());
            let bus = bus.filter(|bus| *bus != "default");
            let of_type = bus.is_some() == (ty == "rule-on-custom-event-bus");
            match (tagged, member(&["Name", "Rule"])) {
                (Some(arn), _) => {
                    Some(arn.to_owned()).filter(|arn| arn.contains(":rule/")).into_iter().collect()
                }
                (None, Some(rule)) if of_type => {
                    let bus = bus.map(|bus| format!("{bus}/")).unwrap_or_default();
                    vec![local("events", &format!("rule/{bus}{rule}"))]
                }
                _ => Vec::new(),
            }
        }
        ("events", "event-source") => {
            let name = member(&["Name", "EventSourceName"]).expect("a source");
            vec![format!("arn:aws:events:{region}::event-source/{name}")]
        }
        ("ssm", "parameter") => {
            let name = member(&["Name", "Path"]).expect("a parameter");
            vec![local("ssm", &format!("parameter{name}"))]
        }
        ("events", "endpoint") => named(&["Name"], "endpoint/"),
        ("events", "archive") => named(&["ArchiveName"], "archive/"),
        // The reference writes these ARNs without the id that AWS puts behind the name: both must be allowed.
        ("events", "connection") if operation.contains("ApiDestination") => match operation.as_str() {
            "DescribeApiDestination" => vec![local("events", "connection/any")],
            _ => named(&["ConnectionArn"], ""),
        },
        ("events", "connection" | "api-destination") => {
            let name = member(&["Name"]).expect("a name");
            ["", "/01234567-89ab-cdef-0123-456789abcdef"]
                .map(|id| local("events", &format!("{ty}/{name}{id}")))
                .into()
        }
        ("lambda", "eventSourceMapping") => match (tagged, member(&["UUID"])) {
            (Some(arn), _) if arn.contains(":event-source-mapping:") => vec![arn.to_owned()],
            (_, uuid) => uuid
                .map(|uuid| local("lambda", &format!("event-source-mapping:{uuid}")))
                .into_iter()
                .collect(),
        },
        // Whoever names a version or an alias is checked on that one.
        ("lambda", "function" | "function-alias" | "function-version") => {
            match (tagged, member(&["FunctionName"])) {
                (Some(arn), _) => {
                    Some(arn.to_owned()).filter(|arn| arn.contains(":function:")).into_iter().collect()
                }
                (None, Some(_)) => {
                    let function = named(&["FunctionName"], "function:").remove(0);
                    vec![
                        member(&["Qualifier"])
                            .map_or(function.clone(), |behind| format!("{function}:{behind}")),
                    ]
                }
                (None, None) => Vec::new(),
            }
        }
        ("iam", "role") => {
            let name = member(&["RoleName"]).expect("a role");
            if let Some(path) = member(&["Path"]) {
                paths.0.insert(name.to_owned(), path.to_owned());
            }
            let path = paths.0.get(name).map_or("/", String::as_str);
            vec![format!("arn:aws:iam::{ACCOUNT}:role{path}{name}")]
        }
        (service, ty) => panic!("no ARN is known of {ty} of {service}"),
    }
}

/// Roles that a call gives to its service. Those of a task are for the role of the pipe or the rule to pass on.
fn roles(input: &Json, found: &mut impl FnMut(&str)) {
    const PASSED_ON: &[&str] = &["TaskRoleArn", "ExecutionRoleArn"];
    match input {
        Json::Object(members) => {
            let policy = |key: &str| key.to_lowercase().contains("policy");
            for (_, value) in
                members.iter().filter(|(key, _)| !PASSED_ON.contains(&key.as_str()) && !policy(key))
            {
                roles(value, found);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| roles(item, found)),
        Json::String(text) if text.starts_with("arn:aws:iam::") && text.contains(":role/") => found(text),
        _ => {}
    }
}

#[test]
fn a_pattern_of_a_policy_fits_as_iam_says() {
    assert!(fits("*", "a") && fits("a*", "a") && fits("a*c*e", "abcde") && fits("a", "a"));
    assert!(!fits("a", "ab") && !fits("a*c", "ab") && !fits("a/*", "a") && !fits("a*b*b", "ab"));
}
