//! A route's `put_event` and `state_machine`: API Gateway mapping templates for the action PutEvents of EventBridge,
//! and for those that start an execution of Step Functions.
//!
//! Follows API Gateway's reference of mapping template variables. The request template first puts
//! every reference into variables, once as JSON and once as text, each escaped for the depth at
//! which it is used, and then is a fixed JSON text with those variables in it. So whatever a body or
//! a parameter holds stays one JSON string or one JSON value: it cannot end the string it stands in
//! nor add a member. The parts of the text that come from the stack hold no `$`, `#` or backslash of
//! their own that Velocity could read.

use std::fmt::Write as _;

use crate::engine::Value;
use crate::flow::reference::{JsonPath, Misread, Parameter, Piece, Reference, Segment, Text, parse};
use crate::flow::{Path, Problem};

use super::write::{Emit, Writer};
use super::{LONGEST_PATH, known_length};

/// The headers of the integration request, as `integration.request.header.NAME` takes them: API
/// Gateway's constants stand in single quotes.
pub const REQUEST_HEADERS: [(&str, &str); 2] =
    [("X-Amz-Target", "'AWSEvents.PutEvents'"), ("Content-Type", "'application/x-amz-json-1.1'")];

/// The response template of status 200. PutEvents answers 200 also when the bus took nothing; then
/// the route answers 502. An answer without a count is no success either. The body is AWS's: the
/// event's id, or the error.
pub const RESPONSE_TEMPLATE: &str = "\
#if($input.path('$.FailedEntryCount') != 0)
#set($context.responseOverride.status = 502)
#end
$input.json('$')
";

/// The response template of status 200 where an execution was started and nobody waits for it. A refusal has no
/// execution; then the route answers 502. The body is AWS's: the execution's ARN and when it began.
pub const STARTED_TEMPLATE: &str = "\
#if(\"$!input.path('$.executionArn')\" == \"\")
#set($context.responseOverride.status = 502)
#end
$input.json('$')
";

/// The response template of status 200 where an execution was waited for. The body is its output; of one that has
/// not succeeded, its status alone, since error and cause may tell of what is inside, and the route answers 502.
pub const ANSWERED_TEMPLATE: &str = "\
#if(\"$!input.path('$.status')\" == \"SUCCEEDED\")
$input.path('$.output')
#else
#set($context.responseOverride.status = 502)
{\"status\":$input.json('$.status')}
#end
";

/// What the templates of responses are that a route has by itself.
pub const RESPONSE_TEMPLATES: [&str; 3] = [RESPONSE_TEMPLATE, STARTED_TEMPLATE, ANSWERED_TEMPLATE];

/// The longest mapping template, in characters (API Gateway's quota of 300 KB).
pub const LONGEST_MAPPING: usize = 300 * 1024;

/// The entry that a route puts on its bus. Every field but the bus may hold references.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The bus's name or ARN, or what it will be.
    pub bus: &'a Value,
    pub source: &'a Value,
    pub detail_type: &'a Value,
    /// The document that becomes the event's `detail`.
    pub detail: &'a Value,
    /// ARNs, or one reference to a list of them.
    pub resources: Option<&'a Value>,
    /// Seconds since 1970, or a reference to them in the body.
    pub time: Option<&'a Value>,
    pub trace_header: Option<&'a Value>,
}

/// The request template of a route's integration. What is absent in the request is JSON null where
/// a reference is a whole value, and nothing inside text.
///
/// Paths of problems begin with the field: `source`, `detail_type`, `detail`, `resources`, `time`,
/// `trace_header`, `bus`.
///
/// ```
/// use gatewayctl::{flow::transform::route::{Entry, request_template}, value};
/// let template = request_template(Entry {
///     bus: &"orders".into(), source: &"carrier".into(), detail_type: &"shipped".into(),
///     detail: &value!({ "order_id": "$.order_id" }),
///     resources: None, time: None, trace_header: None,
/// }).unwrap();
/// assert!(template.as_str().unwrap().ends_with(concat!(
///     r#"{"Entries":[{"EventBusName":"orders","Source":"carrier","DetailType":"shipped","#,
///     r#""Detail":"{\"order_id\":${v0_json_in_text}}"}]}"#,
/// )));
/// ```
///
/// # Errors
/// What is no reference, what API Gateway cannot express, secrets, wrong types.
pub fn request_template(entry: Entry<'_>) -> Result<Value, Vec<Problem>> {
    template(|body| put_events(body, entry))
}

