use crate::compile::testing::compile;

#[test]
fn a_namespace_has_a_source_for_each_tenant_and_is_protected() {
    let (graph, findings) = compile(
        "
stack: shop
parameters: { tenants: { type: map, of: string, default: { acme: '111122223333', globex: '444455556666' } } }
partner_event_sources:
  orders: { partner: example.com, tenants: '${parameters.tenants}' }
  none: { partner: example.com, name: eu/none, tenants: {}, protect: false }
outputs: { namespace: '${partner_event_sources.orders.namespace}' }
",
    );
    assert_eq!(findings, "");
    let of = |address: &str| &graph.resources[&address.parse().unwrap()];
    insta::assert_snapshot!(
        serde_json::to_string_pretty(&of("partner_event_sources.orders").properties.to_shown_json()).unwrap()
    );
    assert!(of("partner_event_sources.orders").protect && !of("partner_event_sources.none").protect);
    assert_eq!(graph.outputs[0].1.as_str(), Some("aws.partner/example.com/shop-orders"));
}

#[test]
fn what_is_no_partner_no_tenant_and_no_account_is_said_at_its_place() {
    let long = "x".repeat(230);
    let (_, findings) = compile(&format!(
        "
stack: shop
partner_event_sources:
  a: {{ partner: aws.partner/example.com, tenants: {{}} }}
  b: {{ partner: example.com, name: eu//b, tenants: {{}} }}
  c:
    partner: example.com
    tenants:
      a/b: '111122223333'
      acme: 11112222333x
      {long}: '111122223333'
"
    ));
    insta::assert_snapshot!(findings);
}
