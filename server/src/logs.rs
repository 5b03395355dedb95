//! Log lines: text on a terminal, one JSON object a line otherwise. Never a password, token, cookie, address or body.

use std::{
    io::IsTerminal as _,
    sync::atomic::{AtomicI64, Ordering},
};

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer, fmt,
    layer::{Context, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

use crate::config::{LogFormat, Settings};

/// Starts logging to standard error. Does nothing where somebody has started it already.
pub fn start(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let json = match settings.log_format {
        LogFormat::Auto => !std::io::stderr().is_terminal(),
        LogFormat::Text => false,
        LogFormat::Json => true,
    };
    let registry = tracing_subscriber::registry().with(filter).with(CountErrors);
    let started = if json {
        registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init()
    } else {
        let color = std::io::stderr().is_terminal();
        registry.with(fmt::layer().compact().with_ansi(color).with_writer(std::io::stderr)).try_init()
    };
    drop(started);
}

/// Errors logged since the start of the process, all hubs in it together.
static ERRORS: AtomicI64 = AtomicI64::new(0);

/// Errors logged since the start: a number on the dashboard that somebody should get up for.
pub(crate) fn errors() -> i64 {
    ERRORS.load(Ordering::Relaxed)
}

/// Counts what is logged as an error.
struct CountErrors;

impl<S: Subscriber> Layer<S> for CountErrors {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if *event.metadata().level() == Level::ERROR {
            ERRORS.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_counted_and_nothing_else() {
        let before = errors();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(CountErrors), || {
            tracing::warn!("we coped");
            tracing::error!("somebody should get up");
        });
        assert_eq!(errors() - before, 1);
    }
}
