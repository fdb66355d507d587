//! The command line.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::commands;
use crate::config::{Config, ConfigError, Sources};

/// Exit code of a wrong command line or configuration, as in sysexits.h.
const EX_CONFIG: u8 = 78;

/// The streaming service in one program: a video library, its uploads, its
/// processing, its playback and its site.
#[derive(Debug, Parser)]
#[command(name = "matinee", version, about, max_term_width = 100)]
#[command(
    after_help = "Start with `matinee serve`. `matinee config --explain` lists every setting; \
    `matinee doctor` finds what is missing on this machine."
)]
struct Cli {
    #[command(flatten)]
    settings: SettingFlags,
    #[command(subcommand)]
    command: Command,
}

/// Flags that set settings.
#[derive(Debug, Args)]
struct SettingFlags {
    /// The configuration file [default: matinee.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE", env = "MATINEE_CONFIG")]
    config: Option<PathBuf>,
    /// Where the embedded engines keep everything [default: ./data]
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// Any setting by its name, such as --set max_file_size=10GiB
    #[arg(long = "set", global = true, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| "write NAME=VALUE".to_owned())?;
    let name = name.trim().to_lowercase();
    let key = name.strip_prefix("matinee_").unwrap_or(&name);
    Ok((key.to_owned(), value.to_owned()))
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site, the API and media, and process uploads
    Serve(Serve),
    /// Process uploads only: a further machine on the same database and storage
    Worker,
    /// Bring the database to this version, and do nothing else
    Migrate,
    /// Bring files into the library
    Import(commands::import::Import),
    /// Make the search index anew from the database, also while a server runs
    Reindex,
    /// Make views and figures anew from what was watched, also while a server runs
    RecomputeAnalytics,
    /// Look after channels
    Channels(commands::channels::Command),
    /// Find what is missing on this machine, and say how to mend it
    Doctor,
    /// Show the configuration, or explain every setting
    Config(commands::config::Show),
    /// Print the OpenAPI document
    Openapi,
    /// Give the operator a new password, and print it
    ResetPassword,
    /// Run a program confined to some folders (used for ffmpeg)
    #[command(hide = true, disable_help_flag = true)]
    Sandbox {
        /// What to run, and what it may touch.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<std::ffi::OsString>,
    },
}

#[derive(Debug, Args)]
struct Serve {
    /// The address to listen on [default: 0.0.0.0]
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,
    /// The port to listen on [default: 8000]
    #[arg(long, value_name = "PORT")]
    port: Option<String>,
    /// Who may write: operator, or open (everybody; needs a loopback address)
    #[arg(long, value_name = "MODE")]
    auth: Option<String>,
    /// Serve only; a worker elsewhere processes uploads
    #[arg(long)]
    no_worker: bool,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut flags: BTreeMap<String, String> = cli.settings.set.into_iter().collect();
    let mut flag = |key: &str, value: &Option<String>| {
        if let Some(value) = value {
            flags.insert(key.to_owned(), value.clone());
        }
    };
    flag("data_dir", &cli.settings.data_dir);
    if let Command::Serve(serve) = &cli.command {
        flag("host", &serve.host);
        flag("port", &serve.port);
        flag("auth", &serve.auth);
    }
    raise_open_files();
    // These work without any configuration.
    match cli.command {
        Command::Sandbox { args } => return commands::sandbox::run(args),
        Command::Openapi => return commands::openapi::run(),
        Command::Config(ref show) if show.explain => return commands::config::explain(),
        _ => {}
    }
    let sources = Sources::gather(flags, cli.settings.config);
    let config = match sources.and_then(|sources| Config::load(&sources)) {
        Ok(config) => config,
        Err(error) => return refuse(&error),
    };
    let outcome = match cli.command {
        Command::Serve(serve) => commands::serve::run(&config, !serve.no_worker),
        Command::Worker => commands::worker::run(&config),
        Command::Migrate => commands::migrate::run(&config),
        Command::Import(import) => commands::import::run(&config, &import),
        Command::Reindex => commands::reindex::run(&config),
        Command::RecomputeAnalytics => commands::analytics::recompute(&config),
        Command::Channels(command) => match commands::channels::run(&config, &command) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Doctor => return commands::doctor::run(&config),
        Command::Config(_) => commands::config::show(&config),
        Command::ResetPassword => commands::password::run(&config),
        Command::Sandbox { .. } | Command::Openapi => Ok(()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Each viewer is a connection and the blob folder keeps files open, while many
/// systems begin with 1,024 of both together. The hard limit is the system's.
fn raise_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // An Err leaves it as it was, which works too, for fewer people.
    let _ = setrlimit(Resource::Nofile, limit);
}

fn refuse(error: &ConfigError) -> ExitCode {
    say_error(&error.to_string());
    ExitCode::from(EX_CONFIG)
}

#[expect(clippy::print_stderr, reason = "errors of the command line go there")]
fn say_error(text: &str) {
    eprintln!("matinee: {text}");
}
