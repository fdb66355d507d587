//! `matinee serve`.

use std::io::IsTerminal as _;
use std::net::SocketAddr;

use anyhow::Context as _;
use matinee_api::live::EncoderPorts;
use matinee_identity::Setup;
use tokio::net::TcpListener;

use super::{block_on, stop_signal};
use crate::app::{App, Doors};
use crate::config::{AuthMode, Config};
use crate::encoders::EncoderDoors;
use crate::logging;

/// Serves until it is told to stop.
pub fn run(config: &Config, worker: bool) -> anyhow::Result<()> {
    logging::start(config);
    block_on(async {
        let stop = stop_signal()?;
        // Listen first: a port that is taken should be told before anything else.
        let listener = listen(config).await?;
        let encoders = EncoderDoors::open(config).await?;
        let address = listener.local_addr()?;
        let mut app = App::open(config, stop.clone()).await?;
        let setup = app.setup.take();
        greet(config, address, encoders.ports(), setup.as_ref());
        let doors = Doors {
            http: listener,
            encoders,
        };
        Box::pin(app.run(Some(doors), worker, stop)).await
    })
}

async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(config.host, config.port);
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}: choose another with --port or PORT"))
}

/// Says where to go. The first time, also how to get in: this goes to the
/// terminal and not to the log, because it is a secret.
#[expect(clippy::print_stdout, reason = "people read it there")]
fn greet(config: &Config, address: SocketAddr, ports: EncoderPorts, setup: Option<&Setup>) {
    let host = if address.ip().is_unspecified() || address.ip().is_loopback() {
        "localhost".to_owned()
    } else {
        address.ip().to_string()
    };
    let base = config
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{host}:{}", address.port()));
    let (bold, plain) = if std::io::stdout().is_terminal() {
        ("\x1b[1m", "\x1b[0m")
    } else {
        ("", "")
    };
    println!();
    println!("  {bold}{} is open{plain}   {base}", config.name);
    if config.auth == AuthMode::Open {
        println!("  Everybody who reaches this address may write (MATINEE_AUTH=open).");
    }
    if let Some(setup) = setup.filter(|_| config.auth == AuthMode::Operator) {
        println!();
        println!("  This is its first start. Choose the operator's password here, once:");
        println!("    {bold}{base}/setup#{}{plain}", setup.token);
        println!("  or sign in with what was made up for you; it is shown only now:");
        println!("    user name  {}", setup.username);
        println!("    password   {}", setup.password);
    }
    println!();
    println!("  Upload a film   {base}/upload");
    if let Some(port) = ports.rtmp.or(ports.rtmps).or(ports.srt).or(ports.webrtc) {
        println!("  Go live         {base}/studio/live (encoders: port {port})");
    }
    println!("  The API         {base}/docs");
    println!("  Your data       {}", config.data_dir.display());
    println!("  Ctrl-C stops it.");
    println!();
}
