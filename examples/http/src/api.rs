use std::error::Error;
use std::time::Duration;

use http_body_util::{BodyExt, Either, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use portable::time::timeout;
use serde_json::{Value, json};

use crate::{Export, Store};

/// The longest value, in bytes.
pub const MAX_VALUE: usize = 64 * 1024;

/// The time within which a value must come.
pub const MAX_WAIT: Duration = Duration::from_secs(10);

/// The body of an answer, which is complete or made as it is sent.
pub type Body = Either<Full<Bytes>, Export>;

/// Answers requests.
#[derive(Clone, Debug, Default)]
pub struct Api {
    store: Store,
}

impl Api {
    /// Makes a service for the values in `store`.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Returns the answer to a request.
    pub async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        self.route(request).await.unwrap_or_else(Failure::answer)
    }

    async fn route(&self, request: Request<Incoming>) -> Result<Response<Body>, Failure> {
        let (head, body) = request.into_parts();
        match head.uri.path() {
            "/keys" => match head.method {
                Method::GET => Ok(json(StatusCode::OK, self.store.keys().into())),
                _ => Err(Failure::Method("GET")),
            },
            "/export" => match head.method {
                Method::GET => Ok(lines(Export::new(self.store.clone()))),
                _ => Err(Failure::Method("GET")),
            },
            path => match path.strip_prefix("/keys/") {
                None | Some("") => Err(Failure::Path),
                Some(key) => self.key(&head.method, key, body).await,
            },
        }
    }

    async fn key(
        &self,
        method: &Method,
        key: &str,
        body: Incoming,
    ) -> Result<Response<Body>, Failure> {
        match *method {
            Method::GET => match self.store.get(key) {
                Some(value) => Ok(full(StatusCode::OK, value)),
                None => Err(Failure::Key),
            },
            Method::PUT => {
                let value = value(body).await?;
                Ok(empty(match self.store.put(key, value) {
                    None => StatusCode::CREATED,
                    Some(_) => StatusCode::NO_CONTENT,
                }))
            }
            Method::DELETE => match self.store.delete(key) {
                Some(_) => Ok(empty(StatusCode::NO_CONTENT)),
                None => Err(Failure::Key),
            },
            _ => Err(Failure::Method("GET, PUT, DELETE")),
        }
    }
}

/// Reads a value, within its limits of length and time.
async fn value(body: Incoming) -> Result<Bytes, Failure> {
    let body = timeout(MAX_WAIT, Limited::new(body, MAX_VALUE).collect());
    let body = body.await.map_err(|_| Failure::Slow)?;
    let body = body.map_err(
        |error| match error.is::<http_body_util::LengthLimitError>() {
            true => Failure::Length,
            false => Failure::Body(error),
        },
    )?;
    let value: Value =
        serde_json::from_slice(&body.to_bytes()).map_err(|error| Failure::Body(error.into()))?;
    Ok(value.to_string().into())
}

/// The reason for which a request fails.
#[derive(Debug)]
enum Failure {
    Path,
    Key,
    /// The methods that the path has.
    Method(&'static str),
    Length,
    Slow,
    Body(Box<dyn Error + Send + Sync>),
}

impl Failure {
    fn answer(self) -> Response<Body> {
        let (status, text) = match &self {
            Self::Path => (StatusCode::NOT_FOUND, "there is nothing here".into()),
            Self::Key => (StatusCode::NOT_FOUND, "there is no such key".into()),
            Self::Method(methods) => {
                let text = format!("the methods here are {methods}");
                (StatusCode::METHOD_NOT_ALLOWED, text)
            }
            Self::Length => {
                let text = format!("a value has at most {MAX_VALUE} bytes");
                (StatusCode::PAYLOAD_TOO_LARGE, text)
            }
            Self::Slow => {
                let text = format!("a value comes within {MAX_WAIT:?}");
                (StatusCode::REQUEST_TIMEOUT, text)
            }
            Self::Body(error) => (StatusCode::BAD_REQUEST, error.to_string()),
        };
        let mut answer = json(status, json!({ "error": text }));
        if let Self::Method(methods) = self {
            let headers = answer.headers_mut();
            headers.insert(ALLOW, HeaderValue::from_static(methods));
        }
        answer
    }
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Either::Left(Full::default()));
    *answer.status_mut() = status;
    answer
}

fn full(status: StatusCode, json: Bytes) -> Response<Body> {
    let mut answer = Response::new(Either::Left(json.into()));
    *answer.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(CONTENT_TYPE, json);
    answer
}

fn json(status: StatusCode, json: Value) -> Response<Body> {
    full(status, json.to_string().into())
}

fn lines(lines: Export) -> Response<Body> {
    let mut answer = Response::new(Either::Right(lines));
    let json_lines = HeaderValue::from_static("application/x-ndjson");
    answer.headers_mut().insert(CONTENT_TYPE, json_lines);
    answer
}
