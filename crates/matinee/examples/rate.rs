//! Asks a server at a steady rate and says how long the answers took.
//!
//! Requests are due at fixed instants, whether or not the ones before have been
//! answered, and the time of each counts from the instant at which it was due:
//! a server that stalls is not asked less for it.
//!
//! Arguments: requests per second, seconds, then a file with one address a
//! line, asked in turn; after a space may follow `viewer=`, the name by which a
//! person without account is known. Prints one JSON object with milliseconds,
//! and how many failed in which way. Answers may come compressed, as every
//! browser lets them.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let rate: f64 = arguments.next().unwrap().parse().unwrap();
    let seconds: f64 = arguments.next().unwrap().parse().unwrap();
    let file = std::fs::read_to_string(arguments.next().unwrap()).unwrap();
    let addresses: Vec<String> = file.lines().map(str::to_owned).collect();
    matinee_engines::install_tls();
    let client = reqwest::Client::builder()
        .pool_max_idle_per_host(256)
        .build()
        .unwrap();
    // Connections and caches of both sides warm up.
    for address in addresses.iter().take(50) {
        let _ = request(&client, address)
            .send()
            .await
            .unwrap()
            .bytes()
            .await;
    }
    let times = Arc::new(Mutex::new(Vec::new()));
    let begun = Instant::now();
    let count = (rate * seconds) as usize;
    let mut asked = Vec::with_capacity(count);
    for n in 0..count {
        let due = begun + Duration::from_secs_f64(n as f64 / rate);
        sleep_until(due).await;
        let times = times.clone();
        let request = request(&client, &addresses[n % addresses.len()]);
        asked.push(tokio::spawn(async move {
            let answer = request.send().await;
            let fault = match answer {
                Ok(answer) if answer.status().is_success() => {
                    answer.bytes().await.err().map(|error| error.to_string())
                }
                Ok(answer) => Some(answer.status().to_string()),
                Err(error) => Some(format!("{error:?}")),
            };
            let taken = due.elapsed().as_secs_f64() * 1000.0;
            times.lock().await.push((taken, fault));
        }));
    }
    for one in asked {
        let _ = one.await;
    }
    let mut times = times.lock().await;
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].0;
    let mut faults = BTreeMap::<&str, usize>::new();
    for fault in times.iter().filter_map(|(_, fault)| fault.as_deref()) {
        *faults.entry(fault).or_default() += 1;
    }
    println!(
        "{}",
        serde_json::json!({
            "requests": times.len(),
            "failed": faults.values().sum::<usize>(),
            "faults": faults,
            "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "max": at(1.0),
        })
    );
}

fn request(client: &reqwest::Client, line: &str) -> reqwest::RequestBuilder {
    let (address, viewer) = match line.split_once(" viewer=") {
        Some((address, viewer)) => (address, Some(viewer)),
        None => (line, None),
    };
    let request = client.get(address).header("accept-encoding", "gzip");
    match viewer {
        Some(viewer) => request.header("cookie", format!("matinee_viewer={viewer}")),
        None => request,
    }
}
