//! What calls on REST APIs need: API Gateway's actions are HTTP's verbs.

use crate::kinds::{Need, On};

/// Ids are AWS's, so there is nothing narrower.
const APIS: On = On::Like("arn:{partition}:apigateway:{region}::/restapis*");
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
    Need::pass_role("Resources.*.*.methodIntegration.credentials", "apigateway"),
];
