//! `guildhall completions` and `guildhall man`: what a shell and `man` want to know of the command line.

use std::{io, path::Path, process::ExitCode};

use clap::Command;
use clap_complete::Shell;

use super::Done;

/// Writes what a shell completes from to standard output.
pub fn completions(mut command: Command, shell: Shell) -> Done {
    clap_complete::generate(shell, &mut command, "guildhall", &mut io::stdout());
    Ok(ExitCode::SUCCESS)
}

/// Writes the manual's page to standard output, or a page for each command into a folder.
pub fn man(command: Command, folder: Option<&Path>) -> Done {
    let Some(folder) = folder else {
        clap_mangen::Man::new(command).render(&mut io::stdout())?;
        return Ok(ExitCode::SUCCESS);
    };
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(command, folder)?;
    println!("The manual is in {}.", folder.display());
    Ok(ExitCode::SUCCESS)
}
