//! Linking a server to an organization: a code from the organization's page, typed in the server by somebody who manages both.

use std::{sync::Weak, time::Duration};

use audit::Entry;
use base::{Action, Actor, ChanceExt as _, OrgId};
use commands::{Command, Definition, Given, Kind, Place, Refusal, Reply, Wording};
use contract::discord::ConnectCode;
use futures::future::BoxFuture;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{Discord, Error, Inner, register, rest::Ask, roles, store};

/// Adding a bot to a server and typing a word there takes a few minutes.
const GOOD_FOR: Duration = Duration::from_mins(15);
/// No `0`, `1`, `I`, `L` or `O`: it is typed by hand.
const LETTERS: &[u8; 31] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
/// 31^10 are 49 bits, for a quarter of an hour, and good for one person only.
const LENGTH: usize = 10;
const LONGEST_NAME: usize = 100;

fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code.trim().to_ascii_uppercase().replace('-', "")).into()
}

impl Discord {
    /// A code that links a server to the organization, good for whoever asks and for nobody else.
    pub async fn make_code(&self, actor: &Actor, organization: OrgId) -> Result<ConnectCode, Error> {
        let standing = self.0.people.standing(actor, organization).await?;
        actor.may_in(Action::ManageOrganization, &standing)?;
        let user = actor.user().ok_or(base::Kind::Forbidden)?;
        let code: String = (0..LENGTH).map(|_| char::from(LETTERS[self.0.chance.below(31) as usize])).collect();
        let (now, hashed) = (self.now(), hash(&code));
        let ends_at = now.plus(GOOD_FOR);
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if store::insert_code(tx, hashed, organization, user, now, ends_at).await? {
                        Ok(())
                    } else {
                        Err(Error::Full)
                    }
                })
            })
            .await?;
        Ok(ConnectCode { code, ends_at })
    }

    /// Links the server it is typed in. `manages`: whether Discord says that they manage it.
    pub(crate) async fn connect(&self, actor: &Actor, guild: &str, manages: bool, code: &str) -> Result<String, Error> {
        let user = actor.user().ok_or(base::Kind::Unauthenticated)?;
        if !manages {
            return Err(Error::Refused(base::Kind::Forbidden));
        }
        let (hashed, now) = (hash(code), self.now());
        // Out first: however it goes on, it is used.
        let taken = self
            .0
            .db
            .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::take_code(tx, hashed, user, now).await?) }))
            .await?;
        let organization = taken.ok_or(Error::BadCode)?;
        // They may have been somebody else when they asked for it.
        let standing = self.0.people.standing(actor, organization).await?;
        actor.may_in(Action::ManageOrganization, &standing)?;
        let name = self.name_of(guild).await.unwrap_or_else(|| guild.to_owned());
        let (acting, guild, told) = (actor.clone(), guild.to_owned(), name.clone());
        self.0
            .db
            .write(move |tx| {
                let (acting, guild, name) = (acting.clone(), guild.clone(), told.clone());
                Box::pin(async move {
                    match store::link_guild(tx, organization, &guild, &name, now).await? {
                        None => return Ok(()),
                        Some(false) => return Err(Error::Full),
                        Some(true) => {}
                    }
                    let entry = Entry::new("discord.linked", "guild", &guild)
                        .in_organization(organization)
                        .changing((), json!({ "name": name }));
                    audit::record(tx, now, &acting, &entry).await?;
                    register::ask(tx, now).await?;
                    Ok(())
                })
            })
            .await?;
        Ok(name)
    }

    async fn name_of(&self, guild: &str) -> Option<String> {
        let said = self.ask(Ask::new("GET", "GET /guilds", format!("/guilds/{guild}"), guild)).await.ok()?;
        let name: String = said["name"].as_str()?.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
        (!name.trim().is_empty()).then_some(name)
    }

    /// Unlinks a server. Roles that were given for this organization are taken away.
    pub async fn unlink(&self, actor: &Actor, organization: OrgId, guild: &str) -> Result<(), Error> {
        let standing = self.0.people.standing(actor, organization).await?;
        actor.may_in(Action::ManageOrganization, &standing)?;
        let (now, acting, guild) = (self.now(), actor.clone(), guild.to_owned());
        self.0
            .db
            .write(move |tx| {
                let (acting, guild) = (acting.clone(), guild.clone());
                Box::pin(async move {
                    if !store::unlink_guild(tx, organization, &guild).await? {
                        return Err(Error::NotFound);
                    }
                    let entry = Entry::new("discord.unlinked", "guild", &guild).in_organization(organization);
                    audit::record(tx, now, &acting, &entry).await?;
                    register::ask(tx, now).await?;
                    roles::ask_for_guild(tx, now, &guild).await?;
                    Ok(())
                })
            })
            .await
    }

    /// The hub's own commands in Discord, for the one list.
    pub fn own_commands(&self) -> Vec<std::sync::Arc<dyn Command>> {
        vec![std::sync::Arc::new(Connect::of(self))]
    }
}

/// `/connect CODE`
struct Connect {
    definition: Definition,
    // The list holds the command and the hub holds the list.
    discord: Weak<Inner>,
}

impl Connect {
    fn of(discord: &Discord) -> Self {
        let definition = Definition::new(
            "connect",
            Wording::both(
                "Link this server to an organization of the site",
                "Vincular este servidor a uma organização do site",
            ),
        )
        .option(
            "code",
            Wording::both("The code from the organization's page", "O código da página da organização"),
            Kind::Text(20),
            true,
        )
        .only_in(&[Place::Discord])
        .for_known();
        let definition = Definition { for_managers: true, ..definition };
        Self { definition, discord: std::sync::Arc::downgrade(&discord.0) }
    }
}

impl Command for Connect {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn run(&self, given: Given) -> BoxFuture<'_, Result<Reply, Refusal>> {
        Box::pin(async move {
            let discord = Discord(self.discord.upgrade().ok_or(Refusal::Busy)?);
            let portuguese = given.caller.locale.starts_with("pt");
            let told = |en: &str, pt: &str| Refusal::Told(if portuguese { pt } else { en }.to_owned());
            let Some(guild) = &given.at.guild else {
                return Err(told(
                    "Type that in the server that is to be linked.",
                    "Digite isso no servidor que deve ser vinculado.",
                ));
            };
            let linked =
                discord.connect(&given.caller.actor, &guild.id, guild.managed, given.options.text("code")).await;
            match linked {
                Ok(name) => {
                    let text = if portuguese {
                        format!(
                            "Pronto: “{name}” está vinculado. Na página da organização você escolhe o que é anunciado em qual canal."
                        )
                    } else {
                        format!(
                            "Done: “{name}” is linked. On the organization's page you choose what is told in which channel."
                        )
                    };
                    Ok(Reply::quietly(text))
                }
                Err(Error::BadCode) => Err(told(
                    "That code is wrong, too old, or not yours. The organization's page gives you another.",
                    "Esse código está errado, velho demais ou não é seu. A página da organização dá outro.",
                )),
                Err(Error::Full) => Err(told(
                    "The organization is linked to as many servers as it may be.",
                    "A organização já está vinculada a tantos servidores quanto pode.",
                )),
                Err(error) => {
                    let kind = error.kind();
                    if kind == base::Kind::Internal {
                        tracing::error!(error = &error as &dyn std::error::Error, "a server could not be linked");
                    }
                    Err(Refusal::of(kind))
                }
            }
        })
    }
}
