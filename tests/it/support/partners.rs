//! The stacks of partners where an emulator has not everything that they ask for.

use super::process::Folder;

/// What stands in for the APIs of partners: a page by partner and cursor.
const PAGES: &str = r#"
PAGES = {
    "alpine": {
        "": {"rooms": [{"roomId": 1, "title": "Loft", "state": "vacant", "priceCents": 9900}], "next": "p2"},
        "p2": {"rooms": [{"roomId": 2, "title": "Barn", "state": "occupied", "priceCents": 7000}]},
    },
    "harbour": {
        "": {"data": [{"uid": "r", "attributes": {"name": "Attic", "available": True, "rate": "120.50"}}], "links": {}}
    },
    "meadow": {"": {"rooms": []}},
}


def handler(event, context):
    return PAGES[event["partner"]][event["cursor"]]
"#;

const PULL: &str = "    Resource: arn:aws:states:::lambda:invoke
    Parameters:
      FunctionName: ${Pull}
      Payload: { partner: \"${Partner}\", api: \"${Api}\", by: \"${Connection}\", cursor.$: $.page.cursor }
    ResultSelector: { ResponseBody.$: $.Payload }
    ResultPath: $.answer
";

/// Puts others into a copy of a stack for what no emulator has: `tests/stand_ins.txt`. The keys of partners, which come
/// from a store otherwise, are taken from the variable `CARRIER_PASSWORD`.
pub fn stand_in(folder: &Folder) {
    const OF_A_PARTNER: &str = "{ event_source_name: \"${parameters.source}\" }";
    let stack = std::fs::read_to_string(folder.path().join("stack.yaml")).expect("the stack");
    if stack.contains(OF_A_PARTNER) {
        folder.edit(OF_A_PARTNER, "{}");
    }
    for file in ["partner.yaml", "endpoint-partner.yaml"] {
        edit(folder, &format!("components/{file}"), |text| {
            cut(text, "\"secretsmanager:", "\"", "\"env:CARRIER_PASSWORD\", secret: true")
        });
    }
    let path = folder.path().join("workflows/sync.asl.yaml");
    if !path.exists() {
        return;
    }
    edit(folder, "workflows/sync.asl.yaml", |text| {
        cut(text, "    Resource: arn:aws:states:::http:invoke\n", "    ResultPath: $.answer\n", PULL)
    });
    edit(folder, "components/partner.yaml", |text| {
        text.replacen(
            "    substitutions:\n",
            "    substitutions:\n      Pull: ${functions.partner-api.arn}\n",
            1,
        )
    });
    let code = folder.path().join("functions/partner-api");
    std::fs::create_dir_all(&code).expect("a folder");
    std::fs::write(code.join("index.py"), PAGES).expect("a file");
    let function = "functions:\n  partner-api: { code: functions/partner-api, handler: index.handler, runtime: python3.13, log_retention_days: 30 }\n";
    folder.edit("functions:\n", function);
    folder.edit("topics:\n  operators: {}", "queues:\n  operators: {}");
    folder.edit("topic: operators", "queue: operators");
}

fn edit(folder: &Folder, file: &str, change: impl Fn(&str) -> String) {
    let path = folder.path().join(file);
    if let Ok(text) = std::fs::read_to_string(&path) {
        let changed = change(&text);
        assert_ne!(text, changed, "{file}");
        std::fs::write(&path, changed).expect("a file");
    }
}

/// The text with what stands from a beginning to an end replaced.
fn cut(text: &str, from: &str, to: &str, with: &str) -> String {
    let (before, rest) = text.split_once(from).expect("a beginning");
    let (_, after) = rest.split_once(to).expect("its end");
    format!("{before}{with}{after}")
}
