//! `guildhall`: one binary, one command line.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use server::{
    commands::{self, config::ConfigCommand},
    config::{ConfigError, Loaded},
    logs,
};

/// The self-hosted home of a game community.
#[derive(Parser)]
#[command(name = "guildhall", version, about, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = commands::EXIT_CODES)]
struct Cli {
    /// The configuration file, instead of `guildhall.toml` here.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    remote: commands::remote::Remote,
    #[command(subcommand)]
    command: Command,
}

/// The keys of the configuration that are asked for most; `guildhall config schema` lists all.
#[derive(Args)]
struct Flags {
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
    fn pairs(&self) -> Vec<(String, String)> {
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

#[derive(Subcommand)]
enum Command {
    /// Runs the hub: website, lobby, everything.
    Serve,
    /// Brings the database up to date, after a backup where there is data.
    Migrate {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes and looks after accounts.
    #[command(subcommand)]
    User(cli::user::UserCommand),
    /// Looks after what the hub writes to people.
    #[command(subcommand)]
    Mail(cli::mail::MailCommand),
    /// Looks after what is still to be done.
    #[command(subcommand)]
    Job(cli::job::JobCommand),
    /// Looks after the other programs that are told what happens.
    #[command(subcommand)]
    Webhook(cli::webhook::WebhookCommand),
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
    /// Looks after what was done about people, addresses and names.
    #[command(subcommand)]
    Sanction(cli::order::SanctionCommand),
    /// Looks after what was reported.
    #[command(subcommand)]
    Report(cli::order::ReportCommand),
    /// Looks after organizations.
    #[command(subcommand)]
    Org(cli::org::OrgCommand),
    /// Looks after the tokens of the API.
    #[command(subcommand)]
    Token(cli::token::TokenCommand),
    /// Shows and changes what those who run the hub decide.
    #[command(subcommand)]
    Settings(cli::settings::SettingsCommand),
    /// Shows who did what to whom, from where: the audit log, newest first.
    Audit(cli::audit::AuditArgs),
    /// Shows and checks the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Looks after the hub's secrets.
    #[command(subcommand)]
    Secrets(cli::secrets::SecretsCommand),
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
}

impl Command {
    /// Whether it can be done through the API of a hub elsewhere.
    const fn works_elsewhere(&self) -> bool {
        matches!(self, Self::User(_))
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.remote.remote.is_some() && !cli.command.works_elsewhere() {
        commands::complain(&*Box::<dyn std::error::Error>::from(
            "this command works on the hub of this machine only; leave --remote out",
        ));
        return ExitCode::from(commands::EXIT_CONFIG);
    }
    // Neither asks for a configuration: packages are built where there is none.
    let manual = match &cli.command {
        Command::Completions { shell } => Some(commands::manual::completions(Cli::command(), *shell)),
        Command::Man { folder } => Some(commands::manual::man(Cli::command(), folder.as_deref())),
        _ => None,
    };
    if let Some(done) = manual {
        return end(done);
    }
    let loaded = match read_configuration(&cli) {
        Ok(loaded) => loaded,
        Err(error) => {
            commands::complain(&error);
            return ExitCode::from(commands::EXIT_CONFIG);
        }
    };
    logs::start(&loaded.settings);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            commands::complain(&error);
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve => Box::pin(commands::serve::run(loaded.settings)).await,
            Command::Migrate { json } => commands::migrate::run(loaded.settings, json).await,
            Command::User(command) => commands::user::run(loaded.settings, &cli.remote, command).await,
            Command::Mail(command) => commands::mail::run(loaded.settings, command).await,
            Command::Job(command) => commands::job::run(loaded.settings, command).await,
            Command::Webhook(command) => commands::webhook::run(loaded.settings, command).await,
            Command::Backup(arguments) => Box::pin(commands::backup::run(loaded.settings, arguments)).await,
            Command::Verify(arguments) => commands::backup::verify(arguments).await,
            Command::Restore(arguments) | Command::Import(arguments) => {
                commands::backup::restore(loaded.settings, arguments).await
            }
            Command::Export(making) => Box::pin(commands::backup::export(loaded.settings, making)).await,
            Command::Sanction(command) => commands::order::sanction(loaded.settings, command).await,
            Command::Report(command) => commands::order::report(loaded.settings, command).await,
            Command::Org(command) => commands::org::run(loaded.settings, command).await,
            Command::Token(command) => commands::token::run(loaded.settings, command).await,
            Command::Settings(command) => commands::settings::run(loaded.settings, command).await,
            Command::Audit(args) => commands::settings::audit(loaded.settings, args).await,
            Command::Config(command) => commands::config::run(&loaded, &command),
            Command::Secrets(command) => commands::secrets::run(loaded.settings, command).await,
            // Answered above.
            Command::Completions { .. } | Command::Man { .. } => Ok(ExitCode::SUCCESS),
            Command::Doctor { json } => commands::doctor::run(&loaded.settings, json).await,
        }
    });
    end(done)
}

fn end(done: commands::Done) -> ExitCode {
    match done {
        Ok(code) => code,
        Err(error) => {
            commands::complain(&*error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the environment is read here, once, and handed to the configuration")]
fn read_configuration(cli: &Cli) -> Result<Loaded, ConfigError> {
    let file = cli.config.clone().or_else(|| std::env::var_os("GUILDHALL_CONFIG").map(PathBuf::from));
    server::config::load(file.as_deref(), std::env::vars(), &cli.flags.pairs())
}
