//! Many people in one room: all of them hear what some of them say.
//!
//! Each has a socket and a name of their own. Everybody must hear everything, in the same order,
//! and what one of them says in the order in which they said it: all of that is checked. The time
//! of a message counts from the instant at which it was due to be sent until it has been read from
//! a socket.

use std::io::{ErrorKind, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::times::Times;
use crate::{Done, number};

/// How many open their sockets at the same time.
const TOGETHER: usize = 50;
/// How long one waits for what has not come yet.
const PATIENCE: Duration = Duration::from_secs(15);
/// What messages of ours begin with.
const MARK: &[u8] = b"\"bench ";

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Set in the second byte of what clients send.
const MASKED: u8 = 0x80;
/// Stands there for a length of two bytes that follows.
const LONG: u8 = 0x7e;

/// Somebody in the room.
struct Person {
    stream: TcpStream,
    /// The beginning of a frame that is not whole yet.
    rest: Vec<u8>,
    /// How many messages they have heard.
    heard: usize,
    gone: bool,
}

/// What was seen.
struct Seen {
    times: Times,
    /// Who said what as their which, in the order in which it was told first.
    order: Vec<(usize, u32)>,
    /// How much of each person has been told.
    told: Vec<u32>,
    disordered: u64,
    refused: u64,
    began: Instant,
}

pub fn run(arguments: &[&str]) -> Done {
    let [address, stream, ..] = arguments else {
        return Err(crate::USAGE.into());
    };
    let sockets: usize = number(arguments, 2)?;
    let senders: usize = number(arguments, 3)?;
    let rate: f64 = number(arguments, 4)?;
    let seconds: f64 = number(arguments, 5)?;
    let mut poll = Poll::new()?;
    let joining = Instant::now();
    let mut people = join(&poll, address, stream, sockets)?;
    println!(
        r#"{{"joined":{sockets},"seconds":{:.2}}}"#,
        joining.elapsed().as_secs_f64()
    );

    let go = Arc::new(AtomicBool::new(false));
    let told = go.clone();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_line(&mut String::new());
        told.store(true, Ordering::Release);
    });

    let mut seen = Seen {
        times: Times::new(),
        order: Vec::new(),
        told: vec![0; senders],
        disordered: 0,
        refused: 0,
        began: Instant::now(),
    };
    let mut events = Events::with_capacity(512);
    let mut scratch = vec![0; 64 * 1024];
    let total = (rate * seconds) as usize;
    let mut sent = 0;
    let mut begun: Option<Instant> = None;
    loop {
        let now = Instant::now();
        if begun.is_none() && go.load(Ordering::Acquire) {
            begun = Some(now);
        }
        let mut wait = Duration::from_millis(20);
        if let Some(begun) = begun {
            while sent < total {
                let due = begun + Duration::from_secs_f64(sent as f64 / rate);
                if let Some(left) = due.checked_duration_since(Instant::now()) {
                    wait = wait.min(left);
                    break;
                }
                let sender = sent % senders;
                let at = due.duration_since(seen.began).as_micros();
                say(&mut people[sender], sender, sent / senders, at)?;
                sent += 1;
            }
            let behind = people.iter().any(|one| !one.gone && one.heard < sent);
            let last = begun + Duration::from_secs_f64(seconds);
            if sent == total && (!behind || now > last + PATIENCE) {
                break;
            }
        }
        poll.poll(&mut events, Some(wait))?;
        for event in &events {
            let person = &mut people[event.token().0];
            listen(person, &mut scratch, &mut seen)?;
        }
    }
    let lasted = begun.map_or(0.0, |begun| begun.elapsed().as_secs_f64());
    let lost: usize = people
        .iter()
        .map(|one| sent.saturating_sub(one.heard))
        .sum();
    let gone = people.iter().filter(|one| one.gone).count();
    println!(
        r#"{{"sent":{sent},"deliveries":{},"seconds":{lasted:.2},"lost":{lost},"disordered":{},"refused":{},"gone":{gone},{}}}"#,
        seen.times.count(),
        seen.disordered,
        seen.refused,
        seen.times.json(),
    );
    Ok(())
}

fn join(poll: &Poll, address: &str, stream: &str, sockets: usize) -> Done<Vec<Person>> {
    let mut people = Vec::with_capacity(sockets);
    let mut buffer = vec![0; 16 * 1024];
    for first in (0..sockets).step_by(TOGETHER) {
        let mut opening = Vec::new();
        for n in first..sockets.min(first + TOGETHER) {
            let mut socket = std::net::TcpStream::connect(address)?;
            socket.set_nodelay(true)?;
            let request = format!(
                "GET /ws/{stream} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                 Cookie: matinee_viewer={n:032x}\r\n\r\n"
            );
            socket.write_all(request.as_bytes())?;
            opening.push(socket);
        }
        for mut socket in opening {
            let mut head = Vec::new();
            let end = loop {
                if let Some(at) = head.windows(4).position(|four| four == b"\r\n\r\n") {
                    break at + 4;
                }
                let read = socket.read(&mut buffer)?;
                if read == 0 {
                    return Err("the server closed a socket that was being opened".into());
                }
                head.extend_from_slice(&buffer[..read]);
            };
            if !head.starts_with(b"HTTP/1.1 101") {
                return Err(String::from_utf8_lossy(&head).into());
            }
            socket.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(socket);
            let token = Token(people.len());
            poll.registry()
                .register(&mut stream, token, Interest::READABLE)?;
            people.push(Person {
                stream,
                rest: head.split_off(end),
                heard: 0,
                gone: false,
            });
        }
    }
    Ok(people)
}

