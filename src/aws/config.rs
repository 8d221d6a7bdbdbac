//! One configuration for every client: credentials, region, endpoints, TLS, proxies, timeouts.

use std::sync::OnceLock;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::service_config::ServiceConfigKey;

/// How to reach AWS. What is not stated is found as every SDK finds it: environment, profile, SSO,
/// web identity, instance metadata; endpoints per service, FIPS and dual stack included.
#[derive(Clone)]
pub struct Options {
    /// The region; else the environment's or the profile's.
    pub region: Option<String>,
    pub profile: Option<String>,
    /// A role to take on with the credentials found.
    pub role_arn: Option<String>,
    /// One endpoint for every service; beats those of the environment.
    pub endpoint_url: Option<String>,
    /// The embedded account, instead of all of the above but the region.
    pub embedded: Option<Embedded>,
    /// How many calls may be under way at once; at least one.
    pub parallelism: usize,
    /// Multiplies every wait, and so every retry budget; below 1 in tests.
    pub time_scale: f64,
}

/// An account inside this process.
#[derive(Clone)]
pub struct Embedded {
    pub http_client: SharedHttpClient,
    /// Where it is kept, for people.
    pub name: String,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            region: None,
            profile: None,
            role_arn: None,
            endpoint_url: None,
            embedded: None,
            parallelism: 16,
            time_scale: 1.0,
        }
    }
}

/// The services, as callers name them and as the SDK's configuration does.
const SERVICE_IDS: &[(&str, &str)] = &[
    ("apigateway", "API Gateway"),
    ("cloudformation", "CloudFormation"),
    ("dynamodb", "DynamoDB"),
    ("events", "EventBridge"),
    ("iam", "IAM"),
    ("kinesis", "Kinesis"),
    ("lambda", "Lambda"),
    ("logs", "CloudWatch Logs"),
    ("pipes", "Pipes"),
    ("s3", "S3"),
    ("scheduler", "Scheduler"),
    ("schemas", "schemas"),
    ("sns", "SNS"),
    ("sqs", "SQS"),
    ("states", "SFN"),
    ("sts", "STS"),
];

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// API Gateway and IAM answer slowly at times; an upload of 50 MB takes long.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(180);

/// The SDK's configuration by these options. Makes no AWS call by itself.
pub(super) async fn load(options: &Options) -> SdkConfig {
    let behavior = BehaviorVersion::v2026_01_12();
    let retries = RetryConfig::disabled();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .build();
    let stalls = StalledStreamProtectionConfig::disabled();
    let region = options.region.clone().map(Region::new);
    if let Some(embedded) = &options.embedded {
        let credentials = Credentials::new("embedded", "embedded", None, None, "embedded account");
        return SdkConfig::builder()
            .behavior_version(behavior)
            .region(region)
            .http_client(embedded.http_client.clone())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(retries)
            .timeout_config(timeouts)
            .stalled_stream_protection(stalls)
            .build();
    }
    let mut loader = aws_config::defaults(behavior)
        .http_client(http_client())
        .retry_config(retries)
        .timeout_config(timeouts)
        .stalled_stream_protection(stalls);
    if let Some(region) = region {
        loader = loader.region(region);
    }
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let config = loader.load().await;
    match &options.role_arn {
        Some(role) => assume(config, role).await,
        None => config,
    }
}

/// The region of the environment or the profile, if there is one. Makes no AWS call.
pub async fn configured_region(profile: Option<&str>) -> Option<String> {
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http_client());
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    loader.load().await.region().map(|region| region.to_string())
}

async fn assume(config: SdkConfig, role_arn: &str) -> SdkConfig {
    let provider = aws_config::sts::AssumeRoleProvider::builder(role_arn)
        .session_name(env!("CARGO_PKG_NAME"))
        .configure(&config)
        .build()
        .await;
    config.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

/// The endpoint that the configuration names for a service; nothing for AWS's own.
pub(super) fn endpoint(config: &SdkConfig, options: &Options, service: &str) -> Option<String> {
    if options.endpoint_url.is_some() || options.embedded.is_some() {
        return options.endpoint_url.clone();
    }
    let (_, id) = SERVICE_IDS.iter().find(|(name, _)| *name == service)?;
    let key = ServiceConfigKey::builder().service_id(id).env("AWS_ENDPOINT_URL").profile("endpoint_url");
    let own = config.service_config().and_then(|source| source.load_config(key.build().ok()?));
    own.or_else(|| config.endpoint_url().map(str::to_owned))
}

/// Where the calls go, for people: `AWS`, an endpoint, or `embedded account FILE`.
pub(super) fn describe(config: &SdkConfig, options: &Options) -> String {
    if let Some(embedded) = &options.embedded {
        return format!("embedded account {}", embedded.name);
    }
    let mut places: Vec<(String, Vec<&str>)> = Vec::new();
    for (service, _) in SERVICE_IDS {
        let place = endpoint(config, options, service).unwrap_or_else(|| "AWS".to_owned());
        match places.iter_mut().find(|(other, _)| *other == place) {
            Some((_, services)) => services.push(service),
            None => places.push((place, vec![service])),
        }
    }
    places.sort_by_key(|(_, services)| std::cmp::Reverse(services.len()));
    let mut places = places.into_iter();
    let first = places.next().map(|(place, _)| place).unwrap_or_default();
    let rest = places.map(|(place, services)| format!("; {} at {place}", services.join(", ")));
    std::iter::once(first).chain(rest).collect()
}

/// The TLS client of the process, on ring; proxies as `HTTPS_PROXY` and `NO_PROXY` say.
fn http_client() -> SharedHttpClient {
    static CLIENT: OnceLock<SharedHttpClient> = OnceLock::new();
    let client = CLIENT.get_or_init(|| {
        Builder::new().build_with_connector_fn(|settings, components| {
            let mut builder = Connector::builder()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .proxy_config(ProxyConfig::from_env());
            builder.set_connector_settings(settings.cloned());
            builder.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
            builder.build()
        })
    });
    client.clone()
}
