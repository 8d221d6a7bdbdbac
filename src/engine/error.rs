//! Errors of AWS calls, and the table that classes them.

use std::borrow::Cow;
use std::fmt;

/// What an error asks of the caller.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    /// Too many calls: again, later.
    Throttled,
    /// The service failed, or the request never arrived: again.
    Transient,
    /// The answer was lost after the request was sent: the effect is unknown.
    Ambiguous,
    /// Something just made is not known everywhere yet: again, within the propagation budget.
    Propagation,
    /// The resource is busy or was changed at the same time: again.
    Conflict,
    NotFound,
    AlreadyExists,
    /// A quota: final at once, whatever its HTTP status.
    Quota,
    Denied,
    /// The credentials are no longer valid.
    Expired,
    /// Whatever else the service refuses.
    Invalid,
    /// The run was told to stop before the call was sent; it had no effect.
    Cancelled,
}

impl Class {
    /// Whether the same call may succeed later.
    pub fn is_retried(self) -> bool {
        matches!(
            self,
            Class::Throttled | Class::Transient | Class::Ambiguous | Class::Propagation | Class::Conflict
        )
    }
}

/// A failed AWS call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AwsError {
    /// The SDK's name of the service, such as `events`; empty where no call was made.
    pub service: Cow<'static, str>,
    /// The API's name of the operation, such as `PutRule`.
    pub operation: String,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// AWS's error code; empty if there was no answer.
    pub code: String,
    pub message: String,
    pub request_id: Option<Box<str>>,
    pub class: Class,
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_call() {
            write!(f, "{}:{}: ", self.service, self.operation)?;
        }
        if !self.code.is_empty() {
            write!(f, "{}: ", self.code)?;
        }
        f.write_str(self.message.trim())?;
        if let Some(id) = &self.request_id {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for AwsError {}

impl AwsError {
    /// An error without an answer: what is wrong on this side, or a connection that failed.
    pub fn new(service: &'static str, operation: &str, class: Class, message: impl Into<String>) -> AwsError {
        AwsError {
            service: service.into(),
            operation: operation.to_owned(),
            status: None,
            code: String::new(),
            message: message.into(),
            request_id: None,
            class,
        }
    }

    /// A refusal of our own in the midst of a step: no call was made, and nothing was changed.
    pub fn decided(message: impl Into<String>) -> AwsError {
        AwsError::new("", "", Class::Invalid, message)
    }

    /// Whether it is that of a call, and no decision of our own.
    pub fn has_call(&self) -> bool {
        !self.service.is_empty()
    }

    /// Whether the thing asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        self.class == Class::NotFound
    }
}

/// The result of AWS calls.
pub type Result<T> = std::result::Result<T, AwsError>;

struct Row {
    /// Empty for every service.
    service: &'static str,
    code: &'static str,
    /// A piece of the message; empty for every message.
    says: &'static str,
    class: Class,
}

const fn row(service: &'static str, code: &'static str, says: &'static str, class: Class) -> Row {
    Row { service, code, says, class }
}

