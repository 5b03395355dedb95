//! `guildhall user …`

use base::{IdentityId, Role, UserId};
use clap::{Args, Subcommand, ValueEnum};
use client::{Client, Error, Every, RecordQuery, UserQuery};
use contract::{
    account::Dossier,
    api::{NewEmail, NewName, NewPassword, NewRole, NewUser, User, Why},
    identity::Identity,
    moderation::{Report, Sanction},
    organization::Mine,
};
use serde::Serialize;

use crate::{
    sanction::line,
    terminal::{Done, Terminal, day_and_hour, perhaps, plain},
};

/// Makes and looks after accounts. Passwords are asked for, or read from the first line of standard input.
#[derive(Subcommand)]
pub enum UserCommand {
    /// Makes an account.
    Create {
        /// Its name.
        name: String,
        /// What it may do.
        #[arg(long, value_enum, default_value_t = RoleWord::Member)]
        role: RoleWord,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lists accounts, oldest first.
    List {
        /// Only those whose name or e-mail address holds this text.
        #[arg(long, default_value = "")]
        search: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one, its logins, and who has tried lately.
    Show {
        /// Whose.
        name: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Gives an account another name.
    Rename {
        #[command(flatten)]
        deed: Deed,
        /// The new one.
        to: String,
    },
    /// Gives an account another e-mail address, which is not proved, and ends all its logins.
    SetEmail {
        #[command(flatten)]
        deed: Deed,
        /// The new one; `""` for none.
        email: String,
    },
    /// Gives an account a new password, and ends all its logins.
    SetPassword(Deed),
    /// Gives an account another role, and ends all its logins.
    SetRole {
        #[command(flatten)]
        deed: Deed,
        /// Which.
        #[arg(value_enum)]
        role: RoleWord,
    },
    /// Keeps an account out, and ends all its logins.
    Lock(Deed),
    /// Lets it in again.
    Unlock(Deed),
    /// Ends all logins of an account.
    LogOut(Deed),
    /// Takes an account's second factor away, for one who has lost app and recovery codes, and ends all its logins.
    ClearSecondFactor(Deed),
    /// Takes what somebody wrote, or their picture, off their page.
    ClearProfile {
        #[command(flatten)]
        deed: Deed,
        /// What.
        #[arg(value_enum)]
        part: PartWord,
    },
    /// Lists somebody's accounts at other services that they log in with.
    Identities {
        /// Whose.
        name: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Unlinks one of them; never the last way into the account.
    Unlink {
        #[command(flatten)]
        deed: Deed,
        /// Its number in the list.
        identity: i64,
    },
}

/// To whom something is done, and why.
#[derive(Args)]
pub struct Deed {
    /// Whose.
    name: String,
    /// Why: stands in the audit log.
    #[arg(long, default_value = "")]
    reason: String,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

/// A role as it is typed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleWord {
    /// Has an account.
    Member,
    /// Writes news and pages.
    Editor,
    /// Runs events.
    Organiser,
    /// Keeps order.
    Moderator,
    /// Runs the hub.
    Admin,
    /// Owns it.
    Owner,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Member => Self::Member,
            RoleWord::Editor => Self::Editor,
            RoleWord::Organiser => Self::Organiser,
            RoleWord::Moderator => Self::Moderator,
            RoleWord::Admin => Self::Admin,
            RoleWord::Owner => Self::Owner,
        }
    }
}

/// A part of somebody's page as it is typed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PartWord {
    /// What they wrote.
    About,
    /// Their picture.
    Avatar,
}

impl PartWord {
    const fn word(self) -> &'static str {
        match self {
            Self::About => "about",
            Self::Avatar => "avatar",
        }
    }
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: UserCommand) -> Done {
    match command {
        UserCommand::Create { name, role, dry_run } => create(hub, terminal, name, role.into(), dry_run).await,
        UserCommand::List { search, json } => list(hub, terminal, search, json).await,
        UserCommand::Show { name, json } => {
            let record = record(hub, find(hub, &name).await?.id).await?;
            terminal.answer(json, &record, tell)
        }
        UserCommand::Rename { deed: Deed { name, reason, dry_run }, to } => {
            let Some(user) = begin(hub, terminal, &name, dry_run, &format!("would be called {to}")).await? else {
                return Ok(());
            };
            hub.set_user_name(user.id, &NewName { name: to.clone(), reason }).await?;
            terminal.say(format_args!("{} is now called {to}.", user.name))
        }
        UserCommand::SetEmail { deed: Deed { name, reason, dry_run }, email } => {
            let foreseen =
                if email.is_empty() { "would have no address" } else { "would have that address, not proved" };
            let Some(user) = begin(hub, terminal, &name, dry_run, foreseen).await? else { return Ok(()) };
            hub.set_user_email(user.id, &NewEmail { email, reason }).await?;
            terminal.say(format_args!("{} has another address; all logins of the account have ended.", user.name))
        }
        UserCommand::SetPassword(Deed { name, reason, dry_run }) => {
            let foreseen = "would get a new password, and all logins of the account would end";
            let Some(user) = begin(hub, terminal, &name, dry_run, foreseen).await? else { return Ok(()) };
            let password = terminal.secret("New password: ")?.expose().to_owned();
            hub.set_password(user.id, &NewPassword { password, reason }).await?;
            terminal.say(format_args!("{} has a new password; all logins of the account have ended.", user.name))
        }
        UserCommand::SetRole { deed: Deed { name, reason, dry_run }, role } => {
            let role = Role::from(role);
            let foreseen = format!("would be {}", role.word());
            let Some(user) = begin(hub, terminal, &name, dry_run, &foreseen).await? else { return Ok(()) };
            hub.set_role(user.id, &NewRole { role, reason }).await?;
            terminal.say(format_args!("{} is now {}.", user.name, role.word()))
        }
        UserCommand::Lock(deed) => {
            let foreseen = "would be locked, and all logins of the account would end";
            let done = "is locked; all logins of the account have ended";
            act(hub, terminal, deed, foreseen, done, async |user, why| hub.lock_user(user, why).await).await
        }
        UserCommand::Unlock(deed) => {
            let (foreseen, done) = ("could log in again", "may log in again");
            act(hub, terminal, deed, foreseen, done, async |user, why| hub.unlock_user(user, why).await).await
        }
        UserCommand::LogOut(deed) => {
            let (foreseen, done) = ("would be logged out everywhere", "is logged out everywhere");
            act(hub, terminal, deed, foreseen, done, async |user, why| hub.log_out_user(user, why).await).await
        }
        UserCommand::ClearSecondFactor(deed) => {
            let foreseen = "would have no second factor, and all logins of the account would end";
            let done = "needs no second factor any more; all logins of the account have ended";
            act(hub, terminal, deed, foreseen, done, async |user, why| hub.clear_second_factor(user, why).await).await
        }
        UserCommand::ClearProfile { deed, part } => {
            let foreseen = format!("would lose this part of their page: {}", part.word());
            let done = format!("has lost this part of their page: {}", part.word());
            act(hub, terminal, deed, &foreseen, &done, async |user, why| match part {
                PartWord::About => hub.clear_about(user, why).await,
                PartWord::Avatar => hub.clear_avatar(user, why).await,
            })
            .await
        }
        UserCommand::Identities { name, json } => identities(hub, terminal, &name, json).await,
        UserCommand::Unlink { deed, identity } => {
            let user = find(hub, &deed.name).await?;
            let linked = hub.list_identities_of(user.id).await?;
            let known = linked.into_iter().find(|known| known.id == IdentityId::from(identity));
            let Identity { id, provider, .. } =
                known.ok_or_else(|| format!("{} has no linked identity {identity}", user.name))?;
            let (foreseen, done) = (format!("would lose {provider}"), format!("has lost {provider}"));
            act(hub, terminal, deed, &foreseen, &done, async |user, why| hub.unlink_identity_of(user, id, why).await)
                .await
        }
    }
}

