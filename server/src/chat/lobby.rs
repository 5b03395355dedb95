//! Commands in the lobby: lines that begin with a full stop.

use accounts::Accounts;
use base::{Actor, Credential, Person};
use commands::{At, Caller, Given, Kind, Place, Refusal, Registry, Typed, Value};
use metaserver::{Speaker, Whisperer};
use orgs::Orgs;
use tokio_util::task::TaskTracker;

/// So many lines of an answer are shown: a room's window is small, but all that can be typed there is to be listed in it.
const MOST_LINES: usize = 48;
/// Classic clients speak no language of their own that they would tell.
const LOCALE: &str = "en";

/// The lobby's door to the one list.
#[derive(Clone)]
pub(crate) struct LobbyCommands {
    pub(crate) commands: Registry,
    pub(crate) accounts: Accounts,
    pub(crate) orgs: Orgs,
    pub(crate) tasks: TaskTracker,
}

impl LobbyCommands {
    /// Carries a command out beside the room, and answers.
    pub(crate) fn take(&self, speaker: Speaker, line: &str, answer: Whisperer) {
        let (this, line) = (self.clone(), line.to_owned());
        self.tasks.spawn(async move {
            let lines = match this.give(&speaker, &line).await {
                Ok(lines) => lines,
                Err(refusal) => vec![refusal.told(LOCALE)],
            };
            for line in lines.iter().take(MOST_LINES) {
                answer.tell(line);
            }
            if lines.len() > MOST_LINES {
                answer.tell("…");
            }
        });
    }

    async fn give(&self, speaker: &Speaker, line: &str) -> Result<Vec<String>, Refusal> {
        let typed = Typed::read(line).ok_or_else(|| Refusal::Unknown(line.to_owned()))?;
        let name = typed.name.to_ascii_lowercase();
        // The lobby is everybody's: what is on in an organization is there for those who belong to it.
        let organizations = match speaker.user {
            Some(user) => self.orgs.of_person(&Actor::Job, user).await.map_err(|_| Refusal::Busy)?,
            None => Vec::new(),
        };
        let at = At {
            place: Place::Lobby,
            organizations: organizations.into_iter().map(|one| one.organization.id).collect(),
            channel: Some(speaker.room.to_string()),
            guild: None,
        };
        if name == "help" {
            return Ok(self.help(&at, speaker.keeps_order));
        }
        let command = self.commands.find(&name, &at).ok_or(Refusal::Unknown(name.clone()))?;
        let definition = command.definition();
        // A classic client says whom it means by whispering the command to them, or by selecting them.
        let about_player = definition.options.first().is_some_and(|option| option.name == "player");
        let meant = speaker.toward.filter(|_| about_player).map(|number| format!("#{number} {}", typed.rest));
        let typed = Typed { rest: meant.as_deref().unwrap_or(typed.rest), ..typed };
        let mut options = typed.options(definition)?;
        for option in definition.options.iter().filter(|option| option.kind == Kind::Person) {
            let called = options.text(&option.name).to_owned();
            if called.is_empty() {
                continue;
            }
            let found = self.accounts.find_user(&Actor::Job, &called).await.map_err(|_| Refusal::Busy)?;
            let user = found.ok_or_else(|| Refusal::NoSuchPerson(option.name.to_string()))?;
            options.put(option.name.as_ref(), Value::Person(user.id));
        }
        let caller = Self::caller(speaker);
        let reply = self.commands.give(&name, Given { caller, at, options }).await?;
        Ok(reply.as_lines())
    }

    fn caller(speaker: &Speaker) -> Caller {
        let actor = match speaker.user {
            Some(user) => {
                let (role, by) = (speaker.role, Credential::Game);
                Actor::Person(Person { user, role, by, fresh: false, address: None })
            }
            None => Actor::Stranger { address: None },
        };
        let key = speaker.user.map_or_else(|| format!("guest/{}", speaker.number), |user| format!("user/{user}"));
        Caller { actor, name: speaker.name.clone(), locale: LOCALE.to_owned(), key }
    }

    /// What can be given there: what only those who keep order may do is listed to them alone.
    fn help(&self, at: &At, keeps_order: bool) -> Vec<String> {
        let mut lines = vec![".help: these lines".to_owned()];
        let rooms_own = metaserver::COMMANDS.iter().filter(|command| keeps_order || !command.for_keepers);
        lines.extend(rooms_own.map(|command| format!("{}: {}", command.usage, command.about)));
        for command in self.commands.list(at) {
            let definition = command.definition();
            if definition.for_managers && !keeps_order {
                continue;
            }
            let options: String = definition
                .options
                .iter()
                .map(|option| if option.required { format!(" {}", option.name) } else { format!(" [{}]", option.name) })
                .collect();
            lines.push(format!(".{}{options}: {}", definition.name, definition.description.to(LOCALE)));
        }
        lines
    }
}
