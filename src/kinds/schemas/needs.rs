//! What calls on schemas need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["schemas:ListRegistries", "schemas:ListSchemas", "schemas:DescribeSchema"]),
    Need::read(OWN, &["schemas:DescribeSchema"]),
    Need::write(
        OWN,
        &[
            "schemas:CreateSchema",
            "schemas:UpdateSchema",
            "schemas:DeleteSchema",
            "schemas:TagResource",
            "schemas:UntagResource",
        ],
    ),
];
