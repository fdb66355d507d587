//! A text track on its way in: a form with a file, or the file itself with what
//! there is to say in the query.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest as _, Multipart, Request};
use futures::StreamExt as _;
use http::{StatusCode, header};
use matinee_media::MediaError;
use matinee_media::language;
use matinee_media::webvtt::{self, MAX_SUBTITLE_SIZE, SubtitleFormat, WebVtt};

use crate::{Problem, ProblemResult};

/// What a form needs besides its file, in bytes.
const OVERHEAD: u64 = 64 * 1024;
/// The longest text field, in bytes.
const FIELD_MAX: usize = 1024;
/// The most fields of a form.
const FIELDS_MAX: usize = 20;
/// How long a client may send nothing.
const IDLE: Duration = Duration::from_secs(30);
/// The longest label, in characters.
pub(super) const LABEL_MAX: usize = 100;

/// A text track and what was said about it.
#[derive(Debug)]
pub(super) struct SubtitleUpload {
    pub vtt: WebVtt,
    pub format: SubtitleFormat,
    pub language: String,
    pub label: String,
    pub forced: bool,
    pub hearing_impaired: bool,
    pub is_default: bool,
}

/// What clients say, as they say it.
#[derive(Debug, Default)]
struct Said {
    file: Option<Vec<u8>>,
    filename: String,
    language: Option<String>,
    label: Option<String>,
    forced: Option<bool>,
    hearing_impaired: Option<bool>,
    is_default: Option<bool>,
}

/// Reads a request. One that says it is too large is refused before it is read.
pub(super) async fn read(request: Request) -> ProblemResult<SubtitleUpload> {
    let told = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    if told.is_some_and(|length| length > MAX_SUBTITLE_SIZE as u64 + OVERHEAD) {
        return Err(too_large());
    }
    let mut said = Said::default();
    let query = request.uri().query().unwrap_or_default().to_owned();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()).take(FIELDS_MAX) {
        said.add(&name, &value)?;
    }
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if kind.starts_with("multipart/form-data") {
        let form = Multipart::from_request(request, &())
            .await
            .map_err(|error| Problem::new(error.status(), error.body_text()))?;
        said.form(form).await?;
    } else if kind.starts_with("application/json") {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send the file itself, or a form with it.",
        ));
    } else {
        said.file = Some(whole(request.into_body()).await?);
    }
    said.judged().await
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("A text track has at most {} MiB.", MAX_SUBTITLE_SIZE >> 20),
    )
}

async fn patient<T>(next: impl Future<Output = T>) -> ProblemResult<T> {
    tokio::time::timeout(IDLE, next)
        .await
        .map_err(|_| Problem::new(StatusCode::REQUEST_TIMEOUT, "The body did not arrive."))
}

