//! A failure as every door tells it: a kind, a word, and the fields concerned.

use std::fmt;

use base::Kind;
use serde::{Deserialize, Serialize};

/// What went wrong, in a form that survives any wire. Holds nothing a stranger may not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How every door classes it.
    pub kind: Kind,
    /// The word that the page turns into a sentence.
    pub code: Code,
    /// Every field that is wrong, in the form's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// For [`Kind::TooMany`] and [`Kind::Unavailable`]: seconds until it is worth trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u32>,
    /// For our own faults: the id under which the log tells the whole story.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
    /// What somebody other than the hub has to say to it, such as a plugin that objects, in their own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
}

impl Problem {
    /// A problem with nothing more to say than its word.
    pub const fn new(kind: Kind, code: Code) -> Self {
        Self { kind, code, fields: Vec::new(), retry_after_secs: None, incident: None, says: None }
    }

    /// A form with these fields wrong.
    pub const fn invalid(fields: Vec<FieldProblem>) -> Self {
        Self { kind: Kind::Invalid, code: Code::Form, fields, retry_after_secs: None, incident: None, says: None }
    }

    /// What is wrong with `field`, if anything.
    pub fn of(&self, field: Field) -> Option<&FieldProblem> {
        self.fields.iter().find(|problem| problem.field == field)
    }
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        Self::new(
            kind,
            match kind {
                Kind::Unauthenticated => Code::LogInFirst,
                Kind::Forbidden => Code::Forbidden,
                Kind::Stale => Code::ProveAgain,
                Kind::NotFound => Code::NotFound,
                Kind::Conflict => Code::Conflict,
                Kind::Invalid => Code::Form,
                Kind::TooMany => Code::TooMany,
                Kind::Unavailable => Code::Busy,
                Kind::Internal => Code::Internal,
            },
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.code)?;
        for problem in &self.fields {
            write!(f, ", {:?}: {:?}", problem.field, problem.code)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// Which one.
    pub field: Field,
    /// What is wrong with it.
    pub code: Code,
}

/// The fields of every form, by the name they have in the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// A user's name.
    Name,
    /// An e-mail address.
    Email,
    /// A password, new or given to log in.
    Password,
    /// The password one has now, asked for before a change.
    CurrentPassword,
    /// The new password of a change.
    NewPassword,
    /// The one-time token of the first start.
    SetupToken,
    /// A code of an app, of a letter or for recovery.
    Code,
    /// What one calls a device.
    DeviceName,
    /// The hub's name.
    SiteName,
    /// The address people type.
    PublicUrl,
    /// What somebody writes of themselves.
    About,
    /// Short facts, one a line.
    Facts,
    /// Addresses, one a line.
    Links,
    /// A country, two letters.
    Country,
    /// A picture of oneself.
    Avatar,
    /// Why something was reported or decided.
    Reason,
    /// A report's, an appeal's or a note's own words.
    Text,
    /// How long something lasts.
    Duration,
    /// A range of network addresses.
    Network,
    /// A pattern of names.
    Pattern,
    /// What a setting shall be.
    Value,
    /// Which setting; only to keep what was typed apart.
    Setting,
    /// The last part of an address.
    Slug,
    /// What something says of itself.
    Description,
    /// What one says to those who decide.
    Message,
    /// How many may use it.
    Uses,
    /// How many days it holds.
    Days,
    /// What a token may be used for.
    Grants,
    /// What a program calls itself.
    Client,
    /// How many may belong to it.
    Seats,
    /// Where something is to be sent.
    Url,
    /// Which events.
    Events,
    /// When something is done.
    Timing,
    /// Every so many seconds.
    EverySecs,
    /// By a cron expression.
    Cron,
    /// Once, at an instant.
    OnceAt,
    /// Whose clock.
    Zone,
    /// The number of an application at another service.
    ApplicationId,
    /// A public key.
    PublicKey,
    /// A bot's token.
    BotToken,
    /// Channels of a chat.
    Channels,
    /// Roles in a chat.
    GuildRoles,
    /// The number classic clients know a room by.
    Banner,
    /// Of which kind something is.
    Kind,
    /// How many players a room takes.
    Capacity,
    /// The lowest caste a room takes.
    CasteLeast,
    /// The highest caste a room takes.
    CasteMost,
    /// What whoever enters a room is told.
    Greeting,
    /// Seconds between two lines.
    SlowSecs,
    /// Whether films are taken.
    Films,
    /// A place in a list.
    Position,
    /// A word.
    Word,
    /// Somebody in the lobby.
    Player,
    /// What an order goes by.
    Motto,
}

