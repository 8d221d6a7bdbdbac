//! What calls on usage plans and their keys need: API Gateway's actions are HTTP's verbs.

use crate::kinds::{Need, On};

/// Ids are AWS's, so there is nothing narrower.
const PLANS: On = On::Like("arn:{partition}:apigateway:{region}::/usageplans*");
const KEYS: On = On::Like("arn:{partition}:apigateway:{region}::/apikeys*");
const TAGS: On = On::Like("arn:{partition}:apigateway:{region}::/tags/*");
const WRITE: &[&str] = &["apigateway:POST", "apigateway:PUT", "apigateway:PATCH", "apigateway:DELETE"];

pub(super) static NEEDS: &[Need] = &[
    Need { on: PLANS, ..Need::search(&["apigateway:GET"]) },
    Need { on: KEYS, ..Need::search(&["apigateway:GET"]) },
    Need::write(PLANS, WRITE),
    Need::write(KEYS, WRITE),
    Need::write(TAGS, &["apigateway:PUT", "apigateway:DELETE"]),
];
