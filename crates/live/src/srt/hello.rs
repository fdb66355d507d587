//! How an SRT connection begins (draft-sharabayko-srt-01 §4.3.1), without anything being kept of
//! whoever only says hello: the cookie that they bring back proves that they are where they say.

use std::net::{IpAddr, SocketAddr};
use std::time::{SystemTime, UNIX_EPOCH};

use srt_runtime::handshake_sm::{CryptoConfig, derive_cookie};
use srt_runtime::packet::{
    ControlPacket, EncryptionField, HandshakeExtensionFlags, HandshakeExtensions, HandshakePacket,
    HandshakeType,
};
use srt_runtime::{
    HandshakeConfig, HandshakeOutput, ListenerHandshake, NegotiatedParams, RejectionReason,
};

use super::receiver::{NUMBERS, WINDOW, bytes};

/// How long a packet may be, with the heads of UDP and IP.
const MTU: u32 = 1500;
/// How long what is missing is waited for at least, in milliseconds; the peer may want more.
const LATENCY_MS: u16 = 120;
/// The socket numbers that others use as well (30 bits).
const SOCKETS: u32 = 0x3fff_ffff;

/// Why a connection is refused, as it is told (1000, and the codes of the access control).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It cannot be understood what is wanted.
    BadRequest = 2400,
    /// No stream has this key.
    Unauthorized = 2401,
    /// The key is right, but not now.
    Forbidden = 2403,
    /// Only publishing is possible here.
    BadMode = 2405,
    /// Too many are there.
    Unavailable = 2503,
}

/// Somebody who knows how to say hello, and wants in.
pub(super) struct Guest {
    /// What has been agreed.
    pub(super) agreed: NegotiatedParams,
    /// The number of their first packet.
    pub(super) first: u32,
    /// What they are told when they are let in.
    pub(super) welcome: Vec<u8>,
}

/// What becomes of a packet to nobody in particular.
pub(super) enum Hello {
    /// This is to be sent.
    Say(Vec<u8>),
    /// They have come back with their cookie; this is the number of their socket.
    Back(u32),
    /// Nothing.
    Nothing,
}

/// What becomes of somebody who has come back.
pub(super) enum Concluded {
    /// They want in.
    Guest(Box<Guest>),
    /// They are told this.
    Refused(Vec<u8>),
}

/// Says hello.
pub(super) struct Porter {
    secret: u128,
    passphrase: Option<String>,
}

impl Porter {
    pub(super) fn new(passphrase: Option<String>) -> Self {
        Self {
            secret: rand::random(),
            passphrase,
        }
    }

    /// The cookie of somebody from there, in this minute or in so many before it.
    fn cookie(&self, from: SocketAddr, minutes_ago: u64) -> u32 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let minute = since.map_or(0, |since| since.as_secs() / 60) - minutes_ago;
        let ip = match from.ip().to_canonical() {
            IpAddr::V4(ip) => u64::from(u32::from(ip)),
            IpAddr::V6(ip) => {
                let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0);
                half(ip.to_bits() >> 64).rotate_left(17) ^ half(ip.to_bits())
            }
        };
        let peer = ip.rotate_left(16) ^ u64::from(from.port());
        derive_cookie(peer, u32::try_from(minute).unwrap_or(0), self.secret)
    }

    fn config(&self) -> HandshakeConfig {
        HandshakeConfig {
            latency_ms: LATENCY_MS,
            mtu: MTU,
            max_flow_window_size: WINDOW,
            initial_seq_number: rand::random::<u32>() & NUMBERS,
            crypto: self.passphrase.as_ref().map(|passphrase| CryptoConfig {
                passphrase: passphrase.clone().into_bytes(),
                salt: Default::default(),
                sek: Vec::new(),
            }),
            ..HandshakeConfig::default()
        }
    }

    /// Hears a packet that is addressed to no socket. Costs little.
    pub(super) fn hear(&self, packet: &[u8], from: SocketAddr) -> Hello {
        let Ok(ControlPacket::Handshake(hello)) = ControlPacket::parse(packet) else {
            return Hello::Nothing;
        };
        match hello.handshake_type {
            HandshakeType::Induction => {
                let (answer, _) = self.induct(hello, self.cookie(from, 0));
                answer.map_or(Hello::Nothing, Hello::Say)
            }
            HandshakeType::Conclusion => {
                let known = [0, 1].map(|ago| self.cookie(from, ago));
                if known.contains(&hello.syn_cookie) {
                    Hello::Back(hello.srt_socket_id)
                } else {
                    Hello::Nothing
                }
            }
            _ => Hello::Nothing,
        }
    }

    fn induct(
        &self,
        hello: HandshakePacket<'_>,
        cookie: u32,
    ) -> (Option<Vec<u8>>, ListenerHandshake) {
        let own = rand::random::<u32>() % SOCKETS + 1;
        let mut handshake = ListenerHandshake::new(own, cookie, self.config());
        let said = handshake.feed(&ControlPacket::Handshake(hello));
        let answer = said.ok().and_then(|said| {
            said.into_iter().find_map(|one| match one {
                HandshakeOutput::Send(bytes) => Some(bytes),
                _ => None,
            })
        });
        (answer, handshake)
    }

    /// Judges what somebody says who has come back with their cookie. Where there is a passphrase
    /// it takes some thousand rounds of hashing to see whether they know it.
    pub(super) fn conclude(&self, packet: &[u8]) -> Option<Concluded> {
        let Ok(ControlPacket::Handshake(hello)) = ControlPacket::parse(packet) else {
            return None;
        };
        let first = hello.initial_seq_number;
        // What was said at first is known from what is said now.
        let induction = HandshakePacket {
            handshake_type: HandshakeType::Induction,
            extensions: HandshakeExtensions(&[]),
            ..hello.clone()
        };
        let (_, mut handshake) = self.induct(induction, hello.syn_cookie);
        let said = handshake.feed(&ControlPacket::Handshake(hello)).ok()?;
        let (mut answer, mut agreed) = (None, None);
        for one in said {
            match one {
                HandshakeOutput::Send(bytes) => answer = Some(bytes),
                HandshakeOutput::Connected(what) => agreed = Some(what),
                _ => {}
            }
        }
        let answer = answer?;
        Some(match agreed {
            None => Concluded::Refused(answer),
            Some(agreed) => Concluded::Guest(Box::new(Guest {
                agreed,
                first,
                welcome: answer,
            })),
        })
    }
}

impl Guest {
    /// What they are told when they are not let in.
    pub(super) fn refusal(&self, why: Refusal) -> Option<Vec<u8>> {
        bytes(&ControlPacket::Handshake(HandshakePacket {
            timestamp: 0,
            dest_socket_id: self.agreed.peer_socket_id,
            version: 5,
            encryption_field: EncryptionField::NoEncryption,
            extension_field: HandshakeExtensionFlags(0),
            initial_seq_number: 0,
            mtu: MTU,
            max_flow_window_size: WINDOW,
            handshake_type: RejectionReason::from_bits(why as u32).to_handshake_type(),
            srt_socket_id: self.agreed.own_socket_id,
            syn_cookie: 0,
            peer_ip: [0; 4],
            extensions: HandshakeExtensions(&[]),
        }))
    }
}
