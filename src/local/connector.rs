//! The embedded account as the SDK's HTTP client.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use super::Local;
use super::http::{Request, Response, TransportError};

#[derive(Debug, Clone)]
struct Plug(Arc<Local>);

/// An SDK client configured with this reaches the embedded account and no network.
pub(super) fn http_client(local: Arc<Local>) -> SharedHttpClient {
    SharedHttpClient::new(Plug(local))
}

impl HttpClient for Plug {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Plug {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let local = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = plain(&request)?;
            // The file's lock may have to be waited for, which must not hold up the runtime.
            let answered = tokio::task::spawn_blocking(move || local.handle(&request)).await;
            match answered {
                Ok(Ok(response)) => sdk(response),
                Ok(Err(error)) => Err(ConnectorError::io(error.into())),
                Err(error) => Err(ConnectorError::other(error.into(), None)),
            }
        })
    }
}

fn plain(request: &HttpRequest) -> Result<Request, ConnectorError> {
    let streamed = || {
        ConnectorError::user(TransportError("the embedded account takes no streamed bodies".into()).into())
    };
    Ok(Request {
        method: request.method().to_owned(),
        uri: request.uri().to_owned(),
        headers: request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: request.body().bytes().ok_or_else(streamed)?.to_vec(),
    })
}

fn sdk(response: Response) -> Result<HttpResponse, ConnectorError> {
    let wrong = |error: aws_smithy_runtime_api::http::HttpError| ConnectorError::other(error.into(), None);
    let status =
        StatusCode::try_from(response.status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut answer = HttpResponse::new(status, SdkBody::from(response.body));
    for (name, value) in response.headers {
        answer.headers_mut().try_insert(name, value).map_err(wrong)?;
    }
    Ok(answer)
}
