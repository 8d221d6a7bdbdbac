//! AWS IAM, API version 2010-05-08: a query service, so its documents are the SDK's types.
//!
//! Answers use AWS's member names. Policy documents come back as JSON text, which IAM itself sends
//! percent-encoded; dates as in RFC 3339; tags as a list of `Key` and `Value`.

use std::borrow::Cow;

use aws_sdk_iam::types::{AttachedPolicy, InstanceProfile, Role, Tag};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use percent_encoding::percent_decode_str;

use crate::aws::wire::Member;
use crate::engine::Value;

impl Member for Tag {
    fn from_value(value: &Value) -> Option<Tag> {
        Tag::builder().key(value.text_at("Key")?).value(value.text_at("Value")?).build().ok()
    }
}

super::typed_operations! {
    aws_sdk_iam::Client;
    "CreateRole" create_role {
        set_path: "Path", set_role_name: "RoleName",
        set_assume_role_policy_document: "AssumeRolePolicyDocument", set_description: "Description",
        set_max_session_duration: "MaxSessionDuration", set_permissions_boundary: "PermissionsBoundary",
        set_tags: "Tags",
    } => |output| with_role(output.role);
    "GetRole" get_role { set_role_name: "RoleName" } => |output| with_role(output.role);
    "UpdateRole" update_role {
        set_role_name: "RoleName", set_description: "Description",
        set_max_session_duration: "MaxSessionDuration",
    } => |_| Value::map();
    "UpdateAssumeRolePolicy" update_assume_role_policy {
        set_role_name: "RoleName", set_policy_document: "PolicyDocument",
    } => |_| Value::map();
    "DeleteRole" delete_role { set_role_name: "RoleName" } => |_| Value::map();
    "ListRoles" list_roles {
        set_path_prefix: "PathPrefix", set_marker: "Marker", set_max_items: "MaxItems",
    } => |output| page("Roles", output.roles.into_iter().map(role).collect(), output.is_truncated, output.marker);
    "PutRolePolicy" put_role_policy {
        set_role_name: "RoleName", set_policy_name: "PolicyName", set_policy_document: "PolicyDocument",
    } => |_| Value::map();
    "GetRolePolicy" get_role_policy { set_role_name: "RoleName", set_policy_name: "PolicyName" } => |output| {
        let mut value = Value::map();
        put(&mut value, "RoleName", Some(output.role_name));
        put(&mut value, "PolicyName", Some(output.policy_name));
        put(&mut value, "PolicyDocument", Some(percent_decoded(&output.policy_document)));
        value
    };
    "ListRolePolicies" list_role_policies {
        set_role_name: "RoleName", set_marker: "Marker", set_max_items: "MaxItems",
    } => |output| {
        let names = output.policy_names.into_iter().map(Value::from).collect();
        page("PolicyNames", names, output.is_truncated, output.marker)
    };
    "DeleteRolePolicy" delete_role_policy {
        set_role_name: "RoleName", set_policy_name: "PolicyName",
    } => |_| Value::map();
    "AttachRolePolicy" attach_role_policy {
        set_role_name: "RoleName", set_policy_arn: "PolicyArn",
    } => |_| Value::map();
    "DetachRolePolicy" detach_role_policy {
        set_role_name: "RoleName", set_policy_arn: "PolicyArn",
    } => |_| Value::map();
    "ListAttachedRolePolicies" list_attached_role_policies {
        set_role_name: "RoleName", set_path_prefix: "PathPrefix", set_marker: "Marker",
        set_max_items: "MaxItems",
    } => |output| {
        let policies = output.attached_policies.unwrap_or_default().into_iter().map(attached).collect();
        page("AttachedPolicies", policies, output.is_truncated, output.marker)
    };
    "TagRole" tag_role { set_role_name: "RoleName", set_tags: "Tags" } => |_| Value::map();
    "UntagRole" untag_role { set_role_name: "RoleName", set_tag_keys: "TagKeys" } => |_| Value::map();
    "ListRoleTags" list_role_tags {
        set_role_name: "RoleName", set_marker: "Marker", set_max_items: "MaxItems",
    } => |output| page("Tags", output.tags.into_iter().map(tag).collect(), output.is_truncated, output.marker);
    "PutRolePermissionsBoundary" put_role_permissions_boundary {
        set_role_name: "RoleName", set_permissions_boundary: "PermissionsBoundary",
    } => |_| Value::map();
    "DeleteRolePermissionsBoundary" delete_role_permissions_boundary {
        set_role_name: "RoleName",
    } => |_| Value::map();
    "ListInstanceProfilesForRole" list_instance_profiles_for_role {
        set_role_name: "RoleName", set_marker: "Marker", set_max_items: "MaxItems",
    } => |output| {
        let named = |profile: InstanceProfile| {
            crate::value!({ "InstanceProfileName": (profile.instance_profile_name) })
        };
        let profiles = output.instance_profiles.into_iter().map(named).collect();
        page("InstanceProfiles", profiles, output.is_truncated, output.marker)
    };
    "RemoveRoleFromInstanceProfile" remove_role_from_instance_profile {
        set_instance_profile_name: "InstanceProfileName", set_role_name: "RoleName",
    } => |_| Value::map();
}