fn say(person: &mut Person, sender: usize, count: usize, at: u128) -> Done {
    let text = format!(
        r#"{{"type":"chat_message","username":"Guest {sender}","message":"bench {sender} {count} {at} says what people say"}}"#
    );
    send(person, TEXT, text.as_bytes())
}

/// A masked frame of less than 64 KiB. The mask is zero, which leaves the text as it is.
fn send(person: &mut Person, opcode: u8, text: &[u8]) -> Done {
    let mut frame = vec![0x80 | opcode];
    let length = u16::try_from(text.len())?;
    if let Ok(short @ ..126) = u8::try_from(length) {
        frame.push(MASKED | short);
    } else {
        frame.push(MASKED | LONG);
        frame.extend_from_slice(&length.to_be_bytes());
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(text);
    // So little always fits.
    person.stream.write_all(&frame)?;
    Ok(())
}

/// Reads what there is. One read that does not fill the buffer has taken everything: the next
/// byte is another event.
fn listen(person: &mut Person, scratch: &mut [u8], seen: &mut Seen) -> Done {
    while !person.gone {
        match person.stream.read(scratch) {
            Ok(0) => person.gone = true,
            Ok(read) => {
                let now = Instant::now();
                if person.rest.is_empty() {
                    let used = frames(person, &scratch[..read], now, seen)?;
                    person.rest.extend_from_slice(&scratch[used..read]);
                } else {
                    let mut all = std::mem::take(&mut person.rest);
                    all.extend_from_slice(&scratch[..read]);
                    let used = frames(person, &all, now, seen)?;
                    all.drain(..used);
                    if !all.is_empty() {
                        person.rest = all;
                    }
                }
                if read < scratch.len() {
                    return Ok(());
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => person.gone = true,
        }
    }
    Ok(())
}

/// Takes whole frames, and gives how many bytes they had.
fn frames(person: &mut Person, bytes: &[u8], now: Instant, seen: &mut Seen) -> Done<usize> {
    let mut at = 0;
    loop {
        let left = &bytes[at..];
        let [first, second, ..] = *left else {
            return Ok(at);
        };
        let (head, length) = match second & 0x7f {
            126 if left.len() >= 4 => (4, usize::from(u16::from_be_bytes([left[2], left[3]]))),
            126 => return Ok(at),
            127 => return Err("a frame is too large".into()),
            short => (2, usize::from(short)),
        };
        let Some(text) = left.get(head..head + length) else {
            return Ok(at);
        };
        match first & 0x0f {
            TEXT => hear(person, text, now, seen)?,
            PING => send(person, PONG, text)?,
            CLOSE => {
                let reason = text.get(2..).unwrap_or_default();
                eprintln!("a socket was closed: {}", String::from_utf8_lossy(reason));
                person.gone = true;
            }
            _ => {}
        }
        at += head + length;
    }
}

fn hear(person: &mut Person, text: &[u8], now: Instant, seen: &mut Seen) -> Done {
    let found = text.windows(MARK.len()).position(|some| some == MARK);
    let Some(at) = found else {
        if text.windows(14).any(|some| some == br#""type":"error""#) {
            if seen.refused == 0 {
                eprintln!("refused: {}", String::from_utf8_lossy(text));
            }
            seen.refused += 1;
        }
        return Ok(());
    };
    let words = &text[at + MARK.len()..];
    let mut words = words.split(|byte| *byte == b' ').map(|word| {
        std::str::from_utf8(word)
            .ok()
            .and_then(|word| word.parse::<u64>().ok())
    });
    let (Some(Some(sender)), Some(Some(count)), Some(Some(micros))) =
        (words.next(), words.next(), words.next())
    else {
        return Err("a message came back as another one".into());
    };
    let (sender, count) = (usize::try_from(sender)?, u32::try_from(count)?);
    if person.heard == seen.order.len() {
        // The first of all to hear it.
        let next = seen.told.get_mut(sender).ok_or("an unknown sender")?;
        if *next != count {
            seen.disordered += 1;
        }
        *next = count + 1;
        seen.order.push((sender, count));
    } else if seen.order[person.heard] != (sender, count) {
        seen.disordered += 1;
    }
    person.heard += 1;
    let due = seen.began + Duration::from_micros(micros);
    seen.times.add(now.saturating_duration_since(due));
    Ok(())
}
