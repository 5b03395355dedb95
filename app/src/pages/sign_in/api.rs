//! The server functions of linked identities.

use contract::identity::{Identity, Newcomer, SignInProvider};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What is linked to one's account, and what could be.
#[derive(Clone, Serialize, Deserialize)]
pub struct MyIdentities {
    /// What is.
    pub identities: Vec<Identity>,
    /// The services one can link.
    pub providers: Vec<SignInProvider>,
}

/// Who is about to join.
#[derive(Clone, Serialize, Deserialize)]
pub struct Joining {
    /// Who it is.
    pub newcomer: Newcomer,
    /// What the service is called that vouches for them.
    pub provider_name: String,
}

/// The services that people may log in with.
#[server(endpoint = "sign_in_providers")]
pub async fn read_sign_in_providers() -> Result<Vec<SignInProvider>, AppError> {
    Ok(offered(&crate::context::services()))
}

/// One's linked identities.
#[server(endpoint = "my_identities")]
pub async fn read_identities() -> Result<MyIdentities, AppError> {
    use crate::context;

    // Once: a page that is drawn again meanwhile takes its context away.
    let services = context::services();
    let identities = services.accounts.identities(&context::visitor().actor).await.map_err(context::told)?;
    Ok(MyIdentities { identities, providers: offered(&services) })
}

/// Takes one of them away.
#[server(endpoint = "unlink_identity")]
pub async fn unlink_identity(identity: i64) -> Result<(), AppError> {
    use crate::context;

    let accounts = &context::services().accounts;
    accounts.unlink_identity(&context::visitor().actor, identity.into()).await.map_err(context::told)
}

/// Who is about to join, by the cookie their sign-in left.
#[server(endpoint = "newcomer")]
pub async fn read_newcomer() -> Result<Joining, AppError> {
    use crate::context;

    let (visitor, services) = (context::visitor(), context::services());
    let newcomer = services.accounts.newcomer(&visitor.actor, visitor.newcomer()).await.map_err(context::told)?;
    let found = services.federation.find(&newcomer.provider).map(|provider| provider.name.clone());
    Ok(Joining { provider_name: found.unwrap_or_else(|| newcomer.provider.clone()), newcomer })
}

/// Makes their account. Answers with the path to go on to.
#[server(endpoint = "join")]
pub async fn join(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use contract::{Field, identity::JoinBy};

    use crate::context;

    let visitor = context::visitor();
    let form = JoinBy { name: name.clone(), email: email.clone() };
    let accounts = &context::services().accounts;
    let outcome = accounts.join_by_identity(&visitor.actor, visitor.newcomer(), form, visitor.browser()).await;
    if outcome.is_ok() {
        context::set_cookie(context::NEWCOMER_COOKIE, "", true, Some(0));
    }
    context::entered(outcome, &next).map_err(|error| error.keeping([(Field::Name, name), (Field::Email, email)]))
}

#[cfg(feature = "ssr")]
fn offered(services: &crate::context::Services) -> Vec<SignInProvider> {
    let told =
        |provider: &federation::Provider| SignInProvider { id: provider.id.clone(), name: provider.name.clone() };
    services.federation.providers().map(told).collect()
}
