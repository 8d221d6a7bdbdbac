//! What a failed call usually means and what to do next: a table.

use crate::engine::{AwsError, Class};

/// What an error usually means, and the next thing to do; `{operation}`, `{service}` and `{address}`
/// stand for those of the failure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Advice {
    class: Class,
    /// The service, as `sqs`, or one of its operations, as `sqs:CreateQueue`; empty for every one.
    pub at: &'static str,
    /// The beginning of the code; empty for every code of the class.
    pub code: &'static str,
    /// A piece of the message; empty for every message.
    pub says: &'static str,
    pub means: &'static str,
    pub next: &'static str,
}

const fn row(
    class: Class,
    at: &'static str,
    code: &'static str,
    says: &'static str,
    means: &'static str,
    next: &'static str,
) -> Advice {
    Advice { class, at, code, says, means, next }
}

const WHO: &str = "`aws sts get-caller-identity` tells who calls; give it the right (`gatewayctl plan --write-policy FILE` writes the policy that is needed), then apply again";
const KEYS: &str = "check the profile and the region with `aws sts get-caller-identity`";
const TRUST: &str =
    "look at the role's `trust`; if it is right, apply again: a new role is known everywhere within minutes";
const AGAIN: &str = "apply again: it waits until that has ended";
const MORE: &str =
    "ask for more (`aws service-quotas list-service-quotas --service-code {service}`), or make room";

const PARTNER: &str = "take the profile of the account that is enrolled (`aws sts get-caller-identity` tells which this is), or ask AWS to enrol it as a partner of EventBridge; for events between accounts of your own, a bus with a `policy` will do";

