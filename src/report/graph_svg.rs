//! The flow as SVG: a picture of its own, and what the page of HTML shows.

use std::fmt::Write as _;

use super::escape::html;
use super::graph::{Picture, caption, details, label, whole};
use super::graph_layout::{Boxes, Layout, Place, Route, lay_out};
use super::graph_mermaid::{class_of, class_of_mark};
use crate::flow::graph::{Edge, How, Node};

const STYLE: &str = include_str!("graph_svg.css");

/// The width of a character of the font at 12 pixels, with a little to spare: all have the same.
const CHARACTER: f64 = 7.4;
/// Of the smaller font.
const SMALL: f64 = 6.2;
const LINE: f64 = 14.0;
const PADDING: f64 = 12.0;
const LEAST_WIDTH: f64 = 96.0;

/// The flow as SVG. It needs no other file and asks for none.
///
/// # Errors
/// It cannot be laid out, for people.
pub fn graph_svg(picture: &Picture<'_>) -> Result<String, String> {
    let flow = picture.flow;
    let groups = flow.groups();
    let words: Vec<Vec<String>> = flow.nodes.iter().map(words).collect();
    let names: Vec<Vec<String>> = flow.edges.iter().map(|edge| picture.names(edge)).collect();
    let edge = |(edge, names): (&Edge, &Vec<String>)| {
        let size = (!names.is_empty()).then(|| (widest(names, SMALL) + 8.0, LINE * count(names) + 2.0));
        (edge.from, edge.to, size)
    };
    let boxes = Boxes {
        nodes: words.iter().map(|lines| size(lines)).collect(),
        edges: flow.edges.iter().zip(&names).map(edge).collect(),
        groups: groups.values().cloned().collect(),
    };
    let layout = lay_out(&boxes)?;
    let Layout { width, height, .. } = layout;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"group\" aria-label=\"Flow of {0}\">\n<title>Flow of {0}</title>\n\
         <style>\n{STYLE}</style>\n<defs>\n",
        html(picture.title)
    );
    for class in ["flow", "dead", "way"] {
        let _ = writeln!(
            out,
            "<marker id=\"{class}\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"head-{class}\" d=\"M0 0.5 8 4 0 7.5z\"/></marker>"
        );
    }
    out.push_str("</defs>\n");
    for (name, place) in groups.keys().zip(&layout.groups) {
        let (left, top) = corner(place);
        let _ = writeln!(
            out,
            "<g class=\"group\"><rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"8\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
            place.width,
            place.height,
            left + 8.0,
            top + 12.0,
            html(name)
        );
    }
    for (index, ((edge, route), names)) in flow.edges.iter().zip(&layout.edges).zip(&names).enumerate() {
        let (from, to) = (&layout.nodes[edge.from], &layout.nodes[edge.to]);
        write_edge(&mut out, picture, index, (route, &path(&route.points, from, to)), names);
    }
    for (index, ((node, place), lines)) in flow.nodes.iter().zip(&layout.nodes).zip(&words).enumerate() {
        write_node(&mut out, picture, index, node, place, lines);
    }
    out.push_str("</svg>\n");
    Ok(out)
}

/// The lines on a node.
fn words(node: &Node) -> Vec<String> {
    [caption(node), label(node)].into_iter().chain(details(node)).collect()
}

fn size(lines: &[String]) -> (f64, f64) {
    let name = widest(&lines[1..2], CHARACTER);
    let others = widest(&lines[..1], SMALL).max(widest(&lines[2..], SMALL));
    ((name.max(others) + 2.0 * PADDING).max(LEAST_WIDTH), LINE * count(lines) + PADDING)
}

fn count(lines: &[String]) -> f64 {
    lines.iter().map(|_| 1.0).sum()
}

/// The width of the widest line. A character beyond ASCII may be as wide as two.
fn widest(lines: &[String], character: f64) -> f64 {
    let wide = |line: &String| -> f64 { line.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum() };
    lines.iter().map(|line| wide(line) * character).fold(0.0, f64::max)
}

fn corner(place: &Place) -> (f64, f64) {
    (place.x - place.width / 2.0, place.y - place.height / 2.0)
}

