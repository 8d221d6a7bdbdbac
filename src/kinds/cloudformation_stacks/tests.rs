use crate::compile::testing::compile;

const TEMPLATE: &str = "
      Parameters:
        Stage: { Type: String, AllowedValues: [test, prod] }
        Days: { Type: Number, Default: 30 }
        Zones: { Type: CommaDelimitedList }
        Password: { Type: String, NoEcho: true }
      Resources:
        Store: { Type: AWS::S3::Bucket }
      Outputs:
        StoreName: { Value: { Ref: Store } }
        StoreArn: { Value: { 'Fn::GetAtt': Store.Arn } }
";

fn stack(rest: &str) -> String {
    format!(
        "
stack: shop
parameters: {{ password: {{ from: 'env:PASSWORD', secret: true, default: local }} }}
queues: {{ jobs: {{}} }}
cloudformation_stacks:
  old_one:
    template: {TEMPLATE}{rest}"
    )
}

#[test]
fn a_stack_has_its_template_and_the_values_of_all_its_parameters() {
    let (graph, findings) = compile(&stack(
        "
    parameters: { Stage: test, Zones: [a, b], Password: '${parameters.password}' }
    capabilities: [iam]
    monitoring_time: 5m
outputs: { name: '${cloudformation_stacks.old_one.outputs.StoreName}', id: '${cloudformation_stacks.old_one.arn}' }
",
    ));
    assert_eq!(findings, "");
    let of = &graph.resources[&"cloudformation_stacks.old_one".parse().unwrap()];
    assert_eq!(of.name, "shop-old-one");
    assert!(of.protect);
    insta::assert_snapshot!(serde_json::to_string_pretty(&of.properties.to_shown_json()).unwrap());
}

#[test]
fn an_output_that_the_template_does_not_have_is_found_before_any_call() {
    let (_, findings) = compile(&stack(
        "
    parameters: { Stage: test, Zones: a, Password: x }
outputs:
  near: '${cloudformation_stacks.old_one.outputs.StoreNam}'
  none: '${cloudformation_stacks.old_one.outputs.Queue}'
  what: '${cloudformation_stacks.old_one.outputs}'
",
    ));
    insta::assert_snapshot!(findings);
}

#[test]
fn parameters_that_do_not_fit_the_template_are_said_at_their_places() {
    let (_, findings) = compile(&stack(
        "
    parameters: { Stage: dev, Day: 3, Password: x }
    disable_rollback: true
    on_stack_failure: delete
    template_url: https://example.com/t.yaml
",
    ));
    insta::assert_snapshot!(findings);
}

#[test]
fn what_is_wrong_with_a_template_is_said_at_its_place() {
    let (_, findings) = compile(
        "
stack: shop
parameters: { password: { from: 'env:PASSWORD', secret: true, default: local } }
cloudformation_stacks:
  empty: { template: { Resource: {} } }
  roles:
    template:
      Metadata: { gatewayctl: mine }
      Resources:
        Typeless: { Properties: {} }
        Role: { Type: AWS::IAM::Role, Properties: { RoleName: x } }
      Outputs: { None: { Description: nothing } }
  shown:
    template:
      Parameters: { Password: { Type: String } }
      Resources: { Store: { Type: AWS::S3::Bucket } }
    parameters: { Password: '${parameters.password}' }
  text:
    template: |
      Resources:
        Store:
          Type: AWS::S3::Bucket
          Properties: { BucketName: !Subs x }
  9th: { name: 9th, template: { Resources: { Store: { Type: AWS::S3::Bucket } } } }
",
    );
    insta::assert_snapshot!(findings);
}

// CF1: the spelling of a template is no difference.
#[test]
fn short_forms_and_long_ones_are_the_same_template() {
    let short = super::template::of_text(
        "Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Condition: Big\n    Properties:\n      Name: !Sub '${AWS::StackName}-a'\n      Fifo: yes\n      Arn: !GetAtt B.Arn\n      Zones: !Join [',', [!Ref C, !If [Big, 1, 2]]]\n",
    );
    let long = super::template::of_text(
        r#"{"Resources":{"A":{"Type":"AWS::SQS::Queue","Condition":"Big","Properties":{"Name":{"Fn::Sub":"${AWS::StackName}-a"},"Fifo":true,"Arn":{"Fn::GetAtt":"B.Arn"},"Zones":{"Fn::Join":[",",[{"Ref":"C"},{"Fn::If":["Big",1,2]}]]}}}}}"#,
    );
    assert!(short.is_some());
    assert_eq!(short, long);
}

#[test]
fn each_item_of_a_list_is_held_against_what_is_allowed() {
    let text = |zones: &str| {
        format!(
            "
stack: shop
cloudformation_stacks:
  old:
    template:
      Parameters: {{ Zones: {{ Type: CommaDelimitedList, AllowedValues: [a, b, c] }} }}
      Resources: {{ Jobs: {{ Type: AWS::SQS::Queue }} }}
    parameters: {{ Zones: {zones} }}
"
        )
    };
    assert!(!compile(&text("[a, b]")).1.contains("is no value"));
    assert!(compile(&text("[a, d]")).1.contains("`a,d` is no value"));
}

