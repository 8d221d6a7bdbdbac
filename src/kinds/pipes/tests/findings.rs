use super::*;

#[test]
fn what_is_wrong_with_a_pipe_is_said_at_its_place() {
    insta::assert_snapshot!(compile("
stack: shop
tables: { t: { partition_key: PK, stream: keys_only }, still: { partition_key: PK } }
queues: { q: {} }
pipes:
  a: { source: { table: t }, target: { queue: q } }
  b: { source: { table: still, starting_position: latest, batch_size: 11 }, target: { queue: q } }
  c: { source: { queue: q, retry: { attempts: 3 }, dead_letter: q, starting_position: latest }, target: { queue: q } }
  d: { source: { kafka: x }, target: { function: f } }
  e: { source: { table: t, starting_position: latest, retry: { attempts: 10001, max_age: 59 }, parallelization_factor: 11 }, target: { queue: q, transform: { a: $.x }, input_template: x } }
  f: { source: { queue: q, filters: [{ body: 1 }, { body: [{ suffix: [] }] }] }, target: { queue: q, transform: { a: $aws.nothing } } }
  g: { source: { queue: q }, target: { bus: \"arn:aws:events:us-east-1:123456789012:event-bus/b\", source: aws.mine, time: now, resources: [a, b, c, d, e, f, g, h, i, j, k] } }
  h: { target: {} }
  i: { source: { table: \"arn:aws:dynamodb:eu-west-1:123456789012:table/x\", starting_position: latest }, target: { queue: q }, log: { level: error } }
").1, @r#"
    error[missing_key]: `starting_position` is missing
     --> stack.yaml:6:16
      |
    6 |   a: { source: { table: t }, target: { queue: q } }
      |                ^
      |
      = in: pipes.a
      = help: Where in the stream the pipe begins: `latest` (records from then on) or `trim_horizon` (the oldest record that is still there, up to a day old).

    error[no_output]: `tables.still` has no `stream_arn` as it is declared
     --> stack.yaml:7:25
      |
    7 |   b: { source: { table: still, starting_position: latest, batch_size: 11 }, target: { queue: q…
      |                         ^^^^^
      |
     ::: stack.yaml:3:56
      |
    3 | tables: { t: { partition_key: PK, stream: keys_only }, still: { partition_key: PK } }
      |                                                        ----- declared here
      |
      = in: pipes.b
      = help: declare its `stream`: What the records of its stream hold; left out, there is no stream. Another view is another stream with an ARN of its own, so whatever reads it is replaced.

    error[batch_size]: a batch of 11 records is more than a queue takes
     --> stack.yaml:7:71
      |
    7 | … { source: { table: still, starting_position: latest, batch_size: 11 }, target: { queue: q } }
      |                                                                    ^^
      |
      = in: pipes.b
      = help: at most 10

    error[streams_only]: `retry` is for streams
     --> stack.yaml:8:28
      |
    8 |   c: { source: { queue: q, retry: { attempts: 3 }, dead_letter: q, starting_position: latest }…
      |                            ^^^^^
      |
      = in: pipes.c
      = help: a queue counts receives itself: declare `redrive: { dead_letter: …, max_receive_count: … }` on the queue

    error[streams_only]: `dead_letter` is for streams
     --> stack.yaml:8:52
      |
    8 | …eue: q, retry: { attempts: 3 }, dead_letter: q, starting_position: latest }, target: { queue: …
      |                                  ^^^^^^^^^^^
      |
      = in: pipes.c
      = help: a queue counts receives itself: declare `redrive: { dead_letter: …, max_receive_count: … }` on the queue

    error[streams_only]: `starting_position` is for streams
     --> stack.yaml:8:68
      |
    8 | …q, retry: { attempts: 3 }, dead_letter: q, starting_position: latest }, target: { queue: q } }
      |                                             ^^^^^^^^^^^^^^^^^
      |
      = in: pipes.c
      = help: a `queue` has none; take it away

    error[no_kind_key]: unknown key `kafka`; did you mean `self_managed_kafka`?
     --> stack.yaml:9:18
      |
    9 |   d: { source: { kafka: x }, target: { function: f } }
      |                  ^^^^^
      |
      = in: pipes.d
      = help: one of `table`, `stream`, `queue`, `msk`, `self_managed_kafka`, `active_mq`, `rabbit_mq` must stand here

    error[wrong_kind]: `f` is a pipe; here a function is wanted
     --> stack.yaml:9:50
      |
    9 |   d: { source: { kafka: x }, target: { function: f } }
      |                                                  ^
      |
      = in: pipes.d

    error[out_of_range]: 10001 is too much; at most 10000
      --> stack.yaml:10:74
       |
    10 | …on: latest, retry: { attempts: 10001, max_age: 59 }, parallelization_factor: 11 }, target: { …
       |                                 ^^^^^
       |
       = in: pipes.e

    error[out_of_range]: 59 seconds is too little; at least 60 seconds
      --> stack.yaml:10:90
       |
    10 | …y: { attempts: 10001, max_age: 59 }, parallelization_factor: 11 }, target: { queue: q, transf…
       |                                 ^^
       |
       = in: pipes.e

    error[out_of_range]: 11 is too much; at most 10
      --> stack.yaml:10:120
       |
    10 | … 59 }, parallelization_factor: 11 }, target: { queue: q, transform: { a: $.x }, input_templat…
       |                                 ^^
       |
       = in: pipes.e

    error[target_input]: `input_template` cannot stand beside `transform`
      --> stack.yaml:10:169
       |
    10 | …arallelization_factor: 11 }, target: { queue: q, transform: { a: $.x }, input_template: x } }
       |                                                                          ^^^^^^^^^^^^^^
       |
       = in: pipes.e
       = help: a target takes one of transform, input, input_path and input_template

    error[pattern]: a field of a pattern takes a list of values, not a number
      --> stack.yaml:11:46
       |
    11 | … { queue: q, filters: [{ body: 1 }, { body: [{ suffix: [] }] }] }, target: { queue: q, transf…
       |                                 ^
       |
       = in: pipes.f
       = help: write `[1]`

    error[pattern]: a text or `{ equals-ignore-case: text }` is wanted here
      --> stack.yaml:11:70
       |
    11 | … body: 1 }, { body: [{ suffix: [] }] }] }, target: { queue: q, transform: { a: $aws.nothing }…
       |                                 ^^
       |
       = in: pipes.f
       = help: alternatives are expressions of their own: `[{ prefix: a }, { prefix: b }]`

    error[transform]: the service has no variable `$aws.nothing`
      --> stack.yaml:11:118
       |
    11 | …y: 1 }, { body: [{ suffix: [] }] }] }, target: { queue: q, transform: { a: $aws.nothing } } }
       |                                                                             ^^^^^^^^^^^^
       |
       = in: pipes.f
       = help: there are pipe-arn, pipe-name, source-arn, enrichment-arn, target-arn, event.ingestion-time, event, event.json

    error[missing_key]: `detail_type` is missing
      --> stack.yaml:12:38
       |
    12 | … source: { queue: q }, target: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/b", so…
       |                                 ^
       |
       = in: pipes.g
       = help: The event's detail-type, or a path of the record.

    error[bus_elsewhere]: a pipe puts events on a bus of its own account and region alone
      --> stack.yaml:12:45
       |
    12 | …: { queue: q }, target: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/b", source: a…
       |                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: pipes.g
       = help: send to a bus here, and from there on by a rule

    error[event_source]: sources that begin with `aws.` are AWS's own
      --> stack.yaml:12:106
       |
    12 | …56789012:event-bus/b", source: aws.mine, time: now, resources: [a, b, c, d, e, f, g, h, i, j,…
       |                                 ^^^^^^^^
       |
       = in: pipes.g
       = help: choose another source

    error[event_time]: the time is a path of the record
      --> stack.yaml:12:122
       |
    12 | …2:event-bus/b", source: aws.mine, time: now, resources: [a, b, c, d, e, f, g, h, i, j, k] } }
       |                                          ^^^
       |
       = in: pipes.g
       = help: such as `$.dynamodb.ApproximateCreationDateTime`

    error[too_many_resources]: an event names at most 10 resources
      --> stack.yaml:12:138
       |
    12 | …2:event-bus/b", source: aws.mine, time: now, resources: [a, b, c, d, e, f, g, h, i, j, k] } }
       |                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: pipes.g

    error[missing_key]: `source` is missing
      --> stack.yaml:13:6
       |
    13 |   h: { target: {} }
       |      ^
       |
       = in: pipes.h
       = help: Where records come from, by one of `table` (its stream), `stream`, `queue`, `msk`, `self_managed_kafka`, `active_mq` and `rabbit_mq`, with its parameters beside it: `{ table: orders, starting_position: latest }`. Every source takes `filters` and batching; a stream and a table's stream take `retry` and `dead_letter`.

    error[no_kind_key]: nothing here names what it goes to; one of `bus`, `queue`, `topic`, `stream`, `function`, `state_machine`, `api_destination`, `api`, `firehose`, `log_group`, `ecs_cluster`, `batch_queue`, `redshift`, `sagemaker_pipeline`, `timestream`, `inspector` must stand here
      --> stack.yaml:13:16
       |
    13 |   h: { target: {} }
       |                ^^
       |
       = in: pipes.h

    error[no_stream]: this is the ARN of a table; a pipe reads its stream
      --> stack.yaml:14:25
       |
    14 |   i: { source: { table: "arn:aws:dynamodb:eu-west-1:123456789012:table/x", starting_position:…
       |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: pipes.i
       = help: write the stream's ARN, which ends in `/stream/` and a time

    error[no_log_destination]: nothing here says where the log goes
      --> stack.yaml:14:127
       |
    14 | …56789012:table/x", starting_position: latest }, target: { queue: q }, log: { level: error } }
       |                                                                        ^^^
       |
       = in: pipes.i
       = help: write `group`, `firehose` or `s3`

    24 errors
    "#);
}

#[test]
fn a_pipe_has_five_filters_of_4096_characters_at_the_most() {
    let filters = ["{ body: [a] }"; 6].join(", ");
    let with = |filters: &str| {
        compile(&format!("stack: shop\nqueues: {{ q: {{}} }}\npipes: {{ p: {{ source: {{ queue: q, filters: [{filters}] }}, target: {{ queue: q }} }} }}\n")).1
    };
    assert!(
        with(&filters).contains("error[too_many_filters]: 6 filters stand here; a pipe has at most 5"),
        "{}",
        with(&filters)
    );
    let long = with(&format!("{{ body: [{}] }}", "a".repeat(4100)));
    assert!(long.contains("AWS takes at most 4096"), "{long}");
    assert_eq!(with(&format!("{{ body: [{}] }}", "a".repeat(4000))), "");
}

#[test]
fn a_template_has_8192_characters_at_the_most() {
    let long = "a".repeat(8192);
    let (_, findings) = compile(&format!(
        "stack: shop\nqueues: {{ q: {{}} }}\npipes: {{ p: {{ source: {{ queue: q }}, target: {{ queue: q, transform: {{ a: {long} }} }} }} }}\n"
    ));
    assert!(findings.contains("8192"), "{findings}");
}

/// hashicorp/terraform-provider-aws#30773: what a source needs is said before any call.
#[test]
fn what_is_wrong_with_a_broker_or_a_topic_is_said_at_its_place() {
    let arn =
        |service: &str, resource: &str| format!("\"arn:aws:{service}:eu-west-1:123456789012:{resource}\"");
    let (mq, msk, kinesis) =
        (arn("mq", "broker:b:1"), arn("kafka", "cluster/c/1"), arn("kinesis", "stream/s"));
    let secret = arn("secretsmanager", "secret:s");
    let (_, findings) = compile(&format!(
        "
stack: shop
queues: {{ q: {{}} }}
pipes:
  a: {{ source: {{ active_mq: {mq}, queue_name: n }}, target: {{ queue: q }} }}
  b: {{ source: {{ rabbit_mq: {mq}, queue_name: n, credentials: {{ basic_auth: q }}, dead_letter: q }}, target: {{ queue: q }} }}
  c: {{ source: {{ msk: {msk}, topic_name: t, credentials: {{}}, retry: {{ attempts: 1 }} }}, target: {{ queue: q }} }}
  d: {{ source: {{ self_managed_kafka: kafka.example.com, topic_name: t, starting_position: latest, additional_bootstrap_servers: [\"a:1\", b, \"c:1\"], vpc: {{ subnets: [], security_groups: [sg-1] }}, credentials: {{ basic_auth: {secret}, sasl_scram_256_auth: {secret} }} }}, target: {{ queue: q }} }}
  e: {{ source: {{ stream: {kinesis}, starting_position: at_timestamp }}, target: {{ queue: q }} }}
  f: {{ source: {{ stream: {kinesis}, starting_position: latest, starting_position_timestamp: 2026-01-01T00:00:00Z }}, target: {{ queue: q }} }}
  g: {{ source: {{ stream: {kinesis}, starting_position: at_timestamp, starting_position_timestamp: today }}, target: {{ queue: q }} }}
  h: {{ source: {{ kinesis: {kinesis} }}, target: {{ batch_job: x }} }}
"
    ));
    insta::assert_snapshot!(findings);
}

#[test]
fn what_is_wrong_with_a_call_is_said_at_its_place() {
    let arn =
        |service: &str, resource: &str| format!("\"arn:aws:{service}:eu-west-1:123456789012:{resource}\"");
    let (ecs, definition) = (arn("ecs", "cluster/c"), arn("ecs", "task-definition/d"));
    let (api, redshift) = (arn("execute-api", "a1/prod/GET/x/*"), arn("redshift", "cluster:c"));
    let timestream = arn("timestream", "database/d/table/t");
    let (_, findings) = compile(&format!(
        "
stack: shop
queues: {{ q: {{}} }}
buses: {{ b: {{}} }}
log_groups: {{ l: {{}} }}
apis: {{ pets: {{ routes: {{ \"POST /pets\": {{ put_event: {{ bus: b, source: s, detail_type: t, detail: $ }} }} }} }} }}
pipes:
  a: {{ source: {{ queue: q }}, target: {{ sagemaker_pipeline: orders }} }}
  b: {{ source: {{ queue: q }}, target: {{ firehose: {ecs} }} }}
  c: {{ source: {{ queue: q, batch_size: 501 }}, target: {{ stream: {arn}, partition_key: a }} }}
  d: {{ source: {{ queue: q }}, target: {{ ecs_cluster: {ecs}, task_definition: {definition}, launch_type: ec2, capacity_provider_strategy: [{{ capacity_provider: x }}], network_configuration: {{ subnets: [s], assign_public_ip: enabled }}, placement_constraints: [{{ type: member_of }}] }} }}
  e: {{ source: {{ queue: q }}, target: {{ api: {api} }} }}
  f: {{ source: {{ queue: q }}, target: {{ api: pets }} }}
  g: {{ source: {{ queue: q }}, enrichment: {{ api: pets, route: /pets }}, target: {{ queue: q }} }}
  h: {{ source: {{ queue: q }}, target: {{ redshift: {redshift}, database: d, sqls: [], db_user: u, secret_manager_arn: s }} }}
  i: {{ source: {{ queue: q }}, target: {{ timestream: {timestream}, time_value: $.t, version_value: \"1\", timestamp_format: y, dimension_mappings: [] }} }}
  j: {{ source: {{ queue: q }}, enrichment: {{ queue: q }}, target: {{ log_group: l, timestamp: now }} }}
  k: {{ source: {{ queue: q }}, target: {{ queue: q }}, log: {{ level: info }} }}
",
        arn = arn("kinesis", "stream/s"),
    ));
    insta::assert_snapshot!(findings);
}