async fn create(hub: &Client, terminal: &mut Terminal<'_>, name: String, role: Role, dry_run: bool) -> Done {
    if dry_run {
        if hub.find_user(&name).await?.is_some() {
            return Err(format!("{name} is taken").into());
        }
        return terminal.say(format_args!("An account {name} would be made, as {}.", role.word()));
    }
    let password = terminal.secret("Password: ")?.expose().to_owned();
    let user = hub.create_user(&NewUser { name, password, role }).await?;
    terminal.say(format_args!("Made {}, account {}.", user.name, user.id))
}

/// The account of that name.
pub(crate) async fn find(hub: &Client, name: &str) -> Done<User> {
    let found = hub.find_user(name).await?;
    found.ok_or_else(|| format!("there is no account called {name}").into())
}

/// The account, unless the command only wants to know what it would do.
async fn begin(
    hub: &Client,
    terminal: &mut Terminal<'_>,
    name: &str,
    dry_run: bool,
    foreseen: &str,
) -> Done<Option<User>> {
    let user = find(hub, name).await?;
    if dry_run {
        terminal.say(format_args!("{}, now {}, {foreseen}.", user.name, standing(&user)))?;
        return Ok(None);
    }
    Ok(Some(user))
}

fn standing(user: &User) -> String {
    let locked = if user.locked_at.is_some() { ", locked" } else { "" };
    format!("{}{locked}", user.role.word())
}

