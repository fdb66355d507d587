//! Traces for a collector: OTLP over HTTP, in its JSON form (OpenTelemetry
//! Protocol 1.x, "JSON Protobuf Encoding").
//!
//! Spans of requests, jobs and ffmpeg go into a bounded queue as they end, and
//! out in batches; what there is no room for, or what the collector does not
//! take, is dropped and counted. Without a collector there is none of this.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::config::Config;

/// How many spans may wait.
const QUEUE: usize = 4096;
/// How many are sent at once, and how long they wait for others.
const BATCH: usize = 512;
const GATHER: Duration = Duration::from_secs(2);
/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most attributes of a span.
const ATTRIBUTES: usize = 32;

static SPANS: OnceLock<Mutex<Option<mpsc::Receiver<Value>>>> = OnceLock::new();

/// Which spans are told of.
pub fn is_told(meta: &Metadata<'_>) -> bool {
    meta.is_span() && *meta.level() <= Level::INFO && meta.target().starts_with("matinee")
}

/// The layer that takes spans; none without a collector.
pub fn layer(config: &Config) -> Option<Spans> {
    config.trace_url.as_ref()?;
    let (sender, receiver) = mpsc::channel(QUEUE);
    SPANS.set(Mutex::new(Some(receiver))).ok()?;
    let percent = config.trace_percent;
    Some(Spans { sender, percent })
}

/// Takes spans as they end.
pub struct Spans {
    sender: mpsc::Sender<Value>,
    percent: u8,
}

/// What is known of a span while it is open.
struct Open {
    trace: String,
    span: u64,
    parent: Option<u64>,
    began: SystemTime,
    failed: bool,
    attributes: Map<String, Value>,
}

#[derive(Default)]
struct Fields {
    trace: Option<String>,
    parent: Option<u64>,
    failed: bool,
    all: Map<String, Value>,
}

impl Fields {
    fn add(&mut self, name: &str, value: Value) {
        if self.all.len() < ATTRIBUTES {
            self.all.insert(name.to_owned(), value);
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "trace" if matinee_engines::trace::is_sound(value) => {
                self.trace = Some(value.to_owned());
            }
            "trace" => {}
            "parent" => self.parent = u64::from_str_radix(value, 16).ok().filter(|id| *id != 0),
            name => self.add(name, json!({ "stringValue": value })),
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field.name(), json!({ "intValue": value.to_string() }));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "status" && value >= 500 {
            self.failed = true;
        }
        self.add(field.name(), json!({ "intValue": value.to_string() }));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        if field.name() == "failed" && value {
            self.failed = true;
        }
        self.add(field.name(), json!({ "boolValue": value }));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field.name(), json!({ "doubleValue": value }));
    }
}

fn nanos(at: SystemTime) -> String {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_nanos().to_string()
}

