//! Tables that people keep, row by row as they arrive: CSV (RFC 4180, with
//! commas, semicolons or tabs), a JSON list of objects, or one object a line.
//!
//! Nothing is held but the row that is being read, and that is limited. A row
//! that is broken is told as such, and the next one is read.

use serde_json::{Map, Value};

/// The longest row, in bytes.
pub const ROW_MAX: usize = 256 << 10;
/// The most columns.
const COLUMNS_MAX: usize = 200;

/// What a table is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Values between commas, semicolons or tabs; the first row has the names.
    Csv,
    /// A list of objects, or objects one after the other.
    Json,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct RawRow {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its values by name (of a CSV all texts, without those that are empty),
    /// or why it cannot be read.
    pub record: Result<Map<String, Value>, String>,
}

/// Cuts a table into rows.
#[derive(Debug)]
pub struct Splitter(Kind);

#[derive(Debug)]
enum Kind {
    Csv(Csv),
    Json(Json),
}

impl Splitter {
    /// A splitter of this format.
    pub fn new(format: Format) -> Self {
        Self(match format {
            Format::Csv => Kind::Csv(Csv::default()),
            Format::Json => Kind::Json(Json::default()),
        })
    }

    /// Takes further bytes, and gives out the rows that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<RawRow> {
        let mut out = Vec::new();
        match &mut self.0 {
            Kind::Csv(csv) => csv.push(bytes, &mut out),
            Kind::Json(json) => json.push(bytes, &mut out),
        }
        out
    }

    /// The end: gives out what is left.
    pub fn finish(mut self) -> Vec<RawRow> {
        let mut out = Vec::new();
        match &mut self.0 {
            Kind::Csv(csv) => csv.finish(&mut out),
            Kind::Json(json) => json.finish(&mut out),
        }
        out
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum At {
    #[default]
    FieldStart,
    Plain,
    Quoted,
    /// Behind a quote within quotes: the end of the value, or half of a pair.
    QuoteSeen,
}

#[derive(Debug, Default)]
struct Csv {
    row: Vec<u8>,
    at: At,
    line: u64,
    separator: Option<u8>,
    names: Option<Vec<String>>,
    /// A row is too long: what follows up to the line's end is not kept.
    skipping: bool,
}

impl Csv {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<RawRow>) {
        for &byte in bytes {
            self.byte(byte, out);
        }
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<RawRow>) {
        if self.skipping {
            if byte == b'\n' {
                self.skipping = false;
                self.line += 1;
            }
            return;
        }
        let ends = byte == b'\n' && self.at != At::Quoted;
        if ends {
            self.row_ends(out);
            return;
        }
        self.row.push(byte);
        // A separator is not known before the first row has ended: all count.
        let separates = match self.separator {
            Some(separator) => byte == separator,
            None => matches!(byte, b',' | b';' | b'\t'),
        };
        self.at = match (self.at, byte) {
            (At::FieldStart, b'"') => At::Quoted,
            (At::Quoted, b'"') => At::QuoteSeen,
            (At::Quoted, _) => At::Quoted,
            (At::QuoteSeen, b'"') => At::Quoted,
            _ if separates => At::FieldStart,
            (At::FieldStart, b' ' | b'\xef' | b'\xbb' | b'\xbf') => At::FieldStart,
            _ => At::Plain,
        };
        if self.row.len() > ROW_MAX {
            self.broken(out);
        }
    }

    /// The row is too long, or the file ends within quotes. If its first line
    /// left a quote open, only that line is broken, and the others are read.
    fn broken(&mut self, out: &mut Vec<RawRow>) {
        let row = std::mem::take(&mut self.row);
        let open = self.at == At::Quoted;
        self.at = At::FieldStart;
        let rest = row.iter().position(|b| *b == b'\n').filter(|_| open);
        let reason = if open {
            "a quote is not closed".to_owned()
        } else {
            format!("it is longer than {} KiB", ROW_MAX >> 10)
        };
        out.push(RawRow {
            line: self.line + 1,
            record: Err(reason),
        });
        match rest {
            Some(end) => {
                self.line += 1;
                self.push(&row[end + 1..], out);
            }
            None => self.skipping = true,
        }
    }

    fn row_ends(&mut self, out: &mut Vec<RawRow>) {
        let row = std::mem::take(&mut self.row);
        self.at = At::FieldStart;
        let line = self.line + 1;
        self.line += row.split(|byte| *byte == b'\n').count() as u64;
        let text = String::from_utf8_lossy(&row);
        let text = text.trim_start_matches('\u{feff}').trim_end_matches('\r');
        if text.trim().is_empty() {
            return;
        }
        let Some(names) = &self.names else {
            let separator = [b',', b';', b'\t']
                .into_iter()
                .max_by_key(|c| text.bytes().filter(|b| b == c).count())
                .unwrap_or(b',');
            let names: Vec<String> = values(text, char::from(separator))
                .unwrap_or_default()
                .into_iter()
                .map(|name| name.trim().to_lowercase().replace([' ', '-'], "_"))
                .collect();
            if names.len() > COLUMNS_MAX {
                out.push(RawRow {
                    line,
                    record: Err(format!("it has more than {COLUMNS_MAX} columns")),
                });
            }
            self.separator = Some(separator);
            self.names = Some(names.into_iter().take(COLUMNS_MAX).collect());
            return;
        };
        let separator = char::from(self.separator.unwrap_or(b','));
        let record = values(text, separator).and_then(|values| {
            if values.len() > names.len() {
                return Err(format!(
                    "it has {} values for {} columns",
                    values.len(),
                    names.len()
                ));
            }
            let pairs = names.iter().cloned().zip(values);
            Ok(pairs
                .filter(|(name, value)| !name.is_empty() && !value.trim().is_empty())
                .map(|(name, value)| (name, Value::String(value)))
                .collect())
        });
        out.push(RawRow { line, record });
    }

    fn finish(&mut self, out: &mut Vec<RawRow>) {
        while self.at == At::Quoted {
            self.broken(out);
        }
        if !self.row.is_empty() {
            self.row_ends(out);
        }
    }
}