async fn act(
    hub: &Client,
    terminal: &mut Terminal<'_>,
    deed: Deed,
    foreseen: &str,
    done: &str,
    act: impl AsyncFnOnce(UserId, &Why) -> Result<(), Error>,
) -> Done {
    let Some(user) = begin(hub, terminal, &deed.name, deed.dry_run, foreseen).await? else { return Ok(()) };
    act(user.id, &Why { reason: deed.reason }).await?;
    terminal.say(format_args!("{} {done}.", user.name))
}

async fn list(hub: &Client, terminal: &mut Terminal<'_>, search: String, as_json: bool) -> Done {
    let query = UserQuery { search, ..UserQuery::default() };
    let users = Every::of(async |part| hub.list_users(&UserQuery { part, ..query.clone() }).await).all().await?;
    terminal.answer(as_json, &users, |terminal, users| {
        let rows: Vec<_> = users
            .iter()
            .map(|user| {
                let locked = if user.locked_at.is_some() { "locked" } else { "" };
                let (number, role) = (user.id.to_string(), user.role.word().to_owned());
                [number, role, plain(&user.name), user.email.clone().unwrap_or_default(), locked.to_owned()]
            })
            .collect();
        terminal.table(["number", "role", "name", "address", ""], &rows, "No account matches.")
    })
}

async fn identities(hub: &Client, terminal: &mut Terminal<'_>, name: &str, as_json: bool) -> Done {
    let linked = hub.list_identities_of(find(hub, name).await?.id).await?;
    terminal.answer(as_json, &linked, |terminal, linked| {
        let rows: Vec<_> = linked
            .iter()
            .map(|identity| {
                let called = identity.name.as_deref().map(plain).unwrap_or_default();
                let (since, used) = (day_and_hour(identity.created_at), perhaps(identity.last_used_at));
                [identity.id.to_string(), identity.provider.clone(), called, since, used]
            })
            .collect();
        let heads = ["number", "service", "called", "linked", "last used"];
        terminal.table(heads, &rows, &format!("{name} has linked nothing."))
    })
}

/// Everything on record about somebody.
#[derive(Serialize)]
struct Record {
    account: Dossier,
    organizations: Vec<Mine>,
    sanctions: Vec<Sanction>,
    reports: Vec<Report>,
}

async fn record(hub: &Client, user: UserId) -> Done<Record> {
    let sanctions = async |part| hub.list_sanctions_of(user, &RecordQuery { holding: false, part }).await;
    let reports = async |part| hub.list_reports_about_user(user, &part).await;
    Ok(Record {
        account: hub.user(user).await?,
        organizations: hub.list_organizations_of(user).await?,
        sanctions: Every::of(sanctions).all().await?,
        reports: Every::of(reports).all().await?,
    })
}

fn tell(terminal: &mut Terminal<'_>, record: &Record) -> Done {
    let dossier = &record.account;
    let me = &dossier.me;
    terminal.say(format_args!("{}, account {}: {}", me.name, me.id, me.role.word()))?;
    match &dossier.email {
        Some(email) if dossier.email_verified => terminal.say(format_args!("address: {email}, proved"))?,
        Some(email) => terminal.say(format_args!("address: {email}, not proved"))?,
        None => terminal.say("address: none")?,
    }
    terminal.say(format_args!("password: {}", if dossier.has_password { "yes" } else { "none" }))?;
    terminal.say(format_args!("made: {}", day_and_hour(dossier.created_at)))?;
    if dossier.locked_at.is_some() {
        terminal.say(format_args!("locked: {}", perhaps(dossier.locked_at)))?;
    }
    if dossier.deletion_due_at.is_some() {
        terminal.say(format_args!("will be gone: {}", perhaps(dossier.deletion_due_at)))?;
    }
    terminal.say(format_args!("logins: {}", dossier.sessions.len()))?;
    for session in &dossier.sessions {
        terminal.say(format_args!("  {}  {}", day_and_hour(session.last_used_at), plain(&session.device)))?;
    }
    terminal.say("lately:")?;
    for log_in in &dossier.log_ins {
        let how = format!("{} by {}", log_in.outcome.word(), log_in.proof.word()).replace('_', " ");
        let (at, from) = (day_and_hour(log_in.at), if log_in.network.is_empty() { "-" } else { &log_in.network });
        terminal.say(format_args!("  {at}  {how}  {from}  {}", plain(&log_in.device)))?;
    }
    for mine in &record.organizations {
        terminal.say(format_args!("in {}: {}", plain(&mine.organization.name), mine.role.word()))?;
    }
    for sanction in &record.sanctions {
        terminal.say(format_args!("sanction {}", line(sanction)))?;
    }
    for report in &record.reports {
        let (number, state, reason) = (report.id, report.state.word(), report.reason.word());
        terminal.say(format_args!("report {number}: {reason}, {state}"))?;
    }
    Ok(())
}
