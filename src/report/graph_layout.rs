//! Where the nodes and edges of a flow stand in a picture: the layered layout of `dugong`, from left to right.

use std::collections::BTreeSet;

use dugong::graphlib::{Graph, GraphOptions};
use dugong::{EdgeLabel, GraphLabel, NodeLabel, RankDir};

/// A picture with everything in its place. All lengths are pixels; places are centres.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub width: f64,
    pub height: f64,
    pub nodes: Vec<Place>,
    pub edges: Vec<Route>,
    /// The frames around groups.
    pub groups: Vec<Place>,
}

/// Where a box stands, by its centre.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The way of an edge, and where its label stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    pub points: Vec<(f64, f64)>,
    pub label: Option<Place>,
}

/// A width and a height.
pub(super) type Size = (f64, f64);

/// What is to be laid out.
#[derive(Clone, Debug, Default)]
pub(super) struct Boxes {
    pub nodes: Vec<Size>,
    /// From, to, and the size of the label; nothing for none.
    pub edges: Vec<(usize, usize, Option<Size>)>,
    /// The nodes of each group.
    pub groups: Vec<Vec<usize>>,
}

const MARGIN: f64 = 24.0;
/// Between two nodes above each other, two edges above each other, and two columns.
const NODES: f64 = 18.0;
const EDGES: f64 = 12.0;
const COLUMNS: f64 = 46.0;

/// Lays boxes out.
///
/// # Errors
/// What the library says, for people.
pub(super) fn lay_out(boxes: &Boxes) -> Result<Layout, String> {
    if boxes.nodes.is_empty() {
        return Ok(Layout { width: 2.0 * MARGIN, height: 2.0 * MARGIN, ..Layout::default() });
    }
    let options = GraphOptions { directed: true, multigraph: true, compound: true };
    let mut graph: Graph<NodeLabel, EdgeLabel, GraphLabel> = Graph::new(options);
    graph.set_graph(GraphLabel {
        rankdir: RankDir::LR,
        nodesep: NODES,
        edgesep: EDGES,
        ranksep: COLUMNS,
        marginx: MARGIN,
        marginy: MARGIN,
        ..GraphLabel::default()
    });
    let node = |index: usize| format!("n{index}");
    let group = |index: usize| format!("g{index}");
    // The library turns an edge of each loop around: the one that leads back to where it came from, beginning with
    // the first nodes. So what nothing leads to comes first, and stands at the left.
    let led_to = boxes.edges.iter().filter(|(from, to, _)| from != to).map(|(_, to, _)| *to);
    let led_to: BTreeSet<usize> = led_to.collect();
    let (others, first): (Vec<usize>, Vec<usize>) =
        (0..boxes.nodes.len()).partition(|index| led_to.contains(index));
    for index in first.into_iter().chain(others) {
        let (width, height) = boxes.nodes[index];
        graph.set_node(node(index), NodeLabel { width, height, ..NodeLabel::default() });
    }
    for (index, members) in boxes.groups.iter().enumerate() {
        graph.set_node(group(index), NodeLabel::default());
        for member in members {
            graph.set_parent(node(*member), group(index));
        }
    }
    for (index, (from, to, label)) in boxes.edges.iter().enumerate() {
        let (width, height) = label.unwrap_or_default();
        let label = EdgeLabel { width, height, weight: 1.0, ..EdgeLabel::default() };
        graph.set_edge_named(node(*from), node(*to), Some(index.to_string()), Some(label));
    }
    dugong::layout(&mut graph).map_err(|error| format!("the picture cannot be laid out: {error}"))?;
    let place = |id: String| {
        let label = graph.node(&id).ok_or_else(|| format!("the picture lacks {id}"))?;
        let (x, y) = (label.x.unwrap_or_default(), label.y.unwrap_or_default());
        Ok::<Place, String>(Place { x, y, width: label.width, height: label.height })
    };
    let route = |index: usize, (from, to, label): &(usize, usize, Option<Size>)| {
        let number = index.to_string();
        let edge = graph.edge(&node(*from), &node(*to), Some(&number));
        let edge = edge.ok_or_else(|| format!("the picture lacks edge {index}"))?;
        let at = label.zip(edge.x.zip(edge.y));
        Ok::<Route, String>(Route {
            points: edge.points.iter().map(|point| (point.x, point.y)).collect(),
            label: at.map(|((width, height), (x, y))| Place { x, y, width, height }),
        })
    };
    Ok(Layout {
        width: graph.graph().width,
        height: graph.graph().height,
        nodes: (0..boxes.nodes.len()).map(|index| place(node(index))).collect::<Result<_, _>>()?,
        edges: boxes
            .edges
            .iter()
            .enumerate()
            .map(|(index, edge)| route(index, edge))
            .collect::<Result<_, _>>()?,
        groups: (0..boxes.groups.len()).map(|index| place(group(index))).collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether two boxes have a pixel in common.
    fn overlap(one: &Place, other: &Place) -> bool {
        (one.x - other.x).abs() < (one.width + other.width) / 2.0
            && (one.y - other.y).abs() < (one.height + other.height) / 2.0
    }

    #[test]
    fn what_nothing_leads_to_stands_at_the_left_of_a_loop() {
        let boxes = Boxes {
            nodes: vec![(80.0, 40.0); 4],
            edges: vec![(0, 1, None), (1, 2, None), (2, 0, None), (3, 1, None)],
            groups: Vec::new(),
        };
        let layout = lay_out(&boxes).unwrap();
        let x: Vec<f64> = layout.nodes.iter().map(|place| place.x).collect();
        assert!(x[3] < x[1] && x[1] < x[2] && x[2] < x[0], "{x:?}");
    }

    #[test]
    fn no_two_nodes_overlap_and_edges_begin_and_end_at_theirs() {
        // A loop, an edge to itself, two edges between the same, one that stands alone, and a group.
        let edges = [(0, 1), (1, 2), (2, 0), (3, 3), (0, 1), (0, 2), (4, 1)];
        let boxes = Boxes {
            nodes: (0..6).map(|index| (80.0 + 20.0 * f64::from(index), 40.0)).collect(),
            edges: edges.iter().map(|(from, to)| (*from, *to, Some((60.0, 12.0)))).collect(),
            groups: vec![vec![1, 2]],
        };
        let layout = lay_out(&boxes).unwrap();
        for (index, one) in layout.nodes.iter().enumerate() {
            assert!(layout.nodes[..index].iter().all(|other| !overlap(one, other)), "{layout:?}");
            assert!(one.x + one.width / 2.0 <= layout.width && one.y + one.height / 2.0 <= layout.height);
        }
        for ((from, to, _), route) in boxes.edges.iter().zip(&layout.edges) {
            let near = |point: (f64, f64), at: &Place| {
                (point.0 - at.x).abs() <= at.width / 2.0 + 1.0
                    && (point.1 - at.y).abs() <= at.height / 2.0 + 1.0
            };
            let (first, last) = (route.points[0], route.points[route.points.len() - 1]);
            assert!(near(first, &layout.nodes[*from]) && near(last, &layout.nodes[*to]), "{route:?}");
            assert!(route.label.is_some());
        }
        let group = &layout.groups[0];
        let inside = |node: &Place| (node.x - group.x).abs() * 2.0 + node.width <= group.width + 1.0;
        assert!([1, 2].iter().all(|node| inside(&layout.nodes[*node])), "{layout:?}");
        assert!(lay_out(&Boxes::default()).is_ok());
    }
}
