//! What the emulators lose, and AWS does not. A kind is never bent to fit them: here it is said what
//! a test leaves out for their sake, and each row carries the calls that prove it. A row that is no
//! longer true fails the tests.

use gatewayctl::diff::Table;
use gatewayctl::kinds;

use super::emulators::{Emulators, support};

/// Which emulator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Emulator {
    Ministack,
    Moto,
}

/// What a test does about a loss.
#[derive(Clone, Copy)]
pub enum Skip {
    /// It works with the other emulator there.
    Elsewhere,
    /// It does not declare these fields.
    LeftOut(&'static [Line]),
    /// It declares these fields, and neither drops nor changes them.
    Kept(&'static [Line]),
}

/// Optional lines of `fields.yaml`: those of a resource that begin so.
pub type Line = (&'static str, &'static str);

/// One loss.
pub struct Loss {
    pub emulator: Emulator,
    pub kind: &'static str,
    /// The field, by its path in AWS's spelling.
    pub field: &'static str,
    pub evidence: &'static str,
    /// Python that makes the calls and leaves in `lost` whether it is so. `client(service)` is a client
    /// of the emulator.
    pub proof: &'static str,
    pub skip: Skip,
}

/// Every loss that a test skips.
pub const LOSSES: &[Loss] = &[
    Loss {
        emulator: Emulator::Ministack,
        kind: "pipes",
        field: "TargetParameters.InputTemplate",
        evidence: "DescribePipe answers neither SourceParameters, TargetParameters nor LogConfiguration",
        proof: r#"
pipes = client("pipes")
pipes.create_pipe(
    Name="p",
    Source="arn:aws:sqs:eu-west-1:123456789012:s",
    Target="arn:aws:sqs:eu-west-1:123456789012:t",
    RoleArn="arn:aws:iam::123456789012:role/r",
    SourceParameters={"SqsQueueParameters": {"BatchSize": 5}},
    TargetParameters={"InputTemplate": "{}"},
    LogConfiguration={"Level": "ERROR"},
)
told = pipes.describe_pipe(Name="p")
lost = not {"SourceParameters", "TargetParameters", "LogConfiguration"} & set(told)
"#,
        skip: Skip::Elsewhere,
    },
    Loss {
        emulator: Emulator::Ministack,
        kind: "statements",
        field: "Statement",
        evidence: "PutPermission does not read Policy: it adds a statement of its own for everybody",
        proof: r#"
events = client("events")
arn = events.create_event_bus(Name="b")["EventBusArn"]
wanted = {
    "Sid": "Ours",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": "events:PutEvents",
    "Resource": arn,
}
policy = {"Version": "2012-10-17", "Statement": [wanted]}
events.put_permission(EventBusName="b", Policy=json.dumps(policy))
(told,) = json.loads(events.describe_event_bus(Name="b")["Policy"])["Statement"]
lost = told["Sid"] != "Ours" and told["Principal"] == "*"
"#,
        skip: Skip::LeftOut(&[("buses.orders", "policy:")]),
    },
    Loss {
        emulator: Emulator::Ministack,
        kind: "rules",
        field: "Description",
        evidence: "PutRule without Description keeps the old one",
        proof: r#"
events = client("events")
events.put_rule(Name="r", EventPattern='{"source": ["s"]}', Description="old")
events.put_rule(Name="r", EventPattern='{"source": ["s"]}')
lost = events.describe_rule(Name="r").get("Description") == "old"
"#,
        skip: Skip::Kept(&[("rules.created", "description:")]),
    },
    Loss {
        emulator: Emulator::Ministack,
        kind: "roles",
        field: "Description",
        evidence: "UpdateRole with an empty Description keeps the old one",
        proof: r#"
iam = client("iam")
iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}", Description="old")
iam.update_role(RoleName="r", Description="")
lost = iam.get_role(RoleName="r")["Role"].get("Description") == "old"
"#,
        skip: Skip::Kept(&[("roles.own", "description:")]),
    },
    Loss {
        emulator: Emulator::Ministack,
        kind: "apis",
        field: "Tags",
        evidence: "GetRestApi answers a tag that UntagResource took away; GetTags does not",
        proof: r#"
gateway = client("apigateway")
api = gateway.create_rest_api(name="a", tags={"colour": "green"})["id"]
arn = f"arn:aws:apigateway:eu-west-1::/restapis/{api}"
gateway.untag_resource(resourceArn=arn, tagKeys=["colour"])
lost = gateway.get_rest_api(restApiId=api)["tags"] != gateway.get_tags(resourceArn=arn)["tags"]
"#,
        skip: Skip::Kept(&[("apis.front", "tags:")]),
    },
    Loss {
        emulator: Emulator::Moto,
        kind: "pipes",
        field: "SourceParameters.DynamoDBStreamParameters.StartingPosition",
        evidence: "UpdatePipe, which does not take a starting position, forgets the one there is",
        proof: r#"
pipes = client("pipes")
pipes.create_pipe(
    Name="p",
    Source="arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/1",
    Target="arn:aws:sqs:eu-west-1:123456789012:t",
    RoleArn="arn:aws:iam::123456789012:role/r",
    SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 1}},
)
pipes.update_pipe(
    Name="p",
    RoleArn="arn:aws:iam::123456789012:role/r",
    SourceParameters={"DynamoDBStreamParameters": {"BatchSize": 2}},
)
told = pipes.describe_pipe(Name="p")["SourceParameters"]["DynamoDBStreamParameters"]
lost = "StartingPosition" not in told
"#,
        // Every change of this pipe but that of its tags is an UpdatePipe.
        skip: Skip::Kept(&[("pipes.stream", "")]),
    },
    Loss {
        emulator: Emulator::Moto,
        kind: "pipes",
        field: "DesiredState",
        evidence: "a pipe that is created as STOPPED runs, and one that was stopped starts again by itself",
        proof: r#"
pipes = client("pipes")
pipes.create_pipe(
    Name="q",
    Source="arn:aws:sqs:eu-west-1:123456789012:s",
    Target="arn:aws:sqs:eu-west-1:123456789012:t",
    RoleArn="arn:aws:iam::123456789012:role/r",
    DesiredState="STOPPED",
)
created = [pipes.describe_pipe(Name="q")["CurrentState"] for look in range(4)]
pipes.stop_pipe(Name="q")
stopped = [pipes.describe_pipe(Name="q")["CurrentState"] for look in range(4)]
lost = created[-1] == "RUNNING" and "STOPPED" in stopped and stopped[-1] != "STOPPED"
"#,
        skip: Skip::LeftOut(&[("pipes.drain", "state:")]),
    },
];

/// Rows that are wrong: their calls do not show the loss any more, or there is no such field.
#[track_caller]
pub fn no_longer_true(emulators: &Emulators) -> Vec<String> {
    let proofs: Vec<(bool, &str)> =
        LOSSES.iter().map(|loss| (loss.emulator == Emulator::Moto, loss.proof)).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("proofs.json");
    std::fs::write(&file, serde_json::to_vec(&proofs).expect("JSON")).expect("a file");
    let told = emulators.python(&support("proofs.py"), &[file.to_str().expect("a path")]);
    let lost: Vec<bool> = serde_json::from_value(told).expect("one answer for each row");
    assert_eq!(lost.len(), LOSSES.len());
    let wrong = LOSSES.iter().zip(lost).filter(|(loss, lost)| !lost || !loss.has_field());
    wrong
        .map(|(Loss { emulator, kind, field, evidence, .. }, _)| {
            format!("{emulator:?}, {kind}, {field}: {evidence}")
        })
        .collect()
}

impl Loss {
    /// Whether the kind knows the field.
    fn has_field(&self) -> bool {
        kinds::kind(self.kind)
            .is_some_and(|kind| Table::new(kind.about().fields).lookup(self.field).is_some())
    }
}
