//! What states and kinds of mails are called.

use contract::mail::MailState;

use super::super::ui::badge::Tone;
use crate::texts::admin::mail;

pub(super) fn state(state: MailState) -> (Tone, &'static str) {
    match state {
        MailState::Queued => (Tone::Plain, mail::queued()),
        MailState::Sent => (Tone::Good, mail::sent()),
        MailState::Failed => (Tone::Bad, mail::failed()),
        MailState::Unsent => (Tone::Warn, mail::unsent()),
        MailState::Late => (Tone::Warn, mail::late()),
        MailState::Declined => (Tone::Plain, mail::declined()),
    }
}

/// A kind this page does not know is shown as its word: another version wrote it.
pub(super) fn kind(word: &str) -> String {
    let known = match word {
        "verify_address" => mail::verify_address(),
        "recover_password" => mail::recover_password(),
        "claim_account" => mail::claim_account(),
        "address_changed" => mail::address_changed(),
        "new_device" => mail::new_device(),
        "password_changed" => mail::password_changed(),
        "second_factor_changed" => mail::second_factor_changed(),
        "organization_invitation" => mail::organization_invitation(),
        "moderation_decision" => mail::moderation_decision(),
        "address_taken" => mail::address_taken(),
        "deletion_scheduled" => mail::deletion_scheduled(),
        "plugin_quarantined" => mail::plugin_quarantined(),
        "plugin_notice" => mail::plugin_notice(),
        "test" => mail::test(),
        other => return other.to_owned(),
    };
    known.to_owned()
}
