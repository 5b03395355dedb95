//! The command line: what may be typed, and where each command is done.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use base::Clock;
use clap::{Args, Parser, Subcommand};
use cli::{Terminal, plugin::PluginCommand};
use client::Client;

use super::{
    Done, EXIT_CODES, EXIT_CONFIG, EXIT_UNREACHABLE, backup, complain, config, config::ConfigCommand, doctor,
    here::Here, import_lobby, later::Later, migrate, remote::Remote, serve, work,
};
use crate::config::Loaded;

/// The self-hosted home of a game community.
#[derive(Parser)]
#[command(name = "guildhall", version, about, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = EXIT_CODES)]
pub struct Line {
    /// The configuration file, instead of `guildhall.toml` here.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Keys of the configuration.
    #[command(flatten)]
    pub flags: Flags,
    /// A hub elsewhere.
    #[command(flatten)]
    pub remote: Remote,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The keys of the configuration that are asked for most; `guildhall config schema` lists all.
#[derive(Args)]
pub struct Flags {
    /// Where the website listens.
    #[arg(long, global = true, value_name = "ADDRESS")]
    http_addr: Option<String>,
    /// Where classic game clients log on.
    #[arg(long, global = true, value_name = "ADDRESS")]
    metaserver_addr: Option<String>,
    /// Everything the hub keeps.
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// The address people type.
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
}

impl Flags {
    /// Those that were given, with the names of their keys.
    pub fn pairs(&self) -> Vec<(String, String)> {
        [
            ("http_addr", &self.http_addr),
            ("metaserver_addr", &self.metaserver_addr),
            ("data_dir", &self.data_dir),
            ("public_url", &self.public_url),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)))
        .collect()
    }
}