/// The word for one failure. A page has one sentence for each, in each language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Some fields are wrong; they say which.
    Form,
    /// The field may not be empty.
    Required,
    /// Shorter than the least.
    TooShort,
    /// Longer than the most.
    TooLong,
    /// Has characters that are not allowed there.
    BadCharacters,
    /// A name that belongs to the hub itself, or looks like one that is taken.
    Reserved,
    /// Somebody has it already.
    Taken,
    /// Not an e-mail address.
    NotAnEmail,
    /// Not an address of a site.
    NotAUrl,
    /// A password that is guessed too soon.
    WeakPassword,
    /// A password on every attacker's list.
    CommonPassword,
    /// The new password is the old one.
    SamePassword,
    /// Not the password one has now.
    WrongPassword,
    /// Name or password is wrong; which of them is not said.
    WrongCredentials,
    /// Not the code, or not any more.
    WrongCode,
    /// The link has been used, or has run out.
    LinkGone,
    /// There is no passkey, or the hub has no address that browsers make passkeys for.
    NoPasskeys,
    /// The device's answer was not the right one.
    PasskeyRefused,
    /// Nobody could log in to the account any more.
    LastWayIn,
    /// The log-in took too long or too many tries: it begins anew.
    LogInGone,
    /// The sign-in at another service came back twice, too late, or where it did not begin.
    SignInGone,
    /// They said no at the service, or the service did.
    SignInDenied,
    /// What the service says does not prove who they are.
    SignInRefused,
    /// The service can't be reached, or does not answer as it should.
    ServiceAway,
    /// That account of the service is linked to another account here.
    IdentityTaken,
    /// It would leave the lobby without a room.
    LastRoom,
    /// It would leave the hub without an owner.
    LastOwner,
    /// The account is locked.
    Locked,
    /// Log in first.
    LogInFirst,
    /// Known, and not allowed.
    Forbidden,
    /// Known and allowed; but the login is too old for something as grave.
    ProveAgain,
    /// Not there.
    NotFound,
    /// The world moved on.
    Conflict,
    /// Too often.
    TooMany,
    /// Too much to do just now.
    Busy,
    /// The operator has closed registration.
    RegistrationClosed,
    /// The setup link is wrong or has been used.
    BadSetupToken,
    /// The form came from another site.
    CrossSite,
    /// More than a form may hold.
    TooLarge,
    /// Not what a form looks like.
    Malformed,
    /// Not one of the countries.
    NotACountry,
    /// More lines than the field takes.
    TooManyLines,
    /// A fact needs a label, a colon and a value.
    NotAFact,
    /// Not a picture of a kind that is taken, or a broken one.
    NotAPicture,
    /// More than there may be of it.
    Full,
    /// They take no requests of friendship from you.
    NotAsking,
    /// Not a range of network addresses.
    NotANetwork,
    /// It would reach too many.
    TooWide,
    /// Kept out by those who keep order.
    Barred,
    /// A plugin objects.
    Objected,
    /// Muted by those who keep order.
    Muted,
    /// Nobody in the room hears them.
    Gagged,
    /// A word that nobody says there.
    MutedWord,
    /// The room has a pause between two lines of one player.
    SlowRoom,
    /// The room is not for everybody, and not for them.
    NotForYou,
    /// They may not enter the room.
    BarredHere,
    /// The room takes no more players.
    RoomFull,
    /// There is no such room, or it has closed.
    RoomClosed,
    /// Nobody of that number is in the room.
    NobodyThere,
    /// They are in another room.
    Elsewhere,
    /// They were sent out.
    SentOut,
    /// Not a number.
    NotANumber,
    /// Not one of what may be chosen.
    NotAChoice,
    /// Nobody of that name has an account.
    NoSuchPerson,
    /// Belongs to it already.
    AlreadyIn,
    /// The owner has to hand it on first.
    OwnerStays,
    /// The leader of an order has to hand it on first.
    LeaderStays,
    /// Belongs to another order.
    OtherOrder,
    /// The order takes only whom it invites.
    ByInvitation,
    /// The invitation does not hold any more.
    BadInvitation,
    /// The organization is not at work: asked for, suspended or closed.
    NotActive,
    /// Not so few, and not so many.
    OutOfRange,
    /// More than the role, or the token it is asked with, may do.
    NotGranted,
    /// Not a cron expression of five fields.
    NotACron,
    /// A time that never comes.
    NeverComes,
    /// Not the name of a time zone.
    NotAZone,
    /// An address the hub does not call: on a network of its own, or without TLS.
    NotCallable,
    /// Our own fault.
    Internal,
}
