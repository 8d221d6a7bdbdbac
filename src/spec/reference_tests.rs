use super::super::testing::{Known, Loaded, loaded};
use super::*;

const BUS: RefTo = RefTo::checked(&["buses"], "arn");
const QUEUE_OR_BUS: RefTo = RefTo::checked(&["queues", "buses"], "arn");

fn stack(value: &str) -> Loaded {
    loaded(&format!(
        "\
parameters: {{ at: {{ default: orders }}, shared: {{ default: 'arn:aws:events:eu-west-1:1:event-bus/x' }}, pw: {{ from: 'env:P', secret: true }} }}
buses: {{ orders: , other: }}
tables: {{ sales: }}
components: {{ crm: {{ for_each: [acme], buses: {{ inner: }} }} }}
rules:
  q: {{ bus: {value} }}
"
    ))
}

fn refer_to(value: &str, to: &RefTo) -> (Option<(Value, Option<Address>)>, Loaded) {
    let mut loaded = stack(value);
    let stack = loaded.stack.clone().unwrap();
    let rule = stack.declarations.iter().find(|d| d.address.key == "q").unwrap();
    let node = rule.node.get("bus").unwrap();
    let found = reference(node, to, &rule.scope, &Known::of(&stack), &mut loaded.findings);
    (found, loaded)
}

#[test]
fn a_reference_is_a_key_an_address_an_arn_or_an_interpolation() {
    for (written, value, address) in [
        ("orders", "arn:buses.orders", Some("buses.orders")),
        ("buses.orders", "arn:buses.orders", Some("buses.orders")),
        ("crm.acme.buses.inner", "arn:crm.acme.buses.inner", Some("crm.acme.buses.inner")),
        ("'${parameters.at}'", "arn:buses.orders", Some("buses.orders")),
        ("'${buses.orders.arn}'", "arn:buses.orders", Some("buses.orders")),
        ("'${buses.orders}'", "arn:buses.orders", Some("buses.orders")),
        (
            "'${components.crm.acme.buses.inner.arn}'",
            "arn:crm.acme.buses.inner",
            Some("crm.acme.buses.inner"),
        ),
        ("arn:aws:events:eu-west-1:1:event-bus/x", "arn:aws:events:eu-west-1:1:event-bus/x", None),
        ("'${parameters.shared}'", "arn:aws:events:eu-west-1:1:event-bus/x", None),
        (
            "'arn:${aws.partition}:events:eu-west-1:1:event-bus/y'",
            "arn:aws:events:eu-west-1:1:event-bus/y",
            None,
        ),
    ] {
        let (found, loaded) = refer_to(written, &BUS);
        assert_eq!(loaded.drawn(), "", "{written}");
        let (got, at) = found.unwrap();
        assert_eq!((got.as_str(), at.map(|a| a.to_string()).as_deref()), (Some(value), address), "{written}");
    }
    let (found, _) = refer_to("'arn:x/${buses.orders.url}'", &BUS);
    assert!(matches!(found, Some((Value::Unknown(_), None))));
}

#[test]
fn a_wrong_reference_says_what_is_wanted() {
    let said = |written: &str, to: &RefTo| {
        let (found, loaded) = refer_to(written, to);
        assert_eq!(found, None, "{written}");
        loaded.messages().join("; ")
    };
    for (written, message) in [
        ("ordrs", "unknown bus `ordrs`; did you mean `orders`?"),
        ("sales", "`sales` is a table; here a bus is wanted"),
        ("tables.sales", "`sales` is a table; here a bus is wanted"),
        ("'${tables.sales.arn}'", "`sales` is a table; here a bus is wanted"),
        ("'${buses.orders.url}'", "`url` is not what is needed here: write `orders`"),
        ("'${buses.orders.nope}'", "a bus has no output `nope`"),
        ("buses.ordrs", "unknown bus `ordrs`; did you mean `orders`?"),
        ("bus.orders", "unknown kind `bus`; did you mean `buses`?"),
        ("crm.acme.buses.orders", "`crm.acme` has no bus `orders`"),
        ("a.b.c", "`a.b.c` is no address; write KIND.KEY, such as `buses.orders`"),
        ("[orders]", "expected the key of a bus, found a list"),
        ("'${parameters.pw}'", "expected the key of a bus, found something else"),
        ("'${parameters.x}'", "unknown parameter `x`"),
        ("arn:nonsense", "`arn:nonsense` is no ARN"),
        ("arn:aws:sqs:eu-west-1:1:x", "this is the ARN of a queue, not of a bus"),
        ("arn:aws:s3:::x", "this is an ARN of the service `s3`, not of a bus"),
        ("arn:aws:events:eu-west-1:1:rule/x", "this is an ARN of the service `events`, not of a bus"),
    ] {
        assert_eq!(said(written, &BUS), message, "{written}");
    }
    assert_eq!(said("ordrs", &QUEUE_OR_BUS), "`ordrs` is no queue or bus; did you mean `orders`?");
    assert_eq!(said("sales", &QUEUE_OR_BUS), "`sales` is a table; here a queue or a bus is wanted");
}

#[test]
fn the_arn_of_another_kind_is_drawn_with_the_form_that_is_wanted() {
    insta::assert_snapshot!(refer_to("arn:aws:sqs:eu-west-1:1:x", &BUS).1.drawn(), @"
    error[wrong_arn]: this is the ARN of a queue, not of a bus
     --> stack.yaml:7:13
      |
    7 |   q: { bus: arn:aws:sqs:eu-west-1:1:x }
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: expected `arn:aws:events:eu-west-1:ACCOUNT:event-bus/NAME`

    1 error
    ");
}

#[test]
fn a_name_with_a_dot_is_told_from_an_address() {
    insta::assert_snapshot!(refer_to("aws.partner/example.com/orders", &BUS).1.drawn());
}

#[test]
fn an_unknown_reference_is_drawn_under_its_word() {
    insta::assert_snapshot!(refer_to("ordrs", &BUS).1.drawn(), @"
    error[unknown_reference]: unknown bus `ordrs`; did you mean `orders`?
     --> stack.yaml:7:13
      |
    7 |   q: { bus: ordrs }
      |             ^^^^^

    1 error
    ");
}

#[test]
fn what_no_stack_declares_is_named_by_its_arn() {
    const FIREHOSE: RefTo = RefTo::unchecked(&["firehose"], "arn");
    let arn = "arn:aws:firehose:eu-west-1:1:deliverystream/x";
    let (found, loaded) = refer_to(arn, &FIREHOSE);
    assert_eq!(loaded.drawn(), "");
    assert_eq!(found.unwrap(), (arn.into(), None));
    for (written, message) in [
        ("x", "`x` is no ARN, and a stack does not declare a Firehose stream"),
        ("a.b", "`a.b` is no ARN, and a stack does not declare a Firehose stream"),
        ("orders", "`orders` is a bus; here a Firehose stream is wanted"),
        ("arn:aws:sqs:eu-west-1:1:q", "this is the ARN of a queue, not of a Firehose stream"),
    ] {
        let (found, loaded) = refer_to(written, &FIREHOSE);
        assert!(found.is_none() && loaded.drawn().contains(message), "{}", loaded.drawn());
    }
}