/// First match wins. Sources: the API models and what mature providers retry.
const TABLE: &[Row] = &[
    // Propagation of roles and policies, spelt differently by each service.
    row("events", "ValidationException", "cannot be assumed by principal", Class::Propagation),
    row("events", "ValidationException", "can't be deleted since it has targets", Class::Conflict),
    row("events", "ConcurrentModificationException", "", Class::Conflict),
    row("pipes", "ValidationException", "cannot be assumed", Class::Propagation),
    row("pipes", "ConflictException", "already exists", Class::AlreadyExists),
    row("pipes", "ConflictException", "", Class::Conflict),
    row("scheduler", "ValidationException", "assume the role", Class::Propagation),
    row("scheduler", "ConflictException", "already exists", Class::AlreadyExists),
    row("scheduler", "ConflictException", "", Class::Conflict),
    row("schemas", "ConflictException", "already exists", Class::AlreadyExists),
    row("schemas", "ConflictException", "", Class::Conflict),
    row("schemas", "PreconditionFailedException", "", Class::Conflict),
    row("lambda", "InvalidParameterValueException", "cannot be assumed", Class::Propagation),
    row("lambda", "InvalidParameterValueException", "does not have permissions", Class::Propagation),
    row("lambda", "InvalidParameterValueException", "KMS key is invalid for CreateGrant", Class::Propagation),
    row("lambda", "InvalidParameterValueException", "ensure the role can perform", Class::Propagation),
    row("lambda", "ResourceConflictException", "already exist", Class::AlreadyExists),
    row("lambda", "ResourceConflictException", "FunctionUrlConfig exists", Class::AlreadyExists),
    row("lambda", "ResourceConflictException", "", Class::Conflict),
    // An event source mapping on its way to another state.
    row("lambda", "ResourceInUseException", "", Class::Conflict),
    row("iam", "MalformedPolicyDocument", "nvalid principal", Class::Propagation),
    row("iam", "DeleteConflict", "", Class::Conflict),
    row("iam", "ConcurrentModification", "", Class::Conflict),
    row("iam", "EntityTemporarilyUnmodifiable", "", Class::Conflict),
    row("sns", "InvalidParameter", "PrincipalNotFound", Class::Propagation),
    row("sns", "InvalidParameter", "already exists", Class::AlreadyExists),
    row("sns", "ConcurrentAccess", "", Class::Conflict),
    row("sns", "StaleTag", "", Class::Conflict),
    row("sqs", "InvalidAttributeValue", "Invalid value for the parameter Policy", Class::Propagation),
    row("sqs", "QueueDeletedRecently", "", Class::Conflict),
    row("sqs", "QueueNameExists", "", Class::AlreadyExists),
    row("sqs", "QueueDoesNotExist", "", Class::NotFound),
    row("sqs", "NonExistentQueue", "", Class::NotFound),
    row("apigateway", "ConflictException", "concurrent modification", Class::Conflict),
    row("apigateway", "BadRequestException", "does not have required permissions", Class::Propagation),
    row("apigateway", "BadRequestException", "Invalid policy document", Class::Propagation),
    row("apigateway", "ConflictException", "", Class::AlreadyExists),
    row("dynamodb", "LimitExceededException", "simultaneously", Class::Conflict),
    row("dynamodb", "ResourceInUseException", "already exists", Class::AlreadyExists),
    row("dynamodb", "ResourceInUseException", "", Class::Conflict),
    row("dynamodb", "ContinuousBackupsUnavailableException", "", Class::Conflict),
    row("dynamodb", "ValidationException", "Backups are being enabled", Class::Conflict),
    row("kinesis", "LimitExceededException", "Rate exceeded", Class::Throttled),
    row("kinesis", "LimitExceededException", "simultaneously", Class::Conflict),
    row("kinesis", "ResourceInUseException", "already exists", Class::AlreadyExists),
    row("kinesis", "ResourceInUseException", "has enhanced fan-out consumers", Class::Invalid),
    row("kinesis", "ResourceInUseException", "", Class::Conflict),
    row("logs", "OperationAbortedException", "", Class::Conflict),
    // The role of a state machine, or its rights on the log, are not known yet.
    row("states", "AccessDeniedException", "authorized to assume the provided role", Class::Propagation),
    row(
        "states",
        "AccessDeniedException",
        "not authorized to access the Log Destination",
        Class::Propagation,
    ),
    row("states", "StateMachineDeleting", "", Class::Conflict),
    row("states", "StateMachineDoesNotExist", "", Class::NotFound),
    row("states", "ConflictException", "", Class::Conflict),
    row("cloudformation", "ValidationError", "does not exist", Class::NotFound),
    row("cloudformation", "ValidationError", "is invalid or cannot be assumed", Class::Propagation),
    row("cloudformation", "ValidationError", "_IN_PROGRESS state", Class::Conflict),
    row("cloudformation", "OperationInProgress", "", Class::Conflict),
    row("cloudformation", "InvalidChangeSetStatus", "", Class::Invalid),
    row("s3", "BucketAlreadyOwnedByYou", "", Class::AlreadyExists),
    row("s3", "BucketAlreadyExists", "", Class::Invalid),
    row("s3", "BucketNotEmpty", "", Class::Invalid),
    row("s3", "OperationAborted", "", Class::Conflict),
    // A rate, although it is spelt like a quota.
    row("", "RequestLimitExceeded", "", Class::Throttled),
    // Quotas, before throttling: API Gateway says LimitExceeded with status 429.
    row("", "LimitExceeded", "", Class::Quota),
    row("", "ServiceQuotaExceeded", "", Class::Quota),
    row("", "QuotaExceeded", "", Class::Quota),
    row("", "OverLimit", "", Class::Quota),
    row("", "CodeStorageExceeded", "", Class::Quota),
    row("", "PolicyLengthExceeded", "", Class::Quota),
    // What every service says.
    row("", "Throttl", "", Class::Throttled),
    row("", "TooManyRequests", "", Class::Throttled),
    row("", "RequestThrottled", "", Class::Throttled),
    row("", "SlowDown", "", Class::Throttled),
    row("", "ExpiredToken", "", Class::Expired),
    row("", "RequestExpired", "", Class::Expired),
    row("", "AccessDenied", "", Class::Denied),
    row("", "UnrecognizedClient", "", Class::Denied),
    row("", "InvalidClientTokenId", "", Class::Denied),
    row("", "SignatureDoesNotMatch", "", Class::Denied),
    row("", "InvalidSignature", "", Class::Denied),
    row("", "MissingAuthenticationToken", "", Class::Denied),
    row("", "NotAuthorized", "", Class::Denied),
    row("", "Forbidden", "", Class::Denied),
    row("", "ResourceNotFound", "", Class::NotFound),
    row("", "NoSuchEntity", "", Class::NotFound),
    row("", "NotFound", "", Class::NotFound),
    row("", "AlreadyExists", "", Class::AlreadyExists),
    row("", "ServiceUnavailable", "", Class::Transient),
    row("", "InternalError", "", Class::Transient),
    row("", "InternalServer", "", Class::Transient),
    row("", "InternalFailure", "", Class::Transient),
    row("", "ServiceException", "", Class::Transient),
    row("", "RequestTimeout", "", Class::Transient),
];

