//! One request and its answer: the document goes around the SDK's types, everything else through them.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use secrecy::SecretString;

use super::body;
use crate::engine::error::{Result, classify};
use crate::engine::{AwsError, Class, Value};

/// What came back, beside the document.
#[derive(Clone, Default, Debug)]
pub(super) struct Trail {
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    pub request_id: Option<String>,
}

/// An attempt under way.
pub(super) type Sent = BoxFuture<'static, (Result<Value>, Trail)>;

/// A call that is about to be sent: its input loses the members that go into the path or the query.
pub(super) struct Call {
    pub service: &'static str,
    pub operation: &'static str,
    pub input: Value,
    /// The secrets in members that the SDK's builder has taken.
    pub taken: Vec<SecretString>,
}

/// A value that the SDK's builder of an operation takes.
pub(super) trait Member: Sized {
    fn from_value(value: &Value) -> Option<Self>;
}

impl Member for String {
    fn from_value(value: &Value) -> Option<String> {
        value.as_str().map(str::to_owned)
    }
}

impl Member for bool {
    fn from_value(value: &Value) -> Option<bool> {
        value.as_bool()
    }
}

impl Member for i32 {
    fn from_value(value: &Value) -> Option<i32> {
        value.as_i64()?.try_into().ok()
    }
}

impl Member for aws_sdk_apigateway::types::GatewayResponseType {
    fn from_value(value: &Value) -> Option<Self> {
        value.as_str().map(Self::from)
    }
}

impl Member for HashMap<String, String> {
    fn from_value(value: &Value) -> Option<HashMap<String, String>> {
        value.as_map()?.iter().map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    }
}

impl<T: Member> Member for Vec<T> {
    fn from_value(value: &Value) -> Option<Vec<T>> {
        value.as_list()?.iter().map(T::from_value).collect()
    }
}

impl Call {
    /// Takes a member out of the input; nothing if it is absent.
    pub fn take<T: Member>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(value) = self.input.as_map_mut().and_then(|map| map.shift_remove(name)) else {
            return Ok(None);
        };
        value.walk(&mut |part| {
            if let Value::Secret(secret) = part {
                self.taken.extend(secret.reveal());
            }
        });
        self.typed(name, &value).map(Some)
    }

    /// A member of the input, which stays there; nothing if it is absent.
    pub fn member<T: Member>(&self, name: &str) -> Result<Option<T>> {
        self.input.get(name).map(|value| self.typed(name, value)).transpose()
    }

    fn typed<T: Member>(&self, name: &str, value: &Value) -> Result<T> {
        let wrong = || self.error(Class::Invalid, format!("`{name}` has a wrong type"));
        T::from_value(value).ok_or_else(wrong)
    }

    /// Puts a member under the name that it has in the body.
    pub fn rename(&mut self, name: &str, wire_name: &str) {
        if let Some(value) = self.input.as_map_mut().and_then(|map| map.shift_remove(name)) {
            self.input.put(wire_name, value);
        }
    }

    pub fn error(&self, class: Class, message: impl Into<String>) -> AwsError {
        AwsError::new(self.service, self.operation, class, message)
    }

    /// The call with the rest of its input as the document to send.
    pub fn with_document(self) -> Result<Wire> {
        if !matches!(self.input, Value::Map(_)) {
            return Err(self.error(Class::Invalid, "the input of an operation is a map"));
        }
        let body = body::encode(&self.input).map_err(|why| self.error(Class::Invalid, why.message()))?;
        Ok(Wire::new(self, Some(body.bytes), body.secrets))
    }

    /// The call of an operation all of whose members went into the SDK's builder.
    pub fn without_document(mut self) -> Result<Wire> {
        let rest = self.input.as_map().and_then(|map| map.keys().next().cloned());
        match rest {
            Some(name) => Err(self.error(Class::Invalid, not_taken(&name))),
            None => {
                let secrets = std::mem::take(&mut self.taken);
                Ok(Wire::new(self, None, secrets))
            }
        }
    }
}

fn not_taken(names: &str) -> String {
    format!("the operation takes no member `{names}`")
}

/// The interceptor of one attempt. Clones share the exchange.
#[derive(Clone)]
pub(super) struct Wire(Arc<Exchange>);

