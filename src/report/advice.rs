//! What a failed call usually means and what to do next: a table.

use crate::engine::{AwsError, Class};

/// What an error usually means, and the next thing to do; `{operation}`, `{service}` and `{address}`
/// stand for those of the failure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Advice {
    class: Class,
    /// A piece of the code or of the message; empty for every error of the class.
    says: &'static str,
    pub means: &'static str,
    pub next: &'static str,
}

const fn row(class: Class, says: &'static str, means: &'static str, next: &'static str) -> Advice {
    Advice { class, says, means, next }
}

const WHO: &str = "`aws sts get-caller-identity` tells who calls; give it the right, then apply again";

/// First match wins; the last row of each class takes what is left of it.
const TABLE: &[Advice] = &[
    row(
        Class::Denied,
        "PassRole",
        "the credentials may not hand the role to the service (`iam:PassRole`)",
        WHO,
    ),
    row(
        Class::Denied,
        "SignatureDoesNotMatch",
        "the secret access key is wrong, or this machine's clock is off",
        "compare the clock with another one, and the profile with `aws sts get-caller-identity`",
    ),
    row(
        Class::Denied,
        "InvalidClientTokenId",
        "AWS does not know the access key: it is deleted, of another partition, or the region is not enabled",
        "check the profile and the region with `aws sts get-caller-identity`",
    ),
    row(
        Class::Denied,
        "UnrecognizedClient",
        "AWS does not know the access key: it is deleted, of another partition, or the region is not enabled",
        "check the profile and the region with `aws sts get-caller-identity`",
    ),
    row(Class::Denied, "explicit deny", "a policy forbids {operation}, whatever else allows it", WHO),
    row(Class::Denied, "", "the credentials may not call {operation} on this resource", WHO),
    row(
        Class::Expired,
        "",
        "the credentials ran out during the run",
        "take new ones (`aws sso login`, or your own way), then apply again",
    ),
    row(
        Class::Quota,
        "",
        "the account has reached a quota of the service",
        "ask for more (`aws service-quotas list-service-quotas --service-code {service}`), or make room",
    ),
    row(
        Class::Throttled,
        "",
        "other callers use up the account's rate for {operation}",
        "apply again in a few minutes, with a lower `--parallelism`",
    ),
    row(
        Class::Propagation,
        "assumed",
        "the service may not assume the role: its trust policy does not name it, or is not known everywhere yet",
        "look at the role's `trust`; if it is right, apply again",
    ),
    row(
        Class::Propagation,
        "",
        "something that was just made is not known everywhere yet",
        "apply again in a minute",
    ),
    row(
        Class::AlreadyExists,
        "",
        "the name is taken by something that was not there when the plan was made",
        "plan again: it says whose it is, and whether `--adopt {address}` can take it over",
    ),
    row(
        Class::Conflict,
        "",
        "something else is changing the resource, or still uses it",
        "apply again when that has ended",
    ),
    row(
        Class::NotFound,
        "",
        "what it refers to does not exist in this account and region",
        "check the ARNs and names that the stack takes from elsewhere",
    ),
    row(
        Class::Ambiguous,
        "",
        "the answer was lost, so whether the call took effect is not known",
        "apply again: it looks first and goes on from what is there",
    ),
    row(Class::Transient, "", "the service failed, or could not be reached", "apply again"),
    row(
        Class::Invalid,
        "",
        "AWS does not take a value of this resource",
        "correct it in the stack, then apply again",
    ),
    row(Class::Cancelled, "", "the run was told to stop before the call", "apply again"),
];

/// The advice for an error.
pub(super) fn advice(error: &AwsError) -> Option<&'static Advice> {
    TABLE.iter().find(|row| {
        row.class == error.class && (error.code.contains(row.says) || error.message.contains(row.says))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let passing = AwsError::new("pipes", "CreatePipe", Denied, "not authorized to perform: iam:PassRole");
        assert!(advice(&passing).unwrap().means.contains("hand the role"));
    }
}
