//! Letters in English.

use base::Millis;

use super::{
    Draft, Letterhead,
    Part::{Code, Line, Link, Quote},
    date::Date,
};
use crate::{FactorChange, Text};

/// What stands before the link by which one gets no more of these.
pub(super) fn no_more(text: &Text) -> String {
    match text {
        Text::PluginNotice { called, .. } => format!("To get no more mail of the plugin {called}:"),
        _ => "To get no more invitations by mail:".to_owned(),
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const NOT_YOU: &str = "If it wasn't you, change your password at once and end all other logins";

pub(super) fn draft(head: &Letterhead, text: &Text) -> Draft {
    let hub = &head.name;
    let (subject, name, parts) = match text {
        Text::VerifyAddress { name, code, path, minutes } => (
            format!("{} is your code for {hub}", code.expose()),
            Some(name),
            vec![
                Line(format!("to show that this mailbox is yours, type this code where {hub} asks for it:")),
                Code(code.expose().to_owned()),
                Link("Or follow this link".into(), path.expose().to_owned()),
                Line(format!("Both are good for {}.", minutes_of(*minutes))),
                Line("If you didn't ask for it, do nothing: without the code nothing changes.".into()),
            ],
        ),
        Text::RecoverPassword { name, path, minutes } => (
            format!("A new password for {hub}"),
            Some(name),
            vec![
                Line(format!("somebody, most likely you, asked {hub} for a way back into your account.")),
                Link("Choose a new password".into(), path.expose().to_owned()),
                Line(format!("The link is good once, for {}.", minutes_of(*minutes))),
                Line("If you didn't ask for it, do nothing: your password stays as it is.".into()),
            ],
        ),
        Text::ClaimAccount { name, path, days } => (
            format!("Your account at {hub}"),
            Some(name),
            vec![
                Line(format!("you have an account at {hub}, and this address belongs to it.")),
                Line("What you log on to the lobby with in your game is one password; the site has another, which is yours to choose.".into()),
                Link("Choose a password for the site".into(), path.expose().to_owned()),
                Line(format!("The link is good once, for {}.", days_of(*days))),
                Line("If you know nothing of it, do nothing: without the link nobody uses your address.".into()),
            ],
        ),
        Text::AddressChanged { name, path, days } => (
            format!("Your address at {hub} has changed"),
            Some(name),
            vec![
                Line(format!("from now on {hub} writes to another address, and no longer to this one.")),
                Line("If that was you, there is nothing to do.".into()),
                Link("If it wasn't, take this address back".into(), path.expose().to_owned()),
                Line(format!("The way back is open for {}; it ends all logins of the account.", days_of(*days))),
            ],
        ),
        Text::AddressTaken { name } => (
            format!("You have an account at {hub} already"),
            Some(name),
            vec![
                Line(format!("somebody, perhaps you, has just given {hub} this address for another account.")),
                Line("It stays yours: nothing has changed, and they were told nothing of you.".into()),
                Link("If it was you, log in to the account you have".into(), "/login".into()),
                Link("If you have forgotten the password, choose a new one".into(), "/recover".into()),
                Line("If it wasn't you, there is nothing to do.".into()),
            ],
        ),
        Text::NewDevice { name, device, at } => (
            format!("A new login at {hub}"),
            Some(name),
            vec![
                Line(format!(
                    "somebody logged in to your account from where nobody had before: {device}, {}.",
                    instant(*at)
                )),
                Line("If that was you, there is nothing to do.".into()),
                Link(NOT_YOU.into(), "/account".into()),
            ],
        ),
        Text::PasswordChanged { name, at } => (
            format!("Your password at {hub} has changed"),
            Some(name),
            vec![
                Line(format!(
                    "your account has had another password since {}. All other logins have ended.",
                    instant(*at)
                )),
                Line("If that was you, there is nothing to do.".into()),
                Link("If it wasn't, ask for a new one".into(), "/recover".into()),
            ],
        ),
        Text::SecondFactorChanged { name, change, at } => (
            format!("The way you log in to {hub} has changed"),
            Some(name),
            vec![
                Line(format!("{}, on {}.", change_of(*change), instant(*at))),
                Line("If that was you, there is nothing to do.".into()),
                Link(NOT_YOU.into(), "/account".into()),
            ],
        ),
        Text::OrganizationInvitation { name, organization, by, path } => (
            format!("{by} invites you to {organization}"),
            Some(name),
            vec![
                Line(format!("{by} would like to have you in {organization}, an organization of {hub}.")),
                Link("See the invitation".into(), path.expose().to_owned()),
                Line("If you don't want to join, do nothing.".into()),
            ],
        ),
        Text::ModerationDecision { name, decision, path } => (
            format!("A decision about your account at {hub}"),
            Some(name),
            vec![Line(decision.clone()), Link("Read more, or appeal".into(), path.clone())],
        ),
        Text::PluginQuarantined { name, plugin, why, at } => (
            format!("{hub} has switched off the plugin {plugin}"),
            Some(name),
            vec![
                Line(format!("{hub} switched the plugin {plugin} off everywhere, {}.", instant(*at))),
                Line(format!("The reason: {why}.")),
                Line("Whatever it offered answers that it is away for a time. What it keeps is kept.".into()),
                Link("See what it did, and let it on again or upgrade it".into(), format!("/admin/plugins/{plugin}")),
            ],
        ),
        Text::PluginNotice { name, called, organization, label, lines, path, .. } => {
            let place = organization.as_ref().unwrap_or(hub);
            let mut parts = vec![Line(format!("{called}, a plugin that {place} uses, has something to tell you: {label}"))];
            if !lines.is_empty() {
                parts.push(Line("In its own words:".into()));
                parts.push(Quote(lines.clone()));
            }
            parts.push(Line(format!(
                "These are the plugin's words, and not those of {hub}, which never asks you for a password or a code."
            )));
            parts.push(Link("See more".into(), path.clone()));
            (format!("[{place} · plugin {called}] {label}"), Some(name), parts)
        }
        Text::DeletionScheduled { name, path, on } => (
            format!("Your account at {hub} will be deleted"),
            Some(name),
            vec![
                Line(format!("as you asked, your account and what belongs to it will be deleted on {}.", day(*on))),
                Link("If you have changed your mind, keep it".into(), path.expose().to_owned()),
                Line("After that day nobody can bring it back.".into()),
            ],
        ),
        Text::Test {} => (
            format!("Mail from {hub} arrives"),
            None,
            vec![Line(format!("{hub} can send mail to this mailbox. This letter has no other purpose."))],
        ),
    };
    let greeting = name.map_or_else(|| "Hello,".to_owned(), |name| format!("Hello {name},"));
    let reason = match text {
        Text::Test {} => format!("Somebody who runs {hub} sent it to see whether mail arrives."),
        Text::VerifyAddress { .. } => format!("Sent because this address was given to {hub}."),
        Text::PluginQuarantined { .. } => format!("Sent to those who run {hub}."),
        Text::PluginNotice { organization: Some(organization), .. } => {
            format!("Sent because you belong to {organization} at {hub}, and have given {hub} this address.")
        }
        _ => format!("The account this is about has given {hub} this address."),
    };
    Draft { subject, greeting, parts, reason }
}

const fn change_of(change: FactorChange) -> &'static str {
    match change {
        FactorChange::TotpOn => "logging in now also asks for a code from your app",
        FactorChange::TotpOff => "logging in no longer asks for a code from your app",
        FactorChange::CodesMade => "new recovery codes were made; the old ones are good for nothing",
        FactorChange::PasskeyAdded => "a passkey was added to your account",
        FactorChange::PasskeyRemoved => "a passkey was removed from your account",
        FactorChange::IdentityLinked => "an account of another service was linked to yours",
        FactorChange::IdentityUnlinked => "an account of another service was unlinked from yours",
    }
}

fn minutes_of(minutes: u32) -> String {
    if minutes == 1 { "1 minute".into() } else { format!("{minutes} minutes") }
}

fn days_of(days: u32) -> String {
    if days == 1 { "1 day".into() } else { format!("{days} days") }
}

fn day(at: Millis) -> String {
    let Date { year, month, day, .. } = Date::of(at);
    format!("{day} {} {year}", MONTHS[month])
}

fn instant(at: Millis) -> String {
    let Date { hour, minute, .. } = Date::of(at);
    format!("{} at {hour:02}:{minute:02} UTC", day(at))
}
