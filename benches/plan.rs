//! How long a plan of what is applied takes on the embedded account, each answer 50 ms late, beside the floor:
//! `cargo bench --bench plan`.
//!
//! The floor is what no plan is under: the published limits of the calls that it makes, or the round trips that
//! must follow each other (a list, then what it names, then the tags), whichever is longer. It is no test.

mod stack;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatewayctl::apply::{self, Silent};
use gatewayctl::aws::{Client, Embedded, Options};
use gatewayctl::engine::{SecretSource, limits};
use gatewayctl::live::{Registry, survey};
use gatewayctl::local::{Local, LocalOptions, fault};
use gatewayctl::plan;
use gatewayctl::spec::Mode;

const ACCOUNT: &str = "123456789012";
const DELAY: Duration = Duration::from_millis(50);
/// Round trips one after another: a bus, its rules, the tags and targets of a rule.
const DEEPEST: u32 = 3;
const PARALLELISM: usize = 16;

async fn client(local: &Arc<Local>, scale: f64) -> Client {
    let options = Options {
        region: Some("eu-west-1".into()),
        embedded: Some(Embedded { http_client: local.http_client(), name: "bench".into() }),
        time_scale: scale,
        ..Options::default()
    };
    Client::for_account(options, ACCOUNT).await.expect("a client")
}

#[tokio::main]
async fn main() {
    for wanted in [10, 100, 500] {
        let graph = stack::compiled(&stack::stack(wanted), Mode::Local);
        let mut options = LocalOptions::new(ACCOUNT);
        options.record = true;
        let local = Local::open(options).expect("an account in memory");
        let nothing = BTreeMap::new();
        let fast = client(&local, 0.002).await;
        let read = survey(&fast, &Registry, &graph, &nothing, PARALLELISM).await;
        let made = plan::plan(&graph, &read, &plan::Options::default());
        let applying = apply::Options {
            parallelism: PARALLELISM,
            read_secret: &|_: &SecretSource| Err("there is no secret".into()),
            stopped: &|| false,
            scale: 0.02,
        };
        let outcome = apply::apply(&made, &fast, &Registry, &Silent, &applying).await;
        assert!(outcome.is_complete(), "{outcome:?}");
        local.forget_requests();
        let late = format!("*:*=delay:{}ms*always", DELAY.as_millis());
        for rule in fault::parse(&late).expect("a rule") {
            local.faults().add(rule);
        }
        let slow = client(&local, 1.0).await;
        let began = Instant::now();
        let read = survey(&slow, &Registry, &graph, &nothing, PARALLELISM).await;
        let made = plan::plan(&graph, &read, &plan::Options::default());
        let took = began.elapsed();
        assert!(made.is_empty());
        let requests = local.requests();
        let mut counts: BTreeMap<(&'static str, &'static str), u64> = BTreeMap::new();
        for request in &requests {
            let (service, operation) = (request.service.clone().leak(), request.operation.clone().leak());
            *counts.entry((service, operation)).or_default() += 1;
        }
        let limit = limits::floor(&counts);
        let floor = limit.time.max(DELAY * DEEPEST);
        println!(
            "{:>4} resources: {:.2} s, floor {:.2} s ({}), {:.2} times; {} calls, {:.1} per resource",
            graph.resources.len(),
            took.as_secs_f64(),
            floor.as_secs_f64(),
            limit.limit.as_deref().unwrap_or("round trips"),
            took.as_secs_f64() / floor.as_secs_f64(),
            requests.len(),
            requests.len() as f64 / graph.resources.len() as f64,
        );
        for ((service, operation), count) in counts {
            println!("       {count:>5} {service}:{operation}");
        }
    }
}
