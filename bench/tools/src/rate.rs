//! Asks a server at a steady rate, and says how long the answers took.
//!
//! Requests are due at fixed instants, whether or not the ones before have been answered, and the
//! time of each counts from the instant at which it was due: a server that stalls is not asked less
//! for it. Addresses are asked in turn; after a space may follow `viewer=`, the name by which a
//! person without account is known. Answers may come compressed, as every browser lets them.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::http::{Coming, Link};
use crate::{Done, number};

/// The most requests at the same time; others wait, which counts.
const TOGETHER: usize = 256;
/// How many are asked before it counts: connections and caches of both sides warm up.
const WARM_UP: usize = 50;
/// How long the last answers may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A connection, and when what it asks for was due.
struct Asking {
    link: Link,
    coming: Coming,
    due: Option<Instant>,
}

/// What is asked for.
struct Address<'a> {
    host: &'a str,
    path: String,
    fields: String,
}

struct Asker<'a> {
    poll: Poll,
    addresses: Vec<Address<'a>>,
    links: Vec<Asking>,
    idle: Vec<usize>,
    /// Milliseconds.
    times: Vec<f64>,
    faults: BTreeMap<String, usize>,
}

pub fn run(arguments: &[&str]) -> Done {
    let rate: f64 = number(arguments, 0)?;
    let seconds: f64 = number(arguments, 1)?;
    let file = std::fs::read_to_string(arguments.get(2).ok_or(crate::USAGE)?)?;
    let mut asker = Asker {
        poll: Poll::new()?,
        addresses: file.lines().map(address).collect::<Done<_>>()?,
        links: Vec::new(),
        idle: Vec::new(),
        times: Vec::new(),
        faults: BTreeMap::new(),
    };
    let warm = WARM_UP.min(asker.addresses.len());
    asker.drive(warm, |_| Duration::ZERO, 8)?;
    (asker.times, asker.faults) = (Vec::new(), BTreeMap::new());
    let count = (rate * seconds) as usize;
    asker.drive(
        count,
        |n| Duration::from_secs_f64(n as f64 / rate),
        TOGETHER,
    )?;
    asker.times.sort_by(f64::total_cmp);
    let times = &asker.times;
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let faults: Vec<String> = asker
        .faults
        .iter()
        .map(|(fault, count)| format!("{fault:?}:{count}"))
        .collect();
    println!(
        r#"{{"requests":{},"failed":{},"faults":{{{}}},"p50":{:.3},"p90":{:.3},"p99":{:.3},"max":{:.3}}}"#,
        times.len(),
        asker.faults.values().sum::<usize>(),
        faults.join(","),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0),
    );
    Ok(())
}

fn address(line: &str) -> Done<Address<'_>> {
    let (address, viewer) = line.split_once(" viewer=").unwrap_or((line, ""));
    let place = address.strip_prefix("http://").ok_or("only http")?;
    let at = place.find('/').unwrap_or(place.len());
    let (host, path) = place.split_at(at);
    let packed = "Accept-Encoding: gzip\r\n";
    let fields = if viewer.is_empty() {
        packed.to_owned()
    } else {
        format!("{packed}Cookie: matinee_viewer={viewer}\r\n")
    };
    Ok(Address {
        host,
        path: if path.is_empty() { "/" } else { path }.to_owned(),
        fields,
    })
}

impl Asker<'_> {
    /// Asks so often, the nth time so long after the beginning.
    fn drive(&mut self, count: usize, after: impl Fn(usize) -> Duration, most: usize) -> Done {
        let begun = Instant::now();
        let mut events = Events::with_capacity(256);
        let mut scratch = vec![0; 256 * 1024];
        let mut waiting: VecDeque<(Instant, usize)> = VecDeque::new();
        let (mut asked, mut busy) = (0, 0);
        while asked < count || busy > 0 || !waiting.is_empty() {
            let now = Instant::now();
            while asked < count && begun + after(asked) <= now {
                waiting.push_back((begun + after(asked), asked % self.addresses.len()));
                asked += 1;
            }
            while busy < most
                && let Some((due, address)) = waiting.pop_front()
            {
                self.ask(due, address)?;
                busy += 1;
            }
            let next = if asked < count {
                (begun + after(asked)).saturating_duration_since(now)
            } else {
                PATIENCE
            };
            let wait = next.min(Duration::from_millis(100));
            self.poll.poll(&mut events, Some(wait))?;
            for event in &events {
                busy -= self.hear(event.token().0, &mut scratch);
            }
            if asked == count && now > begun + after(count) + PATIENCE {
                return Err("some answers did not come".into());
            }
        }
        Ok(())
    }

    fn ask(&mut self, due: Instant, address: usize) -> Done {
        let address = &self.addresses[address];
        let n = if let Some(n) = self.idle.pop() {
            n
        } else {
            let socket = std::net::TcpStream::connect(address.host)?;
            socket.set_nodelay(true)?;
            socket.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(socket);
            let n = self.links.len();
            let registry = self.poll.registry();
            registry.register(&mut stream, Token(n), Interest::READABLE)?;
            self.links.push(Asking {
                link: Link::new(stream, address.host),
                coming: Coming::default(),
                due: None,
            });
            n
        };
        self.links[n].due = Some(due);
        self.links[n].link.ask(&address.path, &address.fields)
    }

    /// Reads what there is, and gives how many answers are complete.
    fn hear(&mut self, n: usize, scratch: &mut [u8]) -> usize {
        let asking = &mut self.links[n];
        let fault = match asking.link.read(scratch, &mut asking.coming) {
            Ok(None) => return 0,
            Ok(Some(answer)) => {
                self.idle.push(n);
                (!(200..300).contains(&answer.status)).then(|| answer.status.to_string())
            }
            // Such a connection is not asked again.
            Err(error) => Some(error.to_string()),
        };
        let Some(due) = asking.due.take() else {
            // It was closed while nothing was asked of it.
            self.idle.retain(|idle| *idle != n);
            return 0;
        };
        self.times.push(due.elapsed().as_secs_f64() * 1000.0);
        if let Some(fault) = fault {
            *self.faults.entry(fault).or_default() += 1;
        }
        1
    }
}
