//! Tables for other programs: CSV (RFC 4180) for spreadsheets, Parquet for what reads columns.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use parquet::basic::{ConvertedType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::{Problem, ProblemResult};

/// What file a table becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Csv,
    Parquet,
}

/// A column: its name and values, one for each row.
pub(crate) struct Column {
    name: &'static str,
    values: Values,
}

enum Values {
    Text(Vec<String>),
    Whole(Vec<i64>),
    Real(Vec<Option<f64>>),
}

impl Column {
    pub(crate) fn text(name: &'static str, values: impl Iterator<Item = String>) -> Self {
        let values = Values::Text(values.collect());
        Self { name, values }
    }

    pub(crate) fn whole(name: &'static str, values: impl Iterator<Item = u64>) -> Self {
        let whole = |value| i64::try_from(value).unwrap_or(i64::MAX);
        let values = Values::Whole(values.map(whole).collect());
        Self { name, values }
    }

    pub(crate) fn real(name: &'static str, values: impl Iterator<Item = Option<f64>>) -> Self {
        let values = Values::Real(values.collect());
        Self { name, values }
    }

    fn len(&self) -> usize {
        match &self.values {
            Values::Text(values) => values.len(),
            Values::Whole(values) => values.len(),
            Values::Real(values) => values.len(),
        }
    }

    fn cell(&self, row: usize) -> String {
        match &self.values {
            Values::Text(values) => values.get(row).cloned().unwrap_or_default(),
            Values::Whole(values) => values.get(row).map(i64::to_string).unwrap_or_default(),
            Values::Real(values) => {
                let value = values.get(row).copied().flatten();
                value.map_or_else(String::new, |value| value.to_string())
            }
        }
    }
}

/// A table as a download of this name.
pub(crate) fn download(name: &str, kind: FileKind, columns: &[Column]) -> ProblemResult<Response> {
    let (body, media, end) = match kind {
        FileKind::Csv => (csv(columns).into_bytes(), "text/csv; charset=utf-8", "csv"),
        FileKind::Parquet => {
            let body = parquet(columns).map_err(|error| Problem::internal(&error))?;
            (body, "application/vnd.apache.parquet", "parquet")
        }
    };
    let mut response = (StatusCode::OK, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.{end}\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

fn csv(columns: &[Column]) -> String {
    let mut text = line(columns.iter().map(|column| column.name.to_owned()));
    for row in 0..columns.first().map_or(0, Column::len) {
        text.push_str(&line(columns.iter().map(|column| column.cell(row))));
    }
    text
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|text| cell(&text)).collect();
    cells.join(",") + "\r\n"
}

/// A cell that no spreadsheet takes for a formula, whatever a title says.
fn cell(text: &str) -> String {
    let formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// One row group: a report has at most some hundred rows.
fn parquet(columns: &[Column]) -> Result<Vec<u8>, ParquetError> {
    let fields = columns.iter().map(|column| {
        let (physical, repetition, converted) = match &column.values {
            Values::Text(_) => (
                Physical::BYTE_ARRAY,
                Repetition::REQUIRED,
                ConvertedType::UTF8,
            ),
            Values::Whole(_) => (Physical::INT64, Repetition::REQUIRED, ConvertedType::NONE),
            Values::Real(_) => (Physical::DOUBLE, Repetition::OPTIONAL, ConvertedType::NONE),
        };
        let field = Type::primitive_type_builder(column.name, physical)
            .with_repetition(repetition)
            .with_converted_type(converted);
        field.build().map(Arc::new)
    });
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    let schema = Type::group_type_builder("report").with_fields(fields);
    let properties = Arc::new(WriterProperties::builder().build());
    let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema.build()?), properties)?;
    let mut rows = file.next_row_group()?;
    for column in columns {
        let Some(mut to) = rows.next_column()? else {
            break;
        };
        match &column.values {
            Values::Text(texts) => {
                let texts: Vec<ByteArray> = texts.iter().map(|text| text.as_str().into()).collect();
                to.typed::<ByteArrayType>()
                    .write_batch(&texts, None, None)?;
            }
            Values::Whole(numbers) => {
                to.typed::<Int64Type>().write_batch(numbers, None, None)?;
            }
            Values::Real(numbers) => {
                let there: Vec<i16> = numbers.iter().map(|n| i16::from(n.is_some())).collect();
                let numbers: Vec<f64> = numbers.iter().copied().flatten().collect();
                to.typed::<DoubleType>()
                    .write_batch(&numbers, Some(&there), None)?;
            }
        }
        to.close()?;
    }
    rows.close()?;
    file.into_inner()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::Field;

    use super::*;

    fn columns() -> Vec<Column> {
        let names = ["plain", "a,b", "say \"x\"", "=1+1", "-5", "@x"];
        let numbers = [Some(0.5), None, Some(-1.0), None, None, Some(3.0)];
        vec![
            Column::text("name", names.map(str::to_owned).into_iter()),
            Column::whole("plays", 0..6),
            Column::real("share", numbers.into_iter()),
        ]
    }

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        let text = csv(&columns());
        let first: Vec<&str> = text.lines().collect();
        assert_eq!(
            first,
            [
                "name,plays,share",
                "plain,0,0.5",
                "\"a,b\",1,",
                "\"say \"\"x\"\"\",2,-1",
                "'=1+1,3,",
                "-5,4,",
                "'@x,5,3"
            ]
        );
    }

    #[test]
    fn a_parquet_file_is_read_again() {
        for columns in [columns(), vec![Column::whole("plays", 0..0)]] {
            let bytes = bytes::Bytes::from(parquet(&columns).unwrap());
            let file = SerializedFileReader::new(bytes).unwrap();
            let rows: Vec<_> = file
                .get_row_iter(None)
                .unwrap()
                .map(Result::unwrap)
                .collect();
            assert_eq!(rows.len(), columns[0].len());
            for (at, row) in rows.iter().enumerate() {
                for ((name, field), column) in row.get_column_iter().zip(&columns) {
                    assert_eq!(name, column.name);
                    let told = match field {
                        Field::Str(text) => text.clone(),
                        Field::Long(number) => number.to_string(),
                        Field::Double(number) => number.to_string(),
                        Field::Null => String::new(),
                        other => panic!("{other:?}"),
                    };
                    assert_eq!(told, column.cell(at));
                }
            }
        }
    }
}
