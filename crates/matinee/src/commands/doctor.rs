//! `matinee doctor`: what is missing on this machine, and how to mend it.

use std::net::SocketAddr;
use std::process::{Command, ExitCode};

use matinee_engines::db::Db;
use matinee_engines::hot::RedisHot;

use super::block_on;
use crate::config::Config;
use crate::encoders;

/// Less free space than this is a warning.
const FREE_MIN: u64 = 2 << 30;

/// One finding.
enum Finding {
    Good(String),
    /// Works, but not as well as it could.
    Warning(String, &'static str),
    /// Does not work; how to mend it.
    Bad(String, String),
}

/// Checks the machine. Fails if anything is bad.
#[expect(clippy::print_stdout, reason = "that is what the command is for")]
pub fn run(config: &Config) -> ExitCode {
    matinee_engines::install_tls();
    let findings = vec![
        tool("ffmpeg"),
        tool("ffprobe"),
        encoders(config),
        confinement(),
        folder(config),
        space(config),
        database(config),
        redis(config),
        storage(config),
        port(config),
        rtmp_port(config),
        rtmps_port(config),
        srt_port(config),
        webrtc_port(config),
        site(),
    ];
    let mut bad = 0;
    for finding in findings {
        match finding {
            Finding::Good(what) => println!("  ok       {what}"),
            Finding::Warning(what, mend) => println!("  warning  {what}\n           {mend}"),
            Finding::Bad(what, mend) => {
                bad += 1;
                println!("  BAD      {what}\n           {mend}");
            }
        }
    }
    if bad == 0 {
        println!("Everything that Matinee needs is there.");
        ExitCode::SUCCESS
    } else {
        println!("{bad} of these must be mended before Matinee can do its work.");
        ExitCode::FAILURE
    }
}

fn tool(name: &str) -> Finding {
    match Command::new(name).arg("-version").output() {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stdout);
            let first = text.lines().next().unwrap_or(name);
            let short = first.split(" Copyright").next().unwrap_or(first);
            Finding::Good(short.to_owned())
        }
        Ok(_) => Finding::Bad(
            format!("{name} is there but does not run"),
            "reinstall it: apt-get install --reinstall ffmpeg".to_owned(),
        ),
        Err(_) => Finding::Bad(
            format!("{name} is not installed"),
            "install it: apt-get install ffmpeg (Debian, Ubuntu), dnf install ffmpeg (Fedora), brew install ffmpeg (macOS)".to_owned(),
        ),
    }
}

