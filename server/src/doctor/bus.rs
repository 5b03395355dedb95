//! The way between several nodes.

use contract::vitals::Finding;

use super::{bad, good, warning};
use crate::config::Settings;

const ABOUT: &str = "bus";

/// Whether NATS can be reached, where one is named.
pub(super) async fn nats(settings: &Settings) -> Option<Finding> {
    let nats = match settings.nats() {
        Ok(nats) => nats?,
        Err((key, problem)) => return Some(bad(ABOUT, format!("{key}: {problem}"), "Mend that key.")),
    };
    let place = nats.place();
    if settings.database_url.starts_with("sqlite:") {
        return Some(warning(
            ABOUT,
            format!("NATS at {place} is named, but on SQLite there is one node and nobody to wake"),
            "Take bus_url away, or move to PostgreSQL.",
        ));
    }
    Some(match nats.check().await {
        Ok(()) => good(ABOUT, format!("NATS at {place} answers and carries what the nodes send")),
        Err(error) => warning(
            ABOUT,
            format!("NATS at {place}: {error}"),
            "Look at bus_url, the login and the firewall. Nothing is lost meanwhile: each node looks once a second.",
        ),
    })
}

#[cfg(test)]
mod tests {
    use contract::vitals::Weight;

    use super::*;

    fn at(database_url: &str, bus_url: &str) -> Settings {
        Settings { database_url: database_url.into(), bus_url: Some(bus_url.into()), ..Settings::default() }
    }

    #[tokio::test]
    async fn nobody_there_is_a_warning_and_a_wrong_address_is_bad() {
        assert!(nats(&Settings::default()).await.is_none());
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let found = nats(&at("postgres://hub", &format!("nats://hub:s3cret@{free}"))).await.unwrap();
        assert!(found.weight == Weight::Warning && !found.found.contains("s3cret"), "{found:?}");
        assert_eq!(nats(&at("postgres://hub", "http://x")).await.unwrap().weight, Weight::Bad);
        assert_eq!(nats(&at("sqlite://hub.db", "nats://x")).await.unwrap().weight, Weight::Warning);
    }
}
