//! What plugins tell people: by mail, to whoever belongs to where the plugin works and has not had enough of it.

use std::sync::Arc;

use accounts::Accounts;
use base::{Actor, Clock, Kind, OrgId, UserId};
use contract::organization::{OrgState, OrganizationCard};
use db::Db;
use mail::{Letter, Text};
use moderation::Moderation;
use orgs::Orgs;
use people::People;
use plugin_api::call::Fault;
use plugins::{Acting, Note, Unknown};

use super::{told, unknown};

/// All plugins together write to one person so often within a day.
const MOST_A_DAY: u32 = 20;

/// The domains that decide who is written to.
pub(super) struct Telling {
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) accounts: Accounts,
    pub(super) orgs: Orgs,
    pub(super) people: People,
    pub(super) moderation: Moderation,
}

impl Telling {
    /// Writes to somebody. The answer is the same whether they get it or not, and whether they are anybody: a plugin learns nothing of who
    /// belongs where, who wants to hear of what, and who keeps away from whom.
    pub(super) async fn notify(&self, acting: &Acting, to: UserId, note: &Note) -> Result<(), Fault> {
        self.write(acting, to, note).await.map_err(|error| told(Kind::Internal, &error))
    }

    async fn write(&self, acting: &Acting, to: UserId, note: &Note) -> Result<(), Unknown> {
        let Some(letter) = self.letter(acting, to, note).await? else { return Ok(()) };
        let now = self.clock.now();
        let queued = self
            .db
            .write(move |tx| {
                let letter = letter.clone();
                Box::pin(async move { mail::queue_at_most(tx, now, &letter, MOST_A_DAY).await })
            })
            .await;
        queued.map(drop).map_err(unknown)
    }

    /// What they would get; `None`: nothing.
    async fn letter(&self, acting: &Acting, to: UserId, note: &Note) -> Result<Option<Letter>, Unknown> {
        let Actor::Plugin(plugin) = &acting.actor else { return Ok(None) };
        let organization = match acting.organization {
            Some(org) => match self.belongs(org, to).await? {
                Some(card) => Some(card),
                None => return Ok(None),
            },
            None => None,
        };
        if self.keeps_away(acting.actor.user(), to).await? {
            return Ok(None);
        }
        let Some(mailbox) = self.accounts.mailbox(&Actor::Job, to).await.map_err(unknown)? else { return Ok(None) };
        let place = organization.as_ref().map(|card| format!("/orgs/{}", card.slug)).unwrap_or_default();
        let path = if note.has_page { format!("{place}/plugins/{}", plugin.id) } else { place };
        let accounts::Mailbox { name, address, locale } = mailbox;
        let text = Text::PluginNotice {
            name,
            plugin: plugin.id.to_string(),
            called: plugin.name.to_string(),
            organization: organization.map(|card| card.name),
            label: note.label.clone(),
            lines: note.lines.clone(),
            path: if path.is_empty() { "/".to_owned() } else { path },
        };
        Ok(Some(Letter { user: Some(to), to: address, locale, text }))
    }

    /// The organization, where it is at work and they belong to it.
    async fn belongs(&self, org: OrgId, to: UserId) -> Result<Option<OrganizationCard>, Unknown> {
        let belongs_to = match self.orgs.of_person(&Actor::Job, to).await {
            Ok(belongs_to) => belongs_to,
            Err(error) if error.kind() == Kind::NotFound => return Ok(None),
            Err(error) => return Err(unknown(error)),
        };
        let here = belongs_to.into_iter().map(|one| one.organization).find(|card| card.id == org);
        Ok(here.filter(|card| card.state == OrgState::Active))
    }

    /// Whether they are shut out, hide, or keep away from whoever is behind it.
    async fn keeps_away(&self, behind: Option<UserId>, to: UserId) -> Result<bool, Unknown> {
        let barred = self.moderation.barred(Some(to), None).await.map_err(unknown)?;
        let hidden = self.people.hidden_from(behind, &[to]).await.map_err(unknown)?;
        let between = match behind {
            Some(behind) => self.people.between(Some(to), behind).await.map_err(unknown)?,
            None => people::Between::default(),
        };
        Ok(barred.is_some() || hidden.contains(&to) || between.blocked || between.muted)
    }
}
