//! Looks for what is wrong or will be, and says how to mend it: for `guildhall doctor`, the admin area and the API.

mod bus;
mod disk;
mod lobby;
mod net;
mod sign_in;
mod store;

use base::Clock;
use contract::vitals::{Finding, Weight};
use db::Db;
use tokio_util::task::TaskTracker;

use crate::{config::Settings, database, site::Site, wiring};

/// Below this many open files, a busy evening is turned away.
const OPEN_FILES: u64 = 4096;

/// From where one looks.
pub enum From<'d> {
    /// From the command line, whether or not a hub runs.
    Outside,
    /// From the hub that runs, with its database.
    Within(&'d Db),
}

/// Everything that is looked at, in the order an operator would.
pub async fn examine(settings: &Settings, from: From<'_>, clock: &dyn Clock) -> Vec<Finding> {
    let mut findings = vec![disk::data_dir(&settings.data_dir)];
    findings.extend(disk::secrets(settings));
    findings.extend(disk::free_space(&settings.data_dir));
    findings.push(open_files());
    findings.push(net::public_url(settings));
    findings.extend(net::proxies(settings));
    findings.extend(net::reachable(settings, clock.now()).await);
    findings.push(site(settings));
    if settings.lobby.enabled {
        findings.push(lobby::clear_text(settings));
        findings.extend(lobby::proxy(settings));
    }
    if matches!(from, From::Outside) {
        findings.push(net::listen("website", settings.http_addr));
        if settings.lobby.enabled {
            findings.push(net::listen("lobby", settings.metaserver_addr));
            findings.extend(lobby::proxy_ports(settings));
        }
    }
    match from {
        From::Within(db) => findings.extend(store::database(db, clock).await),
        From::Outside => {
            let tasks = TaskTracker::new();
            match database::open_as_it_is(settings, &tasks).await {
                Ok(db) => {
                    findings.extend(store::database(&db, clock).await);
                    db.close().await;
                }
                Err(error) => findings.push(store::unopened(&*error)),
            }
        }
    }
    findings.extend(bus::nats(settings).await);
    findings.push(disk::backups(&settings.backup.folder(&settings.data_dir), clock.now()));
    findings.push(net::mail_server(settings).await);
    findings.extend(sign_in::services(settings).await);
    findings
}

fn open_files() -> Finding {
    const ABOUT: &str = "open files";
    match wiring::open_file_limit() {
        Some(limit) if limit < OPEN_FILES => warning(
            ABOUT,
            format!("at most {limit} at once, and each connection is one"),
            "Raise it: `ulimit -n 65536`, or LimitNOFILE=65536 in the systemd unit.",
        ),
        Some(limit) => good(ABOUT, format!("at most {limit} at once")),
        None => warning(ABOUT, "the limit can't be read", "Nothing, where connections are accepted."),
    }
}

fn site(settings: &Settings) -> Finding {
    match Site::find(settings.site_root.as_deref(), &settings.data_dir) {
        Ok(site) => good("site", format!("build {}", site.build)),
        Err(error) => bad("site", error.to_string(), "Use a release, or set site_root to a built site."),
    }
}

/// It is as it should be.
fn good(about: &str, found: impl Into<String>) -> Finding {
    Finding { about: about.to_owned(), weight: Weight::Good, found: found.into(), fix: String::new() }
}

/// It works, and should be seen to.
fn warning(about: &str, found: impl Into<String>, fix: impl Into<String>) -> Finding {
    Finding { about: about.to_owned(), weight: Weight::Warning, found: found.into(), fix: fix.into() }
}

/// It has to be mended.
fn bad(about: &str, found: impl Into<String>, fix: impl Into<String>) -> Finding {
    Finding { about: about.to_owned(), weight: Weight::Bad, found: found.into(), fix: fix.into() }
}
