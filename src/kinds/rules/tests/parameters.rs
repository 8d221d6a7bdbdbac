//! What is wrong with a target's parameters.

use crate::compile::testing::compile;

// hashicorp/terraform-provider-aws#41316, #42196; aws-cloudformation/cfn-lint#306.
#[test]
fn what_a_target_says_wrong_about_its_parameters_is_said_at_its_place() {
    let (_, findings) = compile(
        r#"
stack: shop
rules:
  r:
    pattern: { source: [a] }
    targets:
      a: { redshift: "arn:aws:redshift:eu-west-1:123456789012:cluster:c", database: d, sql: x, sqls: [y], db_user: u, secret_manager_arn: "$.detail.secret" }
      b: { run_command: "arn:aws:ssm:eu-west-1:123456789012:document/d", run_command_targets: [{ key: name, values: [x] }, { key: "tag:a", values: [x] }] }
      c: { ecs_cluster: "arn:aws:ecs:eu-west-1:123456789012:cluster/c", task_definition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/t", launch_type: ec2, capacity_provider_strategy: [{ capacity_provider: x }], network_configuration: { subnets: [s], assign_public_ip: enabled }, placement_constraints: [{ type: member_of }] }
      d: { appsync: "arn:aws:appsync:eu-west-1:123456789012:endpoints/graphql-api/abc", graphql_operation: "query { a }" }
      e: { state_machine: "arn:aws:sqs:eu-west-1:123456789012:q", awsvpc_configuration: {} }
  s:
    pattern: { source: [a] }
    targets:
      f: { api: "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/x/*" }
      g: { bus: "arn:aws:events:eu-west-1:999999999999:event-bus/theirs", transform: { a: $.detail } }
      h: { redshift: "arn:aws:redshift:eu-west-1:123456789012:cluster:c", database: d }
      i: { queue: "arn:aws:sqs:eu-west-1:123456789012:q", role: "arn:aws:iam::123456789012:role/r" }
"#,
    );
    insta::assert_snapshot!(findings, @r#"
    error[target_parameter]: `sqls` cannot stand beside `sql`
     --> stack.yaml:7:102
      |
    7 | …luster:c", database: d, sql: x, sqls: [y], db_user: u, secret_manager_arn: "$.detail.secret" }
      |                                        ^^^
      |
      = in: rules.r
      = help: take one of them away

    error[target_parameter]: `db_user` cannot stand beside `secret_manager_arn`
     --> stack.yaml:7:116
      |
    7 | …luster:c", database: d, sql: x, sqls: [y], db_user: u, secret_manager_arn: "$.detail.secret" }
      |                                                      ^
      |
      = in: rules.r
      = help: take one of them away

    error[wrong_count]: exactly one stands here
     --> stack.yaml:8:95
      |
    8 | …ocument/d", run_command_targets: [{ key: name, values: [x] }, { key: "tag:a", values: [x] }] }
      |                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: rules.r
      = help: make a target for each

    error[target_parameter]: `name` chooses no instances
     --> stack.yaml:8:103
      |
    8 | …ocument/d", run_command_targets: [{ key: name, values: [x] }, { key: "tag:a", values: [x] }] }
      |                                           ^^^^
      |
      = in: rules.r
      = help: write `InstanceIds` or `tag:NAME`

    warning[pass_role]: the roles of the task definition are not known here, so ECS is handed none
     --> stack.yaml:9:12
      |
    9 |       c: { ecs_cluster: "arn:aws:ecs:eu-west-1:123456789012:cluster/c", task_definition: "arn:…
      |            ^^^^^^^^^^^
      |
      = in: rules.r
      = help: name its task role and its execution role: `pass_roles: [ROLE, …]`, or `[]` if it has none

    error[target_parameter]: `capacity_provider_strategy` cannot stand beside `launch_type`
     --> stack.yaml:9:192
      |
    9 | …c2, capacity_provider_strategy: [{ capacity_provider: x }], network_configuration: { subnets: …
      |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: rules.r
      = help: take one of them away

    error[launch_type]: only a task on Fargate gets a public address
     --> stack.yaml:9:277
      |
    9 | …n: { subnets: [s], assign_public_ip: enabled }, placement_constraints: [{ type: member_of }] }
      |                                       ^^^^^^^
      |
      = in: rules.r

    error[placement]: `member_of` has an expression, and `distinct_instance` has none
     --> stack.yaml:9:312
      |
    9 | …n: { subnets: [s], assign_public_ip: enabled }, placement_constraints: [{ type: member_of }] }
      |                                                                          ^^^^^^^^^^^^^^^^^^^
      |
      = in: rules.r

    error[missing_key]: `graphql_api` is missing
      --> stack.yaml:10:12
       |
    10 |       d: { appsync: "arn:aws:appsync:eu-west-1:123456789012:endpoints/graphql-api/abc", graph…
       |            ^^^^^^^
       |
       = in: rules.r
       = help: name the API itself, so that the role may call it: `graphql_api: "…:appsync:…:apis/ID"`

    error[wrong_arn]: this is the ARN of a queue, not of a state machine
      --> stack.yaml:11:28
       |
    11 |       e: { state_machine: "arn:aws:sqs:eu-west-1:123456789012:q", awsvpc_configuration: {} }
       |                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: rules.r
       = help: expected `arn:aws:states:eu-west-1:ACCOUNT:stateMachine:NAME`

    error[unknown_key]: unknown key `awsvpc_configuration`
      --> stack.yaml:11:67
       |
    11 |       e: { state_machine: "arn:aws:sqs:eu-west-1:123456789012:q", awsvpc_configuration: {} }
       |                                                                   ^^^^^^^^^^^^^^^^^^^^
       |
       = in: rules.r
       = help: there are `dead_letter`, `input_path`, `input_paths`, `input_template`, `input`, `retry`, `role`, `transform`

    error[path_parameters]: the path has 1 `*`, and 0 values stand here for them
      --> stack.yaml:15:17
       |
    15 |       f: { api: "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/x/*" }
       |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: rules.s
       = help: write one of `path_parameter_values` for each, in order

    note[foreign_policy]: `arn:aws:events:eu-west-1:999999999999:event-bus/theirs` belongs to others, whose policy must allow this
      --> stack.yaml:16:17
       |
    16 |       g: { bus: "arn:aws:events:eu-west-1:999999999999:event-bus/theirs", transform: { a: $.d…
       |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never written on from here
       |
       = in: rules.s
       = help: its owner adds the statement {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"events:PutEvents","Resource":"arn:aws:events:eu-west-1:999999999999:event-bus/theirs"}

    error[target_input]: the bus of another account gets the event as it is
      --> stack.yaml:16:17
       |
    16 |       g: { bus: "arn:aws:events:eu-west-1:999999999999:event-bus/theirs", transform: { a: $.d…
       |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: rules.s
       = help: take the transform away

    error[missing_key]: there is no statement to execute
      --> stack.yaml:17:12
       |
    17 |       h: { redshift: "arn:aws:redshift:eu-west-1:123456789012:cluster:c", database: d }
       |            ^^^^^^^^
       |
       = in: rules.s
       = help: write `sql: …`, or several as `sqls: […]`

    note[foreign_policy]: `arn:aws:sqs:eu-west-1:123456789012:q` belongs to others, whose policy must allow this
      --> stack.yaml:18:19
       |
    18 |       i: { queue: "arn:aws:sqs:eu-west-1:123456789012:q", role: "arn:aws:iam::123456789012:ro…
       |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never written on from here
       |
       = in: rules.s
       = help: its owner adds the statement {"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:eu-west-1:123456789012:q","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"},"ArnEquals":{"aws:SourceArn":"arn:aws:events:eu-west-1:123456789012:rule/shop-s"}}}

    error[unknown_key]: unknown key `role`
      --> stack.yaml:18:59
       |
    18 | …: { queue: "arn:aws:sqs:eu-west-1:123456789012:q", role: "arn:aws:iam::123456789012:role/r" }
       |                                                     ^^^^
       |
       = in: rules.s
       = help: there are `dead_letter`, `input_path`, `input_paths`, `input_template`, `input`, `message_group_id`, `retry`, `transform`

    14 errors, 1 warning, 2 notes
    "#);
}
