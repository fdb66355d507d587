//! What Prometheus is told of requests, and of what is looked at when it asks.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use matinee_engines::time::now_micros;
use matinee_jobs::JobState;

use crate::AppState;

/// That something is going on, as long as it is kept.
pub(crate) struct Counted(metrics::Gauge);

impl Counted {
    pub(crate) fn begin(name: &'static str) -> Self {
        let gauge = metrics::gauge!(name);
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// The route as it is documented, never as it was asked for: there are only so many.
pub(crate) fn route(request: &Request) -> Cow<'static, str> {
    match request.extensions().get::<MatchedPath>() {
        Some(path) => Cow::Owned(path.as_str().to_owned()),
        None => Cow::Borrowed("site"),
    }
}

fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Counts requests and measures how long their answers take to begin.
pub(crate) async fn layer(request: Request, next: Next) -> Response {
    let (route, method) = (route(&request), method(request.method()));
    let began = Instant::now();
    let _under_way = Counted::begin("matinee_requests_under_way");
    let response = next.run(request).await;
    let status = match response.status().as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    };
    metrics::counter!("matinee_requests_total", "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("matinee_request_seconds", "route" => route).record(began.elapsed());
    response
}

/// Looks at what is not counted as it happens.
pub(crate) async fn look(state: &AppState) {
    metrics::gauge!("matinee_uptime_seconds").set(state.started.elapsed().as_secs_f64());
    match state.jobs.counts().await {
        Ok(counts) => {
            let mut jobs: BTreeMap<&'static str, u64> = BTreeMap::new();
            let mut oldest = i64::MAX;
            for state in [JobState::Queued, JobState::Running] {
                jobs.insert(state.as_str(), 0);
            }
            for count in counts {
                if let Some(known) = jobs.get_mut(count.state.as_str()) {
                    *known += count.count;
                }
                if count.state == JobState::Queued {
                    oldest = oldest.min(count.oldest_run_after);
                }
            }
            for (state, count) in jobs {
                metrics::gauge!("matinee_jobs", "state" => state).set(count as f64);
            }
            let age = now_micros().saturating_sub(oldest).max(0) as f64 / 1e6;
            metrics::gauge!("matinee_job_queue_age_seconds").set(age);
        }
        Err(error) => tracing::warn!(%error, "jobs cannot be counted"),
    }
    match state.analytics.behind().await {
        Ok(events) => metrics::gauge!("matinee_events_behind").set(events as f64),
        Err(error) => tracing::debug!(%error, "events cannot be counted"),
    }
}
