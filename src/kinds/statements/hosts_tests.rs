//! Documents that somebody else writes at the same time.

use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};

use super::*;
use crate::aws::Client;
use crate::kinds::testing::Bench;

const STACK: &str = "
stack: shop
tables: { orders: { partition_key: id, protect: false } }
log_groups: { orders: {} }
registries: { orders: {} }
";

fn statement(sid: &str, host: &str, aws: &dyn Aws) -> Value {
    let on = (super::host(host).unwrap().resource)(aws.place(), "shop-orders");
    let principal = match host {
        "log_groups" => value!({ "Service": "events.amazonaws.com" }),
        _ => value!({ "AWS": "123456789012" }),
    };
    let action = match host {
        "tables" => "dynamodb:GetItem",
        "registries" => "schemas:DescribeSchema",
        _ => "logs:PutLogEvents",
    };
    value!({ "Sid": sid, "Effect": "Allow", "Principal": principal, "Action": action, "Resource": on })
}

async fn put(aws: &dyn Aws, host: &str, sid: &str) -> Result<()> {
    let statement = statement(sid, host, aws);
    (super::host(host).unwrap().put)(aws, "shop-orders", statement, false).await
}

async fn sids(aws: &dyn Aws, host: &str) -> Vec<String> {
    aws.forget();
    let all = (super::host(host).unwrap().read)(aws, "shop-orders").await.unwrap().unwrap_or_default();
    let mut sids: Vec<String> =
        all.iter().map(|one| one.text_at("Sid").unwrap_or_default().to_owned()).collect();
    sids.sort();
    sids
}

/// Somebody else writes right before each of our first writes.
struct Overtaken<'a> {
    own: &'a Client,
    others: &'a Client,
    host: &'static str,
    left: AtomicU32,
}

impl Aws for Overtaken<'_> {
    fn call<'a>(
        &'a self,
        service: &'static str,
        operation: &'static str,
        input: Value,
    ) -> BoxFuture<'a, Result<Value>> {
        async move {
            let writes = ["PutResourcePolicy", "DeleteResourcePolicy"].contains(&operation);
            let left = self.left.load(Ordering::Relaxed);
            if writes && left > 0 {
                self.left.store(left - 1, Ordering::Relaxed);
                self.others.forget();
                put(self.others, self.host, &format!("theirs{left}")).await?;
            }
            self.own.call(service, operation, input).await
        }
        .boxed()
    }

    fn call_once<'a>(
        &'a self,
        service: &'static str,
        operation: &'static str,
        input: Value,
    ) -> BoxFuture<'a, Result<Value>> {
        self.own.call_once(service, operation, input)
    }

    fn place(&self) -> &Place {
        self.own.place()
    }

    fn forget(&self) {
        self.own.forget();
    }

    fn pause(&self, n: u32) -> BoxFuture<'_, ()> {
        self.own.pause(n)
    }

    fn exclusive<'a>(&'a self, document: &str) -> BoxFuture<'a, tokio::sync::OwnedMutexGuard<()>> {
        self.own.exclusive(document)
    }
}

#[tokio::test]
async fn a_statement_that_another_has_written_between_our_read_and_our_write_stays() {
    for host in ["tables", "log_groups"] {
        let mut bench = Bench::new().await;
        bench.apply(STACK).await;
        let others = bench.others().await;
        let overtaken =
            |left| Overtaken { own: &bench.aws, others: &others, host, left: AtomicU32::new(left) };
        // The first statement of a document, and one more.
        put(&overtaken(2), host, "ours").await.unwrap();
        assert_eq!(sids(&bench.aws, host).await, ["ours", "theirs1", "theirs2"], "{host}");
        let remove = super::host(host).unwrap().remove;
        remove(&overtaken(1), "shop-orders", "theirs2").await.unwrap();
        assert_eq!(sids(&bench.aws, host).await, ["ours", "theirs1"], "{host}");
        // The last one goes while another comes.
        remove(&bench.aws, "shop-orders", "theirs1").await.unwrap();
        remove(&overtaken(1), "shop-orders", "ours").await.unwrap();
        assert_eq!(sids(&bench.aws, host).await, ["theirs1"], "{host}");
        remove(&bench.aws, "shop-orders", "theirs1").await.unwrap();
        assert!(sids(&bench.aws, host).await.is_empty(), "{host}");
    }
}

// The first statement and the removal of the last one are written without a revision, which Schemas has for neither.
#[tokio::test]
async fn a_statement_of_a_registry_that_another_has_written_in_between_stays() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let others = bench.others().await;
    put(&bench.aws, "registries", "first").await.unwrap();
    let host = "registries";
    let overtaken = Overtaken { own: &bench.aws, others: &others, host, left: AtomicU32::new(2) };
    put(&overtaken, host, "ours").await.unwrap();
    assert_eq!(sids(&bench.aws, host).await, ["first", "ours", "theirs1", "theirs2"]);
}

#[tokio::test]
async fn what_many_write_at_once_is_all_there() {
    for host in ["tables", "log_groups"] {
        let mut bench = Bench::new().await;
        bench.apply(STACK).await;
        let clients = join_all((0..6).map(|_| bench.others())).await;
        let writes = clients
            .iter()
            .enumerate()
            .map(|(n, client)| async move { put(client, host, &format!("s{n}")).await });
        for written in join_all(writes).await {
            written.unwrap();
        }
        assert_eq!(sids(&bench.aws, host).await, ["s0", "s1", "s2", "s3", "s4", "s5"], "{host}");
    }
}

#[tokio::test]
async fn what_is_refused_for_another_reason_is_not_written_again() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    bench.local.faults().add("dynamodb:PutResourcePolicy=error:ValidationException".parse().unwrap());
    bench.local.forget_requests();
    put(&bench.aws, "tables", "ours").await.unwrap_err();
    let writes = bench.changes();
    assert_eq!(writes.iter().filter(|request| request.operation == "PutResourcePolicy").count(), 1);
}

#[tokio::test]
async fn the_policy_of_a_log_group_is_its_own_and_goes_with_its_last_statement() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    put(&bench.aws, "log_groups", "ours").await.unwrap();
    let all = bench.local.documents(crate::kinds::testing::REGION, "logs", "resource-policy").unwrap();
    assert_eq!(all.len(), 1);
    let policy = &all[0].1;
    assert_eq!(policy["policyScope"], "RESOURCE");
    assert_eq!(policy["resourceArn"], "arn:aws:logs:eu-west-1:123456789012:log-group:shop-orders");
    bench.destroy().await;
    assert!(
        bench.local.documents(crate::kinds::testing::REGION, "logs", "resource-policy").unwrap().is_empty()
    );
}
