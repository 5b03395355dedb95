//! Helping a host in the room: its game is tested when it is listed, and led around what keeps players out (spec sections 13.2 and 13.4).

use std::net::SocketAddrV4;

use contract::lobby::PlayerNumber;
use metaserver_proto::{Dialect, packet::player::Verb};

use super::{Command, Room, games::Listing};
use crate::hosting::{Caller, Finding, Lease};

/// Whether a host's games go by the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Proxying {
    /// Each new one is tested; if nobody reaches it, it does.
    #[default]
    Unknown,
    /// They do.
    On,
    /// They don't: the host said so.
    Off,
}

impl Proxying {
    const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::On => "on",
            Self::Off => "off",
        }
    }
}

impl Room {
    /// A pair of ports for a game of somebody who can be proxied; `None`: they can't, or no pair is left.
    pub(super) fn lease(&self, number: PlayerNumber) -> Option<Lease> {
        let member = self.members.get(&number)?;
        let visitor = &member.visitor;
        if !visitor.software.connects_back() {
            return None;
        }
        let (here, outbox) = (visitor.here?, member.game.clone()?);
        let caller = Caller { network: visitor.network, here, outbox, deaf: member.deaf };
        self.plan.hosting.proxy()?.lease(caller)
    }

    /// Whether a new game is to go by the proxy at once: its host wants that, or has no address that players could be told.
    pub(super) fn starts_proxied(&self, number: PlayerNumber) -> bool {
        self.members.get(&number).is_some_and(|member| {
            member.proxying == Proxying::On || (member.visitor.address.is_none() && member.proxying != Proxying::Off)
        })
    }

    /// Looks whether a new game can be reached. Nobody waits for it.
    pub(super) fn test_listing(&self, number: PlayerNumber) {
        if self.plan.hosting.tests_listings {
            self.test_host(number, false);
        }
    }

    /// Tests a host at the address they come from, which is the only one that ever is. `false`: not now.
    fn test_host(&self, number: PlayerNumber, asked: bool) -> bool {
        let Some(member) = self.members.get(&number) else { return false };
        let Some((address, port)) = self.games.get(&number).and_then(Listing::own_place) else { return false };
        let Some(turn) = self.plan.hosting.tester.turn(member.visitor.network) else { return false };
        let thorough = asked && member.visitor.dialect == Some(Dialect::AlephOne);
        let (inbox, visit) = (self.plan.inbox.clone(), member.visit);
        self.plan.hosting.tasks.spawn(async move {
            let at = SocketAddrV4::new(address, port);
            let finding = if thorough { turn.greet(at).await } else { turn.knock(at).await };
            // Held for no longer than it takes: a room nobody else can knock at is to end.
            if let (Some(finding), Some(inbox)) = (finding, inbox.upgrade()) {
                inbox.send(Command::HostTested { number, visit, port, asked, finding }).await.ok();
            }
        });
        true
    }

    /// What a test found. A game that nobody reaches goes by the proxy from now on, unless its host does not want that.
    pub(super) fn host_tested(&mut self, number: PlayerNumber, port: u16, asked: bool, finding: &Finding) {
        let own = self.games.get(&number).and_then(Listing::own_place);
        let Some((address, _)) = own.filter(|(_, own_port)| *own_port == port) else { return };
        let wanted = self.members.get(&number).is_some_and(|member| member.proxying == Proxying::Unknown);
        let is_proxied = self.games.get(&number).is_some_and(Listing::is_proxied);
        if !finding.is_reached() && wanted && !asked && !is_proxied && self.put_on_proxy(number) {
            self.set_proxying(number, Proxying::On);
            self.tell_line(
                number,
                "Nobody reaches your game from outside, so players now join it by way of this lobby.",
            );
            return;
        }
        for line in finding.lines(SocketAddrV4::new(address, port)) {
            self.tell_line(number, &line);
        }
    }

    /// Lists somebody's game at the proxy. `false`: there is no game, or no way.
    fn put_on_proxy(&mut self, number: PlayerNumber) -> bool {
        let Some(lease) = self.lease(number) else { return false };
        let Some(listing) = self.games.get_mut(&number) else { return false };
        listing.lease = Some(lease);
        self.show_game(number);
        self.tell_game(number, Verb::Change);
        true
    }

    fn set_proxying(&mut self, number: PlayerNumber, proxying: Proxying) {
        if let Some(member) = self.members.get_mut(&number) {
            member.proxying = proxying;
        }
    }

    pub(super) fn answer_test(&self, number: PlayerNumber) {
        let told = match self.games.get(&number) {
            None => "You host no game here. List one first.",
            Some(listing) if listing.own_place().is_none() => {
                "Your game has no address of its own that could be tested."
            }
            Some(_) if self.test_host(number, true) => return,
            Some(_) => "Your game was tested just now, or too many are. Try again in a moment.",
        };
        self.tell_line(number, told);
    }

    pub(super) fn answer_proxy(&mut self, number: PlayerNumber, word: Option<&str>) {
        let Some(member) = self.members.get(&number) else { return };
        if self.plan.hosting.proxy().is_none() {
            return self.tell_line(number, "This lobby proxies no games.");
        }
        if !member.visitor.software.connects_back() {
            return self.tell_line(number, "Only games of Myth II, build 428 or newer, can be proxied.");
        }
        let wanted = match word {
            None => member.proxying,
            Some("on") => Proxying::On,
            Some("off") => Proxying::Off,
            Some("unknown") => Proxying::Unknown,
            Some(_) => return self.tell_line(number, "Say .proxy on, .proxy off or .proxy unknown."),
        };
        let has_address = member.visitor.address.is_some();
        self.set_proxying(number, wanted);
        let proxied = self.games.get(&number).map(Listing::is_proxied);
        let now = match (word.and(proxied), wanted) {
            (Some(false), Proxying::On) if self.put_on_proxy(number) => " Players join your game by way of this lobby.",
            (Some(false), Proxying::On) => " No pair of ports is free now.",
            (Some(true), Proxying::Off) if has_address => {
                self.take_off_proxy(number);
                " Players join your game at your own address."
            }
            (Some(true), Proxying::Off) => " Your game stays where it is: it has no other address.",
            _ => "",
        };
        self.tell_line(number, &format!("Host proxy: {}.{now}", wanted.word()));
    }

    fn take_off_proxy(&mut self, number: PlayerNumber) {
        if let Some(listing) = self.games.get_mut(&number) {
            drop(listing.lease.take());
            self.show_game(number);
            self.tell_game(number, Verb::Change);
        }
    }

    /// Whose game goes by the proxy is called there no more, or again.
    pub(super) fn hears_calls(&self, number: PlayerNumber, deaf: bool) {
        if let Some(lease) = self.games.get(&number).and_then(|listing| listing.lease.as_ref()) {
            lease.set_deaf(deaf);
        }
    }
}