/// The values of a row.
fn values(row: &str, separator: char) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    let mut rest = row;
    loop {
        let trimmed = rest.trim_start_matches(' ');
        if let Some(quoted) = trimmed.strip_prefix('"') {
            let mut value = String::new();
            let mut from = quoted;
            let behind = loop {
                let Some(at) = from.find('"') else {
                    return Err("a quote is not closed".to_owned());
                };
                value.push_str(&from[..at]);
                match from[at + 1..].strip_prefix('"') {
                    Some(next) => {
                        value.push('"');
                        from = next;
                    }
                    None => break &from[at + 1..],
                }
            };
            all.push(value);
            let behind = behind.trim_start_matches(' ');
            match behind.strip_prefix(separator) {
                Some(next) => rest = next,
                None if behind.is_empty() => return Ok(all),
                None => return Err("something stands behind a closing quote".to_owned()),
            }
        } else if let Some((value, next)) = rest.split_once(separator) {
            all.push(value.to_owned());
            rest = next;
        } else {
            all.push(rest.to_owned());
            return Ok(all);
        }
    }
}

#[derive(Debug, Default)]
struct Json {
    element: Vec<u8>,
    depth: u32,
    in_string: bool,
    escaped: bool,
    line: u64,
    began: u64,
    too_long: bool,
}

