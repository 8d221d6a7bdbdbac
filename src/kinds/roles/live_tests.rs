use crate::engine::Aws;
use crate::kinds;
use crate::kinds::testing::Bench;
use crate::value;

const STACK: &str = "
stack: shop
roles:
  r: { trust: { Statement: { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole } } }
";

#[tokio::test]
async fn a_policy_that_others_put_on_a_role_after_it_was_read_goes_with_it() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let role = bench.read("roles.r").await.unwrap();
    let document =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let policy =
        value!({ "RoleName": (role.name.as_str()), "PolicyName": "theirs", "PolicyDocument": document });
    bench.others().await.call("iam", "PutRolePolicy", policy).await.unwrap();
    kinds::kind("roles").unwrap().live().delete(&bench.aws, &role).await.unwrap();
    assert!(bench.read("roles.r").await.is_none());
}
