//! The client: the services' SDK clients behind [`Aws`], with memory, pacing and retries.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use aws_config::SdkConfig;
use futures_util::future::BoxFuture;
use tokio::sync::{OwnedMutexGuard, Semaphore};

use super::cancel::Cancel;
use super::config::{self, Options};
use super::memo::{Memo, is_read};
use super::operations;
use super::pace::Pacer;
use super::retry::{self, Repeat};
use super::wire::{Call, Sent, Trail};
use crate::engine::error::Result;
use crate::engine::{Aws, AwsError, Class, Place, Value};

/// AWS, or what stands for it. One per run; share it by reference.
pub struct Client {
    services: Services,
    options: Options,
    place: Place,
    memo: Memo,
    pacer: Pacer,
    parallel: Semaphore,
    cancel: Cancel,
    calls: Mutex<BTreeMap<(&'static str, &'static str), Calls>>,
    documents: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

/// How often an operation was called.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Calls {
    /// Calls that were not answered from memory.
    pub calls: u64,
    /// Requests, retries included.
    pub attempts: u64,
}

/// Who makes the calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Twelve digits.
    pub account: String,
    pub arn: String,
}

impl Client {
    /// Finds credentials and region and asks whose account it is: one call.
    ///
    /// # Errors
    /// No region, no credentials, or what the call says.
    pub async fn connect(options: Options) -> Result<Client> {
        let mut client = Client::for_account(options, Place::NO_ACCOUNT).await?;
        let identity = client.identity().await?;
        client.place.account = identity.account;
        Ok(client)
    }

    /// A client for an account that the caller knows; makes no call.
    ///
    /// # Errors
    /// No region.
    pub async fn for_account(options: Options, account: &str) -> Result<Client> {
        let config = config::load(&options).await;
        Client::with_config(options, account, config)
    }

    /// The same with these credentials in place of those that are found.
    ///
    /// # Errors
    /// No region.
    pub async fn with_credentials(
        options: Options,
        account: &str,
        credentials: aws_credential_types::Credentials,
    ) -> Result<Client> {
        let provider = aws_credential_types::provider::SharedCredentialsProvider::new(credentials);
        let config = config::load(&options).await.into_builder().credentials_provider(provider).build();
        Client::with_config(options, account, config)
    }

    fn with_config(options: Options, account: &str, config: SdkConfig) -> Result<Client> {
        let Some(region) = config.region().map(|region| region.to_string()) else {
            let message = "no region; state one, set AWS_REGION, or give the profile one";
            return Err(AwsError::new("sts", "GetCallerIdentity", Class::Invalid, message));
        };
        Ok(Client {
            services: Services { config, ..Services::default() },
            place: Place::new(&region, account),
            parallel: Semaphore::new(options.parallelism.max(1)),
            options,
            memo: Memo::default(),
            pacer: Pacer::default(),
            cancel: Cancel::default(),
            calls: Mutex::default(),
            documents: Mutex::default(),
        })
    }

    /// Whose credentials these are, by STS GetCallerIdentity.
    ///
    /// # Errors
    /// That of the call.
    pub async fn identity(&self) -> Result<Identity> {
        let answer = self.call("sts", "GetCallerIdentity", Value::map()).await?;
        let text = |name| answer.text_at(name).unwrap_or_default().to_owned();
        Ok(Identity { account: text("Account"), arn: text("Arn") })
    }

    /// Where the calls go, for people: `AWS`, an endpoint, or `embedded account FILE`.
    pub fn endpoint(&self) -> String {
        config::describe(&self.services.config, &self.options)
    }

    /// The handle that stops the run: calls in flight finish, no further attempt starts, pauses end.
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// How often each operation was called so far.
    pub fn calls(&self) -> BTreeMap<(&'static str, &'static str), Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, service: &'static str, operation: &'static str, count: impl FnOnce(&mut Calls)) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        count(calls.entry((service, operation)).or_default());
    }

    async fn make(
        &self,
        service: &'static str,
        operation: &'static str,
        input: Value,
        repeat: Repeat,
    ) -> Result<Value> {
        self.count(service, operation, |calls| calls.calls += 1);
        let scale = self.options.time_scale;
        retry::run(repeat, scale, &self.cancel, || self.attempt(service, operation, &input)).await
    }

    /// One request in its turn.
    async fn attempt(&self, service: &'static str, operation: &'static str, input: &Value) -> Result<Value> {
        let cancelled = || AwsError::new(service, operation, Class::Cancelled, "stopped before it was sent");
        if config::endpoint(&self.services.config, &self.options, service).is_none()
            && self.options.embedded.is_none()
        {
            let wait = self.pacer.reserve(service, operation, Instant::now());
            self.cancel.sleep(wait.mul_f64(self.options.time_scale)).await;
        }
        // The semaphore is never closed.
        let _permit = self.parallel.acquire().await.map_err(|_| cancelled())?;
        if self.cancel.is_cancelled() {
            return Err(cancelled());
        }
        let start = Instant::now();
        let sent =
            self.services.send(Call { service, operation, input: input.clone(), taken: Vec::new() })?;
        self.count(service, operation, |calls| calls.attempts += 1);
        let (result, trail) = sent.await;
        log(service, operation, &result, &trail, start.elapsed());
        result
    }
}

