//! What AWS is known to show of a resource's past: an account that was changed differs so from one that
//! never was otherwise. The embedded account does as AWS. A row says exactly what the two show.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::support::raw::Difference;

/// One of them.
struct Echo {
    collection: &'static str,
    /// Empty: any document of the collection.
    id: &'static str,
    path: &'static str,
    /// In the account that never was otherwise, as JSON.
    should: &'static str,
    /// In the account that was changed, as JSON.
    is: &'static str,
    /// Shown only where each line is brought back alone, too.
    each_way: bool,
    /// The evidence.
    #[expect(dead_code, reason = "read by people")]
    why: &'static str,
}

const ECHOES: &[Echo] = &[
    Echo {
        collection: "stack",
        id: "",
        path: "StackStatus",
        should: r#""CREATE_COMPLETE""#,
        is: r#""UPDATE_COMPLETE""#,
        each_way: false,
        why: "a stack says whether it was changed since it was made",
    },
    Echo {
        collection: "stack",
        id: "",
        path: "_policy",
        should: "null",
        is: r#""{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"Update:*\",\"Principal\":\"*\",\"Resource\":\"*\"}]}""#,
        each_way: false,
        why: "SetStackPolicy: a policy cannot be taken away, and one that allows everything says the same",
    },
    Echo {
        collection: "alias",
        id: "all-work:fixed",
        path: "FunctionVersion",
        should: r#""NEWEST""#,
        is: r#""1""#,
        each_way: false,
        why: "version 1 is the newest one only where no other was published",
    },
    Echo {
        collection: "version",
        id: "all-work:NEWEST",
        path: "Description",
        should: "null",
        is: r#""Works""#,
        each_way: false,
        why: "PublishVersion: another description alone makes no other version",
    },
    Echo {
        collection: "event-bus",
        id: "",
        path: "LogConfig",
        should: "null",
        is: r#"{"IncludeDetail":"NONE","Level":"OFF"}"#,
        each_way: false,
        why: "recorded live reads: a bus gains LogConfig only after its first update",
    },
    Echo {
        collection: "event-bus",
        id: "",
        path: "LogConfig.IncludeDetail",
        should: "null",
        is: r#""NONE""#,
        each_way: false,
        why: "recorded live reads: an update fills in what LogConfig does not say",
    },
    Echo {
        collection: "event-bus",
        id: "",
        path: "LogConfig.Level",
        should: "null",
        is: r#""OFF""#,
        each_way: false,
        why: "recorded live reads: an update fills in what LogConfig does not say",
    },
    Echo {
        collection: "pipe",
        id: "",
        path: "LogConfiguration",
        should: "null",
        is: r#"{"Level":"OFF"}"#,
        each_way: false,
        why: "hashicorp/terraform-provider-aws#42565: a default block after the first update",
    },
    Echo {
        collection: "pipe",
        id: "fields-destinations",
        path: "LogConfiguration.S3LogDestination.Prefix",
        should: "null",
        is: r#""""#,
        each_way: false,
        why: "the model of the API takes an empty prefix, which clears one",
    },
    Echo {
        collection: "log-group",
        id: "",
        path: "dataProtectionStatus",
        should: "null",
        is: r#""DELETED""#,
        each_way: false,
        why: "DescribeLogGroups says DELETED of a policy that was there once",
    },
    Echo {
        collection: "rest-api",
        id: "",
        path: "endpointAccessMode",
        should: "null",
        is: r#""BASIC""#,
        each_way: false,
        why: "a patch sets it back to BASIC, which says the same as nothing",
    },
    Echo {
        collection: "state-machine",
        id: "",
        path: "revisionId",
        should: "null",
        is: r#""UUID""#,
        each_way: false,
        why: "DescribeStateMachine: an update gives the machine a revision, and a create none",
    },
    Echo {
        collection: "stage",
        id: "",
        path: "methodSettings.*/*.loggingLevel",
        should: "null",
        is: r#""OFF""#,
        each_way: false,
        why: "one setting alone cannot be removed: its default says the same",
    },
    Echo {
        collection: "stream",
        id: "conformance-clicks",
        path: "OpenShardCount",
        should: "4",
        is: "2",
        each_way: false,
        why: "a stream that becomes on demand keeps the shards that it has",
    },
    Echo {
        collection: "table",
        id: "",
        path: "LatestStreamArn",
        should: "null",
        is: r#""arn:aws:dynamodb:eu-west-1:123456789012:table/fields-named/stream/STREAM""#,
        each_way: false,
        why: "DescribeTable answers the ARN of the last stream after it was switched off",
    },
    Echo {
        collection: "table",
        id: "",
        path: "LatestStreamLabel",
        should: "null",
        is: r#""STREAM""#,
        each_way: false,
        why: "DescribeTable answers the label of the last stream after it was switched off",
    },
    Echo {
        collection: "table",
        id: "",
        path: "TableClassSummary",
        should: "null",
        is: r#"{"LastUpdateDateTime":"MADE UP","TableClass":"STANDARD"}"#,
        each_way: false,
        why: "DescribeTable answers the class once it has been set, the standard one too",
    },
    Echo {
        collection: "table",
        id: "",
        path: "BillingModeSummary",
        should: "null",
        is: r#"{"BillingMode":"PROVISIONED","LastUpdateToPayPerRequestDateTime":"MADE UP"}"#,
        each_way: false,
        why: "DescribeTable answers the billing once it has been on demand",
    },
    Echo {
        collection: "table",
        id: "fields-named",
        path: "WarmThroughput.ReadUnitsPerSecond",
        should: "13000",
        is: "14000",
        each_way: false,
        why: "DynamoDB never lowers what a table can serve at once",
    },
    Echo {
        collection: "table",
        id: "fields-named",
        path: "WarmThroughput.WriteUnitsPerSecond",
        should: "5000",
        is: "6000",
        each_way: false,
        why: "DynamoDB never lowers what a table can serve at once",
    },
    Echo {
        collection: "version",
        id: "all-work:NEWEST",
        path: "Description",
        should: r#""Works on""#,
        is: r#""Works""#,
        each_way: true,
        why: "PublishVersion: another description alone makes no other version",
    },
    Echo {
        collection: "version",
        id: "all-work:NEWEST",
        path: "Description",
        should: r#""Works""#,
        is: "null",
        each_way: true,
        why: "PublishVersion: another description alone makes no other version",
    },
    Echo {
        collection: "table",
        id: "fields-named",
        path: "GlobalSecondaryIndexes[].WarmThroughput.ReadUnitsPerSecond",
        should: "13000",
        is: "14000",
        each_way: true,
        why: "DynamoDB never lowers what an index can serve at once",
    },
    Echo {
        collection: "table",
        id: "fields-named",
        path: "GlobalSecondaryIndexes[].WarmThroughput.WriteUnitsPerSecond",
        should: "5000",
        is: "6000",
        each_way: true,
        why: "DynamoDB never lowers what an index can serve at once",
    },
];

/// Rows that a file has shown.
static SHOWN: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

/// Whether a difference between two accounts is exactly one of these.
pub fn is_known(difference: &Difference) -> bool {
    let found = ECHOES.iter().position(|echo| echo.is(difference));
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
    found.is_some()
}

/// Rows that no file has shown, where each line is brought back alone or not.
pub fn unused(each_way: bool) -> Vec<String> {
    let shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let asked = ECHOES.iter().enumerate().filter(|(_, echo)| each_way || !echo.each_way);
    let unused = asked.filter(|(at, _)| !shown.contains(at));
    unused
        .map(|(_, echo)| format!("{} {}: {} is {}", echo.collection, echo.path, echo.should, echo.is))
        .collect()
}

impl Echo {
    fn is(&self, difference: &Difference) -> bool {
        let json = |text: &str| -> Value { serde_json::from_str(text).expect("JSON") };
        difference.collection == self.collection
            && (self.id.is_empty() || difference.id == self.id)
            && difference.path == self.path
            && difference.should == json(self.should)
            && difference.is == json(self.is)
    }
}
