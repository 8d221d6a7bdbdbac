//! What is said of a stack, as it is drawn.

use super::testing::{compile, compile_with};

#[test]
fn an_arn_in_a_typed_position_is_of_the_wished_kind() {
    let (_, findings) = compile(
        "stack: shop\nqueues:\n  jobs: { redrive: { dead_letter: 'arn:aws:events:eu-west-1:123456789012:event-bus/x', max_receive_count: 1 } }\n",
    );
    insta::assert_snapshot!(findings, @"
    error[wrong_arn]: this is the ARN of a bus, not of a queue
     --> stack.yaml:3:36
      |
    3 | …obs: { redrive: { dead_letter: 'arn:aws:events:eu-west-1:123456789012:event-bus/x', max_receiv…
      |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: queues.jobs
      = help: expected `arn:aws:sqs:eu-west-1:ACCOUNT:NAME`

    1 error
    ");
    let (_, findings) = compile(
        "stack: shop\nqueues:\n  jobs: { redrive: { dead_letter: 'arn:nonsense', max_receive_count: 1 } }\napi_destinations:\n  hook: { connection: 'arn:aws:events:eu-west-1:123456789012:api-destination/x/1', endpoint: 'https://example.com/', method: POST }\n",
    );
    insta::assert_snapshot!(findings, @"
    error[wrong_arn]: `arn:nonsense` is no ARN
     --> stack.yaml:3:36
      |
    3 |   jobs: { redrive: { dead_letter: 'arn:nonsense', max_receive_count: 1 } }
      |                                    ^^^^^^^^^^^^
      |
      = in: queues.jobs
      = help: expected `arn:aws:sqs:eu-west-1:ACCOUNT:NAME`

    error[wrong_arn]: this is the ARN of an API destination, not of a connection
     --> stack.yaml:5:24
      |
    5 |   hook: { connection: 'arn:aws:events:eu-west-1:123456789012:api-destination/x/1', endpoint: '…
      |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: api_destinations.hook
      = help: expected `arn:aws:events:eu-west-1:ACCOUNT:connection/NAME/ID`

    2 errors
    ");
}

#[test]
fn a_name_without_its_environment_is_shown_with_its_own_text() {
    let text = "stack: shop\nparameters: { team: { default: crm } }\nqueues:\n  a: { name: \"a-${env.name}\" }\n  b: { name: \"b-${parameters.team}\" }\n";
    let (_, findings) = compile_with(text, |inputs| inputs.env = Some("prod".into()));
    insta::assert_snapshot!(findings, @r#"
    error[name_without_env]: a verbatim name would be the same in every environment
     --> stack.yaml:4:14
      |
    4 |   a: { name: "a-${env.name}" }
      |              ^^^^^^^^^^^^^^^ names of queues are unique in an account
      |
      = in: queues.a
      = help: write `name: a${env.suffix}`

    error[name_without_env]: a verbatim name would be the same in every environment
     --> stack.yaml:5:14
      |
    5 |   b: { name: "b-${parameters.team}" }
      |              ^^^^^^^^^^^^^^^^^^^^^^ names of queues are unique in an account
      |
      = in: queues.b
      = help: write `name: b-${parameters.team}${env.suffix}`

    2 errors
    "#);
}
