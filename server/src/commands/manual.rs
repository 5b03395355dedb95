//! `guildhall completions` and `guildhall man`: what a shell and `man` want to know of the command line.

use std::{path::Path, process::ExitCode};

use clap::Command;
use clap_complete::Shell;
use cli::Terminal;

use super::Done;

/// Writes what a shell completes from to standard output.
pub fn completions(mut command: Command, shell: Shell, terminal: &mut Terminal<'_>) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "guildhall", &mut script);
    terminal.write(&String::from_utf8(script)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the manual's page to standard output, or a page for each command into a folder.
pub fn man(command: Command, folder: Option<&Path>, terminal: &mut Terminal<'_>) -> Done {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        terminal.write(&String::from_utf8(page)?)?;
        return Ok(ExitCode::SUCCESS);
    };
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(command, folder)?;
    terminal.say(format_args!("The manual is in {}.", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}
