use serde_json::json;

use crate::engine::Found;
use crate::kinds::testing::Bench;

const NAMESPACE: &str = "aws.partner/example.com/shop-orders";
const RECORD: &str = "/gatewayctl/partner-event-sources/example.com/shop-orders";
const OWNER: &str = "shop/-/eu-west-1";

fn stack(tenants: &str) -> String {
    format!(
        "stack: shop\npartner_event_sources: {{ orders: {{ partner: example.com, tenants: {{ {tenants} }} }} }}\n"
    )
}

const BOTH: &str = "acme: '111122223333', globex: '444455556666'";

/// What was asked of a partner's sources, in order.
fn asked(requests: &[crate::local::Recorded]) -> Vec<String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let of = |one: &crate::local::Recorded| {
        let name = text(&one.input["Name"]).replace(NAMESPACE, "").replace(RECORD, "the record");
        format!("{} {name} {}", one.operation, text(&one.input["Account"])).trim_end().to_owned()
    };
    requests.iter().map(of).collect()
}

#[tokio::test]
async fn a_tenant_who_comes_changes_or_goes_is_the_only_one_that_is_touched() {
    let mut bench = Bench::new().await;
    let mut made = asked(&bench.apply(&stack(BOTH)).await);
    // The tenants are asked for at once, so either may be the first.
    made[1..].sort();
    assert_eq!(
        made,
        [
            "PutParameter the record",
            "CreatePartnerEventSource /acme 111122223333",
            "CreatePartnerEventSource /globex 444455556666",
        ]
    );
    assert!(bench.apply(&stack(BOTH)).await.is_empty(), "nothing is left to do");
    // What was made waits in the tenant's account.
    let waiting = bench.raw("events", "event-source", &format!("{NAMESPACE}/acme")).unwrap();
    assert_eq!((&waiting["State"], &waiting["CreatedBy"]), (&json!("PENDING"), &json!("example.com")));

    let more = format!("{BOTH}, initech: '777788889999'");
    assert_eq!(bench.differs(&stack(&more)).await, ["partner_event_sources.orders: Tenants.initech"]);
    let changed = bench.apply(&stack(&more)).await;
    assert_eq!(asked(&changed), ["CreatePartnerEventSource /initech 777788889999"]);
    let moved = more.replace("777788889999", "777788880000");
    let changed = bench.apply(&stack(&moved)).await;
    assert_eq!(
        asked(&changed),
        ["DeletePartnerEventSource /initech 777788889999", "CreatePartnerEventSource /initech 777788880000"]
    );
    let changed = bench.apply(&stack(BOTH)).await;
    assert_eq!(asked(&changed), ["DeletePartnerEventSource /initech 777788880000"]);
    // Also the last one: the namespace stays the stack's.
    let changed = bench.apply(&stack("")).await;
    assert_eq!(changed.len(), 2);
    assert!(bench.apply(&stack("")).await.is_empty(), "nothing is left to do");
    assert_eq!(bench.owned("partner_event_sources", OWNER).await.len(), 1);

    bench.apply(&stack(BOTH)).await;
    bench.destroy().await;
    assert_eq!(bench.raw("ssm", "parameter", RECORD), None);
    assert!(bench.owned("partner_event_sources", OWNER).await.is_empty());
}

#[tokio::test]
async fn whose_a_namespace_is_stands_in_its_record_and_without_one_it_is_nobodys() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BOTH)).await;
    assert_eq!(bench.owned("partner_event_sources", OWNER).await, ["partner_event_sources.orders"]);
    assert!(bench.owned("partner_event_sources", "shop/alice/eu-west-1").await.is_empty());
    let others = Bench::new().await;
    let made = json!({ "Name": format!("{NAMESPACE}/acme"), "Account": "111122223333", "State": "ACTIVE" });
    let id = format!("{NAMESPACE}/acme 111122223333");
    others.local.seed("eu-west-1", "events", "partner-event-source", &id, made).unwrap();
    let found = others.look_at(&stack(BOTH), "partner_event_sources.orders").await;
    assert_eq!(found.mark, Found::None);
    assert!(others.owned("partner_event_sources", OWNER).await.is_empty());
    assert_eq!(others.differs(&stack(BOTH)).await, ["partner_event_sources.orders: Tenants.globex"]);
    assert!(others.changes().is_empty());
}

