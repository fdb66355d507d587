//! Many players of one broadcast.
//!
//! `low`: players of Low-Latency HLS. Each has a connection for each playlist (pictures, sound),
//! waits there for the part that comes next (`_HLS_msn`, `_HLS_part`), takes updates of what it
//! knows (`_HLS_skip`), and fetches each part as soon as it is listed. How old a part is when it
//! has come whole counts from the instant of its last frame, by the dates in the playlist.
//!
//! `plain`: players of ordinary HLS, which look once a second and fetch each new segment.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::http::{Answer, Coming, Link};
use crate::times::Times;
use crate::{Done, number, playlist};

/// How long players play before they are counted: all have found the edge.
const WARM_UP: Duration = Duration::from_secs(4);
/// How often players of ordinary HLS look whether there is something new.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A player's connection for one playlist.
struct Track {
    link: Link,
    coming: Coming,
    /// The viewer's cookie, as a line of a head.
    cookie: String,
    /// The playlist, and the folder that it is in.
    path: String,
    folder: String,
    /// What comes next, once the playlist has been read.
    next: Option<(u64, u32)>,
    /// What is to be fetched.
    wanted: VecDeque<Piece>,
    fetching: Option<Piece>,
}

/// A part or a segment, and when its last frame was due.
struct Piece {
    uri: String,
    ends_at: Option<Duration>,
}

/// What was seen.
#[derive(Default)]
struct Seen {
    ages: Option<Times>,
    requests: u64,
    bytes: u64,
    media: u64,
    behind: u64,
}

pub fn run(arguments: &[&str]) -> Done {
    let [address, way, _, _, playlists @ ..] = arguments else {
        return Err(crate::USAGE.into());
    };
    let low = *way == "low";
    let viewers: usize = number(arguments, 2)?;
    let seconds: f64 = number(arguments, 3)?;
    let mut poll = Poll::new()?;
    let mut tracks = Vec::new();
    for viewer in 0..viewers {
        for path in playlists {
            let socket = std::net::TcpStream::connect(address)?;
            socket.set_nodelay(true)?;
            socket.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(socket);
            let token = Token(tracks.len());
            poll.registry()
                .register(&mut stream, token, Interest::READABLE)?;
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            tracks.push(Track {
                link: Link::new(stream, address),
                coming: Coming::default(),
                cookie: format!("Cookie: matinee_viewer={viewer:032x}\r\n"),
                path: (*path).to_owned(),
                folder: folder.to_owned(),
                next: None,
                wanted: VecDeque::new(),
                fetching: None,
            });
        }
    }
    let mut seen = Seen::default();
    let mut later: BinaryHeap<Reverse<(Instant, usize)>> = BinaryHeap::new();
    let begun = Instant::now();
    // They do not all come at once.
    for n in 0..tracks.len() {
        let due = begun + WARM_UP.mul_f64(0.5 * n as f64 / tracks.len() as f64);
        later.push(Reverse((due, n)));
    }
    let until = begun + WARM_UP + Duration::from_secs_f64(seconds);
    let mut events = Events::with_capacity(512);
    let mut scratch = vec![0; 256 * 1024];
    loop {
        let now = Instant::now();
        if seen.ages.is_none() && now >= begun + WARM_UP {
            println!(r#"{{"ready":true}}"#);
            seen = Seen {
                ages: Some(Times::new()),
                ..Seen::default()
            };
        }
        if now >= until {
            break;
        }
        while let Some(Reverse((due, n))) = later.peek().copied()
            && due <= now
        {
            later.pop();
            reload(&mut tracks[n], low)?;
        }
        let next = later.peek().map_or(until, |Reverse((due, _))| *due);
        let wait = next.min(until).saturating_duration_since(now);
        poll.poll(&mut events, Some(wait.min(Duration::from_millis(100))))?;
        for event in &events {
            let n = event.token().0;
            let track = &mut tracks[n];
            while let Some(answer) = track.link.read(&mut scratch, &mut track.coming)? {
                if answer.status != 200 {
                    let text = String::from_utf8_lossy(&answer.text).into_owned();
                    return Err(format!("{} {}: {text}", answer.status, track.path).into());
                }
                if take(track, &answer, low, &mut seen)? {
                    later.push(Reverse((Instant::now() + LOOK_EVERY, n)));
                }
            }
        }
    }
    let ages = seen.ages.as_ref().map_or_else(String::new, Times::json);
    println!(
        r#"{{"viewers":{viewers},"seconds":{seconds},"requests":{},"bytes":{},"media":{},"behind":{},{ages}}}"#,
        seen.requests, seen.bytes, seen.media, seen.behind,
    );
    Ok(())
}

/// Asks for the playlist: with what comes next, if that is known.
fn reload(track: &mut Track, low: bool) -> Done {
    let path = match track.next.filter(|_| low) {
        Some((msn, part)) => {
            format!(
                "{}?_HLS_msn={msn}&_HLS_part={part}&_HLS_skip=YES",
                track.path
            )
        }
        None => track.path.clone(),
    };
    track.coming.keep = true;
    track.link.ask(&path, &track.cookie)
}

/// Takes an answer, and asks for what is next. True if that is the playlist, in a while.
fn take(track: &mut Track, answer: &Answer, low: bool, seen: &mut Seen) -> Done<bool> {
    seen.requests += 1;
    seen.bytes += answer.size as u64;
    if let Some(piece) = track.fetching.take() {
        seen.media += 1;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        if let (Some(ages), Some(ends_at)) = (&mut seen.ages, piece.ends_at) {
            ages.add(now.saturating_sub(ends_at));
        }
    } else {
        let text = String::from_utf8_lossy(&answer.text);
        let listed = playlist::read(&text);
        if let Some(known) = track.next {
            let fresh = list(track, &listed, known, low);
            if low && fresh > 1 {
                seen.behind += 1;
            }
        }
        // Whoever comes begins at the edge.
        track.next = Some(listed.next);
    }
    if let Some(piece) = track.wanted.pop_front() {
        let path = if piece.uri.starts_with('/') {
            piece.uri.clone()
        } else {
            format!("{}/{}", track.folder, piece.uri)
        };
        track.coming.keep = false;
        track.fetching = Some(piece);
        track.link.ask(&path, &track.cookie)?;
        return Ok(false);
    }
    if low {
        reload(track, low)?;
    }
    Ok(!low)
}

/// Notes what is new, and gives how much that is.
fn list(track: &mut Track, listed: &playlist::Listed, known: (u64, u32), low: bool) -> usize {
    let before = track.wanted.len();
    if low {
        let fresh = listed.parts.iter().filter(|part| part.at >= known);
        track.wanted.extend(fresh.map(|part| Piece {
            uri: part.uri.clone(),
            ends_at: part.ends_at,
        }));
    } else {
        let fresh = listed.segments.iter().filter(|(msn, _)| *msn >= known.0);
        track.wanted.extend(fresh.map(|(_, uri)| Piece {
            uri: uri.clone(),
            ends_at: None,
        }));
    }
    track.wanted.len() - before
}
