//! What the embedded engine keeps in its folder.

use super::*;

#[tokio::test]
async fn an_index_is_there_after_opening_again_and_another_schema_empties_it() {
    let folder = tempfile::tempdir().unwrap();
    let search = embedded_in(folder.path());
    assert!(search.open("films", schema()).await.unwrap());
    assert!(!search.open("films", schema()).await.unwrap());
    search.put("films", films()).await.unwrap();
    // What a process that was killed in the middle of a rebuild leaves behind.
    std::fs::create_dir(folder.path().join("films/0000000002")).unwrap();
    std::fs::write(folder.path().join("films/0000000002/meta.json"), "{").unwrap();
    drop(search);
    let search = embedded_in(folder.path());
    assert!(!search.open("films", schema()).await.unwrap());
    assert_eq!(
        search.search("films", text("matrix")).await.unwrap().total,
        2
    );
    // The writer of before may still be tidying up: ours waits for it.
    search.delete("films", &["matrix"]).await.unwrap();
    assert_eq!(
        search.search("films", text("matrix")).await.unwrap().total,
        1
    );
    let other = IndexSchema {
        version: 2,
        ..schema()
    };
    assert!(search.open("films", other.clone()).await.unwrap());
    assert_eq!(search.search("films", text("")).await.unwrap().total, 0);
    let folders = std::fs::read_dir(folder.path().join("films")).unwrap();
    assert_eq!(
        folders
            .filter(|e| e.as_ref().unwrap().path().is_dir())
            .count(),
        1
    );
}

#[tokio::test]
async fn a_damaged_index_is_made_anew() {
    for damage in ["current.json", "meta.json"] {
        let folder = tempfile::tempdir().unwrap();
        let search = embedded_in(folder.path());
        search.open("films", schema()).await.unwrap();
        search.put("films", films()).await.unwrap();
        drop(search);
        let index = folder.path().join("films");
        let path = if damage == "current.json" {
            index.join(damage)
        } else {
            index.join("0000000001").join(damage)
        };
        std::fs::write(path, "{ not what it was").unwrap();
        let search = embedded_in(folder.path());
        assert!(search.open("films", schema()).await.unwrap(), "{damage}");
        search.put("films", films()).await.unwrap();
        assert_eq!(
            search.search("films", text("matrix")).await.unwrap().total,
            2
        );
    }
}

#[tokio::test]
async fn a_writer_that_went_idle_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let options = EmbeddedSearchOptions {
        writer_idle: Duration::from_millis(1),
        ..EmbeddedSearchOptions::default()
    };
    let search = EmbeddedSearch::new(folder.path(), options);
    search.open("films", schema()).await.unwrap();
    for n in 0..10 {
        search
            .put(
                "films",
                vec![film(&n.to_string(), "en", json!({"title": "idle"}))],
            )
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(n * 2)).await;
    }
    assert_eq!(
        search.search("films", text("idle")).await.unwrap().total,
        10
    );
}
