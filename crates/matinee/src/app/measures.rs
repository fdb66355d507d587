//! What is measured of the whole process.

use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Histograms, which can be added up over nodes; summaries cannot.
fn buckets(builder: PrometheusBuilder) -> anyhow::Result<PrometheusBuilder> {
    let short = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
    ];
    let long = [0.1, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0];
    let speed = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0];
    let all: [(&str, &[f64]); 5] = [
        ("matinee_request_seconds", &short),
        ("matinee_database_seconds", &short),
        ("matinee_segment_load_seconds", &short),
        ("matinee_job_seconds", &long),
        ("matinee_ffmpeg_speed", &speed),
    ];
    all.into_iter()
        .try_fold(builder, |builder, (name, buckets)| {
            let name = Matcher::Full(name.to_owned());
            builder
                .set_buckets_for_metric(name, buckets)
                .context("cannot set up the metrics")
        })
}

/// One recorder serves the whole process; tests make several apps in one.
pub(super) fn recorder() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut handle = HANDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*handle {
        return Ok(handle.clone());
    }
    let made = buckets(PrometheusBuilder::new())?
        .install_recorder()
        .context("cannot install the metrics recorder")?;
    Ok(handle.insert(made).clone())
}