/// Everything there is to type.
#[derive(Subcommand)]
pub enum Command {
    /// Runs the hub: website, lobby, everything.
    Serve,
    /// Works on jobs and schedules beside the hubs on the same PostgreSQL; opens no door.
    Work,
    /// Brings the database up to date, after a backup where there is data.
    Migrate {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes a backup, online; or looks after those there are.
    Backup(cli::backup::BackupArgs),
    /// Proves a backup: every byte against its checksum, then every row of a restored copy.
    Verify(cli::backup::Verifying),
    /// Restores a backup into an empty data directory or database.
    Restore(cli::backup::Restoring),
    /// Writes everything to a file that `import` reads, on SQLite or PostgreSQL: a backup with another name.
    Export(cli::backup::Making),
    /// Reads what `export` or `backup` wrote into the empty database of the configuration.
    Import(cli::backup::Restoring),
    /// Takes over players and games from another lobby server.
    ImportLobby(cli::lobby_import::Importing),
    /// Shows and checks the configuration.
    #[command(subcommand)]
    Config(Later<ConfigCommand>),
    /// Writes what a shell completes from; its own manual says where to put it.
    Completions {
        /// Which shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Writes the manual page to standard output, or one for each command into a folder.
    Man {
        /// Which folder.
        folder: Option<PathBuf>,
    },
    /// Looks for what is wrong or will be, and says how to mend it.
    Doctor {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Writes plugins, and looks after those of a hub.
    #[command(subcommand)]
    Plugin(Later<PluginCommand>),
    /// What is done in a hub.
    #[command(flatten)]
    Within(Within),
}

/// What is done in a hub, here or elsewhere.
#[derive(Subcommand)]
pub enum Within {
    /// Makes and looks after accounts.
    #[command(subcommand)]
    User(Later<cli::user::UserCommand>),
    /// Says who may do what.
    #[command(subcommand)]
    Role(Later<cli::role::RoleCommand>),
    /// Looks after organizations.
    #[command(subcommand)]
    Org(Later<cli::org::OrgCommand>),
    /// Looks after what was reported.
    #[command(subcommand)]
    Report(Later<cli::report::ReportCommand>),
    /// Looks after what was done about people, addresses and names.
    #[command(subcommand)]
    Sanction(Later<cli::sanction::SanctionCommand>),
    /// Looks after those who ask that something be looked at again.
    #[command(subcommand)]
    Appeal(Later<cli::appeal::AppealCommand>),
    /// Looks after the lobby's rooms.
    #[command(subcommand)]
    Room(Later<cli::room::RoomCommand>),
    /// Looks after orders of players.
    #[command(subcommand)]
    Order(Later<cli::order::OrderCommand>),
    /// Shows what results make of those who play.
    #[command(subcommand)]
    Ladder(Later<cli::ladder::LadderCommand>),
    /// Looks after seasons of ranked play.
    #[command(subcommand)]
    Season(Later<cli::season::SeasonCommand>),
    /// Judges results that players dispute.
    #[command(subcommand)]
    Dispute(Later<cli::dispute::DisputeCommand>),
    /// Looks after films of games.
    #[command(subcommand)]
    Film(Later<cli::film::FilmCommand>),
    /// Keeps order in a room of the lobby.
    #[command(subcommand)]
    RoomOrder(Later<cli::room_order::RoomOrderCommand>),
    /// Shows and changes what those who run the hub decide.
    #[command(subcommand)]
    Settings(Later<cli::settings::SettingsCommand>),
    /// Shows who did what to whom, from where: the audit log, newest first.
    Audit(cli::audit::AuditArgs),
    /// Looks after what is still to be done.
    #[command(subcommand)]
    Job(Later<cli::job::JobCommand>),
    /// Looks after what is done at its time.
    #[command(subcommand)]
    Schedule(Later<cli::schedule::ScheduleCommand>),
    /// Looks after what the hub writes to people.
    #[command(subcommand)]
    Mail(Later<cli::mail::MailCommand>),
    /// Looks after the other programs that are told what happens.
    #[command(subcommand)]
    Webhook(Later<cli::webhook::WebhookCommand>),
    /// Looks after the hub's application at Discord, and organizations' servers there.
    #[command(subcommand)]
    Discord(Later<cli::discord::DiscordCommand>),
    /// Looks after the tokens of the API.
    #[command(subcommand)]
    Token(Later<cli::token::TokenCommand>),
    /// Says how the hub is doing.
    #[command(subcommand)]
    System(Later<cli::system::SystemCommand>),
    /// Looks after the hub's secrets.
    #[command(subcommand)]
    Secrets(Later<cli::secrets::SecretsCommand>),
}

impl Line {
    /// Does what was typed, and says how it ended.
    pub async fn run(self, loaded: Loaded, clock: Arc<dyn Clock>, terminal: &mut Terminal<'_>) -> ExitCode {
        let elsewhere = match self.remote.open() {
            Ok(elsewhere) => elsewhere,
            Err(error) => {
                complain(terminal, &*error);
                return ExitCode::from(EXIT_CONFIG);
            }
        };
        let done = match elsewhere {
            Some(hub) => there(&hub, self.command, terminal).await,
            None => here(loaded, clock, self.command, terminal).await,
        };
        end(done, terminal)
    }
}

/// Says what went wrong, if anything did.
pub fn end(done: Done, terminal: &mut Terminal<'_>) -> ExitCode {
    match done {
        Ok(code) => code,
        Err(error) => {
            complain(terminal, &*error);
            let unreachable = error.downcast_ref::<client::Error>().is_some_and(client::Error::is_about_the_way);
            if unreachable { ExitCode::from(EXIT_UNREACHABLE) } else { ExitCode::FAILURE }
        }
    }
}

async fn here(loaded: Loaded, clock: Arc<dyn Clock>, command: Command, terminal: &mut Terminal<'_>) -> Done {
    let settings = loaded.settings.clone();
    match command {
        Command::Serve => Box::pin(serve::run(settings)).await,
        Command::Work => Box::pin(work::run(settings)).await,
        Command::Migrate { json } => migrate::run(settings, json).await,
        Command::Backup(arguments) => Box::pin(backup::run(settings, clock, terminal, arguments)).await,
        Command::Verify(arguments) => backup::verify(terminal, arguments).await,
        Command::Restore(arguments) | Command::Import(arguments) => {
            backup::restore(settings, terminal, arguments).await
        }
        Command::Export(making) => Box::pin(backup::export(settings, terminal, making)).await,
        Command::ImportLobby(importing) => Box::pin(import_lobby::run(settings, clock, terminal, importing)).await,
        Command::Config(Later(command)) => config::run(&loaded, &command),
        // Answered before there is a configuration.
        Command::Completions { .. } | Command::Man { .. } => Ok(ExitCode::SUCCESS),
        Command::Doctor { json } => doctor::run(&settings, terminal, json).await,
        Command::Plugin(Later(PluginCommand::Author(command))) => author(terminal, command).await,
        Command::Plugin(Later(PluginCommand::Registry(command))) => {
            let hub = Box::pin(Here::open(settings, clock)).await?;
            let done = match hub.start_plugins().await {
                Ok(()) => cli::plugin::run(hub.client(), terminal, command).await,
                Err(error) => Err(error.into()),
            };
            hub.stop_plugins().await;
            hub.close().await;
            done?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Within(command) => {
            let hub = Box::pin(Here::open(settings, clock)).await?;
            let done = within(hub.client(), command, terminal).await;
            hub.close().await;
            done
        }
    }
}

/// Whoever writes a plugin has no hub, and needs none.
async fn author(terminal: &mut Terminal<'_>, command: cli::author::AuthorCommand) -> Done {
    cli::author::run(terminal, command).await?;
    Ok(ExitCode::SUCCESS)
}

async fn there(hub: &Client, command: Command, terminal: &mut Terminal<'_>) -> Done {
    match command {
        Command::Within(command) => within(hub, command, terminal).await,
        Command::Plugin(Later(PluginCommand::Author(command))) => author(terminal, command).await,
        Command::Plugin(Later(PluginCommand::Registry(command))) => {
            cli::plugin::run(hub, terminal, command).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Backup(arguments) if !arguments.making.is_for_a_file() => {
            cli::backup::run(hub, terminal, arguments.command, arguments.making.json).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Doctor { json } => doctor::tell(terminal, &hub.system().await?.findings, json),
        _ => {
            terminal.note("guildhall: this command works on the hub of this machine only; leave --remote out")?;
            Ok(ExitCode::from(EXIT_CONFIG))
        }
    }
}

async fn within(hub: &Client, command: Within, terminal: &mut Terminal<'_>) -> Done {
    match command {
        Within::User(Later(command)) => cli::user::run(hub, terminal, command).await,
        Within::Role(Later(command)) => cli::role::run(hub, terminal, command).await,
        Within::Org(Later(command)) => cli::org::run(hub, terminal, command).await,
        Within::Report(Later(command)) => cli::report::run(hub, terminal, command).await,
        Within::Sanction(Later(command)) => cli::sanction::run(hub, terminal, command).await,
        Within::Appeal(Later(command)) => cli::appeal::run(hub, terminal, command).await,
        Within::Room(Later(command)) => cli::room::run(hub, terminal, command).await,
        Within::Film(Later(command)) => cli::film::run(hub, terminal, command).await,
        Within::Order(Later(command)) => cli::order::run(hub, terminal, command).await,
        Within::Ladder(Later(command)) => cli::ladder::run(hub, terminal, command).await,
        Within::Season(Later(command)) => cli::season::run(hub, terminal, command).await,
        Within::Dispute(Later(command)) => cli::dispute::run(hub, terminal, command).await,
        Within::RoomOrder(Later(command)) => cli::room_order::run(hub, terminal, command).await,
        Within::Settings(Later(command)) => cli::settings::run(hub, terminal, command).await,
        Within::Audit(args) => cli::audit::run(hub, terminal, args).await,
        Within::Job(Later(command)) => cli::job::run(hub, terminal, command).await,
        Within::Schedule(Later(command)) => cli::schedule::run(hub, terminal, command).await,
        Within::Mail(Later(command)) => cli::mail::run(hub, terminal, command).await,
        Within::Webhook(Later(command)) => cli::webhook::run(hub, terminal, command).await,
        Within::Discord(Later(command)) => cli::discord::run(hub, terminal, command).await,
        Within::Token(Later(command)) => cli::token::run(hub, terminal, command).await,
        Within::System(Later(command)) => cli::system::run(hub, terminal, command).await,
        Within::Secrets(Later(command)) => cli::secrets::run(hub, terminal, command).await,
    }?;
    Ok(ExitCode::SUCCESS)
}
