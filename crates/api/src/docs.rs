//! `/docs` and `/api/openapi.json`: the API, described and browsable, with
//! everything that the page needs built in.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::{HeaderValue, header};
use utoipa::OpenApi as _;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response as Answer, ResponseBuilder};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::AppState;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Matinee",
        description = "The streaming service in one program: a video library, its uploads, its playback.\n\n\
            Errors are `application/problem+json` (RFC 9457) and name the fields at fault. \
            Reading what is public needs no account. Writing needs the operator: \
            `POST /api/session` gives a token to send as `Authorization: Bearer …`; \
            HTTP Basic works as well.",
        license(name = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "videos", description = "The library"),
        (name = "titles", description = "Shows, people, collections, artwork, and the history of edits"),
        (name = "discovery", description = "Finding something to watch"),
        (name = "community", description = "Playlists, likes, comments, reviews, subtitles, moderation"),
        (name = "uploads", description = "Four ways in"),
        (name = "playback", description = "Ways to watch"),
        (name = "live", description = "Streams, their rooms and their chat"),
        (name = "analytics", description = "What is watched, and how well it plays"),
        (name = "channels", description = "Television around the clock, its guide and its tuners"),
        (name = "ads", description = "Advertisements: campaigns, ad servers, breaks, reports"),
        (name = "notifications", description = "Whom people follow, and what they are told"),
        (name = "webhooks", description = "Programs that are told what happens"),
        (name = "access", description = "Who may watch what, and under which profile"),
        (name = "session", description = "Signing in"),
        (name = "people", description = "Accounts, and those who look after them"),
        (name = "instance", description = "About this server"),
        (name = "health", description = "For those who watch over it"),
    )
)]
struct Document;

/// The media type of RFC 9457.
const PROBLEM: &str = "application/problem+json";

/// The document without routes.
pub fn document() -> OpenApi {
    Document::openapi()
}

/// Says of every operation how it fails: the errors that its handler names are problem documents,
/// and so is whatever else may go wrong.
fn describe_problems(operation: &mut Operation) {
    let problem = || {
        let schema = Ref::from_schema_name("Problem");
        ContentBuilder::new().schema(Some(schema)).build()
    };
    let answers = &mut operation.responses.responses;
    for (status, answer) in answers.iter_mut() {
        if let RefOr::T(answer) = answer
            && status.starts_with(['4', '5'])
        {
            // Pages say it to people in their own way.
            answer.content.retain(|kind, _| kind == "text/html");
            answer.content.insert(PROBLEM.to_owned(), problem().into());
        }
    }
    let other: Answer = ResponseBuilder::new()
        .description("Something else went wrong")
        .content(PROBLEM, problem())
        .build();
    answers.entry("default".to_owned()).or_insert(other.into());
}

/// Names every operation after its method and path, and says how it fails. Handlers of different
/// rooms share names such as `get`, and operation ids have to be unique.
pub fn named(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        let place = path
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("_");
        let operations = [
            ("get", &mut item.get),
            ("head", &mut item.head),
            ("options", &mut item.options),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{place}"));
                describe_problems(operation);
            }
        }
    }
    document
}

/// The routes.
pub fn router(document: OpenApi) -> Router<AppState> {
    let config = Config::default()
        .try_it_out_enabled(true)
        .display_request_duration(true);
    Router::from(
        SwaggerUi::new("/docs")
            .url("/api/openapi.json", document)
            .config(config),
    )
    .layer(from_fn(relaxed))
}

/// Swagger UI draws its icons from `data:` and sets styles; its scripts are files.
async fn relaxed(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
             img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'",
        ),
    );
    response
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::fs;
    use std::path::{Path, PathBuf};

    fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|end| end == "rs") {
                into.push(path);
            }
        }
    }

    /// The document has one shape for each name, and the last one of a name
    /// would silently stand for all of them.
    #[test]
    fn no_two_shapes_share_a_name() {
        let mut files = Vec::new();
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        sources(&crates, &mut files);
        let mut shapes: HashMap<String, PathBuf> = HashMap::new();
        for file in files {
            let text = fs::read_to_string(&file).unwrap_or_default();
            let mut derived = false;
            for line in text.lines().map(str::trim) {
                derived |= line.contains("ToSchema)") || line.contains("ToSchema,");
                let mut words = line
                    .strip_prefix("pub ")
                    .unwrap_or(line)
                    .split(|c: char| !c.is_alphanumeric());
                if derived && matches!(words.next(), Some("struct" | "enum")) {
                    derived = false;
                    let name = words.next().unwrap_or_default().to_owned();
                    let other = shapes.insert(name.clone(), file.clone());
                    assert_eq!(other, None, "{name} is in {} too", file.display());
                }
            }
        }
        assert!(shapes.len() > 100, "{} shapes were found", shapes.len());
    }
}
