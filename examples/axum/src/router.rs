use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_lite::stream::{self, Stream};
use portable::time::{interval, sleep, timeout};
use serde::{Deserialize, Serialize};

type Notes = Arc<Mutex<BTreeMap<usize, Note>>>;

#[derive(Clone, Debug, Serialize)]
struct Note {
    id: usize,
    text: String,
}

#[derive(Deserialize)]
struct Draft {
    text: String,
}

#[derive(Deserialize)]
struct Pause {
    millis: u64,
}

/// Makes a router with notes in JSON, a clock that ticks, and a page that takes as long as one
/// wishes, but not longer than `limit`.
pub fn router(limit: Duration) -> Router {
    Router::new()
        .route("/notes", post(add).get(list))
        .route("/notes/{id}", get(note))
        .route("/slow", get(slow))
        .layer(middleware::from_fn(move |request, next| {
            limited(limit, request, next)
        }))
        // The ticks are not under the limit, because they do not end by themselves.
        .route("/ticks", get(ticks))
        .with_state(Notes::default())
}

async fn add(State(notes): State<Notes>, Json(draft): Json<Draft>) -> (StatusCode, Json<Note>) {
    let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    let note = Note {
        id: notes.len(),
        text: draft.text,
    };
    notes.insert(note.id, note.clone());
    (StatusCode::CREATED, Json(note))
}

async fn list(State(notes): State<Notes>) -> Json<Vec<Note>> {
    let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    Json(notes.values().cloned().collect())
}

async fn note(State(notes): State<Notes>, Path(id): Path<usize>) -> Result<Json<Note>, StatusCode> {
    let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    let note = notes.get(&id).cloned();
    note.map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn slow(Query(pause): Query<Pause>) -> &'static str {
    sleep(Duration::from_millis(pause.millis)).await;
    "that took a while"
}

/// Sends server-sent events until the client goes.
async fn ticks(
    Query(pause): Query<Pause>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, StatusCode> {
    if pause.millis == 0 {
        return Err(StatusCode::BAD_REQUEST);
    }
    let ticks = interval(Duration::from_millis(pause.millis));
    Ok(Sse::new(stream::unfold(
        (ticks, 0_u64),
        async |(mut ticks, number)| {
            ticks.tick().await;
            let event = Event::default().data(number.to_string());
            Some((Ok(event), (ticks, number + 1)))
        },
    )))
}

/// Limits the time for an answer, as tower's timeout does on Tokio.
async fn limited(limit: Duration, request: Request, next: Next) -> Response {
    match timeout(limit, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => StatusCode::GATEWAY_TIMEOUT.into_response(),
    }
}
