//! Children whose parent was killed: none should outlive it, and none may write beside its
//! successor.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// Starts that may wait for the one before.
const WAITING: usize = 64;

struct Order {
    command: Command,
    runtime: Handle,
    answer: oneshot::Sender<io::Result<Child>>,
}

/// Starts a child from a thread that lives as long as this process does.
///
/// A confined child asks the kernel to be killed when its parent dies, and the kernel takes the
/// *thread* that started it for the parent: a pool's thread that retires would take the child
/// along.
pub(super) async fn spawn(command: Command) -> io::Result<Child> {
    static STARTER: OnceLock<Option<mpsc::Sender<Order>>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (sender, mut orders) = mpsc::channel::<Order>(WAITING);
        let thread = std::thread::Builder::new().name("child-starter".into());
        let begun = thread.spawn(move || {
            while let Some(mut order) = orders.blocking_recv() {
                let _entered = order.runtime.enter();
                // Whoever has stopped waiting gets no child: dropping it kills it.
                let _ = order.answer.send(order.command.spawn());
            }
        });
        begun.ok().map(|_| sender)
    });
    let gone = || io::Error::other("the thread that starts programs is gone");
    let (answer, child) = oneshot::channel();
    starter
        .as_ref()
        .ok_or_else(gone)?
        .send(Order {
            command,
            runtime: Handle::current(),
            answer,
        })
        .await
        .map_err(|_| gone())?;
    child.await.map_err(|_| gone())?
}

/// Kills what still works in a folder on behalf of a process that is gone. Only one run works in
/// a folder at a time, so whatever is found there is such a leftover.
pub(super) async fn end_those_in(folder: PathBuf) {
    // What cannot be looked up is left alone.
    let _ = tokio::task::spawn_blocking(move || end(&folder)).await;
}

fn end(folder: &Path) -> io::Result<()> {
    let folder = folder.canonicalize()?;
    let own = std::process::id();
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let Some(id) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        let here = std::fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == folder);
        let found = i32::try_from(id).ok().and_then(Pid::from_raw);
        if let (true, true, Some(pid)) = (here, id != own, found) {
            tracing::info!(pid = id, folder = %folder.display(), "ending a leftover child");
            let _ = kill_process(pid, Signal::KILL);
        }
    }
    Ok(())
}
