//! What is counted. The handles are made once: finding one by name and labels
//! on every segment would cost more than the segment's headers.

use metrics::{
    Counter, Gauge, Histogram, counter, describe_counter, describe_gauge, describe_histogram,
    gauge, histogram,
};

/// Counters of what players fetch.
#[derive(Clone)]
pub(crate) struct Meters {
    pub hot_requests: Counter,
    pub hot_bytes: Counter,
    pub cold_requests: Counter,
    pub cold_bytes: Counter,
    pub load_seconds: Histogram,
    pub hot_size: Gauge,
    pub index_size: Gauge,
    pub document_size: Gauge,
    pub presentation_loads: Counter,
    pub index_loads: Counter,
    pub document_builds: Counter,
}

impl Meters {
    pub(crate) fn new() -> Self {
        const REQUESTS: &str = "matinee_segment_requests_total";
        const BYTES: &str = "matinee_segment_bytes_total";
        const CACHE: &str = "matinee_playback_cache_bytes";
        const LOADS: &str = "matinee_playback_loads_total";
        describe_counter!(REQUESTS, "Segments served, by where their bytes came from");
        describe_counter!(BYTES, "Bytes of segments served, by where they came from");
        describe_histogram!(
            "matinee_segment_load_seconds",
            "How long it took to bring a segment from the blob store"
        );
        describe_gauge!(CACHE, "Memory held by each cache, in bytes");
        describe_counter!(
            LOADS,
            "What had to be loaded or written because no cache had it"
        );
        Self {
            hot_requests: counter!(REQUESTS, "source" => "hot"),
            hot_bytes: counter!(BYTES, "source" => "hot"),
            cold_requests: counter!(REQUESTS, "source" => "disk"),
            cold_bytes: counter!(BYTES, "source" => "disk"),
            load_seconds: histogram!("matinee_segment_load_seconds"),
            hot_size: gauge!(CACHE, "cache" => "segments"),
            index_size: gauge!(CACHE, "cache" => "indices"),
            document_size: gauge!(CACHE, "cache" => "documents"),
            presentation_loads: counter!(LOADS, "what" => "presentation"),
            index_loads: counter!(LOADS, "what" => "index"),
            document_builds: counter!(LOADS, "what" => "document"),
        }
    }
}

impl std::fmt::Debug for Meters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meters")
    }
}
