use super::super::{Findings, Node, RenderStyle, Sources, render};
use super::parse;

/// What a file reads as, and its findings as they are drawn.
fn read(text: &str) -> (Option<Node>, String) {
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text);
    let mut findings = Findings::default();
    let node = parse(&sources, file, &mut findings);
    let style = RenderStyle { color: false, width: 100 };
    (node, render(&sources, &findings, style))
}

#[test]
fn an_empty_file_says_so() {
    for text in ["", "# only a comment\n", "---\n", "\u{feff}"] {
        let (node, drawn) = read(text);
        assert!(node.is_none() && drawn.contains("the file is empty"), "{text:?}: {drawn}");
    }
}
