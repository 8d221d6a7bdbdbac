//! What calls on registries of schemas need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["schemas:ListRegistries", "schemas:DescribeRegistry"]),
    Need::read(OWN, &["schemas:DescribeRegistry"]),
    Need::write(
        OWN,
        &[
            "schemas:CreateRegistry",
            "schemas:UpdateRegistry",
            "schemas:DeleteRegistry",
            "schemas:TagResource",
            "schemas:UntagResource",
        ],
    ),
    // Before a registry goes, it is seen that nothing stands in it.
    Need::write(On::Everything, &["schemas:ListSchemas"]),
];
