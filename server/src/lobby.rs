//! What the lobby asks of the other domains: who may log on, and who wants to know what happens in it. Which node runs it is `reign`'s.

mod career;
mod company;
mod reign;
mod texts;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};

use accounts::{Accounts, GameLogin};
use base::{Actor, Credential, Kind, Person, Role, RoomId, UserId};
use contract::{
    live::{State, Topic},
    lobby::{Change, Line, Player},
    people::GameTexts,
    settings::Setting,
};
use futures::future::BoxFuture;
use live::Board;
use metaserver::{
    Account, Audience, Circle, Config, Denied, Heard, Keepalive, Known, Limits, Logon, Metaserver, Notices, PageToOpen,
    Present, Reader, Running, Said, Speaker, Together, Urgency, Whisperer,
};
use outbound::{Resolve as _, SystemResolver};
use tokio_util::sync::CancellationToken;

pub(crate) use self::company::{make_friend, part};
pub use self::reign::Lobby;
pub(crate) use self::reign::{Candidate, find, told_address};
use crate::{chat::LobbyCommands, checks::Checks, order::Order, wiring::StartError};

/// The accounts, as the lobby sees them.
struct GamePasswords {
    accounts: Accounts,
    order: Order,
    ranking: ranking::Ranking,
    orders: orders::Orders,
    chat: LobbyCommands,
    checks: Checks,
}

impl Logon for GamePasswords {
    fn guests_allowed(&self) -> bool {
        self.accounts.site_at_hand().lobby_guests
    }

    fn check_game_password<'a>(
        &'a self,
        name: &'a str,
        password: &'a str,
        address: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>> {
        Box::pin(async move { answer(self.accounts.check_game_password(name, password, Some(address)).await) })
    }

    fn redeem_token<'a>(
        &'a self,
        name: &'a str,
        token: &'a [u8; 16],
        _address: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>> {
        Box::pin(async move { answer(self.accounts.redeem_lobby_token(name, token).await) })
    }

    fn is_name_taken<'a>(&'a self, name: &'a str) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            match self.accounts.find_user(&Actor::Job, name).await {
                Ok(found) => found.is_some() || self.order.is_name_barred(name).await,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a guest's name can't be looked up");
                    true
                }
            }
        })
    }

    fn is_welcome(&self, user: Option<UserId>, address: IpAddr) -> BoxFuture<'_, bool> {
        Box::pin(self.order.is_welcome(user, address))
    }

    fn known_of(&self, user: UserId) -> BoxFuture<'_, Known> {
        Box::pin(async move {
            let unread = |error: &(dyn std::error::Error + 'static)| {
                tracing::warn!(error, "what rooms ask about somebody can't be read");
            };
            let country = self.order.people.country_of(user).await.inspect_err(|error| unread(error));
            let caste = self.ranking.caste(&Actor::Job, user).await.inspect_err(|error| unread(error));
            let roll = self.orders.roll_of(user).await.inspect_err(|error| unread(error));
            Known {
                country: country.ok().flatten(),
                caste: caste.ok().flatten(),
                order: roll.ok().flatten().map(|roll| roll.id),
            }
        })
    }

    fn career(&self, user: UserId, reader: Reader) -> BoxFuture<'static, Option<metaserver::Career>> {
        let career = career::read(self.ranking.clone(), self.orders.clone(), user);
        let people = self.order.people.clone();
        Box::pin(async move {
            let career = career.await?;
            Some(metaserver::Career { texts: texts::read(&people, user, reader).await, ..career })
        })
    }

    fn keep_texts(&self, user: UserId, role: Role, texts: GameTexts) -> BoxFuture<'static, Result<(), String>> {
        texts::keep(self.order.people.clone(), user, role, texts)
    }

    fn circle(&self, user: UserId) -> BoxFuture<'static, Option<Circle>> {
        company::read(self.order.people.clone(), self.orders.clone(), user)
    }

    fn befriend(&self, user: UserId, role: Role, other: UserId, add: bool) -> BoxFuture<'static, String> {
        company::befriend(self.order.people.clone(), user, role, other, add)
    }

    fn notices(&self, guest: bool) -> Notices {
        let hub = self.accounts.hub();
        let mut lines: Vec<String> = hub.text(Setting::LobbyMotd).lines().map(str::to_owned).collect();
        if guest {
            lines.extend(hub.text(Setting::LobbyMotdGuests).lines().map(str::to_owned));
        }
        let address = hub.text(Setting::LobbyPage);
        let page = (!address.is_empty()).then(|| PageToOpen {
            urgency: match hub.text(Setting::LobbyPageWhen).as_str() {
                "required" => Urgency::Required,
                "at_exit" => Urgency::AtExit,
                _ => Urgency::Requested,
            },
            text: hub.text(Setting::LobbyPageText),
            address,
        });
        Notices { lines, page }
    }

    fn address_of(&self, host: &str) -> BoxFuture<'static, Option<Ipv4Addr>> {
        let host = host.to_owned();
        Box::pin(async move {
            let found = SystemResolver.resolve(&host).await.unwrap_or_default();
            found.into_iter().find_map(|address| match address {
                IpAddr::V4(address) => Some(address),
                IpAddr::V6(_) => None,
            })
        })
    }

    fn command(&self, speaker: Speaker, line: &str, answer: Whisperer) {
        self.chat.take(speaker, line, answer);
    }

    fn may_talk(&self, user: UserId) -> bool {
        !self.order.moderation.is_muted(user)
    }

    fn may_whisper(&self, from: UserId, to: UserId) -> bool {
        self.order.quiet.may_whisper(from, to)
    }

    fn hears_lines_first(&self) -> bool {
        self.checks.hear_lines()
    }

    fn before_line(&self, line: Said) -> BoxFuture<'static, Heard> {
        self.checks.line(line)
    }
}