/// First match wins; the last row of each class takes what is left of it. The facts are AWS's own and those
/// that other tools have gathered.
#[rustfmt::skip]
const TABLE: &[Advice] = &[
    row(Class::Denied, "", "", "PassRole", "the credentials may not hand the role to the service (`iam:PassRole`)", WHO),
    row(Class::Denied, "", "SignatureDoesNotMatch", "", "the secret access key is wrong, or this machine's clock is off", "compare the clock with another one, and the profile with `aws sts get-caller-identity`"),
    row(Class::Denied, "", "InvalidSignature", "", "the secret access key is wrong, or this machine's clock is off", "compare the clock with another one, and the profile with `aws sts get-caller-identity`"),
    row(Class::Denied, "", "InvalidClientTokenId", "", "AWS does not know the access key: it is deleted, of another partition, or the region is not enabled", KEYS),
    row(Class::Denied, "", "UnrecognizedClient", "", "AWS does not know the access key: it is deleted, of another partition, or the region is not enabled", KEYS),
    row(Class::Denied, "", "MissingAuthenticationToken", "", "the call was not signed: there are no credentials", "name a profile (`--profile NAME`), or sign in (`aws sso login`)"),
    row(Class::Denied, "events:PutTargets", "AccessDenied", "", "the credentials may not put the target; or, where it is a bus, that bus's policy does not let this account in, or not yet: AWS looks at it at once", "let the bus's owner add the statement that `gatewayctl validate` prints; else `aws sts get-caller-identity` tells who lacks the right"),
    row(Class::Denied, "events:CreatePartnerEventSource", "", "", "only an account that AWS has enrolled as a SaaS partner of EventBridge makes event sources, and only under the name that it is registered by; or the credentials lack the right", PARTNER),
    row(Class::Denied, "", "", "service control policy", "the organisation forbids {operation} in this account (a service control policy)", "ask who runs the organisation; no policy of this account helps"),
    row(Class::Denied, "", "", "permissions boundary", "the permissions boundary of the caller does not allow {operation}", WHO),
    row(Class::Denied, "", "", "explicit deny", "a policy forbids {operation}, whatever else allows it", WHO),
    row(Class::Denied, "", "", "", "the credentials may not call {operation} on this resource", WHO),
    row(Class::Expired, "", "", "", "the credentials ran out during the run", "take new ones (`aws sso login`, or your own way), then apply again"),
    row(Class::Quota, "lambda", "CodeStorageExceeded", "", "the packages of all functions and their old versions fill the region's room for code", "delete old versions and functions that nobody calls, or ask for more"),
    row(Class::Quota, "", "PolicyLengthExceeded", "", "the policy of the resource is longer than AWS takes", "let several principals in by one statement, or send by way of another queue, topic or bus"),
    row(Class::Quota, "events", "LimitExceeded", "", "the bus has as many rules, or the rule as many targets, as the account may have", MORE),
    row(Class::Quota, "", "", "", "the account has reached a quota of the service", MORE),
    row(Class::Throttled, "", "", "", "other callers use up the account's rate for {operation}", "apply again in a few minutes, with a lower `--parallelism`"),
    row(Class::Propagation, "iam", "MalformedPolicyDocument", "rincipal", "a principal of the trust or of the policy does not exist, or is not known everywhere yet", "check the ARNs under `Principal`; if they are right, apply again"),
    row(Class::Propagation, "sqs", "InvalidAttributeValue", "Policy", "a principal of the queue's policy does not exist, or is not known everywhere yet", "check the ARNs under `Principal`; if they are right, apply again"),
    row(Class::Propagation, "sns", "InvalidParameter", "PrincipalNotFound", "a principal of the topic's policy does not exist, or is not known everywhere yet", "check the ARNs under `Principal`; if they are right, apply again"),
    row(Class::Propagation, "lambda", "InvalidParameterValue", "KMS", "Lambda may not use the KMS key by the function's role, or the role is not known everywhere yet", "look at the key's policy; if it lets the role in, apply again"),
    row(Class::Propagation, "lambda", "InvalidParameterValue", "does not have permissions", "the function's role lacks a right on what triggers it, or has it for too short a time", "look at the role's policies; if they are right, apply again"),
    row(Class::Propagation, "apigateway", "BadRequest", "permissions", "the role by which API Gateway writes logs lacks a right, or is not known everywhere yet", "look at the account's `cloudwatchRoleArn` (`aws apigateway get-account`), then apply again"),
    row(Class::Propagation, "", "", "assumed", "the service may not assume the role: its trust policy does not name it, or is not known everywhere yet", TRUST),
    row(Class::Propagation, "", "", "", "something that was just made is not known everywhere yet", "apply again in a minute"),
    row(Class::AlreadyExists, "", "", "", "the name is taken by something that was not there when the plan was made", "plan again: it says whose it is, and whether `--adopt {address}` can take it over"),
    row(Class::Conflict, "sqs", "AWS.SimpleQueueService.QueueDeletedRecently", "", "a queue of this name was deleted less than a minute ago", "apply again in a minute"),
    row(Class::Conflict, "sqs", "QueueDeletedRecently", "", "a queue of this name was deleted less than a minute ago", "apply again in a minute"),
    row(Class::Conflict, "iam", "DeleteConflict", "", "something that is not of this stack is attached to the role or uses it", "`aws iam list-attached-role-policies` and `aws iam list-instance-profiles-for-role` tell what; take it away, then apply again"),
    row(Class::Conflict, "events", "ValidationException", "targets", "the rule still has targets, perhaps some that others have put", "apply again; if it stays so, `aws events list-targets-by-rule` tells whose they are"),
    row(Class::Conflict, "events", "ConcurrentModification", "", "another run or a person writes on the same rule or bus", AGAIN),
    row(Class::Conflict, "lambda", "ResourceConflict", "", "an update of the function is still under way", AGAIN),
    row(Class::Conflict, "lambda", "ResourceInUse", "", "the event source mapping is on its way to another state", AGAIN),
    row(Class::Conflict, "dynamodb", "LimitExceeded", "", "as many tables or indexes are being made as DynamoDB makes at once", AGAIN),
    row(Class::Conflict, "dynamodb", "ContinuousBackupsUnavailable", "", "backups of a new table are still being enabled", AGAIN),
    row(Class::Conflict, "dynamodb", "ResourceInUse", "", "the table is being made, changed or deleted", AGAIN),
    row(Class::Conflict, "", "", "", "something else is changing the resource, or still uses it", "apply again when that has ended"),
    row(Class::NotFound, "", "", "", "what it refers to does not exist in this account and region", "check the ARNs and names that the stack takes from elsewhere, and the region"),
    row(Class::Ambiguous, "", "", "", "the answer was lost, so whether the call took effect is not known", "apply again: it looks first and goes on from what is there"),
    row(Class::Transient, "", "", "", "the service failed, or could not be reached", "apply again"),
    row(Class::Invalid, "", "", "is protected, and", "what the change would do inside was not known before it was made", "look at what would go; the word above allows it"),
    row(Class::Invalid, "s3", "BucketAlreadyExists", "", "another account has a bucket of this name: names of buckets are unique in all of AWS", "give the bucket another `name:`"),
    row(Class::Invalid, "s3", "BucketNotEmpty", "", "there are objects in the bucket, perhaps old versions of some", "empty it (`aws s3 rm s3://BUCKET --recursive`), then apply again"),
    row(Class::Invalid, "dynamodb", "ValidationException", "TimeToLive", "a table's time to live can change once an hour", "apply again in an hour"),
    row(Class::Invalid, "events", "ManagedRule", "", "the rule belongs to a service of AWS, which made it and takes it away", "leave it to that service: take the declaration away"),
    row(Class::Invalid, "events", "InvalidEventPattern", "", "EventBridge does not take the pattern: it is too long, or `$or` has more than a thousand combinations", "write a shorter pattern, or several rules"),
    row(Class::Invalid, "events", "OperationDisabled", "", "only an account that AWS has enrolled as a SaaS partner of EventBridge has event sources to make, and this one is none", PARTNER),
    row(Class::Invalid, "events", "", "RoleArn is required", "this kind of target is called by a role, and has none", "take the target's `role` out of the stack, so that one is generated"),
    row(Class::Invalid, "", "", "security token", "the temporary credentials lack their session token, or are of another partition", KEYS),
    row(Class::Invalid, "", "", "", "AWS does not take a value of this resource", "correct it in the stack, then apply again"),
    row(Class::Cancelled, "", "", "", "the run was told to stop before the call", "apply again"),
];