/// Puts a member unless it is absent.
pub(super) fn put(value: &mut Value, name: &str, member: Option<impl Into<Value>>) {
    if let Some(member) = member {
        value.put(name, member.into());
    }
}

fn page(items: &str, list: Vec<Value>, is_truncated: bool, marker: Option<String>) -> Value {
    let mut value = Value::map();
    value.put(items, Value::List(list));
    value.put("IsTruncated", is_truncated.into());
    put(&mut value, "Marker", marker);
    value
}

fn with_role(role_of_answer: Option<Role>) -> Value {
    let mut value = Value::map();
    put(&mut value, "Role", role_of_answer.map(role));
    value
}

fn role(role: Role) -> Value {
    let mut value = Value::map();
    put(&mut value, "Path", Some(role.path));
    put(&mut value, "RoleName", Some(role.role_name));
    put(&mut value, "RoleId", Some(role.role_id));
    put(&mut value, "Arn", Some(role.arn));
    put(&mut value, "CreateDate", date(&role.create_date));
    let document = role.assume_role_policy_document.as_deref().map(percent_decoded);
    put(&mut value, "AssumeRolePolicyDocument", document);
    put(&mut value, "Description", role.description);
    put(&mut value, "MaxSessionDuration", role.max_session_duration.map(i64::from));
    if let Some(boundary) = role.permissions_boundary {
        let kind = boundary.permissions_boundary_type.map(|kind| kind.as_str().to_owned());
        put(&mut value, "PermissionsBoundary.PermissionsBoundaryType", kind);
        put(&mut value, "PermissionsBoundary.PermissionsBoundaryArn", boundary.permissions_boundary_arn);
    }
    let tags = role.tags.map(|tags| Value::List(tags.into_iter().map(tag).collect()));
    put(&mut value, "Tags", tags);
    if let Some(used) = role.role_last_used {
        put(&mut value, "RoleLastUsed.LastUsedDate", used.last_used_date.as_ref().and_then(date));
        put(&mut value, "RoleLastUsed.Region", used.region);
    }
    value
}

fn tag(tag: Tag) -> Value {
    let mut value = Value::map();
    put(&mut value, "Key", Some(tag.key));
    put(&mut value, "Value", Some(tag.value));
    value
}

fn attached(policy: AttachedPolicy) -> Value {
    let mut value = Value::map();
    put(&mut value, "PolicyName", policy.policy_name);
    put(&mut value, "PolicyArn", policy.policy_arn);
    value
}

fn date(date: &DateTime) -> Option<String> {
    date.fmt(Format::DateTime).ok()
}

/// RFC 3986; what is no escape, or no UTF-8 once decoded, stays as it is.
fn percent_decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_document_is_decoded() {
        assert_eq!(percent_decoded("%7B%22a%22%3A%22%C3%A9+b%22%7D"), "{\"a\":\"é+b\"}");
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(percent_decoded("%zz%é"), "%zz%é");
    }
}