#[test]
fn a_hidden_parameter_is_said_where_aws_shows_it_all_the_same() {
    let text = |given: &str| {
        format!(
            "
stack: shop
parameters: {{ password: {{ from: 'env:PASSWORD', secret: true, default: local }} }}
cloudformation_stacks:
  old:
    template:
      Parameters:
        Password: {{ Type: String, NoEcho: true }}
        Plain: {{ Type: String, Default: x }}
      Metadata: {{ Hint: {{ 'Fn::Join': [',', [{{ Ref: Password }}]] }} }}
      Resources:
        Jobs:
          Type: AWS::SQS::Queue
          Metadata: {{ Note: {{ 'Fn::Sub': 'it is ${{Password}}' }} }}
          Properties: {{ QueueName: {{ Ref: Password }} }}
      Outputs:
        Url: {{ Value: {{ 'Fn::Sub': ['${{Name}}:${{Password}}', {{ Name: a }}] }} }}
        Own: {{ Value: {{ 'Fn::Sub': ['${{Password}}', {{ Password: a }}] }} }}
        Literally: {{ Value: {{ 'Fn::Sub': '${{!Password}} ${{Plain}}' }} }}
    parameters: {{ Password: {given} }}
"
        )
    };
    let (_, findings) = compile(&text("'${parameters.password}'"));
    insta::assert_snapshot!(findings);
    let (_, findings) = compile(&text("hunter22"));
    assert!(!findings.contains("error["), "{findings}");
    assert_eq!(findings.matches("warning[secret_shown]").count(), 3, "{findings}");
    assert!(!findings.contains("hunter22"), "{findings}");
}

#[test]
fn a_stack_policy_is_a_map_a_text_or_a_file() {
    let of = |policy: &str| {
        let (graph, findings) = compile(&format!(
            "
stack: shop
cloudformation_stacks:
  old:
    template: {{ Resources: {{ Jobs: {{ Type: AWS::SQS::Queue }} }} }}
    stack_policy: {policy}
"
        ));
        assert_eq!(findings, "");
        let old = &graph.resources[&"cloudformation_stacks.old".parse().unwrap()];
        old.properties.get("StackPolicyBody").unwrap().to_shown_json()
    };
    let map = of("{ Statement: [{ Effect: Deny, Action: 'Update:*', Principal: '*', Resource: '*' }] }");
    let text = of(
        "|\n      {\n        \"Statement\": [{ \"Effect\": \"Deny\", \"Action\": \"Update:*\", \"Principal\": \"*\", \"Resource\": \"*\" }]\n      }",
    );
    assert_eq!(map, text);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.json");
    std::fs::write(&file, map.to_string()).unwrap();
    assert_eq!(of(file.to_str().unwrap()), map);
}

#[test]
fn a_template_with_transforms_needs_the_right_to_them() {
    let right = "arn:aws:cloudformation:eu-west-1:aws:transform/*";
    let needs = |more: &str| {
        let (graph, findings) = compile(&format!(
            "
stack: shop
cloudformation_stacks:
  old:
    template: {{ {more} Resources: {{ Jobs: {{ Type: AWS::SQS::Queue }} }} }}
"
        ));
        assert_eq!(findings, "");
        let old = &graph.resources[&"cloudformation_stacks.old".parse().unwrap()];
        let kind = crate::kinds::kind("cloudformation_stacks").unwrap();
        let needs = kind.needs().iter().filter(|need| need.arises(&old.properties));
        needs.flat_map(|need| need.resources(kind, old, &graph.place)).any(|arn| arn == right)
    };
    assert!(!needs(""));
    assert!(needs("Transform: AWS::Serverless-2016-10-31,"));
    assert!(needs("Outputs: { A: { Value: { 'Fn::Transform': { Name: AWS::Include } } } },"));
}

#[test]
fn a_hidden_default_is_told_where_it_stands_and_is_in_no_template() {
    let stack =
        |template: &str| format!("\nstack: shop\ncloudformation_stacks:\n  old:\n    template: {template}\n");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("old.json");
    let json = r#"{ "Parameters": { "Password": { "Type": "String", "NoEcho": true, "Default": "hunter2hunter2" } }, "Resources": { "Jobs": { "Type": "AWS::SQS::Queue" } }, "Outputs": { "Url": { "Value": { "Ref": "Password" } } } }"#;
    std::fs::write(&file, json).unwrap();
    let lines = format!("|\n      {}", json.replace("\"Resources\"", "\n      \"Resources\""));
    for template in [json.to_owned(), format!("'{json}'"), lines, file.to_str().unwrap().to_owned()] {
        let (graph, findings) = compile(&stack(&template));
        assert_eq!(findings.matches("warning[literal_secret]").count(), 1, "{findings}");
        assert_eq!(findings.matches("warning[secret_shown]").count(), 1, "{findings}");
        assert!(!findings.contains("hunter2") && !findings.contains("error["), "{findings}");
        let old = &graph.resources[&"cloudformation_stacks.old".parse().unwrap()];
        let shown = old.properties.to_shown_json();
        assert!(!shown.to_string().contains("hunter2"), "{shown}");
        assert_eq!(shown["Template"]["Parameters"]["Password"]["NoEcho"], true, "{shown}");
        assert!(old.properties.at("NoEchoParameters.Password").unwrap().has_secret());
    }
}

#[test]
fn a_text_that_begins_as_json_is_no_path() {
    let (_, findings) = compile(
        "\nstack: shop\ncloudformation_stacks:\n  old:\n    template: ' {\"Parameters\": {\"DbPassword\": {\"Type\": \"String\", \"NoEcho\": true, \"Default\": \"hunter2hunter2\"}'\n",
    );
    assert!(!findings.contains("cannot be read"), "{findings}");
    assert!(findings.contains("template:1:"), "{findings}");
}
