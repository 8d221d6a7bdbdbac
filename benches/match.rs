//! How many events a second are matched against 1, 100 and 10,000 rules, and what the rules hold in
//! memory: `cargo bench --no-default-features --bench match`.
//!
//! The aim: 10,000 rules cost less than three times what 100 cost. Nine rules in ten have only exact values and
//! beginnings, as people write them: a source, a detail-type or two, often a field of the detail. It is no test: nothing
//! fails by being slow.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gatewayctl::flow::pattern::{Matcher, Pattern, PatternKind, parse};
use serde_json::{Value, json};

/// How many rules, in ascending order.
const SIZES: [usize; 3] = [1, 100, 10_000];
/// How often the events are matched against each of them.
const RUNS: usize = 101;
const DOMAINS: usize = 40;
const TYPES: usize = 12;
const STATES: [&str; 5] = ["created", "paid", "packed", "shipped", "returned"];

/// The rule of a number. Those below a hundred are a sample of all.
fn rule(n: usize) -> Value {
    let (domain, kind) = (n % DOMAINS, n / DOMAINS % TYPES);
    let source = json!([format!("com.acme.domain-{domain}")]);
    let types = json!([format!("Entity{kind}Changed"), format!("Entity{kind}Removed")]);
    let customer = format!("customer-{}", n / 3);
    match n % 10 {
        0..=2 => {
            json!({ "source": source, "detail-type": types, "detail": { "customer": { "id": [customer] } } })
        }
        3..=5 => {
            let state = STATES[n % STATES.len()];
            json!({ "source": source, "detail-type": types, "detail": { "state": [state], "tenant": [format!("t{}", n % 997)] } })
        }
        6 | 7 => {
            json!({ "source": source, "detail": { "path": [{ "prefix": format!("/orders/{}/", n % 4999) }] } })
        }
        8 => {
            json!({ "source": [{ "prefix": "com.acme." }], "detail": { "tenant": [format!("t{}", n % 997)], "region": [{ "prefix": format!("eu-{}", n % 7) }] } })
        }
        _ => match n / 10 % 5 {
            0 => {
                json!({ "source": source, "detail-type": types, "detail": { "total": [{ "numeric": [">", n % 500, "<=", 600] }] } })
            }
            1 => {
                json!({ "source": source, "detail": { "state": [{ "anything-but": ["paid"] }], "tenant": [format!("t{}", n % 997)] } })
            }
            2 => {
                json!({ "detail-type": types, "detail": { "path": [{ "wildcard": format!("/orders/*/{}.json", n % 4999) }] } })
            }
            3 => {
                json!({ "source": source, "detail-type": types, "detail": { "ip": [{ "cidr": format!("10.{}.0.0/16", n % 250) }], "note": [{ "exists": false }] } })
            }
            _ => {
                json!({ "source": source, "detail": { "customer": { "id": [{ "equals-ignore-case": customer }] }, "$or": [{ "state": ["paid"] }, { "tenant": ["t1"] }] } })
            }
        },
    }
}

fn event(n: usize) -> Value {
    json!({
        "version": "0", "id": format!("{n:032x}"), "account": "123456789012", "time": "2026-01-01T00:00:00Z",
        "region": "eu-west-1", "resources": [], "source": format!("com.acme.domain-{}", n % DOMAINS),
        "detail-type": format!("Entity{}Changed", n / DOMAINS % TYPES),
        "detail": {
            "state": STATES[n % STATES.len()], "tenant": format!("t{}", n % 997), "region": format!("eu-{}", n % 7),
            "path": format!("/orders/{}/{n}.json", n % 4999), "total": n % 700, "ip": format!("10.{}.3.4", n % 250),
            "customer": { "id": format!("customer-{}", n % 3334), "name": "A person", "since": 2019 },
            "lines": [{ "sku": "a", "count": 1 }, { "sku": "b", "count": n % 9 }],
        }
    })
}

/// The system's allocator, with a count of the bytes that are in use.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call goes on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}

/// Bytes that are in use.
fn in_use() -> usize {
    IN_USE.load(Ordering::Relaxed)
}

fn main() {
    let events: Vec<Value> = (0..2_000).map(event).collect();
    let matchers = SIZES.map(|rules| {
        let written: Vec<Pattern> = (0..rules)
            .map(|n| {
                parse(&rule(n).into(), PatternKind::Rule).unwrap_or_else(|problems| panic!("{problems:?}"))
            })
            .collect();
        let before = in_use();
        let began = Instant::now();
        let matcher = Matcher::new(&written);
        let compiled = began.elapsed();
        let held = in_use().saturating_sub(before);
        println!("{rules:>6} rules: compiled in {compiled:?}, {held} bytes: {} a rule", held / rules);
        matcher
    });
    // In turns, so that whatever else the machine does meets all of them.
    let mut found = [0; SIZES.len()];
    let rounds: Vec<[Duration; SIZES.len()]> = (0..RUNS)
        .map(|_| {
            std::array::from_fn(|size| {
                let matcher = &matchers[size];
                let began = Instant::now();
                found[size] = events.iter().map(|event| matcher.matching(black_box(event)).len()).sum();
                began.elapsed() / events.len() as u32
            })
        })
        .collect();
    for (size, rules) in SIZES.into_iter().enumerate() {
        let mut times: Vec<Duration> = rounds.iter().map(|round| round[size]).collect();
        times.sort();
        let (least, median) = (times[0], times[RUNS / 2]);
        println!(
            "{rules:>6} rules: {:>9.0} events a second, median {median:?} each, least {least:?} ({:.2} rules match)",
            1.0 / median.as_secs_f64(),
            found[size] as f64 / events.len() as f64,
        );
    }
    let mut times: Vec<f64> =
        rounds.iter().map(|[_, few, many]| many.as_secs_f64() / few.as_secs_f64()).collect();
    times.sort_by(f64::total_cmp);
    println!("10,000 rules cost {:.2} times what 100 cost, by the median of the rounds", times[RUNS / 2]);
}
