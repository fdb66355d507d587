//! Statements that are written by hand.

use sea_orm::{DatabaseBackend, Statement, Value};

/// A statement of the one dialect.
pub(crate) fn statement(
    backend: DatabaseBackend,
    sql: impl Into<String>,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(backend, sql, values)
}

/// `$1, $2, …` for so many values, from this number on.
pub(crate) fn places(from: usize, count: usize) -> String {
    let all: Vec<String> = (from..from + count).map(|n| format!("${n}")).collect();
    all.join(", ")
}

/// `($1, $2), ($3, $4), …` for so many rows of so many values.
pub(crate) fn rows(columns: usize, count: usize) -> String {
    rows_from(1, columns, count)
}

/// The same from this number on.
pub(crate) fn rows_from(from: usize, columns: usize, count: usize) -> String {
    let row = |n: usize| format!("({})", places(n * columns + from, columns));
    let all: Vec<String> = (0..count).map(row).collect();
    all.join(", ")
}
