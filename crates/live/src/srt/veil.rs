//! Calls to others, in secret where they want a passphrase (draft-sharabayko-srt-01 §6).
//!
//! Our SRT calls speak plainly only. So a veil stands between such a call and the network: it adds
//! the key to the caller's hello, and takes the answer out of the other side's; all that follows
//! keeps its numbers and its times, so only what packets carry is made secret on its way out, and
//! readable on its way in. The veil's near side is a socket of this machine alone.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use srt_runtime::crypto::{SALT_LEN, derive_kek, wrap_sek};
use srt_runtime::handshake_sm::SecretBytes;
use srt_runtime::io::{IoConfig, SrtSocket};
use srt_runtime::packet::handshake::{EXT_TYPE_KMREQ, EXT_TYPE_KMRSP, build_extension_block};
use srt_runtime::packet::key_material::{Cipher, KmAuth, StreamEncapsulation};
use srt_runtime::packet::{
    ControlPacket, EncryptionKeyField, ExtensionType, KeyMaterial, KmKeyFlag, UserDefinedPacket,
};
use srt_runtime::{Error, HandshakeConfig, Result};
use tokio::net::UdpSocket;
use tokio::time::{Instant, sleep};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::receiver::bytes;
use super::secret::Keys;

/// The longest packet.
const MAX_PACKET: usize = 2048;
/// How long a veil stays after its call: for the goodbye.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// After so many packets that are sent a call ends, and another one has another key: numbers must
/// not come round under the same one.
const PACKETS_MAX: u32 = 1 << 30;

/// Where things stand in a packet (§3.1, §3.2): its head, and of a hello how it encrypts, what
/// extensions it has, what it is for, and its extensions.
const HEAD: usize = 16;
const FLAGS_AT: usize = 4;
const ENCRYPTION_AT: usize = 20;
const EXTENSIONS_AT: usize = 22;
const TYPE_AT: usize = 36;
const BLOCKS_AT: usize = 64;
/// A hello is a control packet of this type; the last one on each side concludes.
const HELLO: [u8; 2] = [0x80, 0];
const INDUCTION: [u8; 4] = [0, 0, 0, 1];
const CONCLUSION: [u8; 4] = [0xff; 4];
/// The extension with a key.
const HAS_KEY: u16 = 2;
/// Which key a packet's payload is encrypted with.
const KEY_SHIFT: u8 = 3;
const EVEN: u8 = 1;

/// What a connection is encrypted with.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Passphrase {
    text: String,
    /// Bytes of the key: 16, 24 or 32.
    key_len: usize,
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

impl Passphrase {
    /// One of 10 to 79 bytes, for keys of 16, 24 or 32.
    ///
    /// Errors: what was expected instead.
    pub(crate) fn new(text: &str, key_len: &str) -> std::result::Result<Self, &'static str> {
        if !(10..=79).contains(&text.len()) {
            return Err("passphrase must have 10 to 79 characters");
        }
        let key_len = match key_len {
            "" | "0" | "16" => 16,
            "24" => 24,
            "32" => 32,
            _ => return Err("pbkeylen must be 16, 24 or 32"),
        };
        Ok(Self {
            text: text.to_owned(),
            key_len,
        })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) const fn key_len(&self) -> usize {
        self.key_len
    }
}

/// A call to somebody.
pub(crate) struct Call {
    pub(crate) socket: SrtSocket,
    veil: Option<Veil>,
}

impl Call {
    /// Why it has ended, if the veil knows better than the call.
    pub(crate) fn trouble(&self) -> Option<&'static str> {
        self.veil.as_ref().and_then(|veil| *veil.why.lock())
    }
}