struct Exchange {
    service: &'static str,
    operation: &'static str,
    document: Option<Bytes>,
    secrets: Vec<SecretString>,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    trail: Trail,
    body: Bytes,
    /// The request has no body, and yet there was something to send.
    not_taken: bool,
}

impl Heard {
    /// A success whose body arrived.
    fn is_whole_success(&self) -> bool {
        self.trail.status.is_some_and(|status| (200..300).contains(&status)) && !self.body.is_empty()
    }
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Wire({}:{})", self.0.service, self.0.operation)
    }
}

impl Wire {
    fn new(call: Call, document: Option<Bytes>, secrets: Vec<SecretString>) -> Wire {
        let Call { service, operation, .. } = call;
        Wire(Arc::new(Exchange { service, operation, document, secrets, heard: Mutex::default() }))
    }

    fn heard<T>(&self, use_it: impl FnOnce(&mut Heard) -> T) -> T {
        use_it(&mut self.0.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Sends an operation whose answer is the document itself.
    pub fn json<O, E>(
        self,
        sending: impl Future<Output = std::result::Result<O, SdkError<E, HttpResponse>>> + Send + 'static,
    ) -> Sent
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        Box::pin(async move {
            let mut answer = sending.await.map(drop).map_err(Failure::from);
            if answer.is_err() && self.heard(|heard| heard.is_whole_success()) {
                // The SDK's types could not hold it, which need not concern us.
                answer = Ok(());
            }
            self.finish(answer, Wire::answered_document)
        })
    }

    /// Sends an operation whose answer is made of the SDK's output.
    pub fn typed<O, E>(
        self,
        sending: impl Future<Output = std::result::Result<O, SdkError<E, HttpResponse>>> + Send + 'static,
        value: fn(O) -> Value,
    ) -> Sent
    where
        O: Send + 'static,
        E: ProvideErrorMetadata + StdError + 'static,
    {
        Box::pin(async move {
            let answer = sending.await.map(value).map_err(Failure::from);
            self.finish(answer, |_, value| Ok(value))
        })
    }

    fn finish<T>(
        &self,
        answer: std::result::Result<T, Failure>,
        value: fn(&Wire, T) -> Result<Value>,
    ) -> (Result<Value>, Trail) {
        let (mut trail, not_taken_member) = self.heard(|heard| (heard.trail.clone(), heard.not_taken));
        let result = match answer {
            Ok(answer) => value(self, answer),
            Err(_) if not_taken_member => Err(self.error(Class::Invalid, not_taken("(in a body)"))),
            Err(failure) => {
                trail.status = failure.status.or(trail.status);
                Err(self.failed(failure, &trail))
            }
        };
        (result, trail)
    }

    /// The answer's document; no body is an empty one.
    fn answered_document(&self, (): ()) -> Result<Value> {
        let body = self.heard(|heard| heard.body.clone());
        if body.is_empty() {
            return Ok(Value::map());
        }
        match serde_json::from_slice::<serde_json::Value>(&body) {
            Ok(json) => Ok(Value::from(json)),
            Err(_) => Err(self.error(Class::Ambiguous, "the answer is no JSON")),
        }
    }

    fn error(&self, class: Class, message: impl Into<String>) -> AwsError {
        AwsError::new(self.0.service, self.0.operation, class, message)
    }

    fn failed(&self, failure: Failure, trail: &Trail) -> AwsError {
        let service = self.0.service;
        let class = failure
            .class
            .unwrap_or_else(|| classify(service, &failure.code, &failure.message, failure.status));
        let mut message = body::mask(failure.message, &self.0.secrets);
        if class == Class::Expired {
            message.push_str("; renew the credentials, such as with `aws sso login`, and run again");
        }
        AwsError {
            status: failure.status,
            code: failure.code,
            request_id: trail.request_id.as_deref().map(Box::from),
            ..self.error(class, message)
        }
    }
}

impl Intercept for Wire {
    fn name(&self) -> &'static str {
        "gatewayctl document"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        let Some(document) = &self.0.document else {
            return Ok(());
        };
        let request = context.request_mut();
        // Operations without a body have no content type either.
        if request.headers().contains_key("content-type") {
            request.headers_mut().insert("content-length", document.len().to_string());
            *request.body_mut() = SdkBody::from(document.clone());
        } else if document.as_ref() != b"{}" {
            self.heard(|heard| heard.not_taken = true);
            return Err("members are left over that the operation does not take".into());
        }
        Ok(())
    }

