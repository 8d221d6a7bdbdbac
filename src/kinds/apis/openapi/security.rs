//! Security schemes to authorizers, and what operations ask for.

use crate::engine::{Map, Value};
use crate::kinds::Lowering;

use super::super::draft::merge;
use super::{By, Calls, Reader, unknown};
use crate::kinds::document::At;

const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";
const AUTHTYPE: &str = "x-amazon-apigateway-authtype";
const MEMBERS: &[&str] = &[
    "type",
    "authorizerUri",
    "authorizerCredentials",
    "identitySource",
    "identityValidationExpression",
    "authorizerResultTtlInSeconds",
    "providerARNs",
];

/// What a scheme asks of a method.
enum Asks {
    Key,
    Iam,
    Authorizer,
}

impl Reader<'_> {
    /// Merges the authorizers that `components.securitySchemes` describe.
    pub(super) fn authorizers(&mut self, own: &mut Lowering<'_>) {
        let top = self.doc.top();
        let schemes = top.at(&["components", "securitySchemes"]);
        for scheme in schemes.map(|at| at.members(own, "security schemes by name")).unwrap_or_default() {
            let name = scheme.key().to_owned();
            let scheme = scheme.followed(own);
            if let Some(authorizer) = scheme.at(&[AUTHORIZER]) {
                self.authorizer(own, &scheme, &authorizer, &name);
            }
        }
    }

    fn authorizer(&mut self, own: &mut Lowering<'_>, scheme: &At<'_>, at: &At<'_>, name: &str) {
        let mut value = Map::new();
        for member in at.members(own, "an authorizer") {
            match member.key() {
                "type" => {
                    let word = member.value.as_str().unwrap_or_default().to_ascii_uppercase();
                    if !["TOKEN", "REQUEST", "COGNITO_USER_POOLS"].contains(&word.as_str()) {
                        let help =
                            "`token`, `request` or `cognito_user_pools`; JWT authorizers are of HTTP APIs";
                        member.error(own, "unknown_word", "no REST API has this type of authorizer", help);
                    }
                    value.insert("type".into(), word.into());
                }
                key if MEMBERS.contains(&key) => {
                    value.insert(key.to_owned(), member.value.clone());
                }
                key => unknown(own, &member, key, MEMBERS.iter().copied()),
            }
        }
        // The header of the scheme is where a token stands.
        let is_request = value.get("type").and_then(Value::as_str) == Some("REQUEST");
        if let (false, None, Some(header)) = (is_request, value.get("identitySource"), scheme.text("name")) {
            value.insert("identitySource".into(), format!("method.request.header.{header}").into());
        }
        if let (Some(uri), None) = (value.get("authorizerUri"), value.get("authorizerCredentials")) {
            let by = By::Authorizer { name: name.to_owned() };
            self.functions.push(Calls { uri: uri.clone(), at: at.span(), by });
        }
        merge(own, &["Authorizers", name], value.into(), &|_| at.whence(""));
    }

    /// Merges who may call an operation.
    pub(super) fn authorization(
        &mut self,
        own: &mut Lowering<'_>,
        operation: &At<'_>,
        of_document: bool,
        method: &[&str; 3],
    ) {
        let path = |key| [method[0], method[1], method[2], key];
        if let Some(kind) = operation.at(&["x-amazon-apigateway-auth", "type"]) {
            let word = kind.value.as_str().unwrap_or_default().to_ascii_uppercase();
            if !["NONE", "AWS_IAM"].contains(&word.as_str()) {
                kind.error(
                    own,
                    "unknown_word",
                    "this is no authorization of its own",
                    "`NONE` or `AWS_IAM`; an authorizer stands under `security`",
                );
            }
            merge(own, &path("authorizationType"), word.into(), &|below| kind.whence(below));
        }
        let top = self.doc.top();
        let default = top.at(&["security"]).filter(|_| of_document);
        let Some(security) = operation.at(&["security"]).or(default) else { return };
        let mut authorizers = 0;
        let mut all = Vec::new();
        for one in security.items() {
            all.extend(one.members(own, "scopes by security scheme"));
        }
        for asked in all {
            let Some(asks) = self.asks(own, &asked) else { continue };
            match asks {
                Asks::Key => merge(own, &path("apiKeyRequired"), true.into(), &|_| asked.whence("")),
                Asks::Iam => merge(own, &path("authorizationType"), "AWS_IAM".into(), &|_| asked.whence("")),
                Asks::Authorizer => {
                    authorizers += 1;
                    if authorizers > 1 {
                        asked.error(
                            own,
                            "bad_openapi",
                            "a method has one authorizer",
                            "take the others away",
                        );
                        continue;
                    }
                    merge(own, &path("authorizer"), asked.key().into(), &|_| asked.whence(""));
                    if !asked.value.is_empty() {
                        merge(own, &path("authorizationScopes"), asked.value.clone(), &|_| asked.whence(""));
                    }
                }
            }
        }
    }

    /// What the scheme of this name asks; one that is not in the document may be an authorizer of the API.
    fn asks(&self, own: &mut Lowering<'_>, asked: &At<'_>) -> Option<Asks> {
        let top = self.doc.top();
        let name = asked.key();
        let Some(scheme) = top.at(&["components", "securitySchemes", name]) else {
            let authorizers = own.resource.properties.get("Authorizers");
            return match authorizers.and_then(|all| all.get(name)) {
                Some(_) => Some(Asks::Authorizer),
                None if name == "sigv4" => Some(Asks::Iam),
                None if name == "api_key" => Some(Asks::Key),
                None => {
                    let message = format!("there is no security scheme `{name}`");
                    asked.error(
                        own,
                        "bad_openapi",
                        &message,
                        "describe it under `components.securitySchemes`, or under `authorizers` of the API",
                    );
                    None
                }
            };
        };
        let scheme = scheme.followed(own);
        if scheme.at(&[AUTHORIZER]).is_some() {
            return Some(Asks::Authorizer);
        }
        if scheme.text(AUTHTYPE).is_some_and(|kind| kind.eq_ignore_ascii_case("awsSigv4")) {
            return Some(Asks::Iam);
        }
        let is_key = scheme.text("type") == Some("apiKey")
            && scheme.text("in") == Some("header")
            && scheme.text("name").is_some_and(|name| name.eq_ignore_ascii_case("x-api-key"));
        if is_key {
            return Some(Asks::Key);
        }
        let message = format!("API Gateway does not know how to check `{name}`");
        asked.error(
            own,
            "bad_openapi",
            &message,
            &format!("give the scheme an `{AUTHORIZER}`, `{AUTHTYPE}: awsSigv4`, or the header `x-api-key`"),
        );
        None
    }
}
