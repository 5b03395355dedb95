//! Asking for a password: without echo on a terminal, as the first line of standard input otherwise.

use std::io::{self, BufRead as _, IsTerminal as _};

use base::Secret;

/// A password from whoever types the command.
pub(crate) fn ask(prompt: &str) -> io::Result<Secret> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password(prompt).map(Secret::new);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(Secret::new(line.trim_end_matches(['\r', '\n'])))
}
