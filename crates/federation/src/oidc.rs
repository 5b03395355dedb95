//! OpenID Connect: the code flow with PKCE, and an ID token that is checked.

use serde::Deserialize;

use crate::{
    Came, Error, Federation, Identity, Kept, Known, about,
    ask::{self, Proving},
    id_token::Unproved,
};

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    #[serde(default)]
    access_token: Option<String>,
}

impl Federation {
    pub(crate) async fn oidc_url(&self, known: &Known, back: &str, kept: &Kept) -> Result<String, Error> {
        let Known { provider, published } = known;
        let found = published.configuration(&self.0.outbound, self.0.clock.now(), provider).await?;
        ask::ask_for_code(&found.authorization_endpoint, provider, back, kept, "openid profile email", true)
    }

    pub(crate) async fn oidc_identity(
        &self,
        known: &Known,
        back: &str,
        kept: &Kept,
        came: &Came<'_>,
    ) -> Result<Identity, Error> {
        let Known { provider, published } = known;
        let (outbound, now) = (&self.0.outbound, self.0.clock.now());
        let found = published.configuration(outbound, now, provider).await?;
        // RFC 9207: so that an answer of one service is not taken to another.
        let says = came.one("iss");
        if says.is_some_and(|issuer| issuer != provider.issuer)
            || (says.is_none() && (found.authorization_response_iss_parameter_supported || came.has("iss")))
        {
            return Err(Error::Refused("another issuer"));
        }
        let code = ask::code_of(came)?;
        let methods = found.token_endpoint_auth_methods_supported.as_deref();
        let has = |methods: &[String], method: &str| methods.iter().any(|one| one == method);
        // Where nothing is said it is the first (Discovery, section 3).
        let in_body = methods.is_some_and(|all| !has(all, "client_secret_basic") && has(all, "client_secret_post"));
        let proving = if in_body { Proving::InBody } else { Proving::Basic };
        let tokens: Tokens = ask::trade(outbound, &found.token_endpoint, provider, proving, back, kept, code).await?;
        let token = Unproved::read(&tokens.id_token)?;
        let keys = published.keys(outbound, now, &found, |key| token.fits(key)).await?;
        let claims = token.prove(&keys, &provider.issuer, &provider.client_id, &kept.nonce, self.0.clock.now())?;
        let mut said = claims.about;
        // Only what is signed proves who it is. What they are called may stand elsewhere, and with strict services it does.
        if let (false, Some(endpoint), Some(token)) = (said.is_whole(), &found.userinfo_endpoint, &tokens.access_token)
        {
            said = about::ask(outbound, endpoint, token, &claims.sub).await?;
        }
        let (name, email) = (said.name().map(str::to_owned), said.verified_email().map(str::to_owned));
        Ok(Identity { issuer: provider.issuer.clone(), subject: claims.sub, name, email })
    }
}
