//! Signing in with an account at a provider: OpenID Connect Core 1.0, the
//! authorization code flow with PKCE (RFC 7636), `state` and `nonce`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use matinee_engines::time::now_micros;
use moka::future::Cache;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use tokio::sync::OnceCell;

use super::{Accounts, OidcOptions, PROVIDER};
use crate::{IdentityError, Result};

/// How long somebody may take at the provider.
const LIFE: Duration = Duration::from_mins(10);
/// How long the provider's addresses and keys are believed.
const METADATA: Duration = Duration::from_mins(5);
const TIMEOUT: Duration = Duration::from_secs(10);
/// The most that a provider's answer may hold, in bytes.
const ANSWER_MAX: usize = 1 << 20;

/// Why somebody could not sign in at a provider.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// There is no such provider.
    #[error("there is no such provider")]
    Unknown,
    /// The provider does not answer, or not as it should. The reason is for
    /// the log.
    #[error("the provider cannot be reached, or does not answer as it should")]
    Provider(String),
    /// They came back without having left, or too late.
    #[error("this took too long, or was begun elsewhere: try again")]
    State,
    /// They, or the provider, said no.
    #[error("the provider did not let you in")]
    Denied,
    /// What the provider says cannot be believed. The reason is for the log.
    #[error("what the provider says about you cannot be believed")]
    Token(String),
    /// Nobody here belongs to that account, and no account is made.
    #[error("there is no account here for you: ask for an invitation")]
    NoAccount,
    /// The account at the provider belongs to somebody else here.
    #[error("this account at the provider belongs to another account here")]
    Taken,
}

/// What is remembered while somebody is at the provider, sealed in a cookie.
#[derive(Serialize, Deserialize)]
pub(super) struct Errand {
    state: String,
    nonce: String,
    verifier: String,
    redirect: String,
    /// Where they wanted to go.
    pub(super) next: String,
    /// The account that wants to be linked, rather than to sign in.
    pub(super) link: Option<String>,
    expires_at: i64,
}

/// The beginning: where the browser goes, and what it must bring back.
#[derive(Debug, Clone)]
pub struct OidcStart {
    /// The provider's page.
    pub url: String,
    /// Goes into a cookie that only the callback sees.
    pub cookie: String,
    /// How long that is good.
    pub lifetime: Duration,
}

/// Who somebody is, as the provider says.
pub(super) struct Stranger {
    pub(super) subject: String,
    pub(super) email: Option<String>,
    pub(super) email_verified: bool,
    pub(super) preferred_username: Option<String>,
    pub(super) name: Option<String>,
}

/// The provider, as far as it is known.
pub(crate) struct Provider {
    options: OidcOptions,
    metadata: Cache<(), CoreProviderMetadata>,
    http: OnceCell<reqwest::Client>,
}

impl Provider {
    pub(crate) fn new(options: OidcOptions) -> Self {
        Self {
            options,
            metadata: Cache::builder().time_to_live(METADATA).build(),
            http: OnceCell::new(),
        }
    }

    async fn http(&self) -> Result<reqwest::Client> {
        let made = self.http.get_or_try_init(|| async {
            reqwest::Client::builder()
                // A provider that redirects its own endpoints is misconfigured
                // at best (a way into this network at worst).
                .redirect(reqwest::redirect::Policy::none())
                .timeout(TIMEOUT)
                .build()
        });
        Ok(made.await.map_err(provider)?.clone())
    }

    async fn metadata(&self) -> Result<CoreProviderMetadata> {
        if let Some(known) = self.metadata.get(&()).await {
            return Ok(known);
        }
        let issuer = IssuerUrl::new(self.options.issuer.clone()).map_err(provider)?;
        let http = self.http().await?;
        let ask = |request| fetch(http.clone(), request);
        let found = CoreProviderMetadata::discover_async(issuer, &ask)
            .await
            .map_err(provider)?;
        self.metadata.insert((), found.clone()).await;
        Ok(found)
    }