/// Of the first 32 bits of a trace's id so many in a hundred: all nodes choose alike.
fn is_chosen(trace: &str, percent: u8) -> bool {
    let part = trace
        .get(..8)
        .and_then(|head| u32::from_str_radix(head, 16).ok());
    part.is_some_and(|part| u64::from(part) * 100 < u64::from(percent) << 32)
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let above = span.parent().and_then(|parent| {
            let extensions = parent.extensions();
            extensions
                .get::<Open>()
                .map(|open| (open.trace.clone(), open.span))
        });
        let (trace, parent) = match (above, fields.trace) {
            (Some((trace, parent)), _) => (trace, Some(parent)),
            (None, Some(trace)) => (trace, fields.parent),
            (None, None) => (format!("{:032x}", rand::random::<u128>() | 1), None),
        };
        if !is_chosen(&trace, self.percent) {
            return;
        }
        span.extensions_mut().insert(Open {
            trace,
            span: rand::random::<u64>() | 1,
            parent,
            began: SystemTime::now(),
            failed: fields.failed,
            attributes: fields.all,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            let mut fields = Fields::default();
            values.record(&mut fields);
            open.failed |= fields.failed;
            open.attributes.extend(fields.all);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let Some(open) = span.extensions_mut().remove::<Open>() else {
            return;
        };
        let name = match open.attributes.get("method") {
            Some(method) => format!(
                "{} {}",
                method["stringValue"].as_str().unwrap_or_default(),
                open.attributes
                    .get("route")
                    .and_then(|route| route["stringValue"].as_str())
                    .unwrap_or("/")
            ),
            None => span.name().to_owned(),
        };
        // SPAN_KIND_SERVER for requests, SPAN_KIND_CONSUMER for jobs, else SPAN_KIND_INTERNAL.
        let kind = match span.name() {
            "request" => 2,
            "job" => 5,
            _ => 1,
        };
        let attributes: Vec<Value> = open
            .attributes
            .into_iter()
            .map(|(key, value)| json!({ "key": key, "value": value }))
            .collect();
        let told = json!({
            "traceId": open.trace,
            "spanId": format!("{:016x}", open.span),
            "parentSpanId": open.parent.map(|id| format!("{id:016x}")).unwrap_or_default(),
            "name": name,
            "kind": kind,
            "startTimeUnixNano": nanos(open.began),
            "endTimeUnixNano": nanos(SystemTime::now()),
            "attributes": attributes,
            // STATUS_CODE_ERROR, or STATUS_CODE_UNSET.
            "status": { "code": if open.failed { 2 } else { 0 } },
        });
        if self.sender.try_send(told).is_err() {
            metrics::counter!("matinee_spans_dropped_total").increment(1);
        }
    }
}

/// Sends spans until `stop`, and then those that wait.
pub async fn run(config: Arc<Config>, stop: CancellationToken) {
    let taken = SPANS
        .get()
        .and_then(|spans| spans.lock().unwrap_or_else(PoisonError::into_inner).take());
    let (Some(mut spans), Some(base)) = (taken, &config.trace_url) else {
        return;
    };
    let Ok(client) = reqwest::Client::builder().timeout(PATIENCE).build() else {
        return;
    };
    let url = format!("{base}/v1/traces");
    let node = config
        .node
        .clone()
        .unwrap_or_else(crate::options::host_name);
    let resource = json!({ "attributes": [
        { "key": "service.name", "value": { "stringValue": "matinee" } },
        { "key": "service.version", "value": { "stringValue": env!("CARGO_PKG_VERSION") } },
        { "key": "service.instance.id", "value": { "stringValue": node } },
    ] });
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let ended = tokio::select! {
            count = spans.recv_many(&mut batch, BATCH) => count == 0,
            () = stop.cancelled() => {
                spans.close();
                while batch.len() < QUEUE && let Ok(span) = spans.try_recv() {
                    batch.push(span);
                }
                true
            }
        };
        if !ended && batch.len() < BATCH {
            tokio::select! {
                () = tokio::time::sleep(GATHER) => {}
                () = stop.cancelled() => {}
            }
            let room = BATCH - batch.len();
            while batch.len() < room
                && let Ok(span) = spans.try_recv()
            {
                batch.push(span);
            }
        }
        let count = batch.len() as u64;
        if count > 0 {
            let body = json!({ "resourceSpans": [{
                "resource": resource,
                "scopeSpans": [{ "scope": { "name": "matinee" }, "spans": std::mem::take(&mut batch) }],
            }] });
            let sent = client.post(&url).json(&body).send().await;
            if let Err(error) = sent.and_then(reqwest::Response::error_for_status) {
                metrics::counter!("matinee_spans_dropped_total").increment(count);
                tracing::debug!(%error, "the collector of traces does not take them");
            }
        }
        if ended {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_chosen_by_their_share() {
        let chosen = |percent| {
            let traces =
                (0..1000_u32).map(|n| format!("{:08x}{:024x}", n.wrapping_mul(4_294_967), 1));
            traces.filter(|trace| is_chosen(trace, percent)).count()
        };
        assert_eq!((chosen(0), chosen(100)), (0, 1000));
        assert!((240..=260).contains(&chosen(25)));
    }
}
