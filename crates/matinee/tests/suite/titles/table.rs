//! Tables of what is known.

use serde_json::{Value, json};

use crate::support::{TestServer, problem};

#[tokio::test]
async fn tables_are_tried_then_imported_and_broken_rows_are_told() {
    let server = TestServer::start().await;
    let id = server
        .external(json!({ "title": "Sintel", "release_year": 2010 }))
        .await;
    let table = format!(
        "id,title,year,genres,cast,video_url,colour\n\
         {id},Sintel,2010,Fantasy|Short,Halina Reijn as Sintel,,red\n\
         ,New one,2020,Drama,,https://example.com/new.mp4,\n\
         ,Nobody knows,1950,,,,\n\
         {id},Sintel,soon,,,,\n\
         \"broken,1\n\
         ,Another,2021,,,https://example.com/other.mp4,\n"
    );
    let send = async |dry: bool| -> Value {
        let sent = server
            .operator("POST", &format!("/api/metadata/import?dry_run={dry}"))
            .header("content-type", "text/csv; charset=utf-8")
            .body(table.clone());
        let response = sent.send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    };
    let tried = send(true).await;
    assert_eq!(
        (&tried["created"], &tried["updated"], &tried["failed"]),
        (&json!(2), &json!(1), &json!(3)),
        "{tried}"
    );
    assert_eq!(tried["ignored_columns"], json!(["colour"]));
    assert_eq!(
        server.json("/api/videos").await.as_array().unwrap().len(),
        1,
        "nothing was done"
    );
    let done = send(false).await;
    assert_eq!(done["failed"], 3);
    assert_eq!(done["report"][3]["errors"][0]["field"], "release_year");
    assert_eq!(
        server.json("/api/videos").await.as_array().unwrap().len(),
        3
    );
    let video = server.json(&format!("/api/videos/{id}")).await;
    assert_eq!(video["genres"], json!(["Fantasy", "Short"]));
    let again = send(false).await;
    assert_eq!(
        (&again["created"], &again["unchanged"]),
        (&json!(0), &json!(3)),
        "{again}"
    );
    let json_table = json!([{ "id": id, "tagline": "Find him" }, 5, { "title": "x".repeat(300) }]);
    let response = server
        .operator("POST", "/api/metadata/import")
        .json(&json_table)
        .send()
        .await
        .unwrap();
    let report: Value = response.json().await.unwrap();
    assert_eq!(
        (&report["updated"], &report["failed"]),
        (&json!(1), &json!(2)),
        "{report}"
    );
    let wrong = server
        .operator("POST", "/api/metadata/import")
        .body("x")
        .send()
        .await
        .unwrap();
    problem(wrong, 415).await;
    let anybody = server
        .http
        .post(server.url("/api/metadata/import"))
        .body("id\n");
    problem(anybody.send().await.unwrap(), 401).await;
}

#[tokio::test]
async fn whoever_imports_a_table_is_written_down() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Sintel" })).await;
    let send = async |dry: bool, table: String| {
        let sent = server
            .operator("POST", &format!("/api/metadata/import?dry_run={dry}"))
            .header("content-type", "text/csv")
            .body(table);
        sent.send().await.unwrap()
    };
    let log = async || server.json("/api/audit?action=metadata.import").await;
    let table = format!("id,studio\n{id},Blender\nnobody,x\n");
    assert_eq!(send(true, table.clone()).await.status(), 200);
    assert_eq!(log().await, json!([]), "nothing has been done");
    assert_eq!(send(false, table).await.status(), 200);
    let entries = log().await;
    let [entry] = entries.as_array().unwrap().as_slice() else {
        panic!("{entries}")
    };
    assert_eq!(entry["detail"]["updated"], 1, "{entry}");
    assert_eq!(entry["detail"]["failed"], 1, "{entry}");
}
