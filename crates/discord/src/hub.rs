//! The hub's application at Discord: set up by those who run the hub.

use audit::Entry;
use base::{Action, Actor, Secret};
use contract::{
    Code, Field, FieldProblem,
    discord::{ChooseDiscord, DiscordHub, DiscordTrouble},
};
use serde_json::{Value, json};

use crate::{
    Discord, Error, register,
    rest::{Ask, Failed},
    store::{self, HubRow},
    verify,
};

const LONGEST_TOKEN: usize = 200;
/// What the bot's token is sealed for.
const TOKEN: &[u8] = b"guildhall discord token";
/// What the bot asks for in a server: see channels, write in them, with cards, and give roles.
/// <https://discord.com/developers/docs/topics/permissions>
const PERMISSIONS: u64 = (1 << 10) | (1 << 11) | (1 << 14) | (1 << 28);

/// The application, ready to be asked with.
pub(crate) struct App {
    pub(crate) row: HubRow,
    /// `None`: none is kept, or it can't be opened.
    pub(crate) token: Option<Secret>,
}

impl Discord {
    /// The hub's application at Discord.
    pub async fn settings(&self, actor: &Actor) -> Result<DiscordHub, Error> {
        actor.may(Action::ViewSettings)?;
        self.told_settings().await
    }

    /// Sets it up, or, with no number, forgets it. A token that is not said stays, unless it is another application.
    pub async fn choose(&self, actor: &Actor, form: &ChooseDiscord) -> Result<DiscordHub, Error> {
        actor.may(Action::ManageSettings)?;
        let form = read(form)?;
        let sealed = (!form.token.is_empty()).then(|| self.0.key.seal(TOKEN, form.token.as_bytes(), &*self.0.chance));
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (form, sealed, acting) = (form.clone(), sealed.clone(), acting.clone());
                Box::pin(async move {
                    let before = store::hub(&mut *tx).await?;
                    if form.application_id.is_empty() {
                        store::clear_hub(tx).await?;
                    } else {
                        store::set_hub(tx, &form.application_id, &form.public_key, sealed, form.gateway, now).await?;
                        register::ask(tx, now).await?;
                    }
                    let after = store::hub(&mut *tx).await?;
                    let new_token = !form.token.is_empty();
                    let entry = Entry::new("discord.chosen", "discord", "")
                        .changing(before.as_ref().map(facts), after.as_ref().map(|row| facts_with(row, new_token)));
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        self.told_settings().await
    }

    /// Asks Discord whether it takes the token, and whether the public key is the application's.
    pub async fn check(&self, actor: &Actor) -> Result<DiscordHub, Error> {
        actor.may(Action::ManageSettings)?;
        let app = self.app().await?.ok_or(Error::Off)?;
        let token = app.token.ok_or(if app.row.token.is_some() { Error::Sealed } else { Error::Off })?;
        let ask = Ask::new("GET", "GET /applications/@me", "/applications/@me".into(), "");
        // Not by `ask`, which does not try a token again that was turned away: this is the place to try it.
        let trouble = match self.0.rest.ask(Some(&token), ask).await {
            Ok(said) => {
                let same = said["id"] == app.row.application_id.as_str()
                    && said["verify_key"].as_str().is_some_and(|key| key.eq_ignore_ascii_case(&app.row.public_key));
                (!same).then_some(DiscordTrouble::Key)
            }
            Err(Failed::Refused) => Some(DiscordTrouble::Token),
            Err(failed @ Failed::Later(_)) => return Err(failed.into()),
            Err(_) => Some(DiscordTrouble::Away),
        };
        self.note_trouble(trouble).await?;
        self.told_settings().await
    }

    async fn told_settings(&self) -> Result<DiscordHub, Error> {
        let site = self.0.people.site().await;
        let row = store::hub(&self.0.db).await?;
        let invite_url = row.as_ref().filter(|row| row.token.is_some()).map(|row| invite_url(&row.application_id));
        Ok(DiscordHub {
            has_token: row.as_ref().is_some_and(|row| row.token.is_some()),
            gateway: row.as_ref().is_some_and(|row| row.gateway),
            interactions_url: format!("{site}/hooks/discord"),
            invite_url,
            linkable: self.0.people.linkable(),
            trouble: row.as_ref().and_then(HubRow::trouble),
            trouble_at: row.as_ref().and_then(HubRow::trouble_at),
            application_id: row.as_ref().map(|row| row.application_id.clone()),
            public_key: row.map(|row| row.public_key),
        })
    }

    /// The application as it is set up now; `None`: it is not.
    pub(crate) async fn app(&self) -> Result<Option<App>, db::Error> {
        let Some(row) = store::hub(&self.0.db).await? else { return Ok(None) };
        let token = row.token.as_deref().and_then(|sealed| self.0.key.open(TOKEN, sealed));
        let token = token.and_then(|token| String::from_utf8(token).ok()).map(Secret::new);
        if token.is_none() && row.token.is_some() {
            tracing::error!(
                "the bot's token can't be opened: the key beside the database is another one; enter the token again"
            );
        }
        Ok(Some(App { row, token }))
    }

    /// Asks Discord with the bot's token. One that was turned away is not tried again before it is set anew: who knocks on with a wrong
    /// one is shut out for all they do.
    pub(crate) async fn ask(&self, ask: Ask) -> Result<Value, Error> {
        let app = self.app().await?.ok_or(Error::Off)?;
        if app.row.trouble() == Some(DiscordTrouble::Token) {
            return Err(Error::Discord(Failed::Refused));
        }
        let answered = self.0.rest.ask(app.token.as_ref(), ask).await;
        if matches!(answered, Err(Failed::Refused)) {
            self.note_trouble(Some(DiscordTrouble::Token)).await?;
        }
        Ok(answered?)
    }

    pub(crate) async fn note_trouble(&self, trouble: Option<DiscordTrouble>) -> Result<(), Error> {
        let now = self.now();
        let changed = self
            .0
            .db
            .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::note_hub_trouble(tx, trouble, now).await?) }))
            .await?;
        if let Some(trouble) = trouble.filter(|_| changed) {
            tracing::warn!(trouble = trouble.word(), "the hub and Discord are at odds: the admin area says how");
        }
        Ok(())
    }
}

