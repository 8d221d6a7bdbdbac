//! What EventBridge keeps, and how it is listed.

use super::super::{Fill, From, KIND, Kind, LIST, List, States};

pub const BUS: Kind = Kind {
    name: "event-bus",
    key: "{Name}",
    arn: "arn:{partition}:events:{region}:{account}:event-bus/{Name}",
    missing: ("ResourceNotFoundException", "Event bus {Name} does not exist."),
    exists: ("ResourceAlreadyExistsException", "Event bus {Name} already exists."),
    blank: &["Description", "KmsKeyIdentifier", "DeadLetterConfig.Arn", "DeadLetterConfig"],
    create: &[
        Fill::Set("Arn", From::Text("arn:{partition}:events:{region}:{account}:event-bus/{Name}")),
        Fill::Set("EventBusArn", From::Text("{Arn}")),
        Fill::Set("CreationTime", From::Now),
        Fill::Set("LastModifiedTime", From::Now),
    ],
    update: &[
        Fill::Default("LogConfig", From::Json(r#"{"IncludeDetail":"NONE","Level":"OFF"}"#)),
        Fill::Set("LastModifiedTime", From::Now),
    ],
    ..KIND
};

/// What a partner shares with the account. Partners in the same embedded account share with it too.
pub const SOURCE: Kind = Kind {
    name: "event-source",
    key: "{Name}",
    missing: ("ResourceNotFoundException", "Event source {Name} does not exist."),
    ..KIND
};

/// The same on the partner's side, one for each account that it is made for.
pub const PARTNER_SOURCE: Kind = Kind {
    name: "partner-event-source",
    key: "{Name} {Account}",
    missing: ("ResourceNotFoundException", "Partner event source {Name} does not exist."),
    exists: ("ResourceAlreadyExistsException", "Partner event source {Name} already exists."),
    create: &[
        Fill::Set("EventSourceArn", From::Text("arn:{partition}:events:{region}::event-source/{Name}")),
        Fill::Set("State", From::Json("\"PENDING\"")),
        Fill::Set("CreationTime", From::Now),
    ],
    ..KIND
};

pub const RULE: Kind = Kind {
    name: "rule",
    key: "{EventBusName}/{Name}",
    arn: "arn:{partition}:events:{region}:{account}:rule/{_bus}{Name}",
    missing: ("ResourceNotFoundException", "Rule {Name} does not exist on EventBus {EventBusName}."),
    blank: &["Description", "RoleArn", "ScheduleExpression", "EventPattern"],
    create: &[
        Fill::Default("State", From::Json("\"ENABLED\"")),
        Fill::Set("Arn", From::Text("arn:{partition}:events:{region}:{account}:rule/{_bus}{Name}")),
        Fill::Set("RuleArn", From::Text("{Arn}")),
        Fill::Default("CreatedBy", From::Text("{account}")),
    ],
    ..KIND
};

pub const TARGET: Kind = Kind { name: "target", key: "{EventBusName}/{Rule}/{Id}", ..KIND };

pub const CONNECTION: Kind = Kind {
    name: "connection",
    key: "{Name}",
    arn: "{ConnectionArn}",
    missing: (
        "ResourceNotFoundException",
        "Failed to describe the connection(s). Connection '{Name}' does not exist.",
    ),
    exists: ("ResourceAlreadyExistsException", "Connection {Name} already exists."),
    blank: &["Description", "KmsKeyIdentifier"],
    merged: &["AuthParameters"],
    create: &[
        Fill::Set("_uuid", From::Text("{uuid}")),
        Fill::Set(
            "ConnectionArn",
            From::Text("arn:{partition}:events:{region}:{account}:connection/{Name}/{_uuid}"),
        ),
        Fill::Set(
            "SecretArn",
            From::Text(
                "arn:{partition}:secretsmanager:{region}:{account}:secret:events!connection/{Name}/{_uuid}-local0",
            ),
        ),
        Fill::Set("CreationTime", From::Now),
        Fill::Set("LastModifiedTime", From::Now),
        Fill::Set("LastAuthorizedTime", From::Now),
    ],
    update: &[Fill::Set("LastModifiedTime", From::Now), Fill::Set("LastAuthorizedTime", From::Now)],
    states: Some(&States {
        member: "ConnectionState",
        create: Some(("AUTHORIZING", "AUTHORIZED")),
        update: Some(("AUTHORIZING", "AUTHORIZED")),
        delete: Some("DELETING"),
        busy: (&["DELETING"], ("ConcurrentModificationException", "Connection {Name} is being deleted.")),
        reads: 1,
    }),
    ..KIND
};

pub const DESTINATION: Kind = Kind {
    name: "api-destination",
    key: "{Name}",
    arn: "{ApiDestinationArn}",
    missing: (
        "ResourceNotFoundException",
        "Failed to describe the api-destination(s). An api-destination '{Name}' does not exist.",
    ),
    exists: ("ResourceAlreadyExistsException", "An api-destination '{Name}' already exists."),
    blank: &["Description"],
    create: &[
        Fill::Set(
            "ApiDestinationArn",
            From::Text("arn:{partition}:events:{region}:{account}:api-destination/{Name}/{uuid}"),
        ),
        Fill::Set("ApiDestinationState", From::Json("\"ACTIVE\"")),
        Fill::Default("InvocationRateLimitPerSecond", From::Json("300")),
        Fill::Set("CreationTime", From::Now),
        Fill::Set("LastModifiedTime", From::Now),
    ],
    update: &[Fill::Set("LastModifiedTime", From::Now)],
    ..KIND
};

pub const ARCHIVE: Kind = Kind {
    name: "archive",
    key: "{ArchiveName}",
    arn: "{ArchiveArn}",
    missing: ("ResourceNotFoundException", "Archive {ArchiveName} does not exist."),
    exists: ("ResourceAlreadyExistsException", "Archive {ArchiveName} already exists."),
    blank: &["Description", "EventPattern", "KmsKeyIdentifier"],
    create: &[
        Fill::Set(
            "ArchiveArn",
            From::Text("arn:{partition}:events:{region}:{account}:archive/{ArchiveName}"),
        ),
        Fill::Default("RetentionDays", From::Json("0")),
        Fill::Set("SizeBytes", From::Json("0")),
        Fill::Set("EventCount", From::Json("0")),
        Fill::Set("CreationTime", From::Now),
    ],
    states: Some(&States {
        member: "State",
        create: Some(("CREATING", "ENABLED")),
        update: Some(("UPDATING", "ENABLED")),
        delete: None,
        busy: (&[], ("ConcurrentModificationException", "Archive {ArchiveName} is being changed.")),
        reads: 1,
    }),
    ..KIND
};

pub const ENDPOINT: Kind = Kind {
    name: "endpoint",
    key: "{Name}",
    arn: "arn:{partition}:events:{region}:{account}:endpoint/{Name}",
    missing: ("ResourceNotFoundException", "Endpoint {Name} does not exist."),
    exists: ("ResourceAlreadyExistsException", "Endpoint {Name} already exists."),
    blank: &["Description", "RoleArn"],
    create: &[
        Fill::Set("Arn", From::Text("arn:{partition}:events:{region}:{account}:endpoint/{Name}")),
        Fill::Set("EndpointId", From::Text("{any10}.veo")),
        Fill::Set("EndpointUrl", From::Text("https://{EndpointId}.endpoint.events.{suffix}")),
        Fill::Default("ReplicationConfig.State", From::Json("\"ENABLED\"")),
        Fill::Set("CreationTime", From::Now),
        Fill::Set("LastModifiedTime", From::Now),
    ],
    update: &[Fill::Set("LastModifiedTime", From::Now)],
    states: Some(&States {
        member: "State",
        create: Some(("CREATING", "ACTIVE")),
        update: Some(("UPDATING", "ACTIVE")),
        delete: Some("DELETING"),
        busy: (
            &["CREATING", "UPDATING", "DELETING"],
            ("ConcurrentModificationException", "Endpoint {Name} is being changed."),
        ),
        reads: 1,
    }),
    ..KIND
};

pub const PAGED: List = List { limit: ("Limit", 100), ..LIST };
pub const BUSES: List = List { items: "EventBuses", prefix: ("NamePrefix", "Name"), ..PAGED };
pub const SOURCES: List = List { items: "EventSources", prefix: ("NamePrefix", "Name"), ..PAGED };
pub const ENDPOINTS: List =
    List { items: "Endpoints", prefix: ("NamePrefix", "Name"), limit: ("MaxResults", 100), ..LIST };
pub const RULES: List =
    List { items: "Rules", within: "{EventBusName}/", prefix: ("NamePrefix", "Name"), ..PAGED };
pub const TARGETS: List = List { items: "Targets", within: "{EventBusName}/{Rule}/", ..PAGED };
pub const CONNECTIONS: List = List {
    items: "Connections",
    prefix: ("NamePrefix", "Name"),
    equal: &[("ConnectionState", "ConnectionState")],
    ..PAGED
};
pub const DESTINATIONS: List = List {
    items: "ApiDestinations",
    prefix: ("NamePrefix", "Name"),
    equal: &[("ConnectionArn", "ConnectionArn")],
    ..PAGED
};
pub const ARCHIVES: List = List {
    items: "Archives",
    prefix: ("NamePrefix", "ArchiveName"),
    equal: &[("EventSourceArn", "EventSourceArn"), ("State", "State")],
    ..PAGED
};
