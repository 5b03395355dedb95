//! One's own account: logins, log-ins, passkeys, tokens.

use base::{IdentityId, PasskeyId, SessionId, TokenId};
use contract::{
    account::{LogInRecord, MyAccount, Session},
    api::Page,
    identity::{Identity, SignInProvider},
    passkey::{PasskeyName, Passkeys},
    token::{ApiToken, MadeToken, MakeToken},
};

use crate::{Onward, operation::operations};

operations! {
    /// Who one is.
    GET "/me" me() => MyAccount;
    /// Where one is logged in.
    GET "/me/sessions" list_sessions() => Vec<Session>;
    /// Ends every login of the browser.
    DELETE "/me/sessions" end_other_sessions() => ();
    /// Ends one login.
    DELETE "/me/sessions/{session}" end_session(session: SessionId) => ();
    /// Who has logged in to one's account, and who has tried, newest first.
    GET "/me/log-ins" list_log_ins() ? Onward => Page<LogInRecord>;
    /// One's passkeys, oldest first.
    GET "/me/passkeys" list_passkeys() => Passkeys;
    /// Calls a passkey something else.
    PUT "/me/passkeys/{passkey}" rename_passkey(passkey: PasskeyId) = PasskeyName => ();
    /// Removes a passkey.
    DELETE "/me/passkeys/{passkey}" remove_passkey(passkey: PasskeyId) => ();
    /// The services one can log in with.
    GET "/sign-in-providers" list_sign_in_providers() => Vec<SignInProvider>;
    /// One's accounts at other services that one logs in with.
    GET "/me/identities" list_identities() => Vec<Identity>;
    /// Unlinks one.
    DELETE "/me/identities/{identity}" unlink_identity(identity: IdentityId) => ();
    /// One's own tokens, and the programs that are logged in.
    GET "/me/tokens" list_tokens() => Vec<ApiToken>;
    /// Makes a personal token.
    POST "/me/tokens" make_token() = MakeToken => MadeToken;
    /// Revokes one of one's own.
    DELETE "/me/tokens/{token}" revoke_token(token: TokenId) => ();
}
