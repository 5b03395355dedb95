//! What a person may be told when something did not work.

use contract::{Code, Field, Problem};
use leptos::server_fn::{
    Bytes,
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::texts::problem as say;

/// A failed server function, as it travels: in the answer to a script, in the query of a redirect without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    /// What went wrong.
    pub problem: Problem,
    /// What was typed, so that a form that comes back keeps it. Never a password.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<(Field, String)>,
}

impl AppError {
    /// The same failure with what was typed into the fields that may be shown again.
    #[must_use]
    pub fn keeping(mut self, kept: impl IntoIterator<Item = (Field, String)>) -> Self {
        // A query holds only so much: what is longer than any real name or address is not worth keeping.
        self.kept = kept.into_iter().filter(|(_, text)| !text.is_empty() && text.len() <= 300).collect();
        self
    }

    /// The failure behind an answer. A layer that refuses before any server function runs says it with its status alone.
    pub(crate) fn of_answer(status: u16, text: &str) -> Self {
        use base::Kind::{Conflict, Forbidden, Internal, Invalid, NotFound, TooMany, Unauthenticated, Unavailable};

        serde_json::from_str(text).unwrap_or_else(|_| {
            [Unauthenticated, Forbidden, NotFound, Conflict, Invalid, TooMany, Unavailable]
                .into_iter()
                .find(|kind| kind.status() == status)
                .unwrap_or(Internal)
                .into()
        })
    }

    /// The whole failure in one sentence or two.
    pub fn sentence(&self) -> String {
        let problem = &self.problem;
        let mut sentence = sentence(problem.code).to_owned();
        if let Some(secs) = problem.retry_after_secs {
            sentence.push(' ');
            sentence.push_str(&say::retry_after(usize::try_from(secs).unwrap_or(usize::MAX)));
        }
        if let Some(says) = &problem.says {
            sentence.push(' ');
            sentence.push_str(says);
        }
        // The query of a redirect can be written by anybody, so only what looks like an id is repeated.
        if let Some(incident) = problem.incident.as_ref().filter(|incident| looks_like_an_id(incident)) {
            sentence.push(' ');
            sentence.push_str(&say::incident(incident));
        }
        sentence
    }

    /// What is wrong with a field, if anything.
    pub fn of(&self, field: Field) -> Option<&'static str> {
        self.problem.of(field).map(|problem| sentence_for(field, problem.code))
    }

    /// What was typed into a field before.
    pub fn kept(&self, field: Field) -> Option<&str> {
        self.kept.iter().find(|(kept, _)| *kept == field).map(|(_, text)| text.as_str())
    }
}

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        Self { problem, kept: Vec::new() }
    }
}

impl From<base::Kind> for AppError {
    fn from(kind: base::Kind) -> Self {
        Problem::from(kind).into()
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    // As text: the browser reads JSON from text everywhere else, and a second reader for bytes would travel for this alone.
    fn de(data: Bytes) -> Self {
        std::str::from_utf8(&data)
            .ok()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_else(|| base::Kind::Internal.into())
    }

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let (kind, code) = match error {
            ServerFnErrorErr::Request(_) => (base::Kind::Unavailable, Code::Busy),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => (base::Kind::Invalid, Code::Malformed),
            _ => (base::Kind::Internal, Code::Internal),
        };
        Problem::new(kind, code).into()
    }
}

fn looks_like_an_id(text: &str) -> bool {
    text.len() <= 40 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// The name a field has in its form, which is also its id on the page.
pub const fn field_name(field: Field) -> &'static str {
    match field {
        Field::Name => "name",
        Field::Email => "email",
        Field::Password => "password",
        Field::CurrentPassword => "current_password",
        Field::NewPassword => "new_password",
        Field::SetupToken => "setup_token",
        Field::Code => "code",
        Field::DeviceName => "device_name",
        Field::SiteName => "site_name",
        Field::PublicUrl => "public_url",
        Field::About => "about",
        Field::Facts => "facts",
        Field::Links => "links",
        Field::Country => "country",
        Field::Avatar => "avatar",
        Field::Reason => "reason",
        Field::Text => "text",
        Field::Duration => "duration",
        Field::Network => "network",
        Field::Pattern => "pattern",
        Field::Value => "value",
        Field::Setting => "setting",
        Field::Slug => "slug",
        Field::Description => "description",
        Field::Message => "message",
        Field::Uses => "uses",
        Field::Days => "days",
        Field::Grants => "grants",
        Field::Client => "client",
        Field::Seats => "seats",
        Field::Url => "url",
        Field::Events => "events",
        Field::Timing => "timing",
        Field::EverySecs => "every_secs",
        Field::Cron => "cron",
        Field::OnceAt => "once_at",
        Field::Zone => "zone",
        Field::ApplicationId => "application_id",
        Field::PublicKey => "public_key",
        Field::BotToken => "token",
        Field::Channels => "channels",
        Field::GuildRoles => "guild_roles",
        Field::Banner => "banner",
        Field::Kind => "kind",
        Field::Capacity => "capacity",
        Field::CasteLeast => "caste_least",
        Field::CasteMost => "caste_most",
        Field::Greeting => "greeting",
        Field::SlowSecs => "slow_secs",
        Field::Films => "films",
        Field::Position => "position",
        Field::Word => "word",
        Field::Player => "player",
        Field::Motto => "motto",
    }
}

