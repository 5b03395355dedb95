//! Accounts, as those who run the hub see them.

use base::{IdentityId, TokenId, UserId};
use contract::{
    account::{Dossier, RoleHolders},
    api::{NewEmail, NewName, NewPassword, NewRole, NewUser, Page, User, Why},
    identity::Identity,
    moderation::{Report, Sanction},
    organization::Mine,
    token::{ApiToken, MadeToken, MakeToken},
};
use serde::Serialize;

use crate::{Client, Error, Onward, operation::operations};

/// Which accounts to list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UserQuery {
    /// Part of a name or an e-mail address; empty: everybody.
    pub search: String,
    /// The account of that name, or one that looks the same.
    pub name: Option<String>,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

/// Which sanctions of somebody to list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RecordQuery {
    /// Only those that hold now.
    pub holding: bool,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

operations! {
    /// A page of accounts, oldest first.
    GET "/users" list_users() ? UserQuery => Page<User>;
    /// Makes an account for somebody.
    POST "/users" create_user() = NewUser => User;
    /// One account, its logins, and who has tried lately.
    GET "/users/{user}" user(user: UserId) => Dossier;
    /// Gives somebody another name.
    PUT "/users/{user}/name" set_user_name(user: UserId) = NewName => ();
    /// Gives somebody another e-mail address.
    PUT "/users/{user}/email" set_user_email(user: UserId) = NewEmail => ();
    /// Gives somebody another role. All their logins end.
    PUT "/users/{user}/role" set_role(user: UserId) = NewRole => ();
    /// Gives somebody another password. All their logins end.
    PUT "/users/{user}/password" set_password(user: UserId) = NewPassword => ();
    /// Locks an account.
    PUT "/users/{user}/lock" lock_user(user: UserId) ? Why => ();
    /// Unlocks an account.
    DELETE "/users/{user}/lock" unlock_user(user: UserId) ? Why => ();
    /// Ends all logins of an account.
    DELETE "/users/{user}/sessions" log_out_user(user: UserId) ? Why => ();
    /// Takes somebody's second factor away. All their logins end.
    DELETE "/users/{user}/second-factor" clear_second_factor(user: UserId) ? Why => ();
    /// What was done about somebody, the newest first.
    GET "/users/{user}/sanctions" list_sanctions_of(user: UserId) ? RecordQuery => Page<Sanction>;
    /// What was reported about somebody, the newest first.
    GET "/users/{user}/reports" list_reports_about_user(user: UserId) ? Onward => Page<Report>;
    /// The organizations somebody belongs to.
    GET "/users/{user}/organizations" list_organizations_of(user: UserId) => Vec<Mine>;
    /// Every role with how many have it, the highest first.
    GET "/roles" list_roles() => Vec<RoleHolders>;
    /// Who has the role of that word, the oldest account first.
    GET "/roles/{role}/users" list_role_holders(role: &str) ? Onward => Page<User>;
    /// Somebody's tokens and programs.
    GET "/users/{user}/tokens" list_tokens_of(user: UserId) => Vec<ApiToken>;
    /// Makes a personal token for somebody. Only on the hub's own machine.
    POST "/users/{user}/tokens" make_token_for(user: UserId) = MakeToken => MadeToken;
    /// Revokes a token of somebody.
    DELETE "/users/{user}/tokens/{token}" revoke_token_of(user: UserId, token: TokenId) ? Why => ();
    /// Somebody's accounts at other services, oldest first.
    GET "/users/{user}/identities" list_identities_of(user: UserId) => Vec<Identity>;
    /// Unlinks one of them.
    DELETE "/users/{user}/identities/{identity}" unlink_identity_of(user: UserId, identity: IdentityId) ? Why => ();
}

impl Client {
    /// The account of that name, or one that looks the same.
    pub async fn find_user(&self, name: &str) -> Result<Option<User>, Error> {
        let query = UserQuery { name: Some(name.to_owned()), ..UserQuery::default() };
        Ok(self.list_users(&query).await?.items.pop())
    }
}