/// Why there is no call, in words.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoCall {
    #[error(transparent)]
    Srt(#[from] Error),
    #[error("{0}")]
    Secret(&'static str),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Calls somebody, in secret if there is a passphrase.
pub(crate) async fn call(
    peer: SocketAddr,
    stream_id: Option<String>,
    latency_ms: u16,
    passphrase: Option<&Passphrase>,
) -> std::result::Result<Call, NoCall> {
    let config = HandshakeConfig {
        stream_id,
        latency_ms,
        ..HandshakeConfig::default()
    };
    let Some(passphrase) = passphrase else {
        let local = any_of(peer);
        let socket = SrtSocket::connect_from_with(local, peer, config, IoConfig::default()).await?;
        return Ok(Call { socket, veil: None });
    };
    let veil = Veil::draw(peer, passphrase).await?;
    let local = (Ipv4Addr::LOCALHOST, 0).into();
    let socket = SrtSocket::connect_from_with(local, veil.near, config, IoConfig::default()).await;
    match socket {
        Ok(socket) => Ok(Call {
            socket,
            veil: Some(veil),
        }),
        Err(error) => {
            let why = *veil.why.lock();
            Err(why.map_or(NoCall::Srt(error), NoCall::Secret))
        }
    }
}

fn any_of(peer: SocketAddr) -> SocketAddr {
    if peer.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    }
}

struct Veil {
    /// What the call takes for its peer.
    near: SocketAddr,
    why: Arc<Mutex<Option<&'static str>>>,
    _stop: DropGuard,
}

impl Veil {
    async fn draw(peer: SocketAddr, passphrase: &Passphrase) -> std::result::Result<Self, NoCall> {
        let inside = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let outside = UdpSocket::bind(any_of(peer)).await?;
        outside.connect(peer).await?;
        let near = inside.local_addr()?;
        let stop = CancellationToken::new();
        let why: Arc<Mutex<Option<&'static str>>> = Arc::default();
        let cloth = Cloth::new(passphrase)?;
        let (until, trouble) = (stop.clone(), Arc::clone(&why));
        tokio::spawn(async move {
            let ended = pass(&inside, &outside, cloth, until).await;
            *trouble.lock() = ended.err();
        });
        Ok(Self {
            near,
            why,
            _stop: stop.drop_guard(),
        })
    }
}

/// Passes packets on, both ways, until the call is over.
async fn pass(
    inside: &UdpSocket,
    outside: &UdpSocket,
    mut cloth: Cloth,
    stop: CancellationToken,
) -> std::result::Result<(), &'static str> {
    let (mut from_inside, mut from_outside) = ([0; MAX_PACKET], [0; MAX_PACKET]);
    let mut caller = None;
    let mut last = None;
    loop {
        let until = last.unwrap_or_else(|| Instant::now() + Duration::from_hours(1));
        tokio::select! {
            () = stop.cancelled(), if last.is_none() => last = Some(Instant::now() + LAST_WORDS),
            () = tokio::time::sleep_until(until), if last.is_some() => return Ok(()),
            got = inside.recv_from(&mut from_inside) => {
                let Ok((len, from)) = got else { continue };
                // Nobody else of this machine has anything to say here.
                if *caller.get_or_insert(from) != from {
                    continue;
                }
                if let Some(packet) = cloth.out(&from_inside[..len])? {
                    // What is lost here is lost as on the way.
                    let _ = outside.send(&packet).await;
                }
            }
            got = outside.recv(&mut from_outside) => {
                let Ok(len) = got else {
                    // Nobody listens there: so the call finds out by itself.
                    sleep(Duration::from_millis(20)).await;
                    continue;
                };
                match cloth.inwards(&from_outside[..len])? {
                    Given::In(packet) => {
                        if let Some(caller) = caller {
                            let _ = inside.send_to(&packet, caller).await;
                        }
                    }
                    Given::Back(packet) => {
                        let _ = outside.send(&packet).await;
                    }
                    Given::Nothing => {}
                }
            }
        }
    }
}

/// What becomes of a packet from outside.
#[derive(Debug, PartialEq, Eq)]
enum Given {
    /// It goes to the call.
    In(Vec<u8>),
    /// This goes back.
    Back(Vec<u8>),
    Nothing,
}

/// What a veil is made of.
struct Cloth {
    keys: Keys,
    /// How the hello says how long the key is, and its extension with the key.
    length: u16,
    extension: Vec<u8>,
    sent: u32,
}

