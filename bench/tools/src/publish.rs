//! Many encoders: all send the same film by RTMP, over and over, at the speed at which it plays.
//!
//! They do not begin at the same frame, but one after the other over a second and a half, so that not
//! all keyframes come at once. Messages are cut into chunks of 4,096 bytes, as encoders
//! do.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use crate::flv;
use crate::times::Times;
use crate::{Done, number};

const CHUNK: usize = 4096;
/// How many come from one address.
const EACH: usize = 40;
const PATIENCE: Duration = Duration::from_secs(20);
/// Over how long they begin: there are servers that let go of whoever is silent for two seconds.
const SPREAD: Duration = Duration::from_millis(1500);

/// An encoder.
struct Encoder {
    stream: TcpStream,
    /// When its clock was at zero.
    begun: Instant,
    /// The tag that it sends next, and how often it has sent them all.
    next: usize,
    round: u32,
}

pub fn run(arguments: &[&str]) -> Done {
    let [film, _, addresses] = arguments else {
        return Err(crate::USAGE.into());
    };
    let seconds: f64 = number(arguments, 1)?;
    let tags = flv::read(Path::new(film))?;
    let last = tags.last().ok_or("the film is empty")?.time;
    // One more frame, near enough.
    let length = last + 40;
    let addresses = std::fs::read_to_string(addresses)?;
    let addresses: Vec<&str> = addresses.lines().collect();
    let mut encoders = Vec::with_capacity(addresses.len());
    // At the same time, so that nobody waits for the others.
    let streams = std::thread::scope(|scope| {
        let each = addresses.iter().enumerate();
        let opening: Vec<_> = each
            .map(|(n, address)| scope.spawn(move || connect(address, n).map_err(|e| e.to_string())))
            .collect();
        opening
            .into_iter()
            .map(std::thread::ScopedJoinHandle::join)
            .collect::<Vec<_>>()
    });
    for stream in streams {
        encoders.push(Encoder {
            stream: stream.map_err(|_| "an encoder could not be begun")??,
            begun: Instant::now(),
            next: 0,
            round: 0,
        });
    }
    let begun = Instant::now();
    for (n, encoder) in encoders.iter_mut().enumerate() {
        encoder.begun = begun + SPREAD.mul_f64(n as f64 / addresses.len() as f64);
    }
    println!(r#"{{"publishing":{}}}"#, encoders.len());
    let mut lag = Times::new();
    let mut out = Vec::new();
    let until = begun + Duration::from_secs_f64(seconds);
    while Instant::now() < until {
        let mut soonest = until;
        for encoder in &mut encoders {
            loop {
                let tag = &tags[encoder.next];
                let time = encoder.round * length + tag.time;
                let due = encoder.begun + Duration::from_millis(time.into());
                let now = Instant::now();
                if due > now {
                    soonest = soonest.min(due);
                    break;
                }
                // How a film is coded does not change from one round to the next.
                if encoder.round == 0 || !tag.is_header() {
                    out.clear();
                    message(&mut out, tag.kind, time, 1, &tag.data);
                    encoder.stream.write_all(&out).map_err(|error| {
                        format!(
                            "an encoder was let go after {:.1?}: {error}",
                            begun.elapsed()
                        )
                    })?;
                    lag.add(due.elapsed());
                }
                encoder.next += 1;
                if encoder.next == tags.len() {
                    encoder.next = 0;
                    encoder.round += 1;
                }
            }
        }
        std::thread::sleep(soonest.saturating_duration_since(Instant::now()));
    }
    println!(
        r#"{{"publishing":{},"messages":{},{}}}"#,
        encoders.len(),
        lag.count(),
        lag.json()
    );
    Ok(())
}

/// Connects to `rtmp://host:port/app/name` and begins to publish.
///
/// Servers let so many in from one address: every forty come from another one of this machine's.
fn connect(address: &str, n: usize) -> Done<TcpStream> {
    let place = address
        .strip_prefix("rtmp://")
        .ok_or("not an RTMP address")?;
    let (host, path) = place
        .split_once('/')
        .ok_or("an address without application")?;
    let (app, name) = path.split_once('/').ok_or("an address without name")?;
    let from = Ipv4Addr::new(127, 0, 1, u8::try_from(1 + n / EACH)?);
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((from, 0)).into())?;
    socket.connect(&host.parse::<SocketAddr>()?.into())?;
    let mut stream = TcpStream::from(socket);
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // The plain handshake (§5.2 of Adobe's specification).
    let mut hello = vec![3; 1 + 1536];
    hello[1..9].fill(0);
    stream.write_all(&hello)?;
    let mut answer = vec![0; 1 + 2 * 1536];
    stream.read_exact(&mut answer)?;
    stream.write_all(&answer[1..=1536])?;

    let mut out = Vec::new();
    let size = u32::try_from(CHUNK)?.to_be_bytes();
    message(&mut out, 1, 0, 0, &size);
    let mut command = Vec::new();
    text(&mut command, "connect");
    amount(&mut command, 1.0);
    command.push(3);
    let mut url = String::new();
    let _ = write!(url, "rtmp://{host}/{app}");
    for (key, value) in [("app", app), ("flashVer", "FMLE/3.0"), ("tcUrl", &url)] {
        key_of(&mut command, key);
        text(&mut command, value);
    }
    command.extend_from_slice(&[0, 0, 9]);
    message(&mut out, 20, 0, 0, &command);
    stream.write_all(&out)?;
    until(&mut stream, "_result")?;

    (out, command) = (Vec::new(), Vec::new());
    text(&mut command, "createStream");
    amount(&mut command, 2.0);
    command.push(5);
    message(&mut out, 20, 0, 0, &command);
    stream.write_all(&out)?;
    until(&mut stream, "_result")?;

    (out, command) = (Vec::new(), Vec::new());
    text(&mut command, "publish");
    amount(&mut command, 3.0);
    command.push(5);
    text(&mut command, name);
    text(&mut command, "live");
    message(&mut out, 20, 0, 1, &command);
    stream.write_all(&out)?;
    until(&mut stream, "NetStream.Publish.Start")?;
    Ok(stream)
}