/// Somebody who does something by their game.
const fn player(user: UserId, role: Role) -> Actor {
    Actor::Person(Person { user, role, by: Credential::Game, fresh: false, address: None })
}

fn answer(result: Result<GameLogin, accounts::Error>) -> Result<Account, Denied> {
    match result {
        Ok(login) => Ok(Account { user: login.user, name: login.name, role: login.role }),
        Err(accounts::Error::Locked) => Err(Denied::Locked),
        Err(error) => match error.kind() {
            Kind::Unavailable => Err(Denied::Unavailable),
            Kind::Internal => {
                tracing::error!(error = &error as &dyn std::error::Error, "a game password can't be checked");
                Err(Denied::Unavailable)
            }
            _ => Err(Denied::WrongCredentials),
        },
    }
}

/// Who is in the rooms, wherever they are run: as the pages of this node show it.
pub(crate) struct Here(Board);

impl Here {
    pub(crate) const fn on(board: Board) -> Self {
        Self(board)
    }
}

impl Present for Here {
    fn players(&self, room: RoomId) -> Option<Vec<Player>> {
        let (_, State::Lobby(lobby)) = self.0.state(Topic::Lobby) else { return None };
        lobby.rooms.into_iter().find(|one| one.id == room).map(|room| room.players)
    }
}

/// The live board, as the lobby sees it.
struct Everybody {
    pages: Board,
    /// The rooms of this node alone, for the other nodes.
    own: Option<Board>,
}

impl Audience for Everybody {
    fn lobby_changed(&self, change: Change) {
        if let Some(own) = &self.own {
            own.lobby_changed(change.clone());
        }
        self.pages.lobby_changed(change);
    }

    fn last_lines(&self, room: RoomId) -> Vec<Line> {
        let (_, State::Lobby(lobby)) = self.pages.state(Topic::Lobby) else { return Vec::new() };
        lobby.rooms.into_iter().find(|one| one.id == room).map(|room| room.lines).unwrap_or_default()
    }
}

/// Starts the lobby with the limits of the configuration, until `end`: alone, or `together` with other nodes. What happens in the rooms of
/// this one is on the board `own`, too.
async fn start(
    with: &Candidate,
    own: Option<Board>,
    together: Option<Together>,
    end: CancellationToken,
) -> Result<Running, StartError> {
    let Candidate {
        settings,
        accounts,
        order,
        ranking,
        orders,
        films,
        chat,
        checks,
        board,
        db,
        clock,
        chance,
        lifecycle,
        lobby,
        ..
    } = with;
    let given = &settings.lobby;
    let config = Config {
        first_room_port: settings.metaserver_room_ports,
        public_ip: settings.metaserver_public_ip,
        aleph_one_https: given.aleph_one_https,
        aleph_one_clear_text: given.aleph_one_clear_text,
        limits: Limits {
            connections: given.connections,
            connections_per_address: given.connections_per_address,
            room_capacity: given.room_capacity,
            chat_burst: given.chat_burst,
            chat_per_second: given.chat_per_second,
            page_chat_burst: given.page_chat_burst,
            page_chat_per_second: given.page_chat_per_second,
            page_grace: Duration::from_secs(given.page_grace_secs),
            form_stay: Duration::from_secs(given.form_stay_secs),
            packet_burst: given.packet_burst,
            packets_per_second: given.packets_per_second,
            first_packet: Duration::from_secs(given.first_packet_secs),
            login: Duration::from_secs(given.login_secs),
            write_stall: Duration::from_secs(given.write_stall_secs),
            outbox_packets: given.outbox_packets,
            outbox_bytes: given.outbox_bytes,
            inbox: given.room_inbox,
            passes: given.passes,
            aleph_one_keepalive: Keepalive {
                ping_after: Duration::from_secs(given.aleph_one_ping_secs),
                gone_after: Duration::from_secs(given.aleph_one_gone_secs),
            },
            myth_keepalive: Keepalive {
                ping_after: Duration::from_secs(given.myth_ping_secs),
                gone_after: Duration::from_secs(given.myth_gone_secs),
            },
        },
        films: settings.films.enabled.then(|| films.clone()),
        remote_hubs: settings.hubs().map_err(|(key, problem)| format!("{key}: {problem}"))?,
        versions: settings.versions.read(),
        hosting: settings.hosting.read(),
        minimum_version: given.myth_minimum_version,
        minimum_build: given.myth_minimum_build,
        ..Config::at(settings.metaserver_addr)
    };
    let running = Metaserver::start(
        config,
        db.clone(),
        Arc::new(GamePasswords {
            accounts: accounts.clone(),
            order: order.clone(),
            ranking: ranking.clone(),
            orders: orders.clone(),
            chat: chat.clone(),
            checks: checks.clone(),
        }),
        Arc::new(Everybody { pages: board.clone(), own }),
        Arc::clone(clock),
        Arc::clone(chance),
        &lobby.reception,
        together,
        lifecycle.tasks.clone(),
        end,
    )
    .await?;
    Ok(running)
}
