//! `/embed/{id}`: the player in frames on other sites.

use std::fmt::Write as _;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};
use matinee_catalog::Parts;
use matinee_catalog::discovery::Card;
use matinee_identity::access::Action;

use super::card::CardView;
use super::markup::escaped;
use super::pages::heading;
use crate::{AppState, Caller, PathId, Problem, ProblemResult, PublicOrigin};

/// The player alone, for frames on other sites
///
/// Which sites may frame it is the setting `MATINEE_EMBED_SITES`.
#[utoipa::path(get, path = "/embed/{id}", tag = "discovery", params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn embed(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Response> {
    let missing = || Problem::not_found("There is nothing under this address.");
    let card = state.discovery.card(&id).await?.ok_or_else(missing)?;
    caller.require_for(&card.video, Action::Watch)?;
    let parts = state.catalog.parts(&id).await?;
    let html = player(&card, &parts, &origin, &state.face.get().name);
    let mut response = html.into_response();
    let headers = response.headers_mut();
    let media = if origin.media == origin.site {
        String::new()
    } else {
        format!(" {}", origin.media)
    };
    let policy = format!(
        "default-src 'none'; img-src 'self' https: data:{media}; media-src 'self' https: blob:{media}; \
         style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors {}",
        ancestors(&state.face.get().embed_sites)
    );
    let policy = HeaderValue::from_str(&policy).map_err(|error| Problem::internal(&error))?;
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    Ok(response)
}

/// Who may frame the player, in the words of a Content-Security-Policy.
fn ancestors(sites: &[String]) -> String {
    if sites.iter().any(|site| site == "*") {
        return "*".to_owned();
    }
    let mut all = vec!["'self'".to_owned()];
    all.extend(sites.iter().cloned());
    all.join(" ")
}

fn player(card: &Card, parts: &Parts, origin: &PublicOrigin, site_name: &str) -> String {
    let view = CardView::new(card, origin);
    let title = heading(card);
    let page = origin.url(&format!("/watch/{}", view.id));
    let mut out = String::with_capacity(4096);
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{} – {}</title>\n\
         <link rel=\"canonical\" href=\"{}\">\n<style>\
         html,body{{margin:0;height:100%;background:#000;color:#fff;font:15px/1.4 system-ui,sans-serif}}\
         video{{width:100%;height:100%;object-fit:contain;display:block}}\
         a{{color:#fff}}\
         .name{{position:absolute;top:0;left:0;right:0;padding:10px 14px 28px;text-shadow:0 1px 2px #000;\
         background:linear-gradient(rgba(0,0,0,.7),transparent);opacity:0;transition:opacity .2s}}\
         .name a{{text-decoration:none;font-weight:600}}\
         body:hover .name,.name:focus-within{{opacity:1}}\
         </style>\n</head>\n<body>\n",
        escaped(&title),
        escaped(site_name),
        escaped(&page)
    );
    let poster = view
        .poster_url
        .as_ref()
        .map(|url| format!(" poster=\"{}\"", escaped(url)))
        .unwrap_or_default();
    let _ = writeln!(
        out,
        "<video controls playsinline preload=\"metadata\" aria-label=\"{}\"{poster}>",
        escaped(&title)
    );
    for (url, kind) in [
        (&view.hls_url, "application/vnd.apple.mpegurl"),
        (&view.stream_url, "video/mp4"),
    ] {
        if let Some(url) = url {
            let _ = writeln!(out, "<source src=\"{}\" type=\"{kind}\">", escaped(url));
        }
    }
    for track in parts.subtitles.iter().filter(|_| !card.video.is_external()) {
        let _ = writeln!(
            out,
            "<track kind=\"{}\" src=\"{}\" srclang=\"{}\" label=\"{}\"{}>",
            if track.hearing_impaired {
                "captions"
            } else {
                "subtitles"
            },
            // Tracks load from the page's own origin only.
            escaped(&format!(
                "/media/{}/subtitles/{}/full.vtt",
                view.id, track.id
            )),
            escaped(&track.language),
            escaped(&track.label),
            if track.is_default { " default" } else { "" }
        );
    }
    let _ = write!(
        out,
        "<a href=\"{0}\">Watch on {1}</a>\n</video>\n\
         <div class=\"name\"><a href=\"{0}\" target=\"_blank\" rel=\"noopener\">{2}</a></div>\n\
         </body>\n</html>\n",
        escaped(&page),
        escaped(site_name),
        escaped(&title)
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_may_stand_where_the_operator_says() {
        assert_eq!(ancestors(&["*".into()]), "*");
        assert_eq!(ancestors(&[]), "'self'");
        assert_eq!(
            ancestors(&["https://a.example".into()]),
            "'self' https://a.example"
        );
    }
}
