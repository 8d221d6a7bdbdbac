//! Runs a template's blocks.

use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};

use super::methods::{self, java_text};
use super::parse::{Block, Expression, Reference, Step};
use super::{Rendered, Request, Wrong};

/// So many steps a template may take, and so many bytes it may write.
const MOST_STEPS: usize = 1_000_000;
const MOST_BYTES: usize = 16 << 20;

pub(super) fn run(blocks: &[Block], template: &str, request: &Request) -> Result<Rendered, Wrong> {
    let mut run = Run {
        template,
        request,
        body: serde_json::from_str(&request.body).unwrap_or(Json::Null),
        variables: HashMap::new(),
        set: Json::Object(Map::new()),
        steps: 0,
    };
    let mut text = String::new();
    run.blocks(blocks, &mut text)?;
    Ok(Rendered { text, set: run.set })
}

struct Run<'r> {
    template: &'r str,
    request: &'r Request,
    body: Json,
    variables: HashMap<String, Json>,
    set: Json,
    steps: usize,
}

impl Run<'_> {
    fn step(&mut self, written: usize) -> Result<(), Wrong> {
        self.steps += 1;
        match self.steps > MOST_STEPS || written > MOST_BYTES {
            true => Err(Wrong { at: 0, message: "the template takes too long, or writes too much".into() }),
            false => Ok(()),
        }
    }

    fn blocks(&mut self, blocks: &[Block], out: &mut String) -> Result<(), Wrong> {
        for block in blocks {
            self.step(out.len())?;
            match block {
                Block::Text(text) => out.push_str(text),
                Block::Reference(reference) => {
                    let written = self.written(reference)?;
                    out.push_str(&written);
                }
                Block::Set(target, value) => self.assign(target, value)?,
                Block::If(branches) => {
                    for (condition, blocks) in branches {
                        let holds = match condition {
                            Some(condition) => truth(self.expression(condition)?.as_ref()),
                            None => true,
                        };
                        if holds {
                            self.blocks(blocks, out)?;
                            break;
                        }
                    }
                }
                Block::Each { name, of, blocks } => self.each(name, of, blocks, out)?,
            }
        }
        Ok(())
    }

    /// A reference as it is written; one without a value stands as its own text.
    fn written(&mut self, reference: &Reference) -> Result<String, Wrong> {
        Ok(match self.reference(reference)? {
            Some(value) => java_text(&value),
            None if reference.is_quiet => String::new(),
            None => self.template[reference.span.0..reference.span.1].to_owned(),
        })
    }

    fn assign(&mut self, target: &Reference, value: &Expression) -> Result<(), Wrong> {
        let names = target.steps.iter().map(|step| match step {
            Step::Member(name) => Some(name.as_str()),
            _ => None,
        });
        let names: Option<Vec<&str>> = names.collect();
        // Velocity leaves a variable alone that is set to null.
        let Some(value) = self.expression(value)? else { return Ok(()) };
        match names.as_deref() {
            Some([]) => _ = self.variables.insert(target.root.clone(), value),
            Some(names) if target.root == "context" => {
                put(&mut self.set, names, value);
            }
            Some(names) => {
                put(self.variables.entry(target.root.clone()).or_insert_with(|| json!({})), names, value);
            }
            None => {
                let message = "only `$name` and `$name.member` can be set".into();
                return Err(Wrong { at: target.span.0, message });
            }
        }
        Ok(())
    }

    fn each(&mut self, name: &str, of: &Expression, blocks: &[Block], out: &mut String) -> Result<(), Wrong> {
        let items: Vec<Json> = match self.expression(of)? {
            Some(Json::Array(items)) => items,
            // Velocity goes through a map's values.
            Some(Json::Object(map)) => map.into_iter().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        };
        let before =
            [name, "foreach", "velocityCount"].map(|name| (name.to_owned(), self.variables.remove(name)));
        let last = items.len().saturating_sub(1);
        for (index, item) in items.into_iter().enumerate() {
            let of = json!({ "index": index, "count": index + 1, "hasNext": index < last, "first": index == 0, "last": index == last });
            self.variables.insert("foreach".into(), of);
            self.variables.insert("velocityCount".into(), json!(index + 1));
            self.variables.insert(name.to_owned(), item);
            self.blocks(blocks, out)?;
        }
        for (name, value) in before {
            match value {
                Some(value) => _ = self.variables.insert(name, value),
                None => _ = self.variables.remove(&name),
            }
        }
        Ok(())
    }

    fn expression(&mut self, expression: &Expression) -> Result<Option<Json>, Wrong> {
        self.step(0)?;
        Ok(match expression {
            Expression::Value(Json::Null) => None,
            Expression::Value(value) => Some(value.clone()),
            Expression::Text(pieces) => {
                let mut text = String::new();
                self.blocks(pieces, &mut text)?;
                Some(text.into())
            }
            Expression::Reference(reference) => self.reference(reference)?,
            Expression::List(items) => {
                let items: Result<Vec<_>, _> = items.iter().map(|item| self.expression(item)).collect();
                Some(items?.into_iter().map(Option::unwrap_or_default).collect())
            }
            Expression::Map(members) => {
                let mut map = Map::new();
                for (key, value) in members {
                    let key = self.expression(key)?.map(|key| java_text(&key)).unwrap_or_default();
                    map.insert(key, self.expression(value)?.unwrap_or_default());
                }
                Some(map.into())
            }
            Expression::Range(ends) => self.range(ends)?,
            Expression::Not(inner) => Some((!truth(self.expression(inner)?.as_ref())).into()),
            Expression::Binary(operator, operands) => self.binary(operator, operands)?,
        })
    }

    fn range(&mut self, [first, last]: &[Expression; 2]) -> Result<Option<Json>, Wrong> {
        let ends =
            [self.expression(first)?, self.expression(last)?].map(|end| end.and_then(|end| end.as_i64()));
        let [Some(first), Some(last)] = ends else { return Ok(None) };
        if first.abs_diff(last) as usize > MOST_STEPS {
            return Err(Wrong { at: 0, message: "the range is too long".into() });
        }
        let up: Vec<i64> = (first.min(last)..=first.max(last)).collect();
        Ok(Some(if first <= last { json!(up) } else { up.into_iter().rev().map(Json::from).collect() }))
    }

    fn binary(&mut self, operator: &str, [one, other]: &[Expression; 2]) -> Result<Option<Json>, Wrong> {
        let one = self.expression(one)?;
        match operator {
            "&&" if !truth(one.as_ref()) => return Ok(Some(false.into())),
            "||" if truth(one.as_ref()) => return Ok(Some(true.into())),
            _ => {}
        }
        let other = self.expression(other)?;
        if matches!(operator, "&&" | "||") {
            return Ok(Some(truth(other.as_ref()).into()));
        }
        let Some((one, other)) = one.as_ref().zip(other.as_ref()) else {
            // A comparison with null is false, save that it differs.
            return Ok(Some((operator == "!=" && (one.is_some() || other.is_some())).into()));
        };
        Ok(match operator {
            "==" => Some(methods::equal(one, other).into()),
            "!=" => Some((!methods::equal(one, other)).into()),
            "<" | "<=" | ">" | ">=" => one.as_f64().zip(other.as_f64()).map(|(one, other)| {
                match operator {
                    "<" => one < other,
                    "<=" => one <= other,
                    ">" => one > other,
                    _ => one >= other,
                }
                .into()
            }),
            "+" if one.is_string() || other.is_string() => {
                Some(format!("{}{}", java_text(one), java_text(other)).into())
            }
            _ => methods::arithmetic(operator, one, other),
        })
    }

    fn reference(&mut self, reference: &Reference) -> Result<Option<Json>, Wrong> {
        self.step(0)?;
        let wrong = |message: String| Wrong { at: reference.span.0, message };
        let mut steps = reference.steps.iter();
        let mut value = match reference.root.as_str() {
            "input" | "util" => {
                let first = steps.next();
                self.provided(&reference.root, first).and_then(|found| found.map_err(wrong))?
            }
            "context" => Some(self.request.context.clone()),
            "stageVariables" => Some(self.request.stage_variables.clone()),
            name => self.variables.get(name).cloned(),
        };
        // `$list.add(…)` and `$map.put(…)` change what the variable holds.
        if let ([Step::Call(name, arguments)], true) = (reference.steps.as_slice(), value.is_some())
            && let "add" | "put" = name.as_str()
        {
            let arguments = self.arguments(arguments)?;
            let held = self.variables.get_mut(&reference.root);
            let added = held.and_then(|held| methods::add(held, name, &arguments));
            return added.map(Some).ok_or_else(|| wrong(format!("`{name}` is no method of it")));
        }
        for step in steps {
            let Some(on) = value else { return Ok(None) };
            value = match step {
                Step::Member(name) => methods::member(&on, name),
                Step::Index(index) => {
                    let index = self.expression(index)?;
                    index.and_then(|index| methods::index(&on, &index))
                }
                Step::Call(name, arguments) => {
                    let arguments = self.arguments(arguments)?;
                    methods::call(&on, name, &arguments).map_err(wrong)?
                }
            };
        }
        Ok(value.filter(|value| !value.is_null()))
    }

    fn arguments(&mut self, arguments: &[Expression]) -> Result<Vec<Json>, Wrong> {
        arguments.iter().map(|one| Ok(self.expression(one)?.unwrap_or_default())).collect()
    }

    /// What `$input` and `$util` have.
    fn provided(&mut self, root: &str, step: Option<&Step>) -> Result<Result<Option<Json>, String>, Wrong> {
        let (name, arguments) = match step {
            Some(Step::Call(name, arguments)) => (name.as_str(), self.arguments(arguments)?),
            Some(Step::Member(name)) if root == "input" && name == "body" => {
                return Ok(Ok(Some(self.request.body.clone().into())));
            }
            _ => return Ok(Ok(None)),
        };
        Ok(match root {
            "util" => methods::util(name, &arguments),
            _ => self.input(name, &arguments),
        })
    }

    fn input(&self, name: &str, arguments: &[Json]) -> Result<Option<Json>, String> {
        let first = arguments.first().and_then(Json::as_str);
        match (name, first) {
            ("params", None) => Ok(Some(self.request.params.clone())),
            ("params", Some(name)) => {
                let find = |place: &str| self.request.params[place].get(name).cloned();
                Ok(["path", "querystring", "header"].into_iter().find_map(find))
            }
            ("json", Some(path)) => Ok(match methods::path(path)?.find(&self.body) {
                Some(value) => Some(value.to_string().into()),
                None => self.request.absent_json.clone().map(Json::from),
            }),
            ("path", Some(path)) => Ok(match methods::path(path)?.find(&self.body) {
                Some(value) => Some(value),
                None => self.request.absent_path.clone().map(Json::from),
            }),
            _ => Err(format!("`$input` has no `{name}`")),
        }
    }
}

fn truth(value: Option<&Json>) -> bool {
    !matches!(value, None | Some(Json::Null | Json::Bool(false)))
}

/// Puts a value under names, making objects on the way.
fn put(on: &mut Json, names: &[&str], value: Json) {
    let Some((first, rest)) = names.split_first() else {
        *on = value;
        return;
    };
    if !on.is_object() {
        *on = json!({});
    }
    if let Json::Object(map) = on {
        put(map.entry(*first).or_insert(Json::Null), rest, value);
    }
}
