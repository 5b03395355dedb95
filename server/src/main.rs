//! `guildhall`: one binary, one command line.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::{CommandFactory as _, Parser as _};
use cli::Terminal;
use server::{
    commands::{self, Command, Line},
    config::{ConfigError, Loaded},
    logs,
    system::SystemClock,
};

fn main() -> ExitCode {
    let line = Line::parse();
    let mut terminal = Terminal::of_the_process();
    // Neither asks for a configuration: packages are built where there is none.
    let manual = match &line.command {
        Command::Completions { shell } => Some(commands::manual::completions(Line::command(), *shell, &mut terminal)),
        Command::Man { folder } => Some(commands::manual::man(Line::command(), folder.as_deref(), &mut terminal)),
        _ => None,
    };
    if let Some(done) = manual {
        return commands::end(done, &mut terminal);
    }
    let loaded = match read_configuration(&line) {
        Ok(loaded) => loaded,
        Err(error) => {
            commands::complain(&mut terminal, &error);
            return ExitCode::from(commands::EXIT_CONFIG);
        }
    };
    logs::start(&loaded.settings);
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(line.run(loaded, Arc::new(SystemClock), &mut terminal)),
        Err(error) => {
            commands::complain(&mut terminal, &error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the environment is read here, once, and handed to the configuration")]
fn read_configuration(line: &Line) -> Result<Loaded, ConfigError> {
    let file = line.config.clone().or_else(|| std::env::var_os("GUILDHALL_CONFIG").map(PathBuf::from));
    server::config::load(file.as_deref(), std::env::vars(), &line.flags.pairs())
}