/// Lengths are said with their bounds, which differ from field to field.
fn sentence_for(field: Field, code: Code) -> &'static str {
    match (field, code) {
        (Field::Password | Field::NewPassword | Field::CurrentPassword, Code::TooShort) => say::password_too_short(),
        (Field::Name, Code::BadCharacters) => say::name_bad_characters(),
        _ => sentence(code),
    }
}

pub(crate) fn sentence(code: Code) -> &'static str {
    match code {
        Code::Form => say::form(),
        Code::Required => say::required(),
        Code::TooShort => say::too_short(),
        Code::TooLong => say::too_long(),
        Code::BadCharacters => say::bad_characters(),
        Code::Reserved => say::reserved(),
        Code::Taken => say::taken(),
        Code::NotAnEmail => say::not_an_email(),
        Code::NotAUrl => say::not_a_url(),
        Code::WeakPassword => say::weak_password(),
        Code::CommonPassword => say::common_password(),
        Code::SamePassword => say::same_password(),
        Code::WrongPassword => say::wrong_password(),
        Code::WrongCredentials => say::wrong_credentials(),
        Code::WrongCode => say::wrong_code(),
        Code::LinkGone => say::link_gone(),
        Code::NoPasskeys => say::no_passkeys(),
        Code::PasskeyRefused => say::passkey_refused(),
        Code::LastWayIn => say::last_way_in(),
        Code::LogInGone => say::log_in_gone(),
        Code::SignInGone => say::sign_in_gone(),
        Code::SignInDenied => say::sign_in_denied(),
        Code::SignInRefused => say::sign_in_refused(),
        Code::ServiceAway => say::service_away(),
        Code::IdentityTaken => say::identity_taken(),
        Code::LastRoom => say::last_room(),
        Code::LastOwner => say::last_owner(),
        Code::Locked => say::locked(),
        Code::LogInFirst => say::log_in_first(),
        Code::Forbidden => say::forbidden(),
        Code::ProveAgain => say::prove_again(),
        Code::NotFound => say::not_found(),
        Code::Conflict => say::conflict(),
        Code::TooMany => say::too_many(),
        Code::Busy => say::busy(),
        Code::RegistrationClosed => say::registration_closed(),
        Code::BadSetupToken => say::bad_setup_token(),
        Code::CrossSite => say::cross_site(),
        Code::TooLarge => say::too_large(),
        Code::Malformed => say::malformed(),
        Code::NotACountry => say::not_a_country(),
        Code::TooManyLines => say::too_many_lines(),
        Code::NotAFact => say::not_a_fact(),
        Code::NotAPicture => say::not_a_picture(),
        Code::Full => say::full(),
        Code::NotAsking => say::not_asking(),
        Code::NotANetwork => say::not_a_network(),
        Code::TooWide => say::too_wide(),
        Code::Barred => say::barred(),
        Code::Objected => say::objected(),
        Code::Muted => say::muted(),
        Code::Gagged => say::gagged(),
        Code::MutedWord => say::muted_word(),
        Code::SlowRoom => say::slow_room(),
        Code::NotForYou => say::not_for_you(),
        Code::BarredHere => say::barred_here(),
        Code::RoomFull => say::room_full(),
        Code::RoomClosed => say::room_closed(),
        Code::NobodyThere => say::nobody_there(),
        Code::Elsewhere => say::elsewhere(),
        Code::SentOut => say::sent_out(),
        Code::NotANumber => say::not_a_number(),
        Code::NotAChoice => say::not_a_choice(),
        Code::NoSuchPerson => say::no_such_person(),
        Code::AlreadyIn => say::already_in(),
        Code::OwnerStays => say::owner_stays(),
        Code::LeaderStays => say::leader_stays(),
        Code::OtherOrder => say::other_order(),
        Code::ByInvitation => say::by_invitation(),
        Code::BadInvitation => say::bad_invitation(),
        Code::NotActive => say::not_active(),
        Code::OutOfRange => say::out_of_range(),
        Code::NotGranted => say::not_granted(),
        Code::NotCallable => say::not_callable(),
        Code::NotACron => say::not_a_cron(),
        Code::NeverComes => say::never_comes(),
        Code::NotAZone => say::not_a_zone(),
        Code::Internal => say::internal(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_survives_the_wire_with_its_fields() {
        let problem = Problem::invalid(vec![contract::FieldProblem { field: Field::Name, code: Code::Taken }]);
        let error = AppError::from(problem).keeping([(Field::Name, "Olga".into()), (Field::Email, String::new())]);
        let back = AppError::de(error.ser());
        assert_eq!(back, error);
        assert_eq!(back.kept(Field::Name), Some("Olga"));
        assert_eq!(back.kept(Field::Email), None);
    }

    #[test]
    fn an_incident_is_an_id_and_not_a_message() {
        assert!(looks_like_an_id("0193f2c4-9a1e-7bd3"));
        assert!(!looks_like_an_id("call this number"));
    }

    #[test]
    fn rubbish_is_our_fault_and_not_a_panic() {
        assert_eq!(AppError::de("nonsense".into()).problem.code, Code::Internal);
    }
}
