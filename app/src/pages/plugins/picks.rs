//! What can be picked in forms of plugins, as far as whoever fills one in may see it. The rest is typed.

use std::collections::BTreeSet;

use base::{OrgId, Role};
use contract::live::{State, Topic};
use drawing::{Picks, Words};
use orgs::MemberQuery;

use crate::context::{Services, Visitor};

/// So many members are asked for at once, and an organization with more than so many offers none: a longer list helps nobody.
const PAGE: u32 = 100;
const MOST_MEMBERS: usize = 500;

/// Those of the kinds that are wanted.
pub(super) async fn offered(
    services: &Services,
    visitor: &Visitor,
    organization: Option<OrgId>,
    words: &Words,
    wanted: BTreeSet<String>,
) -> Picks {
    let mut picks = Picks::default();
    for picker in wanted {
        let choices = match (picker.as_str(), organization) {
            ("user", Some(org)) => members(services, visitor, org).await,
            ("role", Some(_)) => Some(roles(words)),
            ("room", _) => Some(rooms(services)),
            ("discord_channel", Some(org)) => channels(services, visitor, org).await,
            _ => None,
        };
        if let Some(choices) = choices {
            picks = picks.with(&picker, choices);
        }
    }
    picks
}

/// By their names; `None`: there are too many, or they are not shown.
async fn members(services: &Services, visitor: &Visitor, org: OrgId) -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    let mut query = MemberQuery { after: String::new(), at_most: PAGE };
    loop {
        let list = services.orgs.members(&visitor.actor, org, &query).await.ok()?;
        all.extend(list.members.into_iter().map(|member| (member.who.id.to_string(), member.who.name)));
        match list.next {
            Some(next) if all.len() < MOST_MEMBERS => query.after = next,
            Some(_) => return None,
            None => break,
        }
    }
    all.sort_by_key(|(_, name)| name.to_lowercase());
    Some(all)
}

fn roles(words: &Words) -> Vec<(String, String)> {
    Role::ALL.map(|role| (role.word().to_owned(), words.say(&format!("role_{}", role.word())).to_owned())).to_vec()
}

/// Those of the lobby, in their order.
fn rooms(services: &Services) -> Vec<(String, String)> {
    let (_, State::Lobby(lobby)) = services.board.state(Topic::Lobby) else { return Vec::new() };
    lobby.rooms.into_iter().map(|room| (room.id.to_string(), room.name)).collect()
}

/// Those of its servers, as Discord names them now.
async fn channels(services: &Services, visitor: &Visitor, org: OrgId) -> Option<Vec<(String, String)>> {
    let servers = services.discord.servers(&visitor.actor, org).await.ok()?;
    let mut all = Vec::new();
    for guild in servers.guilds {
        let offered = guild.offered.into_iter().flat_map(|offered| offered.channels);
        all.extend(offered.map(|channel| (channel.id, format!("{}: #{}", guild.name, channel.name))));
    }
    (!all.is_empty()).then_some(all)
}