/// Reads on until a word comes.
fn until(stream: &mut TcpStream, word: &str) -> Done {
    let mut heard = Vec::new();
    let mut buffer = [0; 4096];
    while !heard
        .windows(word.len())
        .any(|some| some == word.as_bytes())
    {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            let heard = String::from_utf8_lossy(&heard);
            return Err(format!("an encoder was refused: {heard}").into());
        }
        heard.extend_from_slice(&buffer[..read]);
    }
    Ok(())
}

/// A message in chunks, the first with a full header (§5.3.1).
fn message(out: &mut Vec<u8>, kind: u8, time: u32, stream: u32, data: &[u8]) {
    let channel = match kind {
        1 => 2,
        20 => 3,
        8 => 4,
        _ => 6,
    };
    let long = time >= 0xff_ffff;
    let short = if long { 0xff_ffff } else { time };
    let size = u32::try_from(data.len()).unwrap_or(0);
    out.push(channel);
    out.extend_from_slice(&short.to_be_bytes()[1..]);
    out.extend_from_slice(&size.to_be_bytes()[1..]);
    out.push(kind);
    out.extend_from_slice(&stream.to_le_bytes());
    for (n, chunk) in data.chunks(CHUNK).enumerate() {
        if n > 0 {
            out.push(0xc0 | channel);
        }
        if long {
            out.extend_from_slice(&time.to_be_bytes());
        }
        out.extend_from_slice(chunk);
    }
}

/// AMF 0: a string, a number, the name of a property.
fn text(out: &mut Vec<u8>, text: &str) {
    out.push(2);
    key_of(out, text);
}

fn amount(out: &mut Vec<u8>, amount: f64) {
    out.push(0);
    out.extend_from_slice(&amount.to_be_bytes());
}

fn key_of(out: &mut Vec<u8>, key: &str) {
    let length = u16::try_from(key.len()).unwrap_or(0);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&key.as_bytes()[..length.into()]);
}
