//! What the log in a folder keeps through damage and kill -9.

use super::*;

/// The files of a topic, in order.
fn files(folder: &Path, topic: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder.join("topics").join(topic)).unwrap();
    let mut logs: Vec<PathBuf> = all
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "log"))
        .collect();
    logs.sort();
    logs
}

/// The length of what stands before the events of a file with one partition.
const BEGINNING: usize = 8 + 22 + 8;

#[tokio::test]
async fn a_torn_tail_is_cut_off_wherever_it_is_torn() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder_log(folder.path()).await;
    log.create_topic("t", topic(1)).await.unwrap();
    for n in 0..5 {
        log.append("t", vec![event("k", n)]).await.unwrap();
    }
    drop(log);
    let path = files(folder.path(), "t").pop().unwrap();
    let whole = std::fs::read(&path).unwrap();
    let mut before = 0;
    for cut in 0..whole.len() {
        // Torn in length, and torn in content.
        let mut spoilt = whole.clone();
        spoilt[cut] ^= 0x55;
        for bytes in [&whole[..cut], &spoilt] {
            std::fs::write(&path, bytes).unwrap();
            let opened = FolderLog::open(folder.path(), OPTIONS).await;
            // A whole file without its beginning is damage.
            if cut < BEGINNING && bytes.len() > BEGINNING {
                assert!(matches!(opened, Err(LogError::Corrupt(_))));
                continue;
            }
            let log = opened.unwrap();
            let kept = all(&log, "t", 0).await;
            assert!(kept.len() < 5);
            assert!(
                kept.iter()
                    .enumerate()
                    .all(|(n, e)| text(e) == n.to_string())
            );
            let next = log.append("t", vec![event("k", "after")]).await.unwrap()[0];
            assert_eq!(next.offset, kept.len() as u64);
            assert_eq!(all(&log, "t", 0).await.len(), kept.len() + 1);
            drop(log);
            if bytes.len() == cut {
                assert!(kept.len() >= before);
                before = kept.len();
            }
            for file in files(folder.path(), "t") {
                std::fs::remove_file(file).unwrap();
            }
        }
    }
    assert_eq!(before, 4);
}

#[tokio::test]
async fn damage_in_the_middle_is_told_and_not_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder_log(folder.path()).await;
    log.create_topic("t", topic(1)).await.unwrap();
    for _ in 0..10 {
        log.append("t", vec![event("k", "x".repeat(50_000))])
            .await
            .unwrap();
    }
    drop(log);
    let path = files(folder.path(), "t").remove(1);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let refused = FolderLog::open(folder.path(), OPTIONS).await;
    assert!(matches!(refused, Err(LogError::Corrupt(_))));
}

#[tokio::test]
async fn two_processes_do_not_write_to_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder_log(folder.path()).await;
    let second = FolderLog::open(folder.path(), OPTIONS).await;
    assert!(matches!(second, Err(LogError::Locked(_))));
    drop(log);
    folder_log(folder.path()).await;
}

const CHILD: &str = "MATINEE_LOG_TEST_CHILD_FOLDER";

/// The child's whole life: append, and say so once it is acknowledged.
#[tokio::test]
async fn child() {
    let Ok(folder) = std::env::var(CHILD) else {
        return;
    };
    let log = Arc::new(folder_log(Path::new(&folder)).await);
    log.create_topic("t", topic(3)).await.unwrap();
    let tasks: Vec<_> = (0..4)
        .map(|writer| {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                for n in 0_u64.. {
                    let batch = (0..20)
                        .map(|m| event(&m.to_string(), format!("{writer}/{n}/{m}")))
                        .collect();
                    log.append("t", batch).await.unwrap();
                    println!("\nacknowledged {writer}/{n}");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_to_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=3_usize {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "folder::child", "--nocapture"])
            .env(CHILD, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut acknowledged = HashSet::new();
        let said = |line: String| line.strip_prefix("acknowledged ").map(str::to_owned);
        while acknowledged.len() < 60 * round {
            acknowledged.extend(lines.next().unwrap().ok().and_then(said));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had still said before it died counts as well; a line cut in
        // two by its death does not.
        let mut rest: Vec<String> = lines.map_while(Result::ok).collect();
        rest.pop();
        acknowledged.extend(rest.into_iter().filter_map(said));

        let log = folder_log(folder.path()).await;
        let mut kept = HashSet::new();
        for partition in 0..3 {
            kept.extend(all(&log, "t", partition).await.iter().map(text));
        }
        for batch in &acknowledged {
            for m in 0..20 {
                assert!(
                    kept.contains(&format!("{batch}/{m}")),
                    "{batch}/{m} is lost"
                );
            }
        }
        drop(log);
        std::fs::remove_dir_all(folder.path().join("topics")).unwrap();
    }
}