    /// Exchanges the code, checks the identity token, and asks for what it
    /// does not say.
    async fn redeem(&self, code: &str, errand: &Errand) -> Result<Stranger> {
        let metadata = self.metadata().await?;
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.options.client_id.clone()),
            self.options.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(RedirectUrl::new(errand.redirect.clone()).map_err(provider)?);
        let http = self.http().await?;
        let ask = |request| fetch(http.clone(), request);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(provider)?
            .set_pkce_verifier(PkceCodeVerifier::new(errand.verifier.clone()))
            .request_async(&ask)
            .await
            .map_err(token)?;
        let id_token = tokens
            .id_token()
            .ok_or_else(|| token("no identity token"))?;
        let nonce = Nonce::new(errand.nonce.clone());
        let verifier = client.id_token_verifier();
        let claims = id_token.claims(&verifier, &nonce).map_err(token)?;
        // Should the provider give one, the access token must be that one.
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(token)?;
            let key = id_token.signing_key(&verifier).map_err(token)?;
            let actual =
                openidconnect::AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                    .map_err(token)?;
            if actual != *expected {
                return Err(token("the access token is not the identity token's"));
            }
        }
        let mut stranger = said(claims);
        if stranger.email.is_none()
            && let Ok(request) = client.user_info(
                tokens.access_token().clone(),
                Some(claims.subject().clone()),
            )
        {
            let more: CoreUserInfoClaims = request.request_async(&ask).await.map_err(token)?;
            stranger.email = more.email().map(|email| email.to_string());
            stranger.email_verified = more.email_verified().unwrap_or(false);
            stranger.preferred_username = stranger
                .preferred_username
                .or_else(|| more.preferred_username().map(|name| name.to_string()));
            let name = more.name().and_then(|name| name.get(None));
            stranger.name = stranger.name.or_else(|| name.map(|name| name.to_string()));
        }
        Ok(stranger)
    }
}

fn said(claims: &CoreIdTokenClaims) -> Stranger {
    Stranger {
        subject: claims.subject().to_string(),
        email: claims.email().map(|email| email.to_string()),
        email_verified: claims.email_verified().unwrap_or(false),
        preferred_username: claims.preferred_username().map(|name| name.to_string()),
        name: claims
            .name()
            .and_then(|name| name.get(None))
            .map(|name| name.to_string()),
    }
}

/// An error with all its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    text
}

fn provider<E: std::error::Error>(error: E) -> IdentityError {
    OidcError::Provider(chain(&error)).into()
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn token(error: impl ToString) -> IdentityError {
    OidcError::Token(error.to_string()).into()
}

/// One request to the provider, whose answer is bounded.
async fn fetch(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, FetchError> {
    let request = reqwest::Request::try_from(request)?;
    let mut answer = client.execute(request).await?;
    let mut response = openidconnect::http::Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        headers.clone_from(answer.headers());
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > ANSWER_MAX {
            return Err(FetchError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(response.body(body)?)
}

/// Why the provider gave no answer.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Malformed(#[from] openidconnect::http::Error),
    #[error("the answer is too long")]
    TooLong,
}

impl Accounts {
    fn the_provider(&self, id: &str) -> Result<&Provider> {
        let provider = self.0.provider.as_ref().filter(|_| id == PROVIDER);
        provider.ok_or_else(|| OidcError::Unknown.into())
    }

    /// Sends somebody to the provider. `redirect` is where they come back,
    /// `next` where they want to go then; `link` the account (`user_…`) that
    /// is to be linked, if they have signed in already.
    pub async fn begin_oidc(
        &self,
        id: &str,
        redirect: String,
        next: String,
        link: Option<String>,
    ) -> Result<OidcStart> {
        let provider_ = self.the_provider(id)?;
        let options = &provider_.options;
        let client = CoreClient::from_provider_metadata(
            provider_.metadata().await?,
            ClientId::new(options.client_id.clone()),
            options.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(RedirectUrl::new(redirect.clone()).map_err(provider)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let errand = Errand {
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            redirect,
            next,
            link,
            expires_at: super::later(LIFE),
        };
        let plain = serde_json::to_vec(&errand).unwrap_or_default();
        let sealed = self.0.seal.seal("oidc", &plain);
        Ok(OidcStart {
            url: url.into(),
            cookie: URL_SAFE_NO_PAD.encode(&sealed),
            lifetime: LIFE,
        })
    }

    /// What the cookie holds, if it is ours and its `state` is the one that
    /// came back.
    pub(super) fn errand(&self, cookie: &str, state: &str) -> Result<Errand> {
        let errand: Errand = URL_SAFE_NO_PAD
            .decode(cookie)
            .ok()
            .and_then(|sealed| self.0.seal.open("oidc", &sealed))
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .ok_or(OidcError::State)?;
        let same = bool::from(errand.state.as_bytes().ct_eq(state.as_bytes()));
        if same && errand.expires_at > now_micros() {
            Ok(errand)
        } else {
            Err(OidcError::State.into())
        }
    }

    /// Who has come back from the provider with this code.
    pub(super) async fn stranger(&self, id: &str, code: &str, errand: &Errand) -> Result<Stranger> {
        self.the_provider(id)?.redeem(code, errand).await
    }

    pub(super) fn oidc_options(&self, id: &str) -> Result<&OidcOptions> {
        Ok(&self.the_provider(id)?.options)
    }
}