/// The request template of a route that starts an execution of a machine with a document as its input.
///
/// Paths of problems begin with the field: `state_machine`, `transform`.
///
/// # Errors
/// As of [`request_template`].
pub fn execution_template(machine: &Value, input: &Value) -> Result<Value, Vec<Problem>> {
    template(|body| {
        body.literal("{\"stateMachineArn\":");
        string(body, machine, &Path::default().key("state_machine"));
        body.literal(",\"input\":\"");
        body.emit.in_text = true;
        body.value(input, &Path::default().key("transform"));
        body.emit.in_text = false;
        body.literal("\"}");
    })
}

fn put_events(body: &mut Writer<'_, Velocity>, entry: Entry<'_>) {
    let strings = [
        ("bus", "EventBusName", Some(entry.bus)),
        ("source", "Source", Some(entry.source)),
        ("detail_type", "DetailType", Some(entry.detail_type)),
        ("trace_header", "TraceHeader", entry.trace_header),
    ];
    body.literal("{\"Entries\":[{");
    let mut comma = "";
    for (field, member, value) in strings {
        let Some(value) = value else { continue };
        let path = Path::default().key(field);
        body.literal(&format!("{comma}\"{member}\":"));
        comma = ",";
        string(body, value, &path);
    }
    body.literal(",\"Detail\":\"");
    body.emit.in_text = true;
    body.value(entry.detail, &Path::default().key("detail"));
    body.emit.in_text = false;
    body.literal("\"");
    if let Some(value) = entry.resources {
        body.literal(",\"Resources\":");
        resources(body, value);
    }
    if let Some(value) = entry.time {
        body.literal(",\"Time\":");
        time(body, value);
    }
    body.literal("}]}");
}

/// A template of what is written, with what sets its variables in front.
fn template(write: impl FnOnce(&mut Writer<'_, Velocity>)) -> Result<Value, Vec<Problem>> {
    let mut variables = Velocity::default();
    let mut body = Writer::new(&mut variables);
    write(&mut body);
    let body = body.finish()?;
    let mut template = crate::engine::Template::default();
    template.push_text(&variables.prelude);
    template.push(body);
    let template = template.into_value();
    match known_length(&template) > LONGEST_MAPPING {
        true => Err(vec![Problem::error(&Path::default(), "the mapping template is longer than 300 KB")]),
        false => Ok(template),
    }
}

/// A field that AWS takes as a string: its text, whatever type a reference has.
fn string(body: &mut Writer<'_, Velocity>, value: &Value, path: &Path) {
    if !matches!(value, Value::String(_) | Value::Unknown(_) | Value::Secret(_)) {
        body.problems.push(Problem::error(path, "text is wanted here"));
        return;
    }
    if path.keys().eq(["bus"]) && value.as_str().is_some_and(|text| !is_constant(text)) {
        body.problems.push(
            Problem::error(path, "the bus of a route is fixed: permissions are granted for it")
                .help("name a bus"),
        );
        return;
    }
    body.literal("\"");
    body.text(value, path);
    body.literal("\"");
}

fn resources(body: &mut Writer<'_, Velocity>, value: &Value) {
    let path = Path::default().key("resources");
    match value {
        Value::List(items) => {
            body.literal("[");
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    body.literal(",");
                }
                string(body, item, &path.item(i));
            }
            body.literal("]");
        }
        value if event_path(value) => body.value(value, &path),
        _ => body.problems.push(
            Problem::error(&path, "a list of ARNs is wanted here, or one reference to a list in the body")
                .help("write `[ARN]` or `$.path`"),
        ),
    }
}

fn time(body: &mut Writer<'_, Velocity>, value: &Value) {
    let path = Path::default().key("time");
    match value {
        Value::Number(_) => body.value(value, &path),
        value if event_path(value) => body.value(value, &path),
        _ => body.problems.push(
            Problem::error(&path, "the time is a number of seconds since 1970")
                .help("write the number, or `$.path` where the body has one"),
        ),
    }
}

