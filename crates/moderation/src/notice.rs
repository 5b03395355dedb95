//! What a person is told by mail, in their language.

use base::{Millis, Secret, UserId};
use contract::moderation::SanctionKind;
use db::Tx;
use mail::{Address, Letter, Locale, Text};

use crate::{error::Error, store};

/// Tells somebody what was done about them, why, until when, and where to appeal. Without an address nothing is sent: they are told
/// when they log in.
pub(crate) async fn imposed(
    tx: &mut Tx<'_>,
    at: Millis,
    user: UserId,
    kind: SanctionKind,
    until: Option<Millis>,
    reason: &str,
    pass: &Secret,
) -> Result<(), Error> {
    let path = format!("/barred?pass={}", pass.expose());
    send(tx, at, user, path, |locale| decision(locale, kind, until, reason)).await
}

/// Tells somebody what became of their appeal.
pub(crate) async fn answered(
    tx: &mut Tx<'_>,
    at: Millis,
    user: UserId,
    kind: SanctionKind,
    lifted: bool,
    answer: &str,
) -> Result<(), Error> {
    send(tx, at, user, "/account/standing".to_owned(), |locale| outcome(locale, kind, lifted, answer)).await
}

async fn send(
    tx: &mut Tx<'_>,
    at: Millis,
    user: UserId,
    path: String,
    say: impl Fn(Locale) -> String,
) -> Result<(), Error> {
    let Some(reader) = store::reader(tx, user).await? else { return Ok(()) };
    let Some(to) = reader.email.as_deref().and_then(Address::parse) else { return Ok(()) };
    let locale = reader.locale.as_deref().map_or(Locale::En, Locale::of);
    let text = Text::ModerationDecision { name: reader.name, decision: say(locale), path };
    mail::queue(tx, at, &Letter { user: Some(user), to, locale, text }).await?;
    Ok(())
}

fn decision(locale: Locale, kind: SanctionKind, until: Option<Millis>, reason: &str) -> String {
    let end = until.map(day);
    match (locale, kind, end) {
        (Locale::En, SanctionKind::Warn, _) => format!("You have been warned. Reason: {reason}"),
        (Locale::En, SanctionKind::Mute, Some(end)) => format!("You may not talk until {end}. Reason: {reason}"),
        (Locale::En, SanctionKind::Mute, None) => format!("You may not talk any more. Reason: {reason}"),
        (Locale::En, SanctionKind::Suspend | SanctionKind::Ban, Some(end)) => {
            format!("Your account is suspended until {end}. Reason: {reason}")
        }
        (Locale::En, SanctionKind::Suspend | SanctionKind::Ban, None) => {
            format!("Your account is banned. Reason: {reason}")
        }
        (Locale::PtBr, SanctionKind::Warn, _) => format!("Você recebeu uma advertência. Motivo: {reason}"),
        (Locale::PtBr, SanctionKind::Mute, Some(end)) => format!("Você não pode falar até {end}. Motivo: {reason}"),
        (Locale::PtBr, SanctionKind::Mute, None) => format!("Você não pode mais falar. Motivo: {reason}"),
        (Locale::PtBr, SanctionKind::Suspend | SanctionKind::Ban, Some(end)) => {
            format!("Sua conta está suspensa até {end}. Motivo: {reason}")
        }
        (Locale::PtBr, SanctionKind::Suspend | SanctionKind::Ban, None) => {
            format!("Sua conta foi banida. Motivo: {reason}")
        }
    }
}

fn outcome(locale: Locale, kind: SanctionKind, lifted: bool, answer: &str) -> String {
    let en = match kind {
        SanctionKind::Warn => "warning",
        SanctionKind::Mute => "mute",
        SanctionKind::Suspend => "suspension",
        SanctionKind::Ban => "ban",
    };
    let pt = match kind {
        SanctionKind::Warn => "advertência",
        SanctionKind::Mute => "silenciamento",
        SanctionKind::Suspend => "suspensão",
        SanctionKind::Ban => "banimento",
    };
    match (locale, lifted) {
        (Locale::En, true) => format!("Your appeal was heard: the {en} is lifted. Answer: {answer}"),
        (Locale::En, false) => format!("Your appeal was heard: the {en} stays. Answer: {answer}"),
        (Locale::PtBr, true) => format!("Seu recurso foi aceito: {pt} sem efeito. Resposta: {answer}"),
        (Locale::PtBr, false) => format!("Seu recurso não foi aceito: {pt} mantido. Resposta: {answer}"),
    }
}

/// Day and time of day in UTC, as ISO 8601 writes them: "2027-01-15 08:00 UTC". The days are counted as in Howard Hinnant's
/// `civil_from_days`.
fn day(at: Millis) -> String {
    let minutes = at.0.div_euclid(60_000);
    let (days, minute) = (minutes.div_euclid(1440), minutes.rem_euclid(1440));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (at, said) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_400_000, "2000-02-29 00:00 UTC"),
            (1_800_000_000_000, "2027-01-15 08:00 UTC"),
            (4_107_542_399_000, "2100-02-28 23:59 UTC"),
        ] {
            assert_eq!(day(Millis(at)), said);
        }
    }

    #[test]
    fn every_decision_says_why() {
        for locale in [Locale::En, Locale::PtBr] {
            for kind in SanctionKind::ALL {
                for until in [None, Some(Millis(0))] {
                    assert!(decision(locale, kind, until, "the reason").ends_with("the reason"));
                }
                assert_ne!(outcome(locale, kind, true, "a"), outcome(locale, kind, false, "a"));
            }
        }
    }
}
