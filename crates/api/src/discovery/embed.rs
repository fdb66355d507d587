//! `/embed/{id}`: the player in frames on other sites.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};
use matinee_identity::access::Action;

use super::markup::escaped;
use super::pages::heading;
use crate::http::layers::csp_framed_by;
use crate::{AppState, Caller, Problem, ProblemResult, PublicOrigin, site};

/// The player alone, for frames on other sites
///
/// Which sites may frame it is the setting `MATINEE_EMBED_SITES`. `?t=` says
/// where it begins (`90`, `1m30s`, `1:02:03`), `?autoplay=1` that it does so by
/// itself. What may not be watched is answered with a page that says so.
#[utoipa::path(get, path = "/embed/{id}", tag = "discovery", params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 401, body = String, content_type = "text/html"),
        (status = 403, body = String, content_type = "text/html"),
        (status = 404, body = String, content_type = "text/html")))]
pub(super) async fn embed(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Path(id): Path<String>,
) -> ProblemResult<Response> {
    let missing = || Problem::not_found("There is nothing under this address.");
    let card = state.discovery.card(&id).await?.ok_or_else(missing);
    let shown = card.and_then(|card| {
        caller.require_for(&card.video, Action::Watch)?;
        Ok(card)
    });
    let face = state.face.get();
    let mut response = match shown {
        Ok(card) => {
            let page = origin.url(&format!("/watch/{id}"));
            site::shell_with(
                &escaped(&format!("{} – {}", heading(&card), face.name)),
                &format!(
                    "<meta name=\"robots\" content=\"noindex\"/>\n<link rel=\"canonical\" href=\"{}\"/>\n",
                    escaped(&page)
                ),
            )
        }
        // People see it: the page says in words what this means.
        Err(problem) => {
            let mut page = site::shell();
            *page.status_mut() = problem.status;
            page
        }
    };
    let headers = response.headers_mut();
    let policy = csp_framed_by(&ancestors(&face.embed_sites));
    let policy = HeaderValue::from_str(&policy).map_err(|error| Problem::internal(&error))?;
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
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
