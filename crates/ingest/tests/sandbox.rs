//! Confinement, for real: this program runs itself again as the sandbox does, so it brings its
//! own `main`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a panic is a failed test"
)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};
use std::time::{Duration, Instant};

use matinee_ingest::IngestError;
use matinee_ingest::config::Limits;
use matinee_ingest::ffmpeg::{Run, Runner, RunnerConfig};
use matinee_ingest::sandbox::{SUBCOMMAND, SandboxSpec, run_from_args, support, to_args};
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|first| first == SUBCOMMAND) {
        return run_from_args(args);
    }
    // What `cargo test -- --list` and the like expect of a test program.
    if std::env::args().any(|arg| arg == "--list") {
        return ExitCode::SUCCESS;
    }
    let kernel = support();
    println!("this kernel: {kernel:?}, {}", kernel.explain());
    limits_hold();
    if kernel.confines_files() {
        files_are_confined();
        network_is_confined();
    } else {
        println!("SKIPPED: files and network (the kernel confines neither)");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(ffmpeg_works_confined());
    runtime.block_on(a_hanging_child_is_ended());
    runtime.block_on(a_canceled_child_is_ended());
    println!("test result: ok");
    ExitCode::SUCCESS
}

fn confined(spec: &SandboxSpec, shell: &str) -> Output {
    let mut args: Vec<OsString> = vec![SUBCOMMAND.into()];
    args.extend(to_args(spec));
    args.extend(["/bin/sh", "-c", shell].map(OsString::from));
    Command::new(std::env::current_exe().unwrap())
        .args(args)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn limits_hold() {
    let spec = SandboxSpec {
        memory_bytes: Some(1 << 30),
        file_bytes: Some(1 << 20),
        cpu_seconds: Some(1),
        nice: 7,
        ..SandboxSpec::default()
    };
    let shown = said(&confined(
        &spec,
        "ulimit -v; ulimit -f; ulimit -t; ulimit -c; nice",
    ));
    let lines: Vec<&str> = shown.lines().collect();
    // File sizes count in blocks of 512 bytes, memory in KiB.
    assert_eq!(lines[..4], ["1048576", "2048", "1", "0"], "{shown}");
    assert!(lines[4].parse::<i32>().unwrap() >= 7, "{shown}");
    let begun = Instant::now();
    let endless = confined(&spec, "while :; do :; done");
    assert!(!endless.status.success() && begun.elapsed() < Duration::from_mins(1));
    println!("ok: limits hold");
}

fn files_are_confined() {
    let dir = tempfile::tempdir().unwrap();
    let (secret, input, work) = (
        dir.path().join("secret"),
        dir.path().join("input"),
        dir.path().join("work"),
    );
    std::fs::write(&secret, "secret").unwrap();
    std::fs::write(&input, "input").unwrap();
    std::fs::create_dir(&work).unwrap();
    let spec = SandboxSpec {
        read: vec![input.clone()],
        write: vec![work.clone()],
        ..SandboxSpec::default()
    };
    let allowed = format!(
        "cat {} && echo made > {}/made && cat {}/made",
        input.display(),
        work.display(),
        work.display()
    );
    assert_eq!(said(&confined(&spec, &allowed)), "inputmade\n");
    for forbidden in [
        format!("cat {}", secret.display()),
        format!("echo x > {}", input.display()),
        format!("echo x > {}/beside", dir.path().display()),
        "cat /etc/passwd".into(),
        "ls /root /home /var/lib".into(),
        format!(
            "ln -s {} {}/link && cat {}/link",
            secret.display(),
            work.display(),
            work.display()
        ),
    ] {
        let output = confined(&spec, &forbidden);
        assert!(!output.status.success(), "{forbidden}: {}", said(&output));
        assert!(!said(&output).contains("secret\n") && !said(&output).contains("root:"));
    }
    println!("ok: files are confined");
}

fn network_is_confined() {
    if support() != matinee_ingest::sandbox::Support::Full {
        println!("SKIPPED: network (this kernel cannot forbid it)");
        return;
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    listener.set_nonblocking(true).unwrap();
    let shell = format!("ffmpeg -v error -i tcp://127.0.0.1:{port} -f null -");
    let output = confined(&SandboxSpec::default(), &shell);
    assert!(!output.status.success());
    assert!(
        listener.accept().is_err(),
        "it has connected: {}",
        said(&output)
    );
    println!("ok: the network is confined");
}

fn runner(limits: Limits) -> Runner {
    Runner::new(RunnerConfig {
        self_exe: Some(std::env::current_exe().unwrap()),
        limits,
        ..RunnerConfig::default()
    })
}

fn clip(dir: &Path) -> PathBuf {
    let path = dir.join("a.mp4");
    let made = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=320x180:r=25:d=20",
        ])
        .args(["-c:v", "libx264", "-preset", "ultrafast"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    path
}

async fn ffmpeg_works_confined() {
    let dir = tempfile::tempdir().unwrap();
    let input = clip(dir.path());
    let work = dir.path().join("work");
    std::fs::create_dir(&work).unwrap();
    let runner = runner(Limits::default());
    let stop = CancellationToken::new();
    let info = matinee_ingest::probe::probe(&runner, &input, &["mp4".into()], &stop)
        .await
        .unwrap();
    assert_eq!(info.duration_ms, Some(20_000));
    let mut run = Run::ffmpeg(&work);
    run.film(info.film()).input(&input);
    run.args(["-c:v", "libx264", "-preset", "ultrafast"])
        .output("out.mp4");
    let end = runner.run(&run, &stop, |_| {}).await.unwrap();
    assert!(end.ended && end.frames == 500, "{end:?}");
    assert!(work.join("out.mp4").metadata().unwrap().len() > 1000);

    // A film may name other files; the lists and the kernel both forbid to open them.
    let playlist = dir.path().join("evil.mp4");
    std::fs::write(
        &playlist,
        format!("#EXTM3U\n#EXTINF:1,\n{}\n", input.display()),
    )
    .unwrap();
    let refused = matinee_ingest::probe::probe(&runner, &playlist, &["mp4".into()], &stop).await;
    assert!(
        matches!(refused, Err(IngestError::Rejected(_))),
        "{refused:?}"
    );

    let mut elsewhere = Run::ffmpeg(&work);
    elsewhere
        .input(&input)
        .args(["-c", "copy"])
        .arg(dir.path().join("elsewhere.mp4"));
    let denied = runner.run(&elsewhere, &stop, |_| {}).await;
    if support().confines_files() {
        assert!(
            matches!(denied, Err(IngestError::Ffmpeg { .. })),
            "{denied:?}"
        );
    }
    println!("ok: ffmpeg works confined");
}

/// A run that takes minutes.
fn slow(work: &Path, input: &Path) -> Run {
    let mut run = Run::ffmpeg(work);
    run.args(["-re", "-stream_loop", "-1"]).input(input);
    run.args(["-c", "copy", "-f", "null", "-"]);
    run
}

fn processes_in(folder: &Path) -> usize {
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|entry| std::fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == folder))
        .count()
}