fn is_constant(text: &str) -> bool {
    matches!(parse(text), Ok(Text::Pieces(pieces)) if matches!(pieces.as_slice(), [Piece::Text(_)]))
}

/// Whether the value is a reference to a part of the body, as a whole value.
fn event_path(value: &Value) -> bool {
    value.as_str().is_some_and(|text| matches!(parse(text), Ok(Text::Typed(Reference::Event(_)))))
}

/// The variables of a template in Velocity's language. Each reference has a number, and per form
/// in which it is used a variable.
#[derive(Default)]
struct Velocity {
    /// What sets the variables, one per line.
    prelude: String,
    known: Vec<(Reference, Vec<Form>)>,
    /// Whether JSON is being written inside a JSON string.
    in_text: bool,
}

/// A form of a reference's value. Each is made of the one before its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// JSON: `null` for what is absent.
    Json,
    /// JSON, as text inside a JSON string.
    JsonInText,
    /// Bare text: that of a string, the JSON of everything else, nothing for null.
    Bare,
    /// The text inside a JSON string.
    Text,
    /// The text inside a JSON string inside a JSON string.
    TextInText,
}

impl Form {
    fn variable(self, number: usize) -> String {
        let form = match self {
            Form::Json => "json",
            Form::JsonInText => "json_in_text",
            Form::Bare => "bare",
            Form::Text => "text",
            Form::TextInText => "text_in_text",
        };
        format!("v{number}_{form}")
    }
}

