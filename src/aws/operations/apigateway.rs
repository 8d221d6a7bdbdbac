//! Amazon API Gateway, API version 2015-07-09 (REST APIs). Members are in camelCase; lists come back
//! under `item`, and pages continue by `position`.

super::json_operations! {
    aws_sdk_apigateway::Client;
    "CreateRestApi" create_rest_api {};
    "GetRestApi" get_rest_api { set_rest_api_id: "restApiId" };
    "GetRestApis" get_rest_apis { set_position: "position", set_limit: "limit" };
    "UpdateRestApi" update_rest_api { set_rest_api_id: "restApiId" };
    "DeleteRestApi" delete_rest_api { set_rest_api_id: "restApiId" };
    "CreateResource" create_resource { set_rest_api_id: "restApiId", set_parent_id: "parentId" };
    "DeleteResource" delete_resource { set_rest_api_id: "restApiId", set_resource_id: "resourceId" };
    "GetResources" get_resources { set_rest_api_id: "restApiId", set_position: "position", set_limit: "limit", set_embed: "embed" };
    "PutMethod" put_method { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod" };
    "UpdateMethod" update_method { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod" };
    "DeleteMethod" delete_method { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod" };
    "PutMethodResponse" put_method_response { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod", set_status_code: "statusCode" };
    "UpdateMethodResponse" update_method_response { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod", set_status_code: "statusCode" };
    "DeleteMethodResponse" delete_method_response { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod", set_status_code: "statusCode" };
    "PutIntegration" put_integration { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod" } renamed { "integrationHttpMethod": "httpMethod" };
    "UpdateIntegration" update_integration { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod" };
    "DeleteIntegration" delete_integration { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod" };
    "PutIntegrationResponse" put_integration_response { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod", set_status_code: "statusCode" };
    "UpdateIntegrationResponse" update_integration_response { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod", set_status_code: "statusCode" };
    "DeleteIntegrationResponse" delete_integration_response { set_rest_api_id: "restApiId", set_resource_id: "resourceId", set_http_method: "httpMethod", set_status_code: "statusCode" };
    "CreateModel" create_model { set_rest_api_id: "restApiId" };
    "GetModels" get_models { set_rest_api_id: "restApiId", set_position: "position", set_limit: "limit" };
    "UpdateModel" update_model { set_rest_api_id: "restApiId", set_model_name: "modelName" };
    "DeleteModel" delete_model { set_rest_api_id: "restApiId", set_model_name: "modelName" };
    "CreateRequestValidator" create_request_validator { set_rest_api_id: "restApiId" };
    "GetRequestValidators" get_request_validators { set_rest_api_id: "restApiId", set_position: "position", set_limit: "limit" };
    "UpdateRequestValidator" update_request_validator { set_rest_api_id: "restApiId", set_request_validator_id: "requestValidatorId" };
    "DeleteRequestValidator" delete_request_validator { set_rest_api_id: "restApiId", set_request_validator_id: "requestValidatorId" };
    "CreateAuthorizer" create_authorizer { set_rest_api_id: "restApiId" };
    "GetAuthorizers" get_authorizers { set_rest_api_id: "restApiId", set_position: "position", set_limit: "limit" };
    "UpdateAuthorizer" update_authorizer { set_rest_api_id: "restApiId", set_authorizer_id: "authorizerId" };
    "DeleteAuthorizer" delete_authorizer { set_rest_api_id: "restApiId", set_authorizer_id: "authorizerId" };
    "PutGatewayResponse" put_gateway_response { set_rest_api_id: "restApiId", set_response_type: "responseType" };
    "GetGatewayResponses" get_gateway_responses { set_rest_api_id: "restApiId", set_position: "position", set_limit: "limit" };
    "DeleteGatewayResponse" delete_gateway_response { set_rest_api_id: "restApiId", set_response_type: "responseType" };
    "CreateDeployment" create_deployment { set_rest_api_id: "restApiId" };
    "GetDeployments" get_deployments { set_rest_api_id: "restApiId", set_position: "position", set_limit: "limit" };
    "DeleteDeployment" delete_deployment { set_rest_api_id: "restApiId", set_deployment_id: "deploymentId" };
    "CreateStage" create_stage { set_rest_api_id: "restApiId" };
    "GetStage" get_stage { set_rest_api_id: "restApiId", set_stage_name: "stageName" };
    "GetStages" get_stages { set_rest_api_id: "restApiId", set_deployment_id: "deploymentId" };
    "UpdateStage" update_stage { set_rest_api_id: "restApiId", set_stage_name: "stageName" };
    "DeleteStage" delete_stage { set_rest_api_id: "restApiId", set_stage_name: "stageName" };
    "TagResource" tag_resource { set_resource_arn: "resourceArn" };
    "UntagResource" untag_resource { set_resource_arn: "resourceArn", set_tag_keys: "tagKeys" };
    "GetTags" get_tags { set_resource_arn: "resourceArn", set_position: "position", set_limit: "limit" };
}