impl Json {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<RawRow>) {
        for &byte in bytes {
            self.byte(byte, out);
            if byte == b'\n' {
                self.line += 1;
            }
        }
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<RawRow>) {
        if self.element.is_empty() && !self.too_long {
            // Between elements; a mark of the byte order may stand in front.
            if matches!(
                byte,
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b'[' | b']' | 0xef | 0xbb | 0xbf
            ) {
                return;
            }
            self.began = self.line + 1;
        }
        if self.depth == 0
            && !self.in_string
            && matches!(byte, b',' | b'\n' | b']')
            && (!self.element.is_empty() || self.too_long)
        {
            // The end of something that is no object.
            self.ends(out);
            return;
        }
        if self.element.len() >= ROW_MAX {
            self.too_long = true;
            self.element.clear();
        }
        if !self.too_long {
            self.element.push(byte);
        }
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.ends(out);
                }
            }
            _ => {}
        }
    }

    fn ends(&mut self, out: &mut Vec<RawRow>) {
        let element = std::mem::take(&mut self.element);
        let too_long = std::mem::take(&mut self.too_long);
        (self.depth, self.in_string, self.escaped) = (0, false, false);
        let record = if too_long {
            Err(format!("it is longer than {} KiB", ROW_MAX >> 10))
        } else {
            match serde_json::from_slice::<Value>(&element) {
                Ok(Value::Object(fields)) => Ok(fields),
                Ok(_) => Err("it is no JSON object".to_owned()),
                Err(error) => Err(format!("it is not JSON: {error}")),
            }
        };
        out.push(RawRow {
            line: self.began,
            record,
        });
    }

    fn finish(&mut self, out: &mut Vec<RawRow>) {
        if !self.element.is_empty() || self.too_long {
            self.ends(out);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn rows(format: Format, text: &[u8], chunk: usize) -> Vec<RawRow> {
        let mut splitter = Splitter::new(format);
        let mut all = Vec::new();
        for part in text.chunks(chunk.max(1)) {
            all.extend(splitter.push(part));
        }
        all.extend(splitter.finish());
        all
    }

    fn told(format: Format, text: &str) -> Vec<(u64, Value)> {
        rows(format, text.as_bytes(), 3)
            .into_iter()
            .map(|row| {
                let value = match row.record {
                    Ok(fields) => Value::Object(fields),
                    Err(reason) => Value::String(reason),
                };
                (row.line, value)
            })
            .collect()
    }

    #[test]
    fn csv_as_spreadsheets_write_it() {
        let text = "\u{feff}Title,Release Year,Tags\r\n\"Sintel, the film\",2010,\"a|b\"\r\n\r\n\"5\"\" disk\",,\r\n\"two\nlines\",1999,x";
        assert_eq!(
            told(Format::Csv, text),
            [
                (
                    2,
                    json!({"title": "Sintel, the film", "release_year": "2010", "tags": "a|b"})
                ),
                (4, json!({"title": "5\" disk"})),
                (
                    5,
                    json!({"title": "two\nlines", "release_year": "1999", "tags": "x"})
                ),
            ]
        );
        let text = "title;year\nA;1\n";
        assert_eq!(
            told(Format::Csv, text),
            [(2, json!({"title": "A", "year": "1"}))]
        );
    }

    #[test]
    fn a_broken_row_takes_no_other_with_it() {
        let text = "title,year\n\"open,1\nB,2\nC,3,4\n5\" disk,6\n\"D\"x,7\nE,8\n";
        let rows = told(Format::Csv, text);
        let lines: Vec<u64> = rows.iter().map(|(line, _)| *line).collect();
        assert!(lines.contains(&2), "{rows:?}");
        let text = "title,year\n\"open,1\nB,2\nC,3\n";
        assert_eq!(
            told(Format::Csv, text),
            [
                (2, json!("a quote is not closed")),
                (3, json!({"title": "B", "year": "2"})),
                (4, json!({"title": "C", "year": "3"})),
            ]
        );
        let long = format!("title\n{}\nB\n", "x".repeat(ROW_MAX + 10));
        let rows = told(Format::Csv, &long);
        assert_eq!(rows[1], (3, json!({"title": "B"})));
    }

    #[test]
    fn json_in_a_list_or_one_a_line() {
        let expected = [(1, json!({"a": "]}\"{"})), (2, json!({"b": [1, {"c": 2}]}))];
        let list = "[{\"a\": \"]}\\\"{\"},\n {\"b\": [1, {\"c\": 2}]}]";
        assert_eq!(told(Format::Json, list), expected);
        let lines = "{\"a\": \"]}\\\"{\"}\n{\"b\": [1, {\"c\": 2}]}\n";
        assert_eq!(told(Format::Json, lines), expected);
        let broken = "[1, {\"a\": }, {\"b\": 2}, \"x\", {\"c\"";
        let rows = told(Format::Json, broken);
        assert_eq!(rows.len(), 5, "{rows:?}");
        assert_eq!(rows[2].1, json!({"b": 2}));
        let long = format!("[{{\"a\": \"{}\"}}, {{\"b\": 1}}]", "x".repeat(ROW_MAX));
        let rows = told(Format::Json, &long);
        assert_eq!(rows.last().unwrap().1, json!({"b": 1}));
    }

    proptest! {
        #[test]
        fn what_is_written_as_csv_is_read(
            table in proptest::collection::vec(proptest::collection::vec("[^\0\r]{0,12}", 3), 1..8),
            chunk in 1_usize..20,
        ) {
            let quoted = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
            let mut text = String::from("a,b,c\n");
            for row in &table {
                text += &row.iter().map(quoted).collect::<Vec<_>>().join(",");
                text.push('\n');
            }
            let read = rows(Format::Csv, text.as_bytes(), chunk);
            prop_assert_eq!(read.len(), table.len());
            for (row, wanted) in read.into_iter().zip(&table) {
                let record = row.record.unwrap();
                for (name, value) in ["a", "b", "c"].iter().zip(wanted) {
                    let told = record.get(*name).and_then(Value::as_str).unwrap_or_default();
                    if !value.trim().is_empty() {
                        prop_assert_eq!(told, value);
                    }
                }
            }
        }

        #[test]
        fn nothing_makes_it_fall_over(
            bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'{'), Just(b'}'), any::<u8>()], 0..400),
            chunk in 1_usize..50,
        ) {
            for format in [Format::Csv, Format::Json] {
                let whole = rows(format, &bytes, usize::MAX);
                prop_assert_eq!(&whole, &rows(format, &bytes, chunk));
            }
        }
    }
}
