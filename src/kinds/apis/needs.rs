//! What calls on REST APIs need: API Gateway's actions are HTTP's verbs.

use crate::kinds::{Need, On};

/// Ids are AWS's, so there is nothing narrower.
const APIS: On = On::Like("arn:{partition}:apigateway:{region}::/restapis*");
/// What stands below the domain names that the API names: they are others'.
const MAPPINGS: On = On::Below("Mappings[].domainName", "/basepathmappings*");
const TAGS: On = On::Like("arn:{partition}:apigateway:{region}::/tags/*");

pub(super) static NEEDS: &[Need] = &[
    Need { on: APIS, ..Need::search(&["apigateway:GET"]) },
    Need::read(On::Like("arn:{partition}:apigateway:{region}::/account"), &["apigateway:GET"]),
    Need::write(
        APIS,
        &[
            "apigateway:POST",
            "apigateway:PUT",
            "apigateway:PATCH",
            "apigateway:DELETE",
            "apigateway:UpdateRestApiPolicy",
        ],
    ),
    Need::write(TAGS, &["apigateway:PUT", "apigateway:DELETE"]),
    Need::read(MAPPINGS, &["apigateway:GET"]).only_with("Mappings"),
    Need::write(MAPPINGS, &["apigateway:POST", "apigateway:PATCH", "apigateway:DELETE"])
        .only_with("Mappings"),
    Need::pass_role("Resources.*.*.methodIntegration.credentials", "apigateway"),
    Need::pass_role("Authorizers.*.authorizerCredentials", "apigateway"),
];
