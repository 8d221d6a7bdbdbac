//! Transforms of a schedule's target: `Input` with Scheduler's keywords in it.
//!
//! Follows the Scheduler guide on context attributes: a keyword such as `<aws.scheduler.scheduled-time>` is
//! replaced by its bare text wherever it stands, so as a value it stands in quotes. No event arrives, so there is
//! no path of one.

use crate::engine::Value;
use crate::flow::reference::{Misread, Reference};
use crate::flow::{Path, Problem};

use super::Compiled;
use super::write::{Emit, Reserved, Writer, only_route, reserved, without_placeholders};

/// The variables of the service, after `aws.scheduler.`.
pub(super) const RESERVED: &[Reserved] = &[
    Reserved { name: "schedule-arn", only_value: false },
    Reserved { name: "scheduled-time", only_value: false },
    Reserved { name: "execution-id", only_value: false },
    Reserved { name: "attempt-number", only_value: false },
];

pub(super) fn compile(document: &Value) -> Result<Compiled, Vec<Problem>> {
    let mut emit = Keywords;
    let mut writer = Writer::new(&mut emit);
    writer.value(document, &Path::default());
    writer.finish().map(Compiled::Constant)
}

struct Keywords;

impl Emit for Keywords {
    fn literal(&self, json: &str) -> String {
        without_placeholders(json)
    }

    fn reference(&mut self, reference: &Reference, as_value: bool, _: &Path) -> Result<String, Misread> {
        match reference {
            Reference::Service(name) => {
                let keyword = reserved(RESERVED, "aws.scheduler", name, as_value)?;
                Ok(if as_value { format!("\"{keyword}\"") } else { keyword })
            }
            Reference::Event(_) => Err(Misread::new(
                format!("`{reference}` is a path of an event, and a schedule has none"),
                "here there are `$aws.scheduled-time`, `$aws.schedule-arn`, `$aws.execution-id` and `$aws.attempt-number`; a literal `$` is written `$$`",
            )),
            Reference::Request(..) | Reference::Context(_) => Err(only_route(reference)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::transform::{Dialect, compile};
    use crate::value;

    fn input(document: &Value) -> String {
        match compile(document, Dialect::Schedule) {
            Ok(Compiled::Constant(Value::String(text))) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_schedule_sends_a_document_with_the_keywords_of_the_service() {
        let document = value!({
            "at": "$aws.scheduled-time", "try": "<$aws.attempt-number> of <$aws.execution-id>", "less": "a < b", "n": 1,
            "cost": "$$5",
        });
        assert_eq!(
            input(&document),
            r#"{"at":"<aws.scheduler.scheduled-time>","try":"<aws.scheduler.attempt-number> of <aws.scheduler.execution-id>","less":"a \u003c b","n":1,"cost":"$5"}"#
        );
        assert_eq!(input(&"$aws.schedule-arn".into()), "\"<aws.scheduler.schedule-arn>\"");
    }

    #[test]
    fn there_is_no_event_to_read_and_no_other_keyword() {
        let document = value!({ "a": "$.id", "b": "$aws.scheduled-tim", "c": "$" });
        let problems = compile(&document, Dialect::Schedule).unwrap_err();
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems.len(), 3);
        assert!(
            shown[0].starts_with("a: `$.id` is a path of an event, and a schedule has none"),
            "{}",
            shown[0]
        );
        assert!(shown[1].contains("did you mean `$aws.scheduled-time`"), "{}", shown[1]);
    }
}
