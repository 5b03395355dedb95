//! Other people's accounts.

use contract::{
    account::Dossier,
    api::User,
    audit::AuditEntry,
    identity::Identity,
    moderation::{Report, Sanctions},
    organization::Mine,
    token::ApiToken,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// A page of accounts.
#[derive(Clone, Serialize, Deserialize)]
pub struct UsersPage {
    /// The accounts, oldest first.
    pub users: Vec<User>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// An account, and what was done to it lately.
#[derive(Clone, Serialize, Deserialize)]
pub struct OneUser {
    /// The account.
    pub dossier: Dossier,
    /// Its tokens, and the programs that are logged in as it, newest first.
    pub tokens: Vec<ApiToken>,
    /// Its accounts at other services, oldest first.
    pub identities: Vec<Identity>,
    /// What was done about it, newest first.
    pub sanctions: Sanctions,
    /// What was reported about it, newest first.
    pub reports: Vec<Report>,
    /// Where it belongs.
    pub organizations: Vec<Mine>,
    /// Entries of the audit trail about it, newest first.
    pub trail: Vec<AuditEntry>,
}

/// Accounts.
#[server(endpoint = "admin_users")]
pub async fn read_users(
    #[server(default)] search: String,
    #[server(default)] after: String,
    #[server(default)] sort: String,
) -> Result<UsersPage, AppError> {
    use accounts::UserQuery;
    use contract::{Code, Problem};

    use crate::context;

    super::known()?;
    let after = match after.as_str() {
        "" => None,
        after => {
            let after = after.parse::<i64>().map_err(|_| Problem::new(base::Kind::Invalid, Code::Malformed))?;
            Some(after.into())
        }
    };
    context::may_search(&search)?;
    let query = UserQuery { search, after, newest_first: sort == "-number", at_most: 50 };
    let services = context::services();
    let page = services.accounts.list_users(&context::visitor().actor, query).await.map_err(context::told)?;
    let users = page.users.into_iter().map(|user| User {
        id: user.id,
        name: user.name,
        email: user.email,
        role: user.role,
        locked_at: user.locked_at,
        created_at: user.created_at,
    });
    Ok(UsersPage { users: users.collect(), next: page.next.map(|next| next.to_string()) })
}

/// One account.
#[server(endpoint = "admin_user")]
pub async fn read_user(user: i64) -> Result<OneUser, AppError> {
    use contract::audit::AuditFilter;

    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let dossier = services.accounts.dossier(&actor, user.into()).await.map_err(context::told)?;
    let dossier = dossier.ok_or_else(|| context::refused(base::Kind::NotFound.into()))?;
    let tokens = services.accounts.list_tokens_of(&actor, user.into()).await.map_err(context::told)?;
    let mut identities = services.accounts.identities_of(&actor, user.into()).await.map_err(context::told)?;
    for identity in &mut identities {
        // As it is called on buttons; one that was taken out of the configuration has its id alone.
        if let Some(provider) = services.federation.find(&identity.provider) {
            identity.provider.clone_from(&provider.name);
        }
    }
    let about =
        AuditFilter { target_kind: Some("user".into()), target_id: Some(user.to_string()), ..AuditFilter::default() };
    let trail = services.trail.list(&actor, &about, None, 20).await;
    let (trail, _) = trail.map_err(context::told)?;
    let query = moderation::SanctionQuery { user: Some(user.into()), at_most: 20, ..Default::default() };
    let sanctions = services.moderation.sanctions(&actor, &query).await.map_err(context::told)?;
    let subject = moderation::Subject::Person(user.into());
    let (reports, _) = services.moderation.reports_about(&actor, subject, None, 20).await.map_err(context::told)?;
    let organizations = services.orgs.of_person(&actor, user.into()).await;
    let organizations = organizations.map_err(context::told)?;
    Ok(OneUser { dossier, tokens, identities, sanctions, reports, organizations, trail })
}

/// Revokes a token of somebody, or ends the login of a program.
#[server(endpoint = "admin_revoke_token")]
pub async fn revoke_user_token(user: i64, token: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    services.accounts.revoke_token_of(&actor, user.into(), token.into(), &reason).await.map_err(context::told)
}

/// Unlinks one of somebody's accounts at other services.
#[server(endpoint = "admin_unlink_identity")]
pub async fn unlink_user_identity(user: i64, identity: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let unlinked = services.accounts.unlink_identity_of(&actor, user.into(), identity.into(), &reason).await;
    unlinked.map_err(context::told)
}

/// Takes somebody's second factor away.
#[server(endpoint = "admin_clear_second_factor")]
pub async fn clear_second_factor(user: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    services.accounts.clear_second_factor(&actor, user.into(), &reason).await.map_err(context::told)
}

#[cfg(feature = "ssr")]
async fn act_on(user: i64, deed: accounts::Deed, reason: &str) -> Result<(), AppError> {
    use crate::context;

    let services = context::services();
    services.accounts.act_on(&context::visitor().actor, user.into(), deed, reason).await.map_err(context::told)
}

/// Gives somebody another name.
#[server(endpoint = "admin_rename_user")]
pub async fn rename_user(
    user: i64,
    #[server(default)] name: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    act_on(user, accounts::Deed::Rename(name), &reason).await
}

/// Gives somebody another address, which is not proved.
#[server(endpoint = "admin_set_email")]
pub async fn set_user_email(
    user: i64,
    #[server(default)] email: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    act_on(user, accounts::Deed::SetEmail(email), &reason).await
}

/// Gives somebody another role.
#[server(endpoint = "admin_set_role")]
pub async fn set_user_role(
    user: i64,
    #[server(default)] role: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    super::known()?;
    let role = base::Role::from_word(&role).filter(|role| base::Role::OF_THE_HUB.contains(role));
    act_on(user, accounts::Deed::SetRole(role.ok_or(base::Kind::Invalid)?), &reason).await
}

/// Gives somebody another password.
#[server(endpoint = "admin_set_password")]
pub async fn set_user_password(
    user: i64,
    #[server(default)] password: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    act_on(user, accounts::Deed::SetPassword(base::Secret::new(password)), &reason).await
}

/// Locks an account.
#[server(endpoint = "admin_lock_user")]
pub async fn lock_user(user: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    act_on(user, accounts::Deed::Lock, &reason).await
}

/// Unlocks an account.
#[server(endpoint = "admin_unlock_user")]
pub async fn unlock_user(user: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    act_on(user, accounts::Deed::Unlock, &reason).await
}

/// Ends all logins of an account.
#[server(endpoint = "admin_log_out_user")]
pub async fn log_out_user(user: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    act_on(user, accounts::Deed::LogOut, &reason).await
}

/// From now on, the hub is drawn as that person sees it. Answers with the path to go on to.
#[server(endpoint = "admin_put_on_guise")]
pub async fn put_on_guise(user: i64, #[server(default)] reason: String) -> Result<String, AppError> {
    use crate::context;

    let services = context::services();
    services.accounts.put_on_guise(&context::visitor().actor, user.into(), &reason).await.map_err(context::told)?;
    context::go_on_to("/");
    Ok("/".into())
}