fn encoders(config: &Config) -> Finding {
    let output = Command::new("ffmpeg")
        .args(["-hide_banner", "-encoders"])
        .output();
    let Ok(output) = output else {
        return Finding::Bad(
            "ffmpeg's encoders cannot be listed".to_owned(),
            "install ffmpeg first".to_owned(),
        );
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let mut wanted = vec!["libx264", "aac"];
    for codec in &config.extra_codecs {
        wanted.push(if codec == "hevc" {
            "libx265"
        } else {
            "libsvtav1"
        });
    }
    let missing: Vec<&str> = wanted
        .into_iter()
        .filter(|name| !text.split_whitespace().any(|word| word == *name))
        .collect();
    if missing.is_empty() {
        Finding::Good("ffmpeg has the encoders that are wanted".to_owned())
    } else {
        Finding::Bad(
            format!("ffmpeg lacks {}", missing.join(", ")),
            "install a full build of ffmpeg, or change MATINEE_EXTRA_CODECS".to_owned(),
        )
    }
}

fn folder(config: &Config) -> Finding {
    let folder = &config.data_dir;
    let mend = format!(
        "make the folder writable for this user, or choose another with --data-dir (now {})",
        folder.display()
    );
    if let Err(error) = std::fs::create_dir_all(folder) {
        return Finding::Bad(format!("the data folder cannot be made: {error}"), mend);
    }
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    let outcome = std::fs::write(&probe, b"?").and_then(|()| std::fs::remove_file(&probe));
    match outcome {
        Ok(()) => Finding::Good(format!(
            "the data folder {} can be written",
            folder.display()
        )),
        Err(error) => Finding::Bad(format!("the data folder cannot be written: {error}"), mend),
    }
}

fn space(config: &Config) -> Finding {
    match rustix::fs::statvfs(&config.data_dir) {
        Ok(stat) => {
            let free = stat.f_bavail.saturating_mul(stat.f_frsize);
            let gib = free >> 30;
            if free < FREE_MIN {
                Finding::Warning(
                    format!("only {gib} GiB are free where the data lies"),
                    "films need room: free some, or move MATINEE_DATA_DIR",
                )
            } else {
                Finding::Good(format!("{gib} GiB are free"))
            }
        }
        Err(error) => Finding::Warning(
            format!("free space cannot be told: {error}"),
            "check the data folder",
        ),
    }
}

fn database(config: &Config) -> Finding {
    let url = config.database();
    let shown = url.to_string();
    let outcome = block_on(async {
        let db = Db::open(&url).await?;
        db.ping().await?;
        db.close().await?;
        Ok(())
    });
    match outcome {
        Ok(()) => Finding::Good(format!("the database answers: {shown}")),
        Err(error) => Finding::Bad(
            format!("the database does not answer ({shown}): {error:#}"),
            "check DATABASE_URL and that the server runs".to_owned(),
        ),
    }
}

fn redis(config: &Config) -> Finding {
    let Some(address) = &config.redis_url else {
        return Finding::Good("hot state is in memory".to_owned());
    };
    let outcome = block_on(async {
        RedisHot::open(address, "")?.ping().await?;
        Ok(())
    });
    match outcome {
        Ok(()) => Finding::Good("Redis answers".to_owned()),
        Err(error) => Finding::Bad(
            format!("Redis does not answer: {error:#}"),
            "check REDIS_URL and that the server runs".to_owned(),
        ),
    }
}

fn storage(config: &Config) -> Finding {
    let shown = config.storage_address();
    let outcome = block_on(async {
        let blobs = matinee_engines::blobs::open(&config.blobs()?).await?;
        blobs.health().await?;
        Ok(())
    });
    match outcome {
        Ok(()) => Finding::Good(format!("uploads can be kept: {shown}")),
        Err(error) => Finding::Bad(
            format!("uploads cannot be kept ({shown}): {error:#}"),
            "check MATINEE_STORAGE, and for S3 the keys and AWS_ENDPOINT_URL".to_owned(),
        ),
    }
}

fn confinement() -> Finding {
    if matinee_ingest::sandbox::support().confines_files() {
        Finding::Good("ffmpeg is confined to the files that it needs".to_owned())
    } else {
        Finding::Warning(
            "this kernel cannot confine ffmpeg to the files that it needs".to_owned(),
            "Linux from 5.13 on with Landlock can; until then ffmpeg has this user's rights",
        )
    }
}

fn port(config: &Config) -> Finding {
    let address = SocketAddr::new(config.host, config.port);
    match std::net::TcpListener::bind(address) {
        Ok(_) => Finding::Good(format!("{address} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Finding::Warning(
            format!("{address} is taken"),
            "if that is not Matinee itself, choose another with PORT or --port",
        ),
        Err(error) => Finding::Bad(
            format!("cannot listen on {address}: {error}"),
            "choose another address with HOST and PORT".to_owned(),
        ),
    }
}

fn rtmp_port(config: &Config) -> Finding {
    let Some(address) = config.rtmp_address() else {
        return Finding::Good("no broadcasts are taken in (RTMP_SERVER_PORT is 0)".to_owned());
    };
    match std::net::TcpListener::bind(address) {
        Ok(_) => Finding::Good(format!("{address} is free for encoders")),
        Err(error) => Finding::Warning(
            format!("no broadcasts can be taken in at {address}: {error}"),
            "if that is not Matinee itself, choose another with RTMP_SERVER_PORT, or 0 for none",
        ),
    }
}

fn rtmps_port(config: &Config) -> Finding {
    let Some(address) = config.rtmps_address() else {
        return Finding::Good(
            "encoders are not heard over TLS (RTMPS_SERVER_PORT is 0)".to_owned(),
        );
    };
    if let Err(error) = encoders::certificate(config.certificate_files()) {
        return Finding::Bad(
            format!("encoders cannot be heard over TLS: {error}"),
            "give it a certificate and its private key as PEM files, or set RTMPS_SERVER_PORT to 0"
                .to_owned(),
        );
    }
    match std::net::TcpListener::bind(address) {
        Ok(_) => Finding::Good(format!("{address} is free for encoders over TLS")),
        Err(error) => Finding::Warning(
            format!("no broadcasts can be taken in at {address}: {error}"),
            "if that is not Matinee itself, choose another with RTMPS_SERVER_PORT, or 0 for none",
        ),
    }
}

fn srt_port(config: &Config) -> Finding {
    let Some(address) = config.srt_address() else {
        return Finding::Good("encoders are not heard by SRT (SRT_SERVER_PORT is 0)".to_owned());
    };
    match std::net::UdpSocket::bind(address) {
        Ok(_) => Finding::Good(format!("{address} is free for encoders that speak SRT")),
        Err(error) => Finding::Warning(
            format!("no broadcasts can be taken in at {address} (UDP): {error}"),
            "if that is not Matinee itself, choose another with SRT_SERVER_PORT, or 0 for none",
        ),
    }
}

fn webrtc_port(config: &Config) -> Finding {
    let Some(address) = config.webrtc_address() else {
        return Finding::Good("nobody is heard by WebRTC (WEBRTC_UDP_PORT is 0)".to_owned());
    };
    match std::net::UdpSocket::bind(address) {
        Ok(_) => Finding::Good(format!("{address} is free for WebRTC")),
        Err(error) => Finding::Warning(
            format!("nobody can publish or watch by WebRTC at {address} (UDP): {error}"),
            "if that is not Matinee itself, choose another with WEBRTC_UDP_PORT, or 0 for none",
        ),
    }
}

fn site() -> Finding {
    if matinee_api::site::is_built_in() {
        Finding::Good("the site is built in".to_owned())
    } else {
        Finding::Warning(
            "this build has no site in it".to_owned(),
            "build with `make build`",
        )
    }
}
