//! Compiling text in tests.

use std::path::PathBuf;

use crate::engine::Graph;
use crate::kinds;
use crate::source::{Findings, RenderStyle, Sources, render};
use crate::spec::{Inputs, Mode, load};

/// Compiles a stack's text for account 123456789012, with these settings of the inputs changed, and
/// draws its findings. The graph is empty if the frame is wrong.
pub fn compile_with(text: &str, change: impl FnOnce(&mut Inputs)) -> (Option<Graph>, String) {
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text);
    let mut findings = Findings::default();
    let mut inputs = Inputs::of_process(PathBuf::from("."), Mode::Offline);
    inputs.environment = Box::new(|_| None);
    inputs.account = Some("123456789012".into());
    inputs.fallback_region = Some("eu-west-1".into());
    change(&mut inputs);
    let stack = load(&mut sources, file, &inputs, &kinds::declarable(), kinds::LATER, &mut findings);
    let graph = stack.map(|stack| super::compile(&stack, &inputs.base, &mut findings));
    let drawn = match findings.is_empty() {
        true => String::new(),
        false => render(&sources, &findings, RenderStyle { color: false, width: 100 }),
    };
    (graph, drawn)
}

/// The hints of a stack's text: the address of each.
pub fn hints(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text);
    let mut findings = Findings::default();
    let mut inputs = Inputs::of_process(PathBuf::from("."), Mode::Offline);
    inputs.environment = Box::new(|_| None);
    inputs.account = Some("123456789012".into());
    inputs.fallback_region = Some("eu-west-1".into());
    let stack = load(&mut sources, file, &inputs, &kinds::declarable(), kinds::LATER, &mut findings);
    super::compile(&stack.expect("a stack"), &inputs.base, &mut findings);
    assert!(findings.is_empty(), "{}", render(&sources, &findings, RenderStyle { color: false, width: 100 }));
    findings.hints().filter_map(|hint| hint.address.clone()).collect()
}

/// Compiles a stack's text for account 123456789012 in eu-west-1.
pub fn compile(text: &str) -> (Graph, String) {
    let (graph, drawn) = compile_with(text, |_| {});
    match graph {
        Some(graph) => (graph, drawn),
        None => panic!("no stack:\n{drawn}"),
    }
}
