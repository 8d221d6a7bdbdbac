use std::collections::BTreeMap;

use super::*;
use crate::compile::testing;
use crate::engine::{Address, Secret, SecretSource, Value};
use crate::flow::answers::Answers;
use crate::flow::graph::FlowGraph;
use crate::flow::{happening, trace};
use crate::report::{Change, graph_dot, graph_mermaid};
use crate::source::FileId;

const STACK: &str = r#"
stack: shop
region: eu-west-1
account: "123456789012"
parameters: { password: { from: "env:NOT_SET", secret: true, default: hunter2 } }
buses: { orders: {} }
queues: { jobs: {} }
functions:
  work:
    image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/work:1"
    environment: { TABLE: plain }
connections:
  carrier: { basic: { username: me, password: "${parameters.password}" } }
api_destinations:
  carrier: { connection: carrier, endpoint: "https://carrier.example.com/orders", method: POST }
rules:
  created:
    bus: orders
    # Hostile, as what others name may be.
    pattern: { source: ["<script>alert(1)</script>", "\"]; end", "--> |x| `"], detail: { total: [{ numeric: [">", 100] }] } }
    targets:
      "to-carrier": { api_destination: carrier }
      jobs: { queue: jobs }
  heard: { bus: orders, pattern: { source: [x] }, targets: { jobs: { queue: jobs } } }
"#;