async fn a_hanging_child_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let input = clip(dir.path());
    let limits = Limits {
        stall: Duration::from_millis(1500),
        ..Limits::default()
    };
    // Reads from a pipe that nobody writes to: it hangs before its first report moves.
    let fifo = dir.path().join("fifo.mp4");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let _open = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(&fifo)
        .unwrap();
    let mut run = Run::ffmpeg(dir.path());
    run.input(&fifo).args(["-c", "copy", "-f", "null", "-"]);
    let ended = runner(limits)
        .run(&run, &CancellationToken::new(), |_| {})
        .await;
    let Err(IngestError::TimedOut { reason, .. }) = ended else {
        panic!("{ended:?}");
    };
    assert!(reason.contains("no progress"), "{reason}");

    let mut run = slow(dir.path(), &input);
    run.time_limit = Some(Duration::from_secs(2));
    let ended = runner(Limits::default())
        .run(&run, &CancellationToken::new(), |_| {})
        .await;
    assert!(
        matches!(ended, Err(IngestError::TimedOut { .. })),
        "{ended:?}"
    );
    assert_eq!(processes_in(dir.path()), 0);
    println!("ok: a hanging child is ended");
}

async fn a_canceled_child_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let input = clip(dir.path());
    let run = slow(dir.path(), &input);
    let stop = CancellationToken::new();
    let later = stop.clone();
    let mut reports = 0;
    let ended = runner(Limits::default())
        .run(&run, &stop, |_| {
            reports += 1;
            if reports == 2 {
                later.cancel();
            }
        })
        .await;
    assert!(matches!(ended, Err(IngestError::Canceled)), "{ended:?}");
    assert_eq!(processes_in(dir.path()), 0);
    println!("ok: a canceled child is ended");
}
