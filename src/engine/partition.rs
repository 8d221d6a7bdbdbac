//! Partitions, DNS suffixes, service principals and ARNs: nothing else spells one.

/// Where a stack is applied: the one source of partition, region and account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub partition: Partition,
    pub region: String,
    /// Twelve digits, or `<account>` where nobody states it (offline).
    pub account: String,
}

/// A partition of AWS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Partition {
    Aws,
    AwsCn,
    AwsUsGov,
}

impl Partition {
    /// The partition that a region belongs to.
    pub fn of_region(region: &str) -> Partition {
        match region.split('-').next() {
            Some("cn") => Partition::AwsCn,
            Some("us") if region.starts_with("us-gov-") => Partition::AwsUsGov,
            _ => Partition::Aws,
        }
    }

    /// As ARNs spell it.
    pub fn name(self) -> &'static str {
        match self {
            Partition::Aws => "aws",
            Partition::AwsCn => "aws-cn",
            Partition::AwsUsGov => "aws-us-gov",
        }
    }

    /// The suffix of the partition's host names.
    pub fn dns_suffix(self) -> &'static str {
        match self {
            Partition::AwsCn => "amazonaws.com.cn",
            Partition::Aws | Partition::AwsUsGov => "amazonaws.com",
        }
    }
}

impl Place {
    /// What stands for the account where nobody states it.
    pub const NO_ACCOUNT: &'static str = "<account>";

    /// A place by region and account.
    pub fn new(region: &str, account: &str) -> Place {
        Place {
            partition: Partition::of_region(region),
            region: region.to_owned(),
            account: account.to_owned(),
        }
    }

    /// The ARN of a regional resource: `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition.name(), self.region, self.account)
    }

    /// The ARN of a resource of a service without regions (IAM).
    pub fn global_arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}::{}:{resource}", self.partition.name(), self.account)
    }

    /// The ARN of a resource whose ARNs carry no account (API Gateway's control plane).
    pub fn arn_without_account(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}::{resource}", self.partition.name(), self.region)
    }

    /// The principal of a service, such as `pipes.amazonaws.com`; the same in every partition.
    pub fn principal(&self, service: &str) -> String {
        format!("{service}.amazonaws.com")
    }

    /// The invoke URL of a REST API's stage, without a slash at its end.
    pub fn execute_api_url(&self, api: &str, stage: &str) -> String {
        format!("https://{api}.execute-api.{}.{}/{stage}", self.region, self.partition.dns_suffix())
    }

    /// Fills the placeholders `{partition}`, `{region}`, `{account}` and `{suffix}` of a table's row.
    pub fn fill(&self, pattern: &str) -> String {
        pattern
            .replace("{partition}", self.partition.name())
            .replace("{region}", &self.region)
            .replace("{account}", &self.account)
            .replace("{suffix}", self.partition.dns_suffix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partition_follows_the_region() {
        assert_eq!(
            Place::new("eu-west-1", "123456789012").arn("sqs", "orders"),
            "arn:aws:sqs:eu-west-1:123456789012:orders"
        );
        assert_eq!(Place::new("cn-north-1", "1").arn("sqs", "q"), "arn:aws-cn:sqs:cn-north-1:1:q");
        assert_eq!(Partition::of_region("us-gov-west-1"), Partition::AwsUsGov);
        assert_eq!(Partition::of_region("us-east-1"), Partition::Aws);
    }
}