impl Emit for Velocity {
    /// Literal JSON text, one JSON string deeper where it stands in the detail. `$` and `#` can
    /// stand in strings only, where JSON has an escape for them; a backslash is spelt so that none
    /// stands before a variable, which would keep Velocity from reading it.
    fn literal(&self, json: &str) -> String {
        let mut out = String::with_capacity(json.len());
        for c in json.chars() {
            match c {
                '"' if self.in_text => out.push_str("\\\""),
                '\\' if self.in_text => out.push_str("\\u005c"),
                '$' | '#' => {
                    let _ = write!(out, "\\u{:04x}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        out
    }

    fn reference(&mut self, reference: &Reference, as_value: bool, _: &Path) -> Result<String, Misread> {
        let form = match (as_value, self.in_text) {
            (true, false) => Form::Json,
            (true, true) => Form::JsonInText,
            (false, false) => Form::Text,
            (false, true) => Form::TextInText,
        };
        checked(reference)?;
        let number = self.known.iter().position(|(known, _)| known == reference).unwrap_or_else(|| {
            self.known.push((reference.clone(), Vec::new()));
            self.known.len() - 1
        });
        self.set(number, form);
        Ok(format!("${{{}}}", form.variable(number)))
    }
}

fn checked(reference: &Reference) -> Result<(), Misread> {
    match reference {
        Reference::Service(_) => Err(Misread::new(
            format!("API Gateway has no variable `{reference}`"),
            "a route has `$`, `$.path`, `$request.path|querystring|header.NAME` and `$context.NAME`",
        )),
        reference if reference.to_string().chars().count() > LONGEST_PATH => {
            Err(Misread { message: "the reference is too long".into(), help: None })
        }
        _ => Ok(()),
    }
}

impl Velocity {
    /// Sets a form of a reference's value, and before it what that is made of.
    fn set(&mut self, number: usize, form: Form) {
        if self.known[number].1.contains(&form) {
            return;
        }
        let reference = self.known[number].0.clone();
        let is_event = matches!(reference, Reference::Event(_));
        let base = match form {
            Form::Json if is_event => None,
            Form::Bare if is_event => Some(Form::Json),
            Form::Bare => None,
            Form::Json => Some(Form::Text),
            Form::JsonInText => Some(Form::Json),
            Form::Text => Some(Form::Bare),
            Form::TextInText => Some(Form::Text),
        };
        if let Some(base) = base {
            self.set(number, base);
        }
        let name = form.variable(number);
        let base = base.map(|base| base.variable(number)).unwrap_or_default();
        let lines = match (&reference, form) {
            (Reference::Event(path), Form::Json) => body_json(path, &name),
            (Reference::Event(path), Form::Bare) => body_text(path, &name, &base),
            (Reference::Request(parameter, key), Form::Bare) => parameter_text(*parameter, key, &name),
            (Reference::Context(key), Form::Bare) => format!("#set(${name} = \"$!{{context.{key}}}\")\n"),
            (_, Form::Bare) => String::new(),
            (_, Form::Json) => string_json(&name, &Form::Bare.variable(number), &base),
            _ => format!("#set(${name} = $util.escapeJavaScript(${base}).replaceAll(\"\\\\'\",\"'\"))\n"),
        };
        self.prelude.push_str(&lines);
        self.known[number].1.push(form);
    }
}

/// The JSON of a part of the body. For what is absent API Gateway gives nothing or `""`, which only
/// the parent tells from a text that is empty.
fn body_json(path: &JsonPath, name: &str) -> String {
    let absent =
        absent(path).map(|absent| format!(" || (${name} == '\"\"' && {absent})")).unwrap_or_default();
    format!(
        "#set(${name} = $input.json({}))\n#if(\"$!{name}\" == \"\"{absent})#set(${name} = 'null')#end\n",
        quoted(path)
    )
}

/// Whether a variable of a template, such as `v0_json`, stands for a part of the body, which may be any JSON. Every
/// other one is a text, or null where the request has none. `prelude`: what sets the variables.
pub fn is_of_body(prelude: &str, variable: &str) -> bool {
    let number = variable.split('_').next().unwrap_or_default();
    prelude.contains(&format!("#set(${number}_json = $input.json("))
}

fn absent(path: &JsonPath) -> Option<String> {
    let (last, parent) = path.0.split_last()?;
    let parent = quoted(&JsonPath(parent.to_vec()));
    match last {
        Segment::Name(name) => Some(format!("!$input.path({parent}).containsKey('{name}')")),
        Segment::Index(index) => Some(format!("!($input.path({parent}).size() > {index})")),
        Segment::Every => None,
    }
}

fn body_text(path: &JsonPath, name: &str, json: &str) -> String {
    format!(
        "#set(${name} = '')\n#if(${json}.startsWith('\"'))#set(${name} = $input.path({}))\
         #elseif(${json} != 'null')#set(${name} = ${json})#end\n",
        quoted(path)
    )
}

/// A parameter's text. A header's name is compared without regard to case, as HTTP does.
fn parameter_text(parameter: Parameter, key: &str, name: &str) -> String {
    let all = format!("$input.params().{}", parameter.word());
    match parameter {
        Parameter::Header => format!(
            "#set(${name} = '')\n#foreach($key in {all}.keySet())#if($key.toLowerCase() == '{}')\
             #set(${name} = {all}.get($key))#end#end\n",
            key.to_ascii_lowercase()
        ),
        _ => format!(
            "#set(${name} = '')\n#if({all}.containsKey('{key}'))#set(${name} = {all}.get('{key}'))#end\n"
        ),
    }
}

/// The JSON string of a text; one that is absent is empty, and null.
fn string_json(name: &str, bare: &str, text: &str) -> String {
    format!(
        "#set($quote = '\"')\n#set(${name} = 'null')\n\
         #if(${bare} != '')#set(${name} = \"${{quote}}${{{text}}}${{quote}}\")#end\n"
    )
}

/// The path in Velocity's quotes. Names with dashes stand in brackets, which every reader of paths
/// takes.
fn quoted(path: &JsonPath) -> String {
    let plain = |name: &str| !name.contains('-') && !name.starts_with(|c: char| c.is_ascii_digit());
    let mut text = String::from("$");
    let mut quote = '\'';
    for segment in &path.0 {
        match segment {
            Segment::Name(name) if plain(name) => {
                let _ = write!(text, ".{name}");
            }
            Segment::Name(name) => {
                quote = '"';
                let _ = write!(text, "['{name}']");
            }
            Segment::Index(index) => {
                let _ = write!(text, "[{index}]");
            }
            Segment::Every => text.push_str("[*]"),
        }
    }
    format!("{quote}{text}{quote}")
}