impl Cloth {
    fn new(passphrase: &Passphrase) -> Result<Self> {
        let salt: [u8; SALT_LEN] = rand::random();
        let key: [u8; 32] = rand::random();
        let key = key.get(..passphrase.key_len).unwrap_or_default();
        let kek = derive_kek(passphrase.text.as_bytes(), &salt, key.len())?;
        let (icv, wrapped) = wrap_sek(&kek, key)?;
        let material = KeyMaterial {
            kk: KmKeyFlag::Even,
            keki: 0,
            cipher: Cipher::AesCtr,
            auth: KmAuth::None,
            se: StreamEncapsulation::MpegTsSrt,
            salt: &salt,
            icv,
            x_sek: &wrapped,
            o_sek: None,
        };
        let mut said = vec![0; material.serialized_len()];
        material.serialize_into(&mut said)?;
        Ok(Self {
            keys: Keys::with(&passphrase.text, SecretBytes::new(key.to_vec()), salt),
            length: u16::try_from(key.len() / 8).unwrap_or(2),
            extension: build_extension_block(ExtensionType::KmReq, &said)?,
            sent: 0,
        })
    }

    /// What the call says, as it goes out.
    fn out(&mut self, packet: &[u8]) -> std::result::Result<Option<Vec<u8>>, &'static str> {
        let mut packet = packet.to_vec();
        if is_hello(&packet) {
            if kind(&packet) == CONCLUSION {
                packet[ENCRYPTION_AT..EXTENSIONS_AT].copy_from_slice(&self.length.to_be_bytes());
                let has = word(&packet, EXTENSIONS_AT) | HAS_KEY;
                packet[EXTENSIONS_AT..EXTENSIONS_AT + 2].copy_from_slice(&has.to_be_bytes());
                packet.extend(&self.extension);
            }
        } else if let Some(number) = number(&packet) {
            self.sent += 1;
            if self.sent > PACKETS_MAX {
                return Err("the connection has lasted so long that it needs another key");
            }
            let (head, data) = packet.split_at_mut(HEAD);
            head[FLAGS_AT] |= EVEN << KEY_SHIFT;
            if !self.keys.open(EncryptionKeyField::Even, number, data) {
                return Ok(None);
            }
        }
        Ok(Some(packet))
    }

    /// What the other side says, as it comes in.
    fn inwards(&mut self, packet: &[u8]) -> std::result::Result<Given, &'static str> {
        if is_hello(packet) {
            return unveiled(packet).map(Given::In);
        }
        if let Some(number) = number(packet) {
            let mut packet = packet.to_vec();
            let (head, data) = packet.split_at_mut(HEAD);
            let which = EncryptionKeyField::from_bits(head[FLAGS_AT] >> KEY_SHIFT & 3);
            if !self.keys.open(which, number, data) {
                return Ok(Given::Nothing);
            }
            head[FLAGS_AT] &= !(3 << KEY_SHIFT);
            return Ok(Given::In(packet));
        }
        let renews = match ControlPacket::parse(packet) {
            Ok(ControlPacket::UserDefined(told)) => Some(told),
            _ => None,
        };
        Ok(match renews {
            Some(told) if told.subtype == EXT_TYPE_KMREQ => self.renew(told),
            Some(told) if told.subtype == EXT_TYPE_KMRSP => Given::Nothing,
            _ => Given::In(packet.to_vec()),
        })
    }

    /// Takes the keys that the other side will send with, and says so.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "what is given back is made of it"
    )]
    fn renew(&mut self, told: UserDefinedPacket<'_>) -> Given {
        let renewed = told
            .as_key_material()
            .and_then(|material| self.keys.renew(&material));
        if renewed.is_err() {
            return Given::Nothing;
        }
        let answer = ControlPacket::UserDefined(UserDefinedPacket {
            subtype: EXT_TYPE_KMRSP,
            ..told
        });
        bytes(&answer).map_or(Given::Nothing, Given::Back)
    }
}

fn is_hello(packet: &[u8]) -> bool {
    packet.len() >= BLOCKS_AT && packet.starts_with(&HELLO)
}

