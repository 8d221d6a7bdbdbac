use super::*;

#[test]
fn a_secret_is_told_by_its_name_and_what_stands_there() {
    for (name, value, is_secret) in [
        ("DB_PASSWORD", "hunter22", true),
        ("db-password", "hunter22", true),
        ("dbPassword", "swordfish", true),
        ("DB_PASS", "hunter22", true),
        ("GITHUB_TOKEN", "0f9e8d7c6b5a", true),
        ("CLIENT_SECRET", "9fK2-mmQ7x81", true),
        ("STRIPE_API_KEY", "4eC39HqLyjWDarjtT1zdp7dc", true),
        ("X-Api-Key", "4eC39HqLyjWDarjtT1zdp7dc", true),
        ("integration.request.header.x-api-key", "'4eC39HqLyjWDarjt'", true),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIK7MDENG/bPxRfiCYzzzz1234567", true),
        ("DB_PASSWORD2", "hunter22", true),
        ("DB_PASSWORD_2", "hunter22", true),
        ("ADMIN_PASSWORD", "Tr0ub4dor$3:x", true),
        ("ENCRYPTION_KEY", "0f9e8d7c6b5a43210f9e8d7c6b5a4321", true),
        // What names something.
        ("ENCRYPTION_KEY", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", false),
        ("ENCRYPTION_KEY", "alias2024", false),
        ("ADMIN_PASSWORD", "$.detail.Password1", false),
        ("ADMIN_PASSWORD", "${Stage1}Password", false),
        ("ADMIN_PASSWORD", "Ord3rs$Stage1x", false),
        ("ADMIN_PASSWORD", "ssm:/Shop/Password1", false),
        ("ADMIN_PASSWORD", "Rotated every 30 Days", false),
        ("STRIPE_API_KEY", "StripeApiKey2", false),
        ("CLIENT_SECRET", "crmClientSecretV2", false),
        ("JWT_SECRET", "jwtSigningSecret2024", false),
        ("X_API_KEY", "x-api-key-id123", false),
        ("CONNECTION_PASSWORD", "dbPassword1", false),
        ("MY_SECRET_KEY", "orders-hmac-sha256", false),
        ("AUTHORIZATION", "AWS4-HMAC-SHA256", false),
        ("TOKEN", "HS256-signed", false),
        ("S3_ACCESS_KEY", "accountId123", false),
        ("VAULT_TOKEN", "AmbientCredential1", false),
        ("CORRELATION_TOKEN", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", false),
        ("BOARDING_PASS", "LH12345678", false),
        ("DB_PWD", "workdir01", false),
        // What everybody may know.
        ("NEXT_PUBLIC_MAPS_API_KEY", "4eC39HqLyjWDarjtT1zdp7dc", false),
        ("STRIPE_PUBLISHABLE_API_KEY", "4eC39HqLyjWDarjtT1zdp7dc", false),
        ("STRIPE_API_KEY", "pk_live_51H8abcdefGHIJ1234", false),
        ("MAPBOX_TOKEN", "pk.eyJ1IjoibWFwYm94IiwiYSI6ImNpejY4", false),
        ("POSTHOG_API_KEY", "phc_abc123DEF456", false),
        ("ALGOLIA_SEARCH_API_KEY", "6be0576ff61c053d5f9a3225e2a90f76", false),
        ("API_KEY", "shop/carrier-key", false),
        ("API_KEY", "arn:aws:secretsmanager:eu-west-1:1:secret:x", false),
        ("API_KEY_HEADER", "X-Api-Key", false),
        ("API_KEY", "X-Api-Key", false),
        ("PRIVATE_KEY", "orders.pem", false),
        ("PRIVATE_KEY", "orders2024.pem", false),
        ("CLIENT_SECRET", "crm-client-secret", false),
        ("CLIENT_SECRET", "crm-client-secret-v2", false),
        ("API_TOKEN", "CarrierApiToken", false),
        ("DB_PASSWORD", "OrdersDbPassword", false),
        ("TOKEN", "orders_db_1", false),
        ("SECRET_NAME", "hunter22x", false),
        ("SECRET_ARN", "hunter22x", false),
        ("PASSWORD_PARAMETER", "hunter22", false),
        ("PASSWORD_POLICY", "strict12", false),
        ("TOKEN_URL", "hunter22", false),
        ("PARTITION_KEY", "customerId1", false),
        ("NEXT_TOKEN", "0f9e8d7c6b5a", false),
        ("clientToken", "0f9e8d7c6b5a", false),
        ("DB_SECRET", "ordersDb2024", false),
        ("PUBLIC_KEY", "0f9e8d7c6b5a", false),
        ("COMPASS", "hunter22", false),
        ("OLDPWD2", "hunter22", false),
        // What is said of one, and what stands in for one.
        ("DB_PASSWORD", "required", false),
        ("LOG_PASSWORD", "[REDACTED]", false),
        ("LOG_PASSWORD", "%PASSWORD%", false),
        ("FORGOT_PASSWORD", "d-8f14e45fceea167a", false),
        ("DB_PASSWORD", "unknown", false),
        ("DB_PASSWORD", "generated", false),
        ("MASTER_PASSWORD", "ManagedByRDS", false),
        ("DB_PASSWORD", "IAMAuth", false),
        ("PASSWORD", "passwordField", false),
        ("TOKEN", "bearer", false),
        ("Authorization", "AWS_IAM", false),
        ("ACCESS_TOKEN", "local-only", false),
        ("API_KEY", "12", false),
        ("API_KEY", "xxxxxxxx", false),
        ("API_KEY", "your-api-key-123", false),
        ("API_KEY", "$.detail.key1", false),
        ("API_KEY", "{{resolve:ssm:key1}}", false),
    ] {
        assert_eq!(by_name(name, value), is_secret, "{name} {value}");
    }
}

#[test]
fn a_secret_is_told_by_its_form() {
    let rest = "4eC39HqLyjWDarjtT1zdp7dc4eC39HqLyjWD";
    let pem = |kind: &str| {
        format!("-----BEGIN {kind}-----\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASC\n-----END {kind}-----")
    };
    for (text, what) in [
        (format!("AKIA{}", "IOSFODNN7QWERTYU"), "an access key of AWS"),
        (format!("AKIA{}", "IOSFODNN7EXAMPLE"), ""),
        (format!("AKIA{}", "IOSFODNN7"), ""),
        (format!("xAKIA{}", "IOSFODNN7QWERTYU"), ""),
        (format!("token: ghp_{rest}"), "a token of GitHub"),
        ("ghp_your_token".to_owned(), ""),
        (format!("xoxb-{}", "2345678901-abcdefABCDEF"), "a token of Slack"),
        (format!("sk_live_{rest}"), "a key of Stripe"),
        (format!("sk_test_{rest}"), ""),
        (format!("npm_{rest}"), "a token of npm"),
        ("npm_config_registry".to_owned(), ""),
        (format!("sk-proj-{rest}_{rest}"), "a key of OpenAI"),
        (pem("PRIVATE KEY"), "a private key"),
        (pem("EC PRIVATE KEY"), "a private key"),
        (pem("PUBLIC KEY"), ""),
        ("-----BEGIN PRIVATE KEY-----".to_owned(), ""),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N".to_owned(),
            "a JSON web token",
        ),
        ("eyJhbGciOiJIUzI1NiJ9".to_owned(), ""),
        ("postgres://user:pass@db.internal/shop".to_owned(), "a URL with a password"),
        ("https://user:pass@api.acme.com".to_owned(), "a URL with a password"),
        ("redis://:hunter2@cache:6379".to_owned(), "a URL with a password"),
        ("postgres://user:${parameters.p}@db".to_owned(), ""),
        ("postgres://user:p%40ss@db.internal/shop".to_owned(), "a URL with a password"),
        ("postgres://%s:%s@%s:5432/app".to_owned(), ""),
        ("postgres://USER:PASSWORD@HOST:5432/DB".to_owned(), ""),
        ("https://[user]:[password]@host/".to_owned(), ""),
        ("postgres://app:%PASSWORD%@db/x".to_owned(), ""),
        ("postgres://app:%DB_PASS%@db/x".to_owned(), ""),
        ("postgres://app:__PASSWORD__@db/x".to_owned(), ""),
        ("postgres://user@db.internal/shop".to_owned(), ""),
        ("postgres://user:pass@localhost:5432/shop".to_owned(), ""),
        ("https://api.acme.com:8443/a@b".to_owned(), ""),
        ("https://user:***@api.acme.com".to_owned(), ""),
        ("Bearer 0f9e8d7c6b5a43210f9e".to_owned(), "a credential of a request"),
        ("Bearer <$.detail.token>".to_owned(), ""),
        ("Bearer tokens expire after 3600s".to_owned(), ""),
        ("Basic dXNlcjpodW50ZXIy".to_owned(), "a credential of a request"),
        ("Basic information".to_owned(), ""),
    ] {
        assert_eq!(by_form(&text).unwrap_or_default(), what, "{text}");
    }
}

#[test]
fn a_form_may_be_public_by_its_name() {
    let key = format!("AIza{}", "SyD-1234567890abcdefghijklmnopqrstu");
    assert_eq!(by_form_under(Some("MAPS_API_KEY"), &key), Some("a key of Google"));
    assert_eq!(by_form_under(Some("NEXT_PUBLIC_MAPS_API_KEY"), &key), None);
    let secret = format!("sk_live_{}", "4eC39HqLyjWDarjtT1zdp7dc");
    assert_eq!(by_form_under(Some("NEXT_PUBLIC_STRIPE_KEY"), &secret), Some("a key of Stripe"));
}

#[test]
fn pairs_of_a_text_have_names() {
    let of = |text: &'static str| pairs(text).collect::<Vec<_>>();
    assert_eq!(of("https://a.b/c?api_key=x&d=e"), [("api_key", "x"), ("d", "e")]);
    assert_eq!(of("Server=db; Password=x"), [("Server", "db"), ("Password", "x")]);
    assert_eq!(of("hunter22 PASSWORD=x;a=b"), [("PASSWORD", "x"), ("a", "b")]);
    assert!(of("a=b").is_empty());
}

#[test]
fn members_of_a_mapping_template_have_names() {
    let of = |text: &'static str| members(text).collect::<Vec<_>>();
    assert_eq!(of(r#"{"a": $x, "b" : "c", "d": "{\"e\":\"f\"}"}"#), [("b", "c"), ("d", "{"), ("e", "f")]);
    assert_eq!(of("#set($a = \"x\")\n{\"a\":\"$a\"}"), [("a", "$a")]);
    assert!(of(r#"headers = {"token": "abc"}"#).is_empty());
}

#[test]
fn a_secret_in_a_longer_text_has_its_place() {
    let of = |text: &'static str| parts(text).into_iter().map(|place| &text[place]).collect::<Vec<_>>();
    assert_eq!(of("https://u:hunter22@a.b/c?api_key=0f9e8d7c6b5a&d=e"), ["hunter22", "0f9e8d7c6b5a"]);
    assert_eq!(of(r#"{"id": $x, "token": "0f9e8d7c6b5a"}"#), ["0f9e8d7c6b5a"]);
    assert!(of("https://u@a.b/c?page=2").is_empty());
}
