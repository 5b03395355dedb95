//! A command or a pressed button, from Discord's words to the hub's, and the reply back.

use base::{Actor, Credential, Person};
use commands::{At, Caller, Given, Guild, Kind, Options, Place, Refusal, Reply, Value};

use crate::{
    Discord, store,
    wire::{self, Interaction, OptionGiven, PRESS, User},
};

impl Discord {
    /// The message that answers it.
    pub(crate) async fn carry_out(&self, interaction: &Interaction) -> serde_json::Value {
        match self.give(interaction).await {
            Ok(reply) => wire::message(&reply),
            Err(Refusal::Unlinked(None)) if self.0.people.linkable() => {
                let page = format!("{}/account/safety", self.0.people.site().await);
                wire::refusal(&Refusal::Unlinked(Some(page)), &interaction.locale)
            }
            Err(refusal) => wire::refusal(&refusal, &interaction.locale),
        }
    }

    async fn give(&self, interaction: &Interaction) -> Result<Reply, Refusal> {
        let Some(user) = interaction.user() else { return Err(Refusal::Failed) };
        let caller = self.caller(user, &interaction.locale).await?;
        let at = self.place(interaction).await?;
        let (name, options) = if interaction.kind == PRESS {
            wire::read_press(&interaction.data.custom_id).ok_or(Refusal::Failed)?
        } else {
            (interaction.data.name.as_str(), interaction.data.options.clone())
        };
        let options = self.read_options(name, &at, options, interaction.kind == PRESS).await?;
        self.0.commands.give(name, Given { caller, at, options }).await
    }

    async fn caller(&self, user: &User, locale: &str) -> Result<Caller, Refusal> {
        let known = self.0.people.by_account(&user.id).await.map_err(away)?;
        let (actor, name) = match known {
            Some(known) => {
                let person =
                    Person { user: known.user, role: known.role, by: Credential::Chat, fresh: false, address: None };
                (Actor::Person(person), known.name)
            }
            None => (Actor::Stranger { address: None }, user.name().to_owned()),
        };
        Ok(Caller { actor, name, locale: locale.to_owned(), key: format!("discord/{}", user.id) })
    }

    async fn place(&self, interaction: &Interaction) -> Result<At, Refusal> {
        let organizations = match &interaction.guild_id {
            Some(guild) => store::orgs_of(&self.0.db, guild).await.map_err(away)?,
            None => Vec::new(),
        };
        let guild = interaction.guild_id.clone().map(|id| Guild { id, managed: interaction.is_a_managers() });
        Ok(At { place: Place::Discord, organizations, channel: interaction.channel_id.clone(), guild })
    }

    /// A button of ours names people by their number here, Discord by theirs.
    async fn read_options(
        &self,
        command: &str,
        at: &At,
        given: Vec<OptionGiven>,
        by_button: bool,
    ) -> Result<Options, Refusal> {
        let found = self.0.commands.find(command, at).ok_or_else(|| Refusal::Unknown(command.to_owned()))?;
        let mut options = Options::default();
        for OptionGiven { name, value } in given {
            let wrong = || Refusal::Wrong(name.clone());
            let option = found.definition().options.iter().find(|option| option.name == name).ok_or_else(wrong)?;
            let value = match (&option.kind, value.as_str()) {
                (Kind::Person, Some(number)) if by_button => {
                    Value::Person(number.parse::<i64>().map_err(|_| wrong())?.into())
                }
                (Kind::Person, Some(account)) => {
                    let known = self.0.people.by_account(account).await.map_err(away)?;
                    Value::Person(known.ok_or_else(|| Refusal::NoSuchPerson(name.clone()))?.user)
                }
                (kind, _) => wire::value(kind, &value).ok_or_else(wrong)?,
            };
            options.put(name, value);
        }
        Ok(options)
    }
}

/// Told once, where it is handled; to whoever asked it is a matter of waiting.
fn away(error: impl std::error::Error + 'static) -> Refusal {
    tracing::error!(error = &error as &dyn std::error::Error, "a command of Discord's can't be read");
    Refusal::Busy
}
