//! What the language has beside resources, as a person uses it: parts of a stack, values that stores keep,
//! components in files of their own.

use gatewayctl::local::http::Request;
use gatewayctl::local::{Local, LocalOptions};
use serde_json::{Value, json};

use crate::support::process::Folder;

const LOCAL: &str = "--local=account.jsonl";

/// One call on the account of a folder, as somebody else makes it.
fn call(folder: &Folder, service: &str, target: &str, body: Value) -> Value {
    let path = Some(folder.path().join("account.jsonl"));
    let local = Local::open(LocalOptions { path, ..LocalOptions::new("000000000000") }).unwrap();
    let request = Request {
        method: "POST".into(),
        uri: format!("https://{service}.eu-west-1.amazonaws.com/"),
        headers: vec![("x-amz-target".into(), target.into())],
        body: body.to_string().into_bytes(),
    };
    let answer = local.handle(&request).unwrap();
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert_eq!(answer.status, 200, "{target}: {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

fn put_parameter(folder: &Folder, name: &str, kind: &str, value: &str) {
    let body = json!({ "Name": name, "Type": kind, "Value": value, "Overwrite": true });
    call(folder, "ssm", "AmazonSSM.PutParameter", body);
}

const RULES: &str = "\
stack: shop
region: eu-west-1
queues: { jobs: {}, mail: {}, old: {} }
buses: { shop: {} }
rules:
  a: { bus: shop, pattern: { source: [a] }, targets: { t: { queue: jobs } } }
  b: { bus: shop, pattern: { source: [b] }, targets: { t: { queue: mail } } }
";

#[test]
fn a_part_of_a_stack_is_planned_and_applied_and_says_so() {
    let folder = Folder::with_stack(RULES);
    let ran = folder.run(&["apply", LOCAL, "--yes", "-q", "--target", "rules.a"]).ends(0);
    assert!(ran.stdout.contains("This plan is partial (--target rules.a)"), "{}", ran.stdout);
    let ran = folder.run(&["plan", LOCAL, "--target", "rules.a"]).ends(0);
    insta::assert_snapshot!(ran.stdout, @"
    No changes in this part of the stack.
    This plan is partial (--target rules.a): the rest of the stack is left as it is. What is not declared any more stays.
    ");
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    folder.edit(", old: {} }", " }");
    folder.edit("queues: { jobs: {}", "queues: { jobs: { delay: 5s }");
    let json = |args: &[&str]| -> Value {
        let ran = folder.run(&[&["plan", LOCAL, "--format", "json"], args].concat()).ends(0);
        serde_json::from_str(&ran.stdout).unwrap()
    };
    let plan = json(&["--target", "queues.mail", "--target", "rules.b"]);
    assert_eq!(plan["verdict"], "no_changes");
    assert_eq!(plan["partial"], json!({ "target": ["queues.mail", "rules.b"], "exclude": [] }));
    let plan = json(&["--exclude", "queues.jobs"]);
    let changed: Vec<&Value> =
        plan["steps"].as_array().unwrap().iter().map(|step| &step["address"]).collect();
    assert_eq!(changed, ["queues.old"]);
    assert_eq!(json(&[])["partial"], Value::Null);
    let ran = folder.run(&["plan", LOCAL, "--target", "rules.c"]).ends(1);
    assert!(ran.stdout.contains("did you mean `rules.a`?"), "{}", ran.stdout);
    let ran = folder.run(&["destroy", LOCAL, "--yes", "-q", "--target", "queues.mail"]).ends(0);
    assert!(ran.stdout.contains("--target queues.mail"), "{}", ran.stdout);
    let left = json(&[]);
    let made: Vec<&Value> = left["steps"].as_array().unwrap().iter().map(|step| &step["address"]).collect();
    assert_eq!(made, ["queues.jobs", "queues.mail", "queues.mail/policy/rules.b", "rules.b", "queues.old"]);
}

const STORES: &str = "\
stack: shop
region: eu-west-1
parameters:
  delay: { from: 'ssm:/shop/delay', type: number, default: 1 }
  key: { from: 'ssm:/shop/key' }
  user: { from: 'secretsmanager:shop#user', secret: false }
  password: { from: 'secretsmanager:shop#password' }
queues: { jobs: { delay: '${parameters.delay}' } }
connections:
  by-key: { api_key: { name: X-Key, value: '${parameters.key}' } }
  by-password: { basic: { username: '${parameters.user}', password: '${parameters.password}' } }
";

#[test]
fn what_stores_keep_is_seen_by_version_read_by_apply_and_never_shown() {
    let folder = Folder::with_stack(STORES);
    let ran = folder.run(&["plan", LOCAL]).ends(1);
    insta::assert_snapshot!(ran.stderr, @"
    error[missing_parameter]: the parameter `key` has no value
     --> stack.yaml:5:3
      |
    5 |   key: { from: 'ssm:/shop/key' }
      |   ^^^
      |
      = help: put the parameter /shop/key into the Parameter Store of this account and region, or give `--param key=VALUE` or a file with `--params`; offline its `default` stands, and nobody is asked

    error[missing_parameter]: the parameter `user` has no value
     --> stack.yaml:6:3
      |
    6 |   user: { from: 'secretsmanager:shop#user', secret: false }
      |   ^^^^
      |
      = help: make the secret shop in Secrets Manager in this account and region, with JSON text that has `user`, or give `--param user=VALUE` or a file with `--params`; offline its `default` stands, and nobody is asked

    error[missing_parameter]: the parameter `password` has no value
     --> stack.yaml:7:3
      |
    7 |   password: { from: 'secretsmanager:shop#password' }
      |   ^^^^^^^^
      |
      = help: make the secret shop in Secrets Manager in this account and region, with JSON text that has `password`, or give `--param password=VALUE` or a file with `--params`; offline its `default` stands, and nobody is asked

    3 errors
    ");
    put_parameter(&folder, "/shop/delay", "String", "7");
    put_parameter(&folder, "/shop/key", "SecureString", "hunter2-key");
    let secret = |password: &str| json!({ "user": "admin", "password": password }).to_string();
    let made = json!({
        "Name": "shop", "SecretString": secret("hunter2-pass"), "ClientRequestToken": "11111111-1111-1111-1111-111111111111",
    });
    call(&folder, "secretsmanager", "secretsmanager.CreateSecret", made);
    let ran = folder.run(&["apply", LOCAL, "--yes", "-vv"]).ends(0);
    for text in [&ran.stdout, &ran.stderr] {
        assert!(!text.contains("hunter2"), "{text}");
    }
    let ran = folder.run(&["plan", LOCAL, "-v"]).ends(0);
    assert!(ran.stdout.starts_with("No changes."), "{}", ran.stdout);
    // A plan reads no secret: the one value is that of `user`, which is none.
    assert!(!ran.stderr.contains("ssm:GetParameter "), "{}", ran.stderr);
    for calls in ["ssm:GetParameters 1", "secretsmanager:DescribeSecret 1", "secretsmanager:GetSecretValue 1"]
    {
        assert!(ran.stderr.contains(&format!("  {calls}\n")), "{calls}: {}", ran.stderr);
    }
    put_parameter(&folder, "/shop/key", "SecureString", "hunter2-new");
    let put = json!({
        "SecretId": "shop", "SecretString": secret("hunter2-next"), "ClientRequestToken": "22222222-2222-2222-2222-222222222222",
    });
    call(&folder, "secretsmanager", "secretsmanager.PutSecretValue", put);
    let ran = folder.run(&["plan", LOCAL, "--compact"]).ends(0);
    insta::assert_snapshot!(ran.stdout, @"
    Plan: 2 to update, 1 unchanged.

    connections
      ~ update connections.by-key  shop-by-key  1 field  stack.yaml:10
      ~ update connections.by-password  shop-by-password  1 field  stack.yaml:11

    Orphan search: 2 resources looked at one by one, because lists do not show their marks.
    ");
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
}

#[test]
fn a_default_stands_in_for_a_store_offline_and_where_the_embedded_account_has_nothing() {
    let text = "stack: shop\nregion: eu-west-1\nparameters:\n  key: { from: 'ssm:/shop/key', default: local-only }\n  days: { from: 'ssm:/shop/days', default: 4d }\nqueues: { q: { message_retention_period: '${parameters.days}' } }\nconnections: { c: { api_key: { name: X-Key, value: '${parameters.key}' } } }\n";
    let folder = Folder::with_stack(text);
    folder.run(&["validate"]).ends(0);
    folder.run(&["plan", "--offline"]).ends(0);
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
}

#[test]
fn a_component_of_another_file_is_applied_and_its_findings_point_there() {
    let text = "stack: shop\nregion: eu-west-1\ncomponents:\n  crm: { source: parts/partner.yaml, for_each: [acme] }\n";
    let folder = Folder::with_stack(text);
    let parts = folder.path().join("parts");
    std::fs::create_dir_all(parts.join("code")).unwrap();
    std::fs::write(parts.join("code/index.py"), "def handler(event, context): pass\n").unwrap();
    let file = "queues: { inbox: {} }\nfunctions:\n  work: { code: code, handler: index.handler, runtime: python3.13 }\n";
    std::fs::write(parts.join("partner.yaml"), file).unwrap();
    folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
    assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
    std::fs::write(parts.join("partner.yaml"), "queues:\n  inbox: { dela: 5 }\n").unwrap();
    let ran = folder.run(&["validate"]).ends(1);
    insta::assert_snapshot!(ran.stderr, @"
    error[unknown_key]: unknown key `dela`; did you mean `delay`?
     --> parts/partner.yaml:2:12
      |
    2 |   inbox: { dela: 5 }
      |            ^^^^
      |
      = in: crm.acme.queues.inbox

    1 error
    ");
}

const DELIVERIES: &str = "\
stack: shop
region: eu-west-1
dead_letters: auto
retry: { attempts: 8, max_age: 1h }
tables: { orders: { partition_key: id, stream: new_image, protect: false } }
queues: { jobs: {} }
buses: { shop: {} }
rules:
  a: { bus: shop, pattern: { source: [a] }, targets: { t: { queue: jobs } } }
pipes:
  p: { source: { table: orders, starting_position: latest, batch_size: 1 }, target: { queue: jobs } }
";

#[test]
fn deliveries_that_name_nothing_share_a_queue_and_converge_as_they_come_and_go() {
    let folder = Folder::with_stack(DELIVERIES);
    let converges = || {
        folder.run(&["apply", LOCAL, "--yes", "-q"]).ends(0);
        assert!(folder.run(&["plan", LOCAL]).ends(0).stdout.starts_with("No changes."));
    };
    let steps = || -> Vec<String> {
        let ran = folder.run(&["plan", LOCAL, "--format", "json"]).ends(0);
        let plan: Value = serde_json::from_str(&ran.stdout).unwrap();
        let steps = plan["steps"].as_array().unwrap().iter();
        steps
            .map(|step| format!("{} {}", step["verb"].as_str().unwrap(), step["address"].as_str().unwrap()))
            .collect()
    };
    converges();
    // All rules of a bus of the stack are let in, also one that comes.
    let shared = "update queues.dead-letters/policy/events".to_owned();
    let rule = "  b: { bus: shop, pattern: { source: [b] }, targets: { t: { queue: jobs } } }\n";
    folder.edit("pipes:\n", &format!("{rule}pipes:\n"));
    assert!(!steps().contains(&shared));
    converges();
    folder.edit(rule, "");
    assert!(!steps().contains(&shared));
    converges();
    // Of the account's own bus the queue lets a new rule in before the rule is made.
    let rule = "  b: { bus: default, pattern: { source: [b] }, targets: { t: { queue: jobs } } }\n";
    folder.edit("pipes:\n", &format!("{rule}pipes:\n"));
    let planned = steps();
    let at = |step: &str| planned.iter().position(|planned| planned == step).expect(step);
    assert!(at(&shared) < at("create rules.b"), "{planned:?}");
    converges();
    folder.edit(rule, "");
    assert!(steps().contains(&shared));
    converges();
    folder.edit("retry: { attempts: 8, max_age: 1h }\n", "");
    assert_eq!(steps(), ["update pipes.p", "update rules.a"]);
    converges();
    folder.edit("dead_letters: auto\n", "");
    converges();
    folder.run(&["destroy", LOCAL, "--yes", "-q"]).ends(0);
}

const PLATFORM: &str = "\
stack: platform
region: eu-west-1
buses: { orders: {} }
connections: { carrier: { api_key: { name: X-Key, value: '${parameters.key}' } } }
parameters: { key: { from: 'env:KEY', secret: true, default: local-only } }
";

const SHOP: &str = "\
stack: shop
region: eu-west-1
parameters:
  bus: { from: 'stack:platform/buses.orders.arn' }
  carrier: { from: 'stack:platform/connections.carrier.arn', default: 'arn:aws:events:eu-west-1:000000000000:connection/none/1' }
queues: { jobs: {} }
rules: { r: { bus: '${parameters.bus}', pattern: { source: [x] }, targets: { t: { queue: jobs } } } }
api_destinations: { carrier: { connection: '${parameters.carrier}', endpoint: 'https://carrier.example', method: POST } }
";

#[test]
fn an_output_of_another_stacks_template_is_found_by_its_whole_name() {
    let platform = Folder::with_stack(
        "stack: platform\nregion: eu-west-1\ncloudformation_stacks:\n  base:\n    template: { Resources: { Jobs: { Type: AWS::SQS::Queue } }, Outputs: { Pause: { Value: 7s } } }\n",
    );
    let shop = Folder::with_stack(
        "stack: shop\nregion: eu-west-1\nparameters: { pause: { from: 'stack:platform/cloudformation_stacks.base.outputs.Pause' } }\nqueues: { jobs: { delay: '${parameters.pause}' } }\n",
    );
    let account = format!("--local={}", platform.path().join("account.jsonl").display());
    platform.run(&["apply", &account, "--yes", "-q"]).ends(0);
    let plan = shop.run(&["plan", &account]).ends(0).stdout;
    assert!(plan.contains("DelaySeconds: 7"), "{plan}");
    shop.edit("outputs.Pause", "outputs.Pauses");
    let ran = shop.run(&["plan", &account]).ends(1);
    assert!(ran.stderr.contains("has no `outputs.Pauses`"), "{}", ran.stderr);
}

#[test]
fn what_another_stack_has_is_found_by_its_mark_and_is_never_its_own() {
    let (platform, shop) = (Folder::with_stack(PLATFORM), Folder::with_stack(SHOP));
    let account = format!("--local={}", platform.path().join("account.jsonl").display());
    let ran = shop.run(&["plan", &account]).ends(1);
    insta::assert_snapshot!(ran.stderr);
    platform.run(&["apply", &account, "--yes", "-q"]).ends(0);
    shop.run(&["apply", &account, "--yes", "-q"]).ends(0);
    let plan = shop.run(&["plan", &account]).ends(0).stdout;
    assert!(plan.starts_with("No changes."), "{plan}");
    // A stack of an environment takes what that environment has, and else what has none.
    let plan = shop.run(&["plan", &account, "--env", "dev"]).ends(0).stdout;
    assert!(plan.contains("shop-dev-r"), "{plan}");
    shop.edit("buses.orders.arn", "buses.orders.url");
    let ran = shop.run(&["plan", &account]).ends(1);
    assert!(ran.stderr.contains("a bus has no `url`; it has `arn`, `name`"), "{}", ran.stderr);
    shop.edit("buses.orders.url", "buses.orders.arn");
    shop.run(&["destroy", &account, "--yes", "-q"]).ends(0);
    let plan = platform.run(&["plan", &account]).ends(0).stdout;
    assert!(plan.starts_with("No changes."), "{plan}");
}

#[test]
fn what_a_components_file_names_and_is_not_there_is_said_to_be_relative_to_that_file() {
    let folder = Folder::with_stack(
        "stack: shop\nregion: eu-west-1\ncomponents: { partner: { source: parts/partner.yaml } }\nstate_machines: { own: { definition: absent.asl.yaml } }\n",
    );
    std::fs::create_dir(folder.path().join("parts")).expect("a folder");
    let part = "outputs: { q: x }\nfunctions: { work: { code: absent, handler: index.handler, runtime: python3.13 } }\nstate_machines: { theirs: { definition: absent.asl.yaml } }\n";
    std::fs::write(folder.path().join("parts/partner.yaml"), part).expect("a file");
    let ran = folder.run(&["validate"]).ends(1);
    let said = ran.stderr.replace(&folder.path().display().to_string(), "FOLDER");
    insta::assert_snapshot!(said);
}

#[test]
fn the_index_of_the_language_names_every_kind() {
    let text = include_str!("../../docs/language.md");
    let index = text.split("## The file").next().expect("an index");
    let missing: Vec<&str> = gatewayctl::kinds::declarable()
        .into_iter()
        .filter(|kind| !index.contains(&format!("[`{kind}`](#{kind})")))
        .collect();
    assert_eq!(missing, [""; 0]);
}
