//! What the tests of this room share: a stack from text, and someone who knows its resources.

use std::path::Path;

use super::inputs::{Inputs, Mode};
use super::scope::{Resolve, Scope};
use super::stack::{Stack, load};
use crate::engine::{Address, Template, Value};
use crate::source::{Findings, RenderStyle, Sources, render};

pub const KINDS: [&str; 7] = ["tables", "queues", "buses", "rules", "functions", "apis", "log_groups"];
pub const LATER: [&str; 2] = ["streams", "schedule_groups"];

/// Inputs of nothing: no flags, no variables, no files, offline in a region.
pub fn inputs() -> Inputs {
    Inputs {
        environment: Box::new(|_| None),
        read_file: Box::new(|_: &Path| Err(std::io::ErrorKind::NotFound.into())),
        fallback_region: Some("eu-west-1".into()),
        ..Inputs::of_process("/stack".into(), Mode::Offline)
    }
}

/// A stack file and what is said about it.
pub struct Loaded {
    pub sources: Sources,
    pub findings: Findings,
    pub stack: Option<Stack>,
}

impl Loaded {
    /// The findings as they are drawn.
    pub fn drawn(&self) -> String {
        render(&self.sources, &self.findings, RenderStyle { color: false, width: 110 })
    }

    /// The stack, about which there must be nothing to say.
    pub fn good(self) -> Stack {
        assert_eq!(self.drawn(), "");
        self.stack.expect("a stack without findings comes back")
    }

    /// Addresses of all declarations.
    pub fn addresses(&self) -> Vec<String> {
        let stack = self.stack.iter().flat_map(|stack| &stack.declarations);
        stack.map(|declaration| declaration.address.to_string()).collect()
    }

    /// The findings' messages, without their places.
    pub fn messages(&self) -> Vec<&str> {
        self.findings.iter().map(|finding| finding.message.as_str()).collect()
    }

    /// Resolves a text that stands under `key` of the queue `q`.
    pub fn text(&mut self, key: &str) -> Option<Value> {
        let stack = self.stack.clone()?;
        let queue = stack.declarations.iter().find(|d| d.address.key == "q")?;
        queue.scope.text(queue.node.get(key)?, super::Manner::Own, &Known::of(&stack), &mut self.findings)
    }

    /// Reads what stands under `key` of the queue `q` as one of AWS's documents.
    pub fn document(&mut self, key: &str) -> Value {
        let stack = self.stack.clone().expect("a stack");
        let queue = stack.declarations.iter().find(|d| d.address.key == "q").expect("a queue");
        let node = queue.node.get(key).expect("a key");
        let mut places = Default::default();
        queue.scope.document(node, &Known::of(&stack), &mut self.findings, &mut places, "D")
    }
}

pub fn loaded_with(text: &str, inputs: &Inputs) -> Loaded {
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text);
    let mut findings = Findings::default();
    let stack = load(&mut sources, file, inputs, &KINDS, &LATER, &mut findings);
    Loaded { sources, findings, stack }
}

/// A file without its first line, `stack: shop`.
pub fn loaded(rest: &str) -> Loaded {
    loaded_with(&format!("stack: shop\n{rest}"), &inputs())
}

/// Knows the declared resources. Every one has an `arn`, which is known, and a `url`, which is not.
pub struct Known(Vec<Address>);

impl Known {
    pub fn of(stack: &Stack) -> Known {
        Known(stack.declarations.iter().map(|declaration| declaration.address.clone()).collect())
    }
}

impl Resolve for Known {
    fn address(&self, component: Option<&(String, String)>, kind: &str, key: &str) -> Option<Address> {
        let stack = Address::new(kind, key);
        let inner = Address { component: component.cloned(), ..stack.clone() };
        [inner, stack].into_iter().find(|address| self.0.contains(address))
    }

    fn keys(&self, component: Option<&(String, String)>, kind: &str) -> Vec<String> {
        let seen =
            |a: &&Address| a.kind == kind && (a.component.is_none() || a.component.as_ref() == component);
        self.0.iter().filter(seen).map(|address| address.key.clone()).collect()
    }

    fn output(&self, address: &Address, output: &str) -> Result<Value, Vec<&'static str>> {
        match output {
            "arn" => Ok(format!("arn:{address}").into()),
            "url" => Ok(Template::output(address.clone(), "url").into()),
            _ => Err(vec!["arn", "url"]),
        }
    }

    fn arn_pattern(&self, kind: &str) -> Option<&'static str> {
        match kind {
            "queues" => Some("arn:{partition}:sqs:{region}:{account}:{name}"),
            "buses" => Some("arn:{partition}:events:{region}:{account}:event-bus/{name}"),
            "firehose" => Some("arn:{partition}:firehose:{region}:{account}:deliverystream/{name}"),
            _ => None,
        }
    }
}

/// The scope of a stack that says nothing.
pub fn bare() -> (Scope, Known) {
    let stack = loaded("").good();
    ((*stack.scope).clone(), Known::of(&stack))
}

pub fn with_env(text: &str, env: &str) -> Loaded {
    loaded_with(text, &Inputs { env: Some(env.into()), ..inputs() })
}

pub fn with_params(rest: &str, params: &[(&str, &str)]) -> Loaded {
    let params = params.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    loaded_with(&format!("stack: shop\n{rest}"), &Inputs { params, ..inputs() })
}

pub fn with_variables(rest: &str, mode: Mode, variables: &'static [(&'static str, &'static str)]) -> Loaded {
    let environment = move |wanted: &str| {
        let found = variables.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, text)| (*text).to_owned())
    };
    let inputs = Inputs { environment: Box::new(environment), mode, ..inputs() };
    loaded_with(&format!("stack: shop\n{rest}"), &inputs)
}
