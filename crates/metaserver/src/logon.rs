//! Who a client says it is, as the accounts know it. The server fills this in.

use std::net::{IpAddr, Ipv4Addr};

use base::{OrderId, Role, RoomId, UserId};
use contract::people::GameTexts;
use futures::future::BoxFuture;

use crate::{circle::Circle, inquiry::Career};

/// What the lobby asks of the accounts.
pub trait Logon: Send + Sync + 'static {
    /// Whether guests may come in at all: the operator's switch, read at each login.
    fn guests_allowed(&self) -> bool;

    /// Checks an account's game password.
    fn check_game_password<'a>(
        &'a self,
        name: &'a str,
        password: &'a str,
        address: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>>;

    /// Takes the one-use token that Aleph One's client got over HTTPS.
    fn redeem_token<'a>(
        &'a self,
        name: &'a str,
        token: &'a [u8; 16],
        address: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>>;

    /// Whether an account has this name, or one that looks like it, so that no guest can pass for it.
    fn is_name_taken<'a>(&'a self, name: &'a str) -> BoxFuture<'a, bool>;

    /// Whether somebody may come in at all: those who keep order may have shut out the account, or the address. `None`: a guest.
    fn is_welcome(&self, user: Option<UserId>, address: IpAddr) -> BoxFuture<'_, bool> {
        let _ = (user, address);
        Box::pin(async { true })
    }

    /// What rooms ask about somebody who has just logged on.
    fn known_of(&self, user: UserId) -> BoxFuture<'_, Known> {
        let _ = user;
        Box::pin(async { Known::default() })
    }

    /// Whether somebody may talk now. Asked for every line and never waited for, so it answers from memory.
    fn may_talk(&self, user: UserId) -> bool {
        let _ = user;
        true
    }

    /// Whether a whisper may go from one to the other; likewise from memory. The speaker is not told.
    fn may_whisper(&self, from: UserId, to: UserId) -> bool {
        let _ = (from, to);
        true
    }

    /// What somebody has done and what `reader` may read of what they write of themselves, for players of Myth II who look them up:
    /// whoever asks waits for it and nobody else does. `None`: there is no such account.
    fn career(&self, user: UserId, reader: Reader) -> BoxFuture<'static, Option<Career>> {
        let _ = (user, reader);
        Box::pin(async { None })
    }

    /// Somebody writes anew what others read of them: a client of Myth II has a form for it. Gives back why it stays as it was, where it
    /// does.
    fn keep_texts(&self, user: UserId, role: Role, texts: GameTexts) -> BoxFuture<'static, Result<(), String>> {
        let _ = (user, role, texts);
        Box::pin(async { Err("Nobody keeps profiles here.".to_owned()) })
    }

    /// Whom somebody keeps company with: asked when they have entered a room, and whenever it may have changed. `None`: nobody keeps that
    /// here, or it can't be read just now.
    fn circle(&self, user: UserId) -> BoxFuture<'static, Option<Circle>> {
        let _ = user;
        Box::pin(async { None })
    }

    /// Somebody wants an account for a friend, or not any more: a client of Myth II has a packet for it. Gives back what they are told.
    fn befriend(&self, user: UserId, role: Role, other: UserId, add: bool) -> BoxFuture<'static, String> {
        let _ = (user, role, other, add);
        Box::pin(async { "Nobody keeps lists of friends here.".to_owned() })
    }

    /// What whoever enters a room is told, before the room's own greeting. From memory.
    fn notices(&self, guest: bool) -> Notices {
        let _ = guest;
        Notices::default()
    }

    /// Where a remote hub is that the operator lists by name: whoever asks waits for it, as long as it lasts and not much longer than they
    /// can.
    fn address_of(&self, host: &str) -> BoxFuture<'static, Option<Ipv4Addr>> {
        let address = host.parse().ok();
        Box::pin(async move { address })
    }

    /// Somebody gives a command: a line that begins with a full stop. Whoever carries it out answers now or later, and nothing else is said
    /// in the room. Called from the room's own task, so it must not wait for anything.
    fn command(&self, speaker: Speaker, line: &str, answer: Whisperer) {
        let word = line.split_whitespace().next().unwrap_or_default();
        answer.tell(&format!("There is no command “{word}” here."));
        drop(speaker);
    }

    /// Whether anybody wants to be [asked](Self::before_line) before lines are spoken. This is asked for every line; where it is false nothing
    /// else is done, and nothing is waited for.
    fn hears_lines_first(&self) -> bool {
        false
    }

    /// What becomes of a line that somebody is about to speak to a whole room. Their own connection waits for it and nobody else does, so
    /// it has to answer soon.
    fn before_line(&self, line: Said) -> BoxFuture<'static, Heard> {
        drop(line);
        Box::pin(async { Heard::Fine })
    }
}

/// Somebody who looks up another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// Whose account; `None`: a guest.
    pub user: Option<UserId>,
    /// What they are to the hub.
    pub role: Role,
}

/// What those who run the hub tell whoever enters a room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notices {
    /// Lines, in their order.
    pub lines: Vec<String>,
    /// A page that clients of Myth II are to open.
    pub page: Option<PageToOpen>,
}

/// A page that clients are to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageToOpen {
    /// How much it matters.
    pub urgency: Urgency,
    /// What the player reads first.
    pub text: String,
    /// Where it is.
    pub address: String,
}

/// How much a page matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// The player has to see it.
    Required,
    /// The player is asked.
    Requested,
    /// When the player leaves.
    AtExit,
}

/// What rooms ask about somebody with an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The caste they have earned, 0 to 16; `None`: none yet.
    pub caste: Option<u8>,
    /// The country their profile names: two capital letters.
    pub country: Option<String>,
    /// The order they belong to.
    pub order: Option<OrderId>,
}

/// Somebody who gives a command in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Whose account; `None`: a guest.
    pub user: Option<UserId>,
    /// What they are to the hub.
    pub role: Role,
    /// How they are called here.
    pub name: String,
    /// Their number in the lobby, which tells guests apart.
    pub number: u32,
    /// Where.
    pub room: RoomId,
    /// Whether they keep order there.
    pub keeps_order: bool,
    /// The number of somebody else in the room, where the command is whispered to them: so classic clients say whom they mean.
    pub toward: Option<u32>,
}

/// Where lines for one player go: how the hub itself speaks to them. It may be kept, and used late; who has left hears nothing.
pub struct Whisperer(Box<dyn Fn(&str) + Send + Sync>);

impl Whisperer {
    pub(crate) fn new(tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Box::new(tell))
    }

    /// Tells them a line.
    pub fn tell(&self, line: &str) {
        (self.0)(line);
    }
}

/// A line that is about to be spoken to a whole room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Whose; `None`: a guest's.
    pub user: Option<UserId>,
    /// What they are to the hub.
    pub role: Role,
    /// How they are called here.
    pub name: String,
    /// Where.
    pub room: RoomId,
    /// As people read it, without style codes.
    pub text: String,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// It is spoken as it is.
    Fine,
    /// This is spoken instead.
    Instead(String),
    /// Nothing is, and the speaker alone is told why.
    Not(String),
}

/// An account that has proved itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub user: UserId,
    /// Their name, as the site shows it.
    pub name: String,
    /// What they are to the hub.
    pub role: Role,
}

/// Why an account was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// The name or the password is wrong, or it was tried too often; which of them is not said.
    WrongCredentials,
    /// The account is locked.
    Locked,
    /// We can't tell just now.
    Unavailable,
}
