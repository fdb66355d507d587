//! Measures the embedded event log: `cargo run --release -p matinee-engines --example event_log_rate [FOLDER]`.
//!
//! Four writers append batches of 500 events of 300 bytes; each batch is on disk before it is
//! acknowledged. The folder (a temporary one here, if none is named) should be on the disk that is meant.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use matinee_engines::log::{
    EventLog as _, FolderLog, FolderLogOptions, LogError, NewEvent, TopicConfig,
};

const PARTITIONS: u16 = 8;
const WRITERS: u32 = 4;
const BATCHES: u32 = 250;
const BATCH: u32 = 500;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let place = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let folder = tempfile::tempdir_in(place)?;
    let log = FolderLog::open(folder.path(), FolderLogOptions::default()).await?;
    let log = Arc::new(log);
    let config = TopicConfig {
        partitions: PARTITIONS,
        max_age: None,
        max_bytes: None,
    };
    log.create_topic("measured", config).await?;

    let begun = Instant::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| tokio::spawn(write(Arc::clone(&log))))
        .collect();
    for writer in writers {
        writer.await??;
    }
    let rate = f64::from(WRITERS * BATCHES * BATCH) / begun.elapsed().as_secs_f64();
    println!("{rate:.0} events/s written");
    Ok(())
}

async fn write(log: Arc<FolderLog>) -> Result<(), LogError> {
    let payload = Bytes::from(vec![b'x'; 300]);
    for _ in 0..BATCHES {
        let batch = (0..BATCH)
            .map(|n| NewEvent {
                key: Some(format!("video_{n}").into()),
                payload: payload.clone(),
                ..NewEvent::default()
            })
            .collect();
        log.append("measured", batch).await?;
    }
    Ok(())
}