impl Advice {
    fn is_for(&self, error: &AwsError) -> bool {
        let at = self.at.split_once(':').unwrap_or((self.at, ""));
        self.class == error.class
            && (at.0.is_empty() || at.0 == error.service)
            && (at.1.is_empty() || at.1 == error.operation)
            && error.code.starts_with(self.code)
            && error.message.contains(self.says)
    }
}

/// The advice for an error.
pub(super) fn advice(error: &AwsError) -> Option<&'static Advice> {
    TABLE.iter().find(|row| row.is_for(error))
}

/// What an error usually means and the next thing to do, for `address` if it is that of a resource.
pub(super) fn told(error: &AwsError, address: &str) -> Option<(String, String)> {
    let fill = |text: &str| {
        text.replace("{operation}", &error.operation)
            .replace("{service}", &error.service)
            .replace("{address}", address)
    };
    advice(error).map(|advice| (fill(advice.means), fill(advice.next)))
}

/// All that an error of a code can mean, the particular first; nothing of a code that nobody has met.
pub(super) fn all(code: &str) -> Vec<&'static Advice> {
    let classes = crate::engine::classes_of(code);
    let own = TABLE.iter().filter(|row| !row.code.is_empty() && code.starts_with(row.code));
    let of_class = TABLE.iter().filter(|row| {
        row.code.is_empty()
            && classes.iter().any(|(class, at)| {
                row.class == *class && (row.at.is_empty() || at.is_empty() || row.at.starts_with(at))
            })
    });
    own.chain(of_class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_reached_by_its_own_error() {
        for row in TABLE {
            let (service, operation) = row.at.split_once(':').unwrap_or((row.at, ""));
            let error =
                AwsError { code: row.code.into(), ..AwsError::new("", operation, row.class, row.says) };
            let error = AwsError { service: service.into(), ..error };
            assert_eq!(advice(&error).unwrap().means, row.means, "{row:?}");
        }
    }

    #[test]
    fn a_code_that_people_meet_is_explained_and_another_is_not() {
        let means = |code| all(code).iter().map(|row| row.means).collect::<Vec<_>>();
        assert!(means("AccessDeniedException").iter().any(|means| means.contains("may not call")));
        assert!(means("QueueDeletedRecently")[0].contains("less than a minute"));
        assert!(!means("ThrottlingException").is_empty());
        assert!(means("Nonsense").is_empty());
    }

    #[test]
    fn every_class_has_advice_and_the_particular_comes_first() {
        use Class::*;
        for class in [
            Throttled,
            Transient,
            Ambiguous,
            Propagation,
            Conflict,
            NotFound,
            AlreadyExists,
            Quota,
            Denied,
            Expired,
            Invalid,
            Cancelled,
        ] {
            assert!(advice(&AwsError::new("sqs", "CreateQueue", class, "")).is_some(), "{class:?}");
        }
        let error = |service, operation: &str, class, code: &str| AwsError {
            code: code.into(),
            ..AwsError::new(service, operation, class, "")
        };
        let foreign = error("events", "PutTargets", Denied, "AccessDeniedException");
        assert!(advice(&foreign).unwrap().means.contains("bus's policy"));
        let own = error("events", "PutRule", Denied, "AccessDeniedException");
        assert!(advice(&own).unwrap().means.contains("may not call"));
        let passing = AwsError::new("pipes", "CreatePipe", Denied, "not authorized to perform: iam:PassRole");
        assert!(advice(&passing).unwrap().means.contains("hand the role"));
    }
}
