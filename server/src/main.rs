//! `guildhall`: one binary, one command line.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use server::{
    commands::{self, config::ConfigCommand},
    config::{ConfigError, Loaded},
    logs,
};

/// The self-hosted home of a game community.
#[derive(Parser)]
#[command(name = "guildhall", version, about, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    /// The configuration file, instead of `guildhall.toml` here.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
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
    /// Shows and checks the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Looks for what is wrong or will be, and says how to mend it.
    Doctor {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
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
            Command::User(command) => commands::user::run(loaded.settings, command).await,
            Command::Config(command) => commands::config::run(&loaded, &command),
            Command::Doctor { json } => commands::doctor::run(&loaded.settings, json).await,
        }
    });
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
