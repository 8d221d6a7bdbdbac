//! How a route changes, on a terminal and as JSON.

use serde_json::{Value as Json, json};

use super::page::{Page, piece};
use super::style::Label;
use super::tests_text::{differs, pretty};
use crate::flow::passing::Spot;
use crate::flow::route::Compared;

/// The version of the JSON.
const FORMAT: &str = "1.0";

/// The routes that change, each under its name if it has one.
pub fn routes_text(routes: &[(Option<String>, Compared)], color: bool, width: usize) -> String {
    let mut page = Page::new(color, width);
    for (name, route) in routes {
        let indent = match name {
            Some(name) => {
                page.blank();
                page.line(0, &[piece(Label::Heading, name.as_str())]);
                2
            }
            None => 0,
        };
        write(&mut page, indent, route);
    }
    page.finish()
}

/// The routes that change, as JSON.
pub fn routes_json(routes: &[(Option<String>, Compared)]) -> Json {
    let names = |spots: &[Spot]| spots.iter().map(Spot::to_string).collect::<Vec<_>>();
    let routes = routes.iter().map(|(name, route)| {
        let changes = route.changes.iter();
        let changes: Vec<Json> = changes
            .map(|change| json!({ "to": change.to.to_string(), "was": change.was, "is": change.is }))
            .collect();
        json!({ "name": name, "reached": names(&route.reached), "now": names(&route.now), "changes": changes })
    });
    json!({ "format_version": FORMAT, "routes": routes.collect::<Vec<_>>() })
}

fn write(page: &mut Page, indent: usize, route: &Compared) {
    let names = |spots: &[Spot]| match spots {
        [] => "nobody".to_owned(),
        spots => spots.iter().map(Spot::to_string).collect::<Vec<_>>().join(", "),
    };
    let (reached, now) = (names(&route.reached), names(&route.now));
    let head = match reached == now {
        true => format!("reaches {now}, as before"),
        false => format!("reached {reached}; now {now}"),
    };
    page.prose(indent, Label::Plain, &head);
    for change in &route.changes {
        let (label, sign) = match (change.was.is_empty(), change.is.is_empty()) {
            (true, _) => (Label::Create, "+"),
            (_, true) => (Label::Delete, "-"),
            _ => (Label::Update, "~"),
        };
        page.line(indent, &[piece(label, format!("{sign} ")), piece(Label::Address, change.to.to_string())]);
        let whole = |all: &[Json]| match all {
            [one] => one.clone(),
            all => Json::from(all.to_vec()),
        };
        match sign {
            "~" => differs(page, indent + 4, &whole(&change.was), &whole(&change.is), ("before", "now")),
            "+" => pretty(&whole(&change.is))
                .lines()
                .for_each(|line| page.line(indent + 4, &[piece(Label::After, line)])),
            _ => pretty(&whole(&change.was))
                .lines()
                .for_each(|line| page.line(indent + 4, &[piece(Label::Before, line)])),
        }
    }
}