/// Where somebody adds the bot to a server.
pub(crate) fn invite_url(application: &str) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={PERMISSIONS}"
    )
}

/// Whether a text is one of Discord's numbers.
pub(crate) fn is_a_number(text: &str) -> bool {
    text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u64>().is_ok_and(|number| number > 0)
}

fn read(form: &ChooseDiscord) -> Result<ChooseDiscord, Error> {
    let form = ChooseDiscord {
        application_id: form.application_id.trim().to_owned(),
        public_key: form.public_key.trim().to_ascii_lowercase(),
        token: form.token.trim().to_owned(),
        gateway: form.gateway,
    };
    if form.application_id.is_empty() {
        return Ok(form);
    }
    let mut wrong = Vec::new();
    let mut note = |field, code| wrong.push(FieldProblem { field, code });
    if !is_a_number(&form.application_id) {
        note(Field::ApplicationId, Code::Malformed);
    }
    if form.public_key.is_empty() {
        note(Field::PublicKey, Code::Required);
    } else if !verify::is_a_key(&form.public_key) {
        note(Field::PublicKey, Code::Malformed);
    }
    if form.token.len() > LONGEST_TOKEN {
        note(Field::BotToken, Code::TooLong);
    } else if !form.token.bytes().all(|b| b.is_ascii_graphic()) {
        note(Field::BotToken, Code::Malformed);
    }
    if wrong.is_empty() { Ok(form) } else { Err(Error::Fields(wrong)) }
}

fn facts(row: &HubRow) -> Value {
    json!({
        "application": row.application_id, "public_key": row.public_key,
        "has_token": row.token.is_some(), "gateway": row.gateway,
    })
}

fn facts_with(row: &HubRow, new_token: bool) -> Value {
    let mut facts = facts(row);
    if new_token {
        facts["token"] = "another one".into();
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_discords_are_64_bits() {
        assert!(is_a_number("1101234567890123456") && is_a_number("18446744073709551615"));
        for wrong in ["", "0", "-1", "+1", "18446744073709551616", "1a", "../1"] {
            assert!(!is_a_number(wrong), "{wrong}");
        }
    }
}