fn kind(hello: &[u8]) -> [u8; 4] {
    let kind = hello.get(TYPE_AT..).and_then(<[u8]>::first_chunk);
    kind.copied().unwrap_or_default()
}

fn word(packet: &[u8], at: usize) -> u16 {
    let bytes = packet.get(at..).and_then(<[u8]>::first_chunk);
    bytes.copied().map_or(0, u16::from_be_bytes)
}

/// The number of a packet with data.
fn number(packet: &[u8]) -> Option<u32> {
    let first = *packet.first_chunk()?;
    let number = u32::from_be_bytes(first);
    (packet.len() >= HEAD && number >> 31 == 0).then_some(number)
}

/// A hello of the other side without what it says of keys. Errors: when it has not taken ours.
fn unveiled(hello: &[u8]) -> std::result::Result<Vec<u8>, &'static str> {
    let mut out = hello.get(..BLOCKS_AT).unwrap_or_default().to_vec();
    if kind(hello) == INDUCTION {
        out[ENCRYPTION_AT..EXTENSIONS_AT].fill(0);
        out.extend(hello.get(BLOCKS_AT..).unwrap_or_default());
        return Ok(out);
    }
    if kind(hello) != CONCLUSION {
        // It refuses, and says why.
        return Ok(hello.to_vec());
    }
    let mut rest = hello.get(BLOCKS_AT..).unwrap_or_default();
    let mut taken = false;
    while rest.len() >= 4 {
        let len = 4 + usize::from(word(rest, 2)) * 4;
        let Some((block, after)) = rest.split_at_checked(len) else {
            break;
        };
        if word(block, 0) == EXT_TYPE_KMRSP {
            // A single word says what is wrong; our key, that nothing is.
            taken = block.len() > 8;
        } else {
            out.extend(block);
        }
        rest = after;
    }
    if !taken {
        return Err("it knows another passphrase, or none");
    }
    out[ENCRYPTION_AT..EXTENSIONS_AT].fill(0);
    let has = word(&out, EXTENSIONS_AT) & !HAS_KEY;
    out[EXTENSIONS_AT..EXTENSIONS_AT + 2].copy_from_slice(&has.to_be_bytes());
    Ok(out)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cloth() -> Cloth {
        Cloth::new(&Passphrase::new("correct horse", "24").unwrap()).unwrap()
    }

    #[test]
    fn what_packets_carry_is_secret_on_its_way_and_readable_after_it() {
        let mut cloth = cloth();
        let mut plain = vec![0, 0, 0, 7, 0xc0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 5];
        plain.extend([0x47; 1316]);
        let out = cloth.out(&plain).unwrap().unwrap();
        assert_eq!(out[4], 0xc8);
        assert_eq!(out.len(), plain.len());
        assert_ne!(out[HEAD..], plain[HEAD..]);
        // Sent again, it is the same.
        assert_eq!(cloth.out(&plain).unwrap().unwrap(), out);
        assert_eq!(cloth.inwards(&out).unwrap(), Given::In(plain.clone()));
        // What is not secret is nobody's.
        assert_eq!(cloth.inwards(&plain).unwrap(), Given::Nothing);
        // Neither of the two says what it hides.
        assert_eq!(
            Passphrase::new("short", ""),
            Err("passphrase must have 10 to 79 characters")
        );
        assert!(Passphrase::new("long enough", "17").is_err());
        let shown = format!("{:?}", Passphrase::new("long enough", "32").unwrap());
        assert!(!shown.contains("long"));
    }

    proptest! {
        #[test]
        fn whatever_comes_does_no_harm(mut bytes: Vec<u8>, as_hello: bool, concludes: bool) {
            if as_hello {
                bytes.splice(0..0, [0; BLOCKS_AT]);
                bytes[..2].copy_from_slice(&HELLO);
                if concludes {
                    bytes[TYPE_AT..TYPE_AT + 4].copy_from_slice(&CONCLUSION);
                }
            }
            let mut cloth = cloth();
            let _ = cloth.out(&bytes);
            let _ = cloth.inwards(&bytes);
        }
    }
}
