//! Keeping order from within a room: the commands of its moderators. Each calls one method of one service, which decides.

use std::{sync::Arc, time::Duration};

use base::RoomId;
use commands::{Command, Definition, Given, Kind, Place, Refusal, Reply, Value, Wording};
use contract::{
    moderation::SanctionKind,
    room::{MuteWord, Restrain, RestraintKind},
};
use futures::future::BoxFuture;
use metaserver::Rooms;
use moderation::{Measure, Moderation};

/// The longest name or reason that is typed.
const LONGEST: u16 = 300;

/// What they are made of.
#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) rooms: Rooms,
    pub(crate) moderation: Moderation,
}

type Run = fn(Bench, Given) -> BoxFuture<'static, Result<Reply, Refusal>>;

struct Deed {
    definition: Definition,
    bench: Bench,
    run: Run,
}

impl Command for Deed {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn run(&self, given: Given) -> BoxFuture<'_, Result<Reply, Refusal>> {
        (self.run)(self.bench.clone(), given)
    }
}

/// All of them.
pub(crate) fn keeping(bench: &Bench) -> Vec<Arc<dyn Command>> {
    let deed = |name, en, pt, options: fn(Definition) -> Definition, run: Run| -> Arc<dyn Command> {
        let definition = Definition::new(name, Wording::both(en, pt)).only_in(&[Place::Lobby]).for_known();
        let definition = Definition { for_managers: true, cooldown: Duration::ZERO, ..options(definition) };
        Arc::new(Deed { definition, bench: bench.clone(), run })
    };
    vec![
        deed(
            "kick",
            "Send somebody out of this room",
            "Mandar alguém sair desta sala",
            player_and_reason,
            |bench, given| Box::pin(kick(bench, given)),
        ),
        deed("gag", "Nobody in this room hears them", "Ninguém nesta sala o ouve", player_and_time, |bench, given| {
            Box::pin(restrain(bench, given, RestraintKind::Gag))
        }),
        deed("ungag", "They are heard again", "Volta a ser ouvido", only_player, |bench, given| {
            Box::pin(release(bench, given, RestraintKind::Gag))
        }),
        deed("bar", "They may not enter this room", "Não pode entrar nesta sala", player_and_time, |bench, given| {
            Box::pin(restrain(bench, given, RestraintKind::Bar))
        }),
        deed("unbar", "They may enter again", "Pode entrar de novo", only_player, |bench, given| {
            Box::pin(release(bench, given, RestraintKind::Bar))
        }),
        deed(
            "mute",
            "Nobody on the whole site hears them",
            "Ninguém no site inteiro o ouve",
            player_and_time,
            |bench, given| Box::pin(sanction(bench, given, SanctionKind::Mute)),
        ),
        deed("ban", "Shut them out of the whole site", "Excluir do site inteiro", player_and_time, |bench, given| {
            Box::pin(sanction(bench, given, SanctionKind::Ban))
        }),
        deed(
            "slow",
            "Seconds between two lines of a player; 0: none",
            "Segundos entre duas linhas; 0: nenhum",
            seconds,
            |bench, given| Box::pin(slow(bench, given)),
        ),
        deed(
            "muteword",
            "Nobody says that word in this room",
            "Ninguém diz essa palavra nesta sala",
            one_word,
            |bench, given| Box::pin(words(bench, given, true)),
        ),
        deed(
            "unmuteword",
            "That word may be said again",
            "Essa palavra pode ser dita de novo",
            one_word,
            |bench, given| Box::pin(words(bench, given, false)),
        ),
    ]
}

fn only_player(definition: Definition) -> Definition {
    definition.option("player", Wording::both("Whom", "Quem"), Kind::Text(LONGEST), true)
}

fn player_and_reason(definition: Definition) -> Definition {
    only_player(definition).option("reason", Wording::both("Why", "Por quê"), Kind::Text(LONGEST), false)
}

fn player_and_time(definition: Definition) -> Definition {
    let minutes = Wording::both("For how many minutes; 0: for good", "Por quantos minutos; 0: para sempre");
    let definition = only_player(definition).option("minutes", minutes, Kind::Integer, false);
    definition.option("reason", Wording::both("Why", "Por quê"), Kind::Text(LONGEST), false)
}

fn seconds(definition: Definition) -> Definition {
    definition.option("seconds", Wording::both("How many", "Quantos"), Kind::Integer, true)
}

fn one_word(definition: Definition) -> Definition {
    let which = Wording::both(
        "Which; with a star at its end all that begin so",
        "Qual; com asterisco, todas que começam assim",
    );
    definition.option("word", which, Kind::Text(LONGEST), true)
}

async fn kick(bench: Bench, given: Given) -> Result<Reply, Refusal> {
    let (player, reason) = (given.options.text("player"), given.options.text("reason"));
    let name =
        bench.rooms.kick(&given.caller.actor, room(&given)?, player, reason).await.map_err(|error| told(&error))?;
    Ok(Reply::quietly(format!("{name} is sent out.")))
}