fn with_picture<T>(make: impl FnOnce(&Picture<'_>, &Graph) -> T) -> T {
    let (mut graph, findings) = testing::compile(STACK);
    assert!(!findings.contains("error"), "{findings}");
    // No kind with a part in the flow takes a secret now.
    let secret = Secret::from_source(SecretSource { parameter: "password".into(), version: "1".into() });
    let work = graph.resources.get_mut(&Address::new("functions", "work")).unwrap();
    work.properties.put("Environment.Variables.PASSWORD", Value::Secret(secret));
    let mut flow = FlowGraph::of(&graph);
    let event = json!({ "source": "\"]; end", "detail-type": "t", "detail": { "total": 250 } });
    let (at, arrival) = happening::read(&graph, &json!({ "bus": "orders", "event": event })).unwrap();
    let hop = trace::trace(&graph, at, arrival, &Answers::default());
    let steps = flow.follow(&hop);
    let changes = BTreeMap::from([
        ("rules.created".to_owned(), Change::Create),
        ("queues.jobs".to_owned(), Change::Replace),
    ]);
    make(&Picture { title: "shop <&\"]", flow: &flow, steps: &steps, changes: &changes }, &graph)
}

#[test]
fn hostile_names_are_text_in_mermaid_and_dot() {
    with_picture(|picture, _| {
        let mermaid = graph_mermaid(picture);
        insta::assert_snapshot!("hostile_mermaid", mermaid);
        insta::assert_snapshot!("hostile_dot", graph_dot(picture));
        assert!(!mermaid.contains("<script"));
    });
}

#[test]
fn the_picture_is_well_formed_and_has_every_node_and_edge() {
    with_picture(|picture, _| {
        let svg = graph_svg(picture).unwrap();
        let read = roxmltree::Document::parse(&svg).expect("XML");
        let of = |class: &str| {
            let is_it = |node: &roxmltree::Node<'_, '_>| {
                node.attribute("class").is_some_and(|one| one.split(' ').next() == Some(class))
            };
            read.descendants().filter(is_it).count()
        };
        assert_eq!((of("node"), of("edge")), (picture.flow.nodes.len(), picture.flow.edges.len()));
        let texts: Vec<_> = read.descendants().filter_map(|node| node.text()).collect();
        assert!(texts.iter().any(|text| text.starts_with("source: <script>alert(1)</script>")), "{texts:?}");
        let class = |address: &str| {
            let at = |node: &Node| node.at.to_string() == address;
            let id = format!("n{}", picture.flow.nodes.iter().position(at).unwrap());
            let is_it = |node: &roxmltree::Node<'_, '_>| node.attribute("id") == Some(&id);
            read.descendants().find(is_it).unwrap().attribute("class").unwrap().to_owned()
        };
        assert_eq!(class("rules.created"), "node decides create passed");
        assert_eq!(class("rules.heard"), "node decides refused");
        assert_eq!(class("queues.jobs"), "node holds replace passed");
        assert_eq!(class("functions.work"), "node answers");
    });
}

#[test]
fn the_page_runs_our_script_alone_and_holds_no_secret() {
    with_picture(|picture, graph| {
        let mut sources = Sources::new();
        sources.add("stack.yaml", STACK);
        let files = Files::default();
        let page = graph_html(picture, Declared { graph, sources: &sources, files: &files }).unwrap();
        let script = page.rsplit_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
        let hash = STANDARD.encode(Sha256::digest(script));
        assert!(page.contains(&format!("script-src 'sha256-{hash}'")));
        assert!(!page.contains("hunter2") && !page.contains("<script>alert"));
        let data = page.split_once("id=\"data\">").unwrap().1.split_once("</script>").unwrap().0;
        let data: Json = serde_json::from_str(data).unwrap();
        let node = |address: &str| {
            let mut nodes = data["nodes"].as_array().unwrap().iter();
            nodes.find(|node| node["address"] == address).unwrap().clone()
        };
        let rule = node("rules.created");
        assert!(rule["yaml"].as_str().unwrap().starts_with("created:\n  bus: orders\n  # Hostile"), "{rule}");
        assert!(rule["yaml"].as_str().unwrap().ends_with("jobs: { queue: jobs }"), "{rule}");
        assert_eq!(rule["patterns"][0]["source"][0], "<script>alert(1)</script>");
        assert_eq!(rule["place"], "stack.yaml:17");
        // The environment holds a secret: its text is not shown, and its document is masked.
        let function = node("functions.work");
        assert_eq!(function["yaml"], Json::Null);
        assert_eq!(function["document"]["Environment"]["Variables"]["PASSWORD"], "(secret)", "{function}");
        assert_eq!(node("queues.jobs")["yaml"], Json::Null, "it has no line of its own");
        let steps = data["steps"].as_array().unwrap();
        assert_eq!(steps.len(), picture.steps.len());
        let request = steps.iter().find(|step| !step["hop"]["request"].is_null()).unwrap();
        assert!(request["hop"]["request"]["headers"].to_string().contains("(secret)"), "{request}");
    });
}

#[test]
fn no_picture_holds_what_a_pattern_asks_of_a_secret() {
    let (graph, findings) = testing::compile(
        "stack: shop\nregion: eu-west-1\nbuses: { orders: { producers: external } }\nqueues: { jobs: {} }\nrules:\n  \
         told: { bus: orders, pattern: { detail: { password: [swordfish77], key: [{ prefix: AKIAIOSFODNN7QWERTYU }] } }, \
         targets: { jobs: { queue: jobs } } }\n",
    );
    assert!(!findings.contains("error"), "{findings}");
    let flow = FlowGraph::of(&graph);
    let changes = BTreeMap::new();
    let picture = Picture { title: "shop", flow: &flow, steps: &[], changes: &changes };
    for drawn in [graph_mermaid(&picture), graph_dot(&picture), graph_svg(&picture).unwrap()] {
        assert!(drawn.contains("detail.password") && drawn.contains("secret"), "{drawn}");
        assert!(!drawn.contains("swordfish") && !drawn.contains("AKIA"), "{drawn}");
    }
}

#[test]
fn a_declaration_ends_where_the_next_one_begins() {
    let mut sources = Sources::new();
    let text = "rules:\n  one:\n    a: 1\n\n    # x\n    b: 2\n  # of the next\n  two: { c: 3 }\nqueues: { three: {} }\n";
    let file = sources.add("stack.yaml", text);
    assert_eq!(file, FileId(0));
    let of = |word: &str, secret: &[&str]| {
        let span = |word: &str| Span::new(file, u32::try_from(text.find(word).unwrap()).unwrap(), 0);
        let secret: Vec<_> = secret.iter().map(|word| span(word)).collect();
        written(&sources, span(word), &secret)
    };
    assert_eq!(of("one", &[]).as_deref(), Some("one:\n  a: 1\n\n  # x\n  b: 2"));
    assert_eq!(of("two", &[]).as_deref(), Some("two: { c: 3 }"));
    assert_eq!(of("three", &[]), None);
    assert_eq!(of("one", &["one"]), None);
    assert!(of("one", &["two"]).is_some());
}
