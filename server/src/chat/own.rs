//! The hub's own commands. Each calls one method of one service, as a page would; the service decides.

use std::{fmt::Write as _, sync::Arc};

use accounts::Accounts;
use base::{Actor, Kind as Fault, OrgId};
use commands::{Card, Command, Definition, Given, Kind, Place, Refusal, Reply, Wording};
use contract::live::{State, Topic};
use discord::Discord;
use futures::future::BoxFuture;
use live::Board;
use orders::Orders;
use orgs::Orgs;
use people::People;

use super::company;

/// What they are made of.
#[derive(Clone)]
pub(crate) struct Ground {
    pub(crate) accounts: Accounts,
    pub(crate) board: Board,
    pub(crate) discord: Discord,
    pub(crate) orgs: Orgs,
    pub(crate) people: People,
    pub(crate) orders: Orders,
}

/// All of them.
pub(crate) fn own(ground: &Ground) -> Vec<Arc<dyn Command>> {
    let definition = |name, en, pt| Definition::new(name, Wording::both(en, pt));
    let on = |definition, run: Run| -> Arc<dyn Command> { Arc::new(Own { definition, ground: ground.clone(), run }) };
    vec![
        on(
            definition(
                "link",
                "Who you are to the site, and your roles anew",
                "Quem você é para o site, e seus cargos de novo",
            )
            .only_in(&[Place::Discord])
            .for_known(),
            |ground, given| Box::pin(link(ground, given)),
        ),
        on(
            definition("lobby", "Who is in the lobby, and which games", "Quem está no lobby, e quais partidas"),
            |ground, given| Box::pin(async move { lobby(&ground, &given) }),
        ),
        on(
            definition("profile", "Somebody's profile", "O perfil de alguém").option(
                "who",
                Wording::both("Whose", "De quem"),
                Kind::Person,
                true,
            ),
            |ground, given| Box::pin(profile(ground, given)),
        ),
        on(
            definition("join", "Join this server's organization", "Entrar na organização deste servidor")
                .option(
                    "organization",
                    Wording::both("Its address, where there are several", "O endereço, onde há várias"),
                    Kind::Text(60),
                    false,
                )
                .for_known(),
            |ground, given| Box::pin(join(ground, given)),
        ),
        on(
            in_the_lobby(
                definition("friend", "Ask somebody to be friends, or say yes", "Pedir amizade a alguém, ou aceitar"),
                true,
            ),
            |ground, given| Box::pin(company::friend(ground, given)),
        ),
        on(
            in_the_lobby(
                definition("unfriend", "Be friends no longer, or say no", "Desfazer uma amizade, ou recusar"),
                true,
            ),
            |ground, given| Box::pin(company::unfriend(ground, given)),
        ),
        on(
            in_the_lobby(
                definition("friends", "Which friends are here, and where", "Quais amigos estão aqui, e onde"),
                false,
            ),
            |ground, given| Box::pin(company::friends(ground, given)),
        ),
        on(
            in_the_lobby(
                definition("order", "Your order, and who of it is here", "Sua ordem, e quem dela está aqui"),
                false,
            ),
            |ground, given| Box::pin(company::order(ground, given)),
        ),
    ]
}

/// A command that has a meaning in rooms of the lobby only, about somebody or not.
fn in_the_lobby(definition: Definition, about_somebody: bool) -> Definition {
    let definition = definition.only_in(&[Place::Lobby]).for_known();
    if about_somebody {
        return definition.option("who", Wording::both("Whom", "Quem"), Kind::Person, true);
    }
    definition
}

type Run = fn(Ground, Given) -> BoxFuture<'static, Result<Reply, Refusal>>;

struct Own {
    definition: Definition,
    ground: Ground,
    run: Run,
}

impl Command for Own {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn run(&self, given: Given) -> BoxFuture<'_, Result<Reply, Refusal>> {
        (self.run)(self.ground.clone(), given)
    }
}

/// In the language of whoever asked.
fn said(given: &Given, en: &'static str, pt_br: &'static str) -> String {
    Wording::both(en, pt_br).to(&given.caller.locale).to_owned()
}