async fn restrain(bench: Bench, given: Given, kind: RestraintKind) -> Result<Reply, Refusal> {
    let form = Restrain {
        kind,
        player: given.options.text("player").to_owned(),
        minutes: minutes(&given)?,
        reason: given.options.text("reason").to_owned(),
    };
    let done = bench.rooms.restrain(&given.caller.actor, room(&given)?, &form).await.map_err(|error| told(&error))?;
    let what = match kind {
        RestraintKind::Gag => "Nobody here hears",
        RestraintKind::Bar => "This room is closed to",
    };
    Ok(Reply::quietly(format!("{what} {}{}.", done.name, until(done.until.map(|until| until.since(done.at))))))
}

async fn release(bench: Bench, given: Given, kind: RestraintKind) -> Result<Reply, Refusal> {
    let player = given.options.text("player");
    let done = bench.rooms.release_named(&given.caller.actor, room(&given)?, kind, player).await;
    let name = done.map_err(|error| told(&error))?;
    Ok(Reply::quietly(match kind {
        RestraintKind::Gag => format!("{name} is heard again."),
        RestraintKind::Bar => format!("{name} may enter again."),
    }))
}

/// What holds in the whole hub is a sanction, as if it were made on the site. A ban with a time is a suspension.
async fn sanction(bench: Bench, given: Given, kind: SanctionKind) -> Result<Reply, Refusal> {
    let span = minutes(&given)?.map(|minutes| Duration::from_mins(minutes.into()));
    let kind = if kind == SanctionKind::Ban && span.is_some() { SanctionKind::Suspend } else { kind };
    let name = bench.rooms.name_of(&given.caller.actor, room(&given)?, given.options.text("player"));
    let name = name.await.map_err(|error| told(&error))?;
    let reason = match given.options.text("reason") {
        "" => "By a moderator of the lobby",
        reason => reason,
    };
    let done = bench.moderation.sanction_named(&given.caller.actor, &name, Measure { kind, span }, reason).await;
    done.map_err(|error| match error {
        moderation::Error::NotFound => Refusal::Told(format!("{name} has no account.")),
        error => Refusal::of(error.kind()),
    })?;
    let what = if kind == SanctionKind::Mute { "is muted" } else { "is shut out" };
    Ok(Reply::quietly(format!("{name} {what}{}.", until(span))))
}

async fn slow(bench: Bench, given: Given) -> Result<Reply, Refusal> {
    let secs = match given.options.get("seconds") {
        Some(Value::Integer(secs)) => u16::try_from(*secs).map_err(|_| Refusal::Wrong("seconds".into()))?,
        _ => 0,
    };
    bench.rooms.slow(&given.caller.actor, room(&given)?, secs).await.map_err(|error| told(&error))?;
    Ok(Reply::quietly(if secs == 0 { "Slow mode is off.".to_owned() } else { format!("{secs} s between two lines.") }))
}

async fn words(bench: Bench, given: Given, mutes: bool) -> Result<Reply, Refusal> {
    let form = MuteWord { word: given.options.text("word").to_owned(), everywhere: false };
    let (actor, room) = (&given.caller.actor, room(&given)?);
    let words = if mutes {
        bench.rooms.mute_word(actor, room, &form).await
    } else {
        bench.rooms.unmute_word(actor, room, &form).await
    };
    let words = words.map_err(|error| told(&error))?;
    Ok(Reply::quietly(format!("Nobody says here: {}", words.here.join(", "))))
}

/// The room it is given in.
fn room(given: &Given) -> Result<RoomId, Refusal> {
    let number = given.at.channel.as_deref().and_then(|channel| channel.parse::<i64>().ok());
    number.map(RoomId::from).ok_or(Refusal::NotFound)
}

fn minutes(given: &Given) -> Result<Option<u32>, Refusal> {
    match given.options.get("minutes") {
        None | Some(Value::Integer(0)) => Ok(None),
        Some(Value::Integer(minutes)) => {
            u32::try_from(*minutes).map(Some).map_err(|_| Refusal::Wrong("minutes".into()))
        }
        Some(_) => Err(Refusal::Wrong("minutes".into())),
    }
}

fn until(span: Option<Duration>) -> String {
    span.map_or_else(String::new, |span| format!(" for {} min", span.as_secs() / 60))
}

fn told(error: &metaserver::Error) -> Refusal {
    match error {
        metaserver::Error::NoSuchPlayer => Refusal::Told("Nobody here has that name, or several have.".to_owned()),
        metaserver::Error::Fields(fields) => {
            Refusal::Wrong(fields.first().map_or_else(String::new, |wrong| format!("{:?}", wrong.field).to_lowercase()))
        }
        metaserver::Error::Full => Refusal::Told("There is no room for more. Lift something first.".to_owned()),
        error => {
            if error.kind() == base::Kind::Internal {
                tracing::error!(error = error as &dyn std::error::Error, "a command failed");
            }
            Refusal::of(error.kind())
        }
    }
}