/// The classes that errors of a code can have, each with the service that means it so; an empty one is every
/// service. None if the code is in no row.
pub fn classes_of(code: &str) -> Vec<(Class, &'static str)> {
    let mut found: Vec<(Class, &str)> = Vec::new();
    for row in TABLE.iter().filter(|row| code.contains(row.code)) {
        if !found.contains(&(row.class, row.service)) {
            found.push((row.class, row.service));
        }
    }
    found
}

/// The class of an answer by service, code, message and HTTP status.
pub fn classify(service: &str, code: &str, message: &str, status: Option<u16>) -> Class {
    let row = TABLE.iter().find(|row| {
        (row.service.is_empty() || row.service == service)
            && code.contains(row.code)
            && message.contains(row.says)
    });
    match (row, status) {
        (Some(row), _) => row.class,
        (None, Some(500..)) => Class::Transient,
        (None, Some(429)) => Class::Throttled,
        (None, Some(404)) => Class::NotFound,
        (None, Some(403)) => Class::Denied,
        (None, _) => Class::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_with_status_429_is_no_throttling() {
        let class = |code| classify("apigateway", code, "", Some(429));
        assert_eq!(class("LimitExceededException"), Class::Quota);
        assert_eq!(class("TooManyRequestsException"), Class::Throttled);
        assert_eq!(class("RequestLimitExceeded"), Class::Throttled);
    }

    #[test]
    fn a_limit_of_simultaneous_table_operations_passes_and_that_of_rules_is_final() {
        let says = "Up to 500 tables can be created, updated, or deleted simultaneously";
        assert_eq!(classify("dynamodb", "LimitExceededException", says, Some(400)), Class::Conflict);
        assert_eq!(classify("events", "LimitExceededException", "quota of rules", Some(400)), Class::Quota);
    }

    #[test]
    fn a_role_that_is_not_known_yet_is_told_from_a_wrong_parameter() {
        let class = |says| classify("lambda", "InvalidParameterValueException", says, Some(400));
        assert_eq!(
            class("The role defined for the function cannot be assumed by Lambda."),
            Class::Propagation
        );
        assert_eq!(class("Memory too small"), Class::Invalid);
    }

    // What services say until a role, a policy or a change has reached all of them.
    // A9: a change that meets another passes in the end.
    // X1: messages that pass are told from those that stay.
    #[test]
    fn what_passes_in_the_end_is_told_by_its_message() {
        let class = |service, code, says| classify(service, code, says, Some(400));
        for (service, code, says) in [
            (
                "lambda",
                "InvalidParameterValueException",
                "The role defined for the function cannot be assumed by Lambda.",
            ),
            (
                "lambda",
                "InvalidParameterValueException",
                "The provided execution role does not have permissions to call ReceiveMessage on SQS",
            ),
            (
                "lambda",
                "InvalidParameterValueException",
                "Cannot access stream arn. Please ensure the role can perform the GetRecords actions",
            ),
            ("lambda", "InvalidParameterValueException", "KMS key is invalid for CreateGrant"),
            (
                "events",
                "ValidationException",
                "Provided role 'arn' cannot be assumed by principal 'events.amazonaws.com'.",
            ),
            (
                "pipes",
                "ValidationException",
                "The role arn cannot be assumed by principal pipes.amazonaws.com.",
            ),
            ("iam", "MalformedPolicyDocument", "Invalid principal in policy: \"AWS\":\"arn\""),
            ("sns", "InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound"),
            ("sqs", "InvalidAttributeValue", "Invalid value for the parameter Policy."),
        ] {
            assert_eq!(class(service, code, says), Class::Propagation, "{service} {says}");
        }
        for (service, code, says) in [
            (
                "sqs",
                "AWS.SimpleQueueService.QueueDeletedRecently",
                "You must wait 60 seconds after deleting a queue",
            ),
            (
                "lambda",
                "ResourceConflictException",
                "The operation cannot be performed: a concurrent update operation",
            ),
            ("lambda", "ResourceInUseException", "Cannot delete the mapping because it is in use."),
            ("events", "ValidationException", "Rule can't be deleted since it has targets."),
            (
                "apigateway",
                "ConflictException",
                "Unable to complete operation due to concurrent modification. Please try again later.",
            ),
            (
                "dynamodb",
                "ValidationException",
                "Backups are being enabled for the table. Please retry later",
            ),
        ] {
            assert_eq!(class(service, code, says), Class::Conflict, "{service} {says}");
        }
        assert_eq!(class("kinesis", "LimitExceededException", "Rate exceeded for stream"), Class::Throttled);
    }

    #[test]
    fn an_unknown_answer_is_classed_by_its_status() {
        assert_eq!(classify("x", "Odd", "", Some(503)), Class::Transient);
        assert_eq!(classify("x", "Odd", "", Some(400)), Class::Invalid);
    }
}