    fn read_after_transmit(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        let response = context.response();
        let trail =
            Trail { status: Some(response.status().as_u16()), request_id: request_id(response.headers()) };
        self.heard(|heard| heard.trail = trail);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        if let Some(bytes) = context.response().body().bytes() {
            let body = Bytes::copy_from_slice(bytes);
            self.heard(|heard| heard.body = body);
        }
        Ok(())
    }
}

fn request_id(headers: &Headers) -> Option<String> {
    ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"]
        .into_iter()
        .find_map(|name| headers.get(name))
        .map(str::to_owned)
}

/// A failed attempt, without the SDK's types.
struct Failure {
    status: Option<u16>,
    code: String,
    message: String,
    /// Where it does not follow from what the service says.
    class: Option<Class>,
}

impl<E> From<SdkError<E, HttpResponse>> for Failure
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Failure {
        match &error {
            SdkError::ServiceError(service) => {
                let status = service.raw().status().as_u16();
                let code = service.err().code().unwrap_or_default().to_owned();
                match (service.err().message(), code.is_empty()) {
                    (None, true) => Failure::unreadable(status, "unreadable".into()),
                    (message, _) => Failure {
                        status: Some(status),
                        code,
                        message: message.unwrap_or_default().to_owned(),
                        class: None,
                    },
                }
            }
            SdkError::ResponseError(response) => {
                Failure::unreadable(response.raw().status().as_u16(), chain(&error))
            }
            SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
                Some(connector) => Failure::dispatch(connector),
                None => Failure::unsent(Class::Invalid, chain(&error)),
            },
            SdkError::TimeoutError(_) => Failure::unsent(Class::Ambiguous, "no answer in time".into()),
            _ => Failure::unsent(Class::Invalid, chain(&error)),
        }
    }
}

impl Failure {
    fn unsent(class: Class, message: String) -> Failure {
        Failure { status: None, code: String::new(), message, class: Some(class) }
    }

    /// An answer that is none of this API: a success whose body did not arrive whole has had its
    /// effect; a gateway's error page is told by its status.
    fn unreadable(status: u16, message: String) -> Failure {
        let class = (status < 300).then_some(Class::Ambiguous);
        let message = format!("an answer with HTTP status {status} is none of this API: {message}");
        Failure { status: Some(status), class, ..Failure::unsent(Class::Invalid, message) }
    }

    fn dispatch(error: &ConnectorError) -> Failure {
        if let Some(credentials) = find::<CredentialsError>(error) {
            return Failure::credentials(credentials);
        }
        let hyper = find::<hyper_util::client::legacy::Error>(error);
        let class = if hyper.is_some_and(|hyper| hyper.is_connect()) {
            Class::Transient
        } else if error.is_io() || error.is_timeout() || error.as_other().is_some() || hyper.is_some() {
            Class::Ambiguous
        } else {
            Class::Invalid
        };
        Failure::unsent(class, chain(error))
    }

    fn credentials(error: &CredentialsError) -> Failure {
        const MISSING: &str = "no AWS credentials found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and \
                               AWS_SECRET_ACCESS_KEY, or log in with `aws sso login`";
        let text = chain(error);
        match error {
            CredentialsError::CredentialsNotLoaded(_) => Failure::unsent(Class::Denied, MISSING.into()),
            CredentialsError::ProviderTimedOut(_) => Failure::unsent(Class::Transient, text),
            _ if text.contains("xpired") => Failure::unsent(Class::Expired, text),
            _ => Failure::unsent(Class::Denied, text),
        }
    }
}

/// An error and what it comes from.
fn sources<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| (*error).source())
}

/// The first error of a type in a chain of sources.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    sources(error).find_map(|error| error.downcast_ref())
}

/// The messages of a chain of sources, without the SDK's `Debug` of them.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    for error in sources(error) {
        let text = error.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
    }
    texts.join(": ")
}