// A source of a namespace that nobody declares shows, and so does a second account of a tenant's.
#[tokio::test]
async fn what_is_in_the_namespace_and_no_tenants_is_a_difference_that_goes() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BOTH)).await;
    let others = [("acme", "999999999999"), ("by-hand", "888888888888"), ("eu/acme", "777777777777")];
    for (tenant, account) in others {
        let made = json!({ "Name": format!("{NAMESPACE}/{tenant}"), "Account": account, "State": "ACTIVE" });
        let id = format!("{NAMESPACE}/{tenant} {account}");
        bench.local.seed("eu-west-1", "events", "partner-event-source", &id, made).unwrap();
    }
    assert_eq!(
        bench.differs(&stack(BOTH)).await,
        [
            "partner_event_sources.orders: Tenants.acme for 999999999999",
            "partner_event_sources.orders: Tenants.by-hand"
        ]
    );
    let changed = bench.apply(&stack(BOTH)).await;
    // They go at once, in no order.
    let mut gone = asked(&changed);
    gone.sort();
    assert_eq!(
        gone,
        ["DeletePartnerEventSource /acme 999999999999", "DeletePartnerEventSource /by-hand 888888888888"]
    );
    // What stands deeper is another namespace's.
    let deeper = format!("{NAMESPACE}/eu/acme 777777777777");
    assert!(bench.raw("events", "partner-event-source", &deeper).is_some());
}

#[tokio::test]
async fn a_source_that_is_made_after_the_plan_keeps_the_namespace() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BOTH)).await;
    let live = bench.look_at(&stack(BOTH), "partner_event_sources.orders").await;
    let made = json!({ "Name": format!("{NAMESPACE}/late"), "Account": "999999999999", "State": "PENDING" });
    let id = format!("{NAMESPACE}/late 999999999999");
    bench.local.seed("eu-west-1", "events", "partner-event-source", &id, made).unwrap();
    let kind = crate::kinds::kind("partner_event_sources").unwrap().live();
    let refused = kind.delete(&bench.aws, &live).await.unwrap_err();
    assert!(refused.message.contains("shop-orders/late meanwhile"), "{refused}");
    assert!(bench.raw("events", "partner-event-source", &id).is_some());
    assert!(bench.raw("ssm", "parameter", RECORD).is_some());
}

// hashicorp/terraform-provider-aws#18866: PENDING, ACTIVE and DELETED, from the partner's side.
// PE1: the states of a partner's source.
#[tokio::test]
async fn a_source_that_has_expired_is_made_anew() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BOTH)).await;
    let states = |properties: &crate::engine::Value| properties.at("States").unwrap().to_shown_json();
    let live = bench.read("partner_event_sources.orders").await.unwrap();
    let waits = states(&live.properties)["acme"].as_str().unwrap().to_owned();
    assert!(waits.starts_with("PENDING until 20") && waits.ends_with('Z'), "{waits}");

    // One tenant has made a bus; the other's source has expired.
    let name = |tenant: &str| format!("{NAMESPACE}/{tenant}");
    let become_ = |tenant: &str, state: &str| {
        let mut source = bench.raw("events", "event-source", &name(tenant)).unwrap();
        source["State"] = state.into();
        bench.local.seed("eu-west-1", "events", "event-source", &name(tenant), source).unwrap();
    };
    become_("acme", "ACTIVE");
    become_("globex", "DELETED");
    assert_eq!(bench.differs(&stack(BOTH)).await, ["partner_event_sources.orders: Tenants.globex"]);
    let live = bench.read("partner_event_sources.orders").await.unwrap();
    assert_eq!(states(&live.properties), json!({ "acme": "ACTIVE", "globex": "DELETED" }));
    let changed = bench.apply(&stack(BOTH)).await;
    let create = "CreatePartnerEventSource /globex 444455556666";
    assert_eq!(asked(&changed), [create, "DeletePartnerEventSource /globex 444455556666", create]);
    assert!(bench.apply(&stack(BOTH)).await.is_empty(), "nothing is left to do");
}

#[tokio::test]
async fn an_account_that_is_no_partners_is_told_so_before_anything_is_made() {
    for code in ["OperationDisabledException", "AccessDeniedException"] {
        let faults = format!("events:ListPartnerEventSources=error:{code}*always");
        let bench = Bench::with_faults(&faults).await;
        let graph = bench.compile(&stack(BOTH));
        let resource = &graph.resources[&"partner_event_sources.orders".parse().unwrap()];
        let at = crate::engine::Lookup {
            address: resource.address.clone(),
            owner: graph.owner.clone(),
            name: resource.name.clone(),
            id: None,
            desired: resource.properties.clone(),
        };
        let kind = crate::kinds::kind("partner_event_sources").unwrap().live();
        let refused = kind.read(&bench.aws, &at).await.unwrap_err();
        assert!(refused.message.contains("has enrolled as a SaaS partner"), "{refused}");
        assert!(bench.changes().is_empty());
    }
}