/// A failure of a service; our own are told to the log.
pub(super) fn refused(kind: Fault, error: &(dyn std::error::Error + 'static)) -> Refusal {
    if kind == Fault::Internal {
        tracing::error!(error, "a command failed");
    }
    Refusal::of(kind)
}

async fn link(ground: Ground, given: Given) -> Result<Reply, Refusal> {
    if let Err(error) = ground.discord.renew_roles(&given.caller.actor).await {
        return Err(refused(error.kind(), &error));
    }
    let text = said(&given, "The site knows you as", "O site conhece você como");
    Ok(Reply::quietly(format!("{text} {}.", discord::Message::plain(&given.caller.name))))
}

fn lobby(ground: &Ground, given: &Given) -> Result<Reply, Refusal> {
    given.caller.actor.may(base::Action::ViewLive).map_err(Refusal::of)?;
    let (_, State::Lobby(shown)) = ground.board.state(Topic::Lobby) else { return Err(Refusal::Failed) };
    let mut lines = String::new();
    for room in shown.rooms.iter().filter(|room| !room.players.is_empty()) {
        let names: Vec<&str> = room.players.iter().map(|player| player.name.as_str()).collect();
        let _ = writeln!(lines, "{}: {}", plain(given, &room.name), plain(given, &names.join(", ")));
        for game in &room.games {
            let _ = writeln!(
                lines,
                "  {} ({}, {}/{})",
                plain(given, &game.name),
                plain(given, &game.host_name),
                game.players,
                game.max_players
            );
        }
    }
    if lines.is_empty() {
        lines = said(given, "Nobody is in the lobby.", "Não há ninguém no lobby.");
    }
    Ok(Reply::aloud(lines))
}

async fn profile(ground: Ground, given: Given) -> Result<Reply, Refusal> {
    let user = given.options.person("who").ok_or_else(|| Refusal::Missing("who".into()))?;
    let names = ground.accounts.names(&Actor::Job, &[user]).await.map_err(|error| refused(error.kind(), &error))?;
    let name = names.get(&user).ok_or(Refusal::NotFound)?;
    let board = ground.board.clone();
    let seen = ground.people.profile(&given.caller.actor, name, move |user| board.is_here(user)).await;
    let seen = seen.map_err(|error| refused(error.kind(), &error))?;
    let site = ground.accounts.public_url().await;
    let mut fields = Vec::new();
    if let Some(here) = seen.here {
        let word = if here { said(&given, "yes", "sim") } else { said(&given, "no", "não") };
        fields.push((said(&given, "Here now", "Aqui agora"), word));
    }
    let about = seen.about.unwrap_or_default();
    fields.extend(about.facts.into_iter().map(|fact| (fact.label, plain(&given, &fact.value))));
    let link = site.map(|site| {
        format!("{site}/people/{}", percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC))
    });
    let card = Card { title: name.clone(), link, fields };
    Ok(Reply { card: Some(card), ..Reply::quietly("") })
}

async fn join(ground: Ground, given: Given) -> Result<Reply, Refusal> {
    let (actor, typed) = (&given.caller.actor, given.options.text("organization"));
    let org = if typed.is_empty() {
        match given.at.organizations[..] {
            [one] => one,
            _ => return Err(Refusal::Missing("organization".into())),
        }
    } else {
        ground.orgs.id_of(actor, typed).await.map_err(|error| refused(error.kind(), &error))?
    };
    match ground.orgs.join(actor, org).await {
        Ok(()) => Ok(Reply::quietly(said(&given, "You belong to it now.", "Agora você faz parte."))),
        Err(orgs::Error::AlreadyIn) => {
            Err(Refusal::Told(said(&given, "You belong to it already.", "Você já faz parte.")))
        }
        Err(error) => Err(how_to_join(&ground, &given, org, error).await),
    }
}

/// Where it takes more than a word to come in, its page says what.
async fn how_to_join(ground: &Ground, given: &Given, org: OrgId, error: orgs::Error) -> Refusal {
    if error.kind() != Fault::Conflict && error.kind() != Fault::Forbidden {
        return refused(error.kind(), &error);
    }
    let page = ground.orgs.organization(&given.caller.actor, org).await.ok().map(|organization| organization.slug);
    let site = ground.accounts.public_url().await;
    match (page, site) {
        (Some(slug), Some(site)) => {
            let text = said(
                given,
                "It takes more than that; its page says what:",
                "É preciso mais do que isso; a página diz o quê:",
            );
            Refusal::Told(format!("{text} {site}/orgs/{slug}"))
        }
        _ => refused(error.kind(), &error),
    }
}

/// What somebody typed, as a chat shows it that has markup.
fn plain(given: &Given, text: &str) -> String {
    if given.at.place == Place::Discord { discord::Message::plain(text) } else { text.to_owned() }
}