fn write_edge(
    out: &mut String,
    picture: &Picture<'_>,
    index: usize,
    (route, path): (&Route, &str),
    names: &[String],
) {
    let edge = &picture.flow.edges[index];
    let class = match edge.how {
        How::Listens => "listens",
        How::Sends => "sends",
        How::May => "may",
        How::DeadLetters => "dead",
    };
    let mark =
        picture.mark_of_edge(index).map_or_else(String::new, |mark| format!(" {}", class_of_mark(mark)));
    let at = |node: usize| whole(&picture.flow.nodes[node]);
    let names_of = if edge.names.is_empty() { String::new() } else { format!(": {}", edge.names.join(", ")) };
    let says = format!("{} {} {}{names_of}", at(edge.from), edge.how.says(), at(edge.to));
    let _ = write!(
        out,
        "<g class=\"edge {class}{mark}\" id=\"e{index}\"><title>{}</title><path d=\"{path}\"/>",
        html(&says),
    );
    if let Some(place) = &route.label {
        let (left, top) = corner(place);
        let _ = write!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
            place.width, place.height
        );
        for (line, name) in (1..).zip(names) {
            let y = top + LINE * f64::from(line) - 3.0;
            let _ = write!(out, "<text x=\"{:.1}\" y=\"{y:.1}\">{}</text>", place.x, html(name));
        }
    }
    out.push_str("</g>\n");
}

/// A line from the side of one box to that of the other, by the points between. What it goes up or down, it goes
/// between the columns: near the points, which stand there.
fn path(points: &[(f64, f64)], from: &Place, to: &Place) -> String {
    let [first, between @ .., last] = points else { return String::new() };
    let side = if to.x > from.x { 0.5 } else { -0.5 };
    let is_loop = (to.x - from.x).abs() < 1.0;
    let (start, end) = match is_loop {
        true => (*first, *last),
        false => ((from.x + side * from.width, from.y), (to.x - side * to.width, to.y)),
    };
    let mut path = format!("M{:.1} {:.1}", start.0, start.1);
    let mut here = start;
    for (index, next) in between.iter().chain([&end]).enumerate() {
        let bend = match index {
            _ if between.is_empty() => 0.5,
            0 => 0.75,
            last if last == between.len() => 0.25,
            _ => 0.5,
        };
        let turn = here.0 + bend * (next.0 - here.0);
        let _ = match is_loop {
            true => write!(path, "L{:.1} {:.1}", next.0, next.1),
            false => {
                let ((_, y), (x, to)) = (here, *next);
                write!(path, "C{turn:.1} {y:.1} {turn:.1} {to:.1} {x:.1} {to:.1}")
            }
        };
        here = *next;
    }
    path
}

fn write_node(
    out: &mut String,
    picture: &Picture<'_>,
    index: usize,
    node: &Node,
    place: &Place,
    lines: &[String],
) {
    let mut class = class_of(node.part).to_owned();
    class.extend(picture.change(node).map(|change| format!(" {}", change.word())));
    class.extend(picture.mark_of_node(index).map(|mark| format!(" {}", class_of_mark(mark))));
    let (left, top) = corner(place);
    let round = match node.part {
        crate::flow::graph::Part::Holds => place.height / 2.0,
        _ => 5.0,
    };
    let _ = write!(
        out,
        "<g class=\"node {class}\" id=\"n{index}\"><title>{}</title>\
         <rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{round:.1}\"/>",
        html(&whole(node)),
        place.width,
        place.height
    );
    for (line, text) in lines.iter().enumerate() {
        let class = match line {
            0 => "kind",
            1 => "name",
            _ => "what",
        };
        let y = top + PADDING / 2.0 + LINE * count(&lines[..=line]) - 3.5;
        let _ =
            write!(out, "<text class=\"{class}\" x=\"{:.1}\" y=\"{y:.1}\">{}</text>", place.x, html(text));
    }
    out.push_str("</g>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leaves_at_the_side_and_comes_in_at_the_other() {
        let at = |x: f64, y: f64| Place { x, y, width: 20.0, height: 10.0 };
        let (left, right) = (at(0.0, 0.0), at(100.0, 50.0));
        let points = [(5.0, 5.0), (50.0, 20.0), (95.0, 45.0)];
        assert_eq!(
            path(&points, &left, &right),
            "M10.0 0.0C40.0 0.0 40.0 20.0 50.0 20.0C60.0 20.0 60.0 50.0 90.0 50.0"
        );
        let back: Vec<_> = points.iter().rev().copied().collect();
        assert!(
            path(&back, &right, &left).starts_with("M90.0 50.0C")
                && path(&back, &right, &left).ends_with(" 10.0 0.0")
        );
        assert_eq!(path(&points, &left, &left), "M5.0 5.0L50.0 20.0L95.0 45.0");
        assert_eq!(path(&[], &left, &right), "");
    }
}