/// One event per attempt; never a body.
fn log(service: &str, operation: &str, result: &Result<Value>, trail: &Trail, time: Duration) {
    let error = result.as_ref().err();
    tracing::debug!(
        service,
        operation,
        status = trail.status,
        request_id = trail.request_id.as_deref(),
        milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
        class = error.map(|error| tracing::field::debug(error.class)),
        code = error.map(|error| error.code.as_str()),
        "attempt"
    );
}

impl Aws for Client {
    fn call<'a>(
        &'a self,
        service: &'static str,
        operation: &'static str,
        input: Value,
    ) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move {
            if is_read(operation) {
                let read = self.make(service, operation, input.clone(), Repeat::Any);
                return self.memo.get(service, operation, &input, read).await;
            }
            self.memo.forget_service(service);
            let result = self.make(service, operation, input, Repeat::Any).await;
            self.memo.forget_service(service);
            result
        })
    }

    fn call_once<'a>(
        &'a self,
        service: &'static str,
        operation: &'static str,
        input: Value,
    ) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move {
            self.memo.forget_service(service);
            let result = self.make(service, operation, input, Repeat::WithoutEffect).await;
            self.memo.forget_service(service);
            result
        })
    }

    fn place(&self) -> &Place {
        &self.place
    }

    fn forget(&self) {
        self.memo.forget();
    }

    fn pause(&self, n: u32) -> BoxFuture<'_, ()> {
        let wait = Duration::from_millis(250).saturating_mul(2u32.saturating_pow(n));
        let wait = wait.min(Duration::from_secs(5)).mul_f64(self.options.time_scale);
        Box::pin(async move {
            self.cancel.sleep(wait).await;
        })
    }

    fn exclusive<'a>(&'a self, document: &str) -> BoxFuture<'a, OwnedMutexGuard<()>> {
        let mut documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        let mutex = documents.entry(document.to_owned()).or_default().clone();
        Box::pin(mutex.lock_owned())
    }
}

/// Declares the SDK clients, each built when it is first needed, and sends a call to the one of its
/// service.
macro_rules! services {
    ($( $name:literal $field:ident $krate:ident; )*) => {
        struct Services {
            config: SdkConfig,
            $( $field: OnceLock<$krate::Client>, )*
        }

        impl Default for Services {
            fn default() -> Services {
                Services { config: SdkConfig::builder().build(), $( $field: OnceLock::new(), )* }
            }
        }

        impl Services {
            fn send(&self, call: Call) -> Result<Sent> {
                match call.service {
                    $( $name => {
                        let client = self.$field.get_or_init(|| $krate::Client::new(&self.config));
                        operations::$field::send(client, call)
                    } )*
                    _ => Err(call.error(Class::Invalid, "this client does not know the service")),
                }
            }
        }
    };
}

services! {
    "apigateway" apigateway aws_sdk_apigateway;
    "cloudformation" cloudformation aws_sdk_cloudformation;
    "dynamodb" dynamodb aws_sdk_dynamodb;
    "events" events aws_sdk_eventbridge;
    "iam" iam aws_sdk_iam;
    "kinesis" kinesis aws_sdk_kinesis;
    "lambda" lambda aws_sdk_lambda;
    "logs" logs aws_sdk_cloudwatchlogs;
    "pipes" pipes aws_sdk_pipes;
    "s3" s3 aws_sdk_s3;
    "scheduler" scheduler aws_sdk_scheduler;
    "schemas" schemas aws_sdk_schemas;
    "secretsmanager" secretsmanager aws_sdk_secretsmanager;
    "sns" sns aws_sdk_sns;
    "sqs" sqs aws_sdk_sqs;
    "ssm" ssm aws_sdk_ssm;
    "states" states aws_sdk_sfn;
    "sts" sts aws_sdk_sts;
}
