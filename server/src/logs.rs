//! Log lines: text on a terminal, one JSON object a line otherwise. Never a password, token, cookie, address or body.

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{LogFormat, Settings};

/// Starts logging to standard error. Does nothing where somebody has started it already.
pub fn start(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let json = match settings.log_format {
        LogFormat::Auto => !std::io::stderr().is_terminal(),
        LogFormat::Text => false,
        LogFormat::Json => true,
    };
    let registry = tracing_subscriber::registry().with(filter);
    let started = if json {
        registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init()
    } else {
        let color = std::io::stderr().is_terminal();
        registry.with(fmt::layer().compact().with_ansi(color).with_writer(std::io::stderr)).try_init()
    };
    drop(started);
}
