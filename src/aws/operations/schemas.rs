//! Amazon EventBridge Schemas, API version 2019-12-02. In bodies and answers the tags stand under `tags`.

super::json_operations! {
    aws_sdk_schemas::Client;
    "CreateRegistry" create_registry { set_registry_name: "RegistryName" } renamed { "Tags": "tags" };
    "DescribeRegistry" describe_registry { set_registry_name: "RegistryName" };
    "UpdateRegistry" update_registry { set_registry_name: "RegistryName" };
    "DeleteRegistry" delete_registry { set_registry_name: "RegistryName" };
    "ListRegistries" list_registries { set_scope: "Scope", set_next_token: "NextToken", set_limit: "Limit" };
    "CreateSchema" create_schema { set_registry_name: "RegistryName", set_schema_name: "SchemaName" } renamed { "Tags": "tags" };
    "DescribeSchema" describe_schema { set_registry_name: "RegistryName", set_schema_name: "SchemaName", set_schema_version: "SchemaVersion" };
    "UpdateSchema" update_schema { set_registry_name: "RegistryName", set_schema_name: "SchemaName" };
    "DeleteSchema" delete_schema { set_registry_name: "RegistryName", set_schema_name: "SchemaName" };
    "ListSchemas" list_schemas { set_registry_name: "RegistryName", set_next_token: "NextToken", set_limit: "Limit" };
    "ListSchemaVersions" list_schema_versions { set_registry_name: "RegistryName", set_schema_name: "SchemaName", set_next_token: "NextToken", set_limit: "Limit" };
    "CreateDiscoverer" create_discoverer {} renamed { "Tags": "tags" };
    "DescribeDiscoverer" describe_discoverer { set_discoverer_id: "DiscovererId" };
    "UpdateDiscoverer" update_discoverer { set_discoverer_id: "DiscovererId" };
    "DeleteDiscoverer" delete_discoverer { set_discoverer_id: "DiscovererId" };
    "ListDiscoverers" list_discoverers { set_source_arn_prefix: "SourceArnPrefix", set_next_token: "NextToken", set_limit: "Limit" };
    "StartDiscoverer" start_discoverer { set_discoverer_id: "DiscovererId" };
    "StopDiscoverer" stop_discoverer { set_discoverer_id: "DiscovererId" };
    "PutResourcePolicy" put_resource_policy { set_registry_name: "RegistryName" };
    "GetResourcePolicy" get_resource_policy { set_registry_name: "RegistryName" };
    "DeleteResourcePolicy" delete_resource_policy { set_registry_name: "RegistryName" };
    "TagResource" tag_resource { set_resource_arn: "ResourceArn" } renamed { "Tags": "tags" };
    "UntagResource" untag_resource { set_resource_arn: "ResourceArn", set_tag_keys: "TagKeys" };
}
