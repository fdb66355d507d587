//! What every database engine must keep to, run on each that is at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use matinee_engines::db::{Db, DbError, migrate};
use matinee_engines::testing::databases;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

struct Sql(&'static str, &'static str);

impl MigrationName for Sql {
    fn name(&self) -> &str {
        self.0
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Sql {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(self.1)
            .await
            .map(|_| ())
    }
}

fn numbers() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        // Out of order on purpose: names decide.
        Box::new(Sql("m2_more", "INSERT INTO numbers (n) VALUES (1)")),
        Box::new(Sql(
            "m1_table",
            "CREATE TABLE numbers (n BIGINT PRIMARY KEY NOT NULL)",
        )),
    ]
}

async fn count(db: &Db) -> i64 {
    let statement = Statement::from_string(db.backend(), "SELECT COUNT(*) AS c FROM numbers");
    db.read()
        .query_one_raw(statement)
        .await
        .unwrap()
        .unwrap()
        .try_get("", "c")
        .unwrap()
}

#[tokio::test]
async fn migrations_run_once_and_in_the_order_of_their_names() {
    for (engine, test) in databases().await.unwrap() {
        let applied = migrate(&test.db, numbers()).await.unwrap();
        assert_eq!(applied, ["m1_table", "m2_more"], "{engine}");
        assert!(
            migrate(&test.db, numbers()).await.unwrap().is_empty(),
            "{engine}"
        );
        assert_eq!(count(&test.db).await, 1, "{engine}");
    }
}

#[tokio::test]
async fn nodes_that_start_together_migrate_once() {
    for (engine, test) in databases().await.unwrap() {
        let other = Db::open(&test.url).await.unwrap();
        let (a, b) = tokio::join!(migrate(&test.db, numbers()), migrate(&other, numbers()));
        assert_eq!(a.unwrap().len() + b.unwrap().len(), 2, "{engine}");
    }
}

#[tokio::test]
async fn a_failed_migration_leaves_nothing_behind() {
    for (engine, test) in databases().await.unwrap() {
        let broken = vec![Box::new(Sql(
            "m1_table",
            "CREATE TABLE numbers (n BIGINT PRIMARY KEY NOT NULL); INSERT INTO nowhere VALUES (1)",
        )) as Box<dyn MigrationTrait>];
        migrate(&test.db, broken).await.unwrap_err();
        assert_eq!(
            migrate(&test.db, numbers()).await.unwrap().len(),
            2,
            "{engine}"
        );
    }
}

#[tokio::test]
async fn an_older_program_leaves_a_newer_database_alone() {
    for (engine, test) in databases().await.unwrap() {
        migrate(&test.db, numbers()).await.unwrap();
        let mut older = numbers();
        older.remove(0);
        let refused = migrate(&test.db, older).await.unwrap_err();
        assert!(
            matches!(refused, DbError::Newer(name) if name == "m2_more"),
            "{engine}"
        );
    }
}

#[tokio::test]
async fn writers_side_by_side_wait_for_each_other_and_all_succeed() {
    for (engine, test) in databases().await.unwrap() {
        migrate(&test.db, numbers()).await.unwrap();
        let tasks: Vec<_> = (0..8)
            .map(|task| {
                let db = test.db.clone();
                tokio::spawn(async move {
                    for i in 0..25 {
                        let tx = db.begin().await.unwrap();
                        let insert =
                            format!("INSERT INTO numbers (n) VALUES ({})", 100 + task * 25 + i);
                        tx.execute_unprepared(&insert).await.unwrap();
                        tx.commit().await.unwrap();
                        count(&db).await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(count(&test.db).await, 201, "{engine}");
    }
}

#[tokio::test]
async fn what_was_committed_is_there_after_opening_again() {
    for (engine, test) in databases().await.unwrap() {
        migrate(&test.db, numbers()).await.unwrap();
        let again = Db::open(&test.url).await.unwrap();
        assert_eq!(count(&again).await, 1, "{engine}");
        again.ping().await.unwrap();
    }
}