async fn whole(body: Body) -> ProblemResult<Vec<u8>> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = patient(stream.next()).await? {
        let chunk = chunk.map_err(|_| Problem::bad_request("The body broke off half-way."))?;
        if bytes.len() + chunk.len() > MAX_SUBTITLE_SIZE {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

impl Said {
    fn add(&mut self, name: &str, value: &str) -> ProblemResult<()> {
        let text = || Some(value.trim().to_owned()).filter(|text| !text.is_empty());
        match name {
            "language" | "lang" | "srclang" => self.language = text(),
            "label" | "name" | "title" => self.label = text(),
            "filename" => value.clone_into(&mut self.filename),
            "forced" => self.forced = Some(truth(name, value)?),
            "hearing_impaired" | "sdh" | "cc" => {
                self.hearing_impaired = Some(truth(name, value)?);
            }
            "default" | "is_default" => self.is_default = Some(truth(name, value)?),
            _ => {}
        }
        Ok(())
    }

    async fn form(&mut self, mut form: Multipart) -> ProblemResult<()> {
        let unreadable = |error: axum::extract::multipart::MultipartError| {
            Problem::new(error.status(), "The form cannot be read.")
        };
        for _ in 0..FIELDS_MAX {
            let Some(mut field) = patient(form.next_field()).await?.map_err(unreadable)? else {
                return Ok(());
            };
            let name = field.name().unwrap_or_default().to_owned();
            let is_file = field.file_name().is_some() || name == "file";
            if is_file && self.file.is_some() {
                return Err(Problem::field(name, "must be a single file"));
            }
            let limit = if is_file {
                MAX_SUBTITLE_SIZE
            } else {
                FIELD_MAX
            };
            if let Some(filename) = field.file_name() {
                filename.clone_into(&mut self.filename);
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = patient(field.chunk()).await?.map_err(unreadable)? {
                if bytes.len() + chunk.len() > limit {
                    return Err(if is_file {
                        too_large()
                    } else {
                        Problem::field(name, format!("must be at most {limit} bytes long"))
                    });
                }
                bytes.extend_from_slice(&chunk);
            }
            if is_file {
                self.file = Some(bytes);
            } else {
                let text = String::from_utf8(bytes)
                    .map_err(|_| Problem::field(&*name, "must be UTF-8"))?;
                self.add(&name, &text)?;
            }
        }
        Err(Problem::bad_request("The form has too many fields."))
    }

    async fn judged(self) -> ProblemResult<SubtitleUpload> {
        let file = self
            .file
            .filter(|bytes| !bytes.is_empty())
            .ok_or_else(|| Problem::field("file", "must be given"))?;
        let hints = Hints::of(&self.filename);
        let language = match self.language.or(hints.language) {
            Some(tag) => tag_of(&tag)?,
            None => {
                return Err(Problem::field(
                    "language",
                    "must be given: a language tag such as en or pt-BR, or und",
                ));
            }
        };
        let forced = self.forced.unwrap_or(hints.forced);
        let hearing_impaired = self.hearing_impaired.unwrap_or(hints.hearing_impaired);
        let label = match self.label {
            Some(label) => label_of(&label)?,
            None => usual_label(&language, forced, hearing_impaired),
        };
        // Megabytes of text take a while.
        let read = tokio::task::spawn_blocking(move || webvtt::read(&file)).await;
        let (format, vtt) = match read.map_err(|error| Problem::internal(&error))? {
            Ok(read) => read,
            Err(MediaError::TooLarge { .. }) => return Err(too_large()),
            Err(error) => {
                let reason = match error {
                    MediaError::NotThisFormat { expected } => format!("must be {expected}"),
                    MediaError::Missing(what) => format!("must have {what}"),
                    other => format!("cannot be read: {other}"),
                };
                return Err(Problem::field("file", reason));
            }
        };
        Ok(SubtitleUpload {
            vtt,
            format,
            language,
            label,
            forced,
            hearing_impaired,
            is_default: self.is_default.unwrap_or(false),
        })
    }
}

fn truth(name: &str, value: &str) -> ProblemResult<bool> {
    match value.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" | "" => Ok(false),
        _ => Err(Problem::field(name, "must be true or false")),
    }
}

/// A language tag in its usual form.
pub(crate) fn tag_of(text: &str) -> ProblemResult<String> {
    language::canonical(text).ok_or_else(|| {
        Problem::field(
            "language",
            "must be a language tag (BCP 47) such as en, pt-BR or zh-Hans",
        )
    })
}

/// A name for menus.
pub(crate) fn label_of(text: &str) -> ProblemResult<String> {
    let label = matinee_catalog::moderation::text::line(text);
    if label.is_empty() || label.chars().count() > LABEL_MAX {
        let reason = format!("must be 1 to {LABEL_MAX} characters");
        return Err(Problem::field("label", reason));
    }
    // It stands between quotes in playlists (RFC 8216 §4.2).
    if label.contains('"') {
        return Err(Problem::field("label", "must not contain quotation marks"));
    }
    Ok(label)
}

fn usual_label(tag: &str, forced: bool, hearing_impaired: bool) -> String {
    let name = match language::name(tag) {
        Some(name) if tag.contains('-') => format!("{name} ({tag})"),
        Some(name) => name.to_owned(),
        None if tag == "und" => "Unknown".to_owned(),
        None => tag.to_owned(),
    };
    match (forced, hearing_impaired) {
        (true, _) => format!("{name} (forced)"),
        (false, true) => format!("{name} (SDH)"),
        (false, false) => name,
    }
}

/// What a file's name says: `Film.pt-BR.forced.srt`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Hints {
    language: Option<String>,
    forced: bool,
    hearing_impaired: bool,
}

impl Hints {
    fn of(filename: &str) -> Self {
        let mut hints = Self::default();
        let mut words: Vec<&str> = filename.rsplit('.').collect();
        // The ending, and the film's own name.
        words.pop();
        for word in words.into_iter().skip(1).take(3) {
            match word.to_ascii_lowercase().as_str() {
                "forced" => hints.forced = true,
                "sdh" | "cc" | "hi" if hints.language.is_none() => hints.hearing_impaired = true,
                "default" => {}
                _ => {
                    let tag = language::canonical(word).filter(|tag| language::name(tag).is_some());
                    if hints.language.is_some() || tag.is_none() {
                        break;
                    }
                    hints.language = tag;
                }
            }
        }
        hints
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Film.en.srt", Some("en"), false, false)]
    #[case("Film.2008.pt-BR.forced.srt", Some("pt-BR"), true, false)]
    #[case("Film.eng.sdh.vtt", Some("en"), false, true)]
    #[case("Film.hi.srt", None, false, true)]
    #[case("Film.srt", None, false, false)]
    #[case("srt", None, false, false)]
    #[case("", None, false, false)]
    #[case("My.Film.1080p.srt", None, false, false)]
    fn hints(
        #[case] name: &str,
        #[case] language: Option<&str>,
        #[case] forced: bool,
        #[case] hearing_impaired: bool,
    ) {
        let expected = Hints {
            language: language.map(str::to_owned),
            forced,
            hearing_impaired,
        };
        assert_eq!(Hints::of(name), expected);
    }

    #[test]
    fn labels() {
        assert_eq!(usual_label("de", false, false), "German");
        assert_eq!(
            usual_label("pt-BR", true, false),
            "Portuguese (pt-BR) (forced)"
        );
        assert_eq!(usual_label("haw", false, true), "haw (SDH)");
        assert!(label_of("a \"b\"").is_err());
    }
}
