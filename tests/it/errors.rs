//! Errors of AWS, as a person reads them: what failed, what it usually means, what to type next.

use crate::support::process::{Folder, Ran};

const STACK: &str = "\
stack: shop
region: eu-west-1
queues: { jobs: {} }
buckets: { logs: { protect: false } }
topics: { news: {} }
buses: { shop: {} }
log_groups: { audit: {} }
rules:
  orders: { bus: shop, pattern: { source: [shop] }, targets: { audit: { log_group: audit } } }
";

fn run(folder: &Folder, command: &str, faults: &str) -> Ran {
    let args = [command, "--local=account.jsonl", "--yes", "-q", "--parallelism", "1"];
    folder.run_with(&args, &[("GATEWAYCTL_LOCAL_FAULTS", faults)])
}

/// What is said of failures, without the numbers of requests: three lines for each.
fn failures(ran: &Ran) -> String {
    let joined = |block: &str| block.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let blocks: Vec<String> = ran.stderr.split("\n\n").map(joined).collect();
    let failed = blocks.iter().filter(|block| block.starts_with("failed to"));
    let without = failed.map(|block| match block.split_once("(request ") {
        Some((before, rest)) => format!("{before}{}", rest.split_once(' ').map_or("", |(_, rest)| rest)),
        None => block.clone(),
    });
    let lines: Vec<String> = without
        .map(|line| line.replace(" usually:", "\n  usually:").replace(" next:", "\n  next:"))
        .collect();
    assert!(!lines.is_empty(), "{}\n{}", ran.stdout, ran.stderr);
    lines.join("\n")
}

#[test]
fn every_failed_call_says_what_it_usually_means_and_what_to_do_next() {
    let folder = Folder::with_stack(STACK);
    let faults = "sqs:CreateQueue=error:AccessDeniedException*always; s3:CreateBucket=error:BucketAlreadyExists*always; sns:CreateTopic=quota*always; events:PutTargets=error:AccessDeniedException*always";
    let ran = run(&folder, "apply", faults).ends(3);
    insta::assert_snapshot!(failures(&ran));
    run(&folder, "apply", "").ends(0);
    let ran = run(&folder, "destroy", "sqs:DeleteQueue=error:AccessDenied*always").ends(3);
    let said = failures(&ran);
    assert!(said.contains("the credentials may not call DeleteQueue on this resource"), "{said}");
    assert!(said.contains("next: `aws sts get-caller-identity`"), "{said}");
}
