//! `guildhall doctor`: looks for what is wrong or will be, and says how to mend it.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::ExitCode,
};

use serde_json::json;
use tokio_util::task::TaskTracker;

use super::{Done, EXIT_FINDINGS, print_json};
use crate::{config::Settings, site::Site, wiring};

/// Below this much free space, writes are about to fail: 256 MiB.
const FREE_BYTES: u64 = 256 * 1024 * 1024;
/// Below this many open files, a busy evening is turned away.
const OPEN_FILES: u64 = 4096;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Fine.
    Good,
    /// Works, but see to it.
    Warning,
    /// Has to be mended.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub about: &'static str,
    /// How it is.
    pub weight: Weight,
    /// What was found.
    pub found: String,
    /// What to do about it; empty where nothing is to be done.
    pub fix: String,
}

impl Finding {
    fn good(about: &'static str, found: impl Into<String>) -> Self {
        Self { about, weight: Weight::Good, found: found.into(), fix: String::new() }
    }

    fn warning(about: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { about, weight: Weight::Warning, found: found.into(), fix: fix.into() }
    }

    fn bad(about: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { about, weight: Weight::Bad, found: found.into(), fix: fix.into() }
    }
}

/// Looks at everything, prints it, and tells by its exit code whether something has to be mended.
pub async fn run(settings: &Settings, as_json: bool) -> Done {
    let findings = examine(settings).await;
    if as_json {
        let rows: Vec<_> = findings
            .iter()
            .map(|finding| {
                let weight = match finding.weight {
                    Weight::Good => "good",
                    Weight::Warning => "warning",
                    Weight::Bad => "bad",
                };
                json!({ "about": finding.about, "weight": weight, "found": finding.found, "fix": finding.fix })
            })
            .collect();
        print_json(&rows.into());
    } else {
        for finding in &findings {
            let mark = match finding.weight {
                Weight::Good => "ok  ",
                Weight::Warning => "mind",
                Weight::Bad => "BAD ",
            };
            println!("{mark}  {}: {}", finding.about, finding.found);
            if !finding.fix.is_empty() {
                println!("        {}", finding.fix);
            }
        }
    }
    let bad = findings.iter().any(|finding| finding.weight == Weight::Bad);
    Ok(if bad { ExitCode::from(EXIT_FINDINGS) } else { ExitCode::SUCCESS })
}

/// Everything that is looked at, in the order an operator would.
pub async fn examine(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![data_dir(&settings.data_dir)];
    findings.extend(free_space(&settings.data_dir));
    findings.push(open_files());
    findings.push(public_url(settings));
    findings.push(site(settings));
    findings.push(listen("website", settings.http_addr));
    findings.push(listen("lobby", settings.metaserver_addr));
    findings.push(database(settings).await);
    findings
}

fn data_dir(folder: &Path) -> Finding {
    const ABOUT: &str = "data directory";
    let shown = folder.display();
    if let Err(error) = std::fs::create_dir_all(folder) {
        return Finding::bad(ABOUT, format!("{shown} can't be made: {error}"), "Make it, or set data_dir elsewhere.");
    }
    let probe = folder.join(".doctor");
    if let Err(error) = std::fs::write(&probe, b"probe").and_then(|()| std::fs::remove_file(&probe)) {
        return Finding::bad(ABOUT, format!("{shown} can't be written: {error}"), "Give the hub's user the folder.");
    }
    let open =
        std::fs::metadata(folder).map(|meta| std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o007);
    match open {
        Ok(open) if open != 0 => Finding::warning(
            ABOUT,
            format!("{shown} can be read by every user of this machine"),
            format!("chmod o-rwx {shown}"),
        ),
        _ => Finding::good(ABOUT, format!("{shown} can be written, and by nobody else")),
    }
}

fn free_space(folder: &Path) -> Option<Finding> {
    const ABOUT: &str = "free space";
    let place = rustix::fs::statvfs(folder).ok()?;
    let free = place.f_bavail.saturating_mul(place.f_frsize);
    let mib = free / (1024 * 1024);
    Some(if free < FREE_BYTES {
        Finding::bad(ABOUT, format!("{mib} MiB are left"), "Make room: a full disk stops every change.")
    } else {
        Finding::good(ABOUT, format!("{mib} MiB are left"))
    })
}

fn open_files() -> Finding {
    const ABOUT: &str = "open files";
    match wiring::open_file_limit() {
        Some(limit) if limit < OPEN_FILES => Finding::warning(
            ABOUT,
            format!("at most {limit} at once, and each connection is one"),
            "Raise it: `ulimit -n 65536`, or LimitNOFILE=65536 in the systemd unit.",
        ),
        Some(limit) => Finding::good(ABOUT, format!("at most {limit} at once")),
        None => Finding::warning(ABOUT, "the limit can't be read", "Nothing, where connections are accepted."),
    }
}

fn public_url(settings: &Settings) -> Finding {
    const ABOUT: &str = "public address";
    let Some(url) = &settings.public_url else {
        return if settings.http_addr.ip().is_loopback() {
            Finding::good(ABOUT, "none yet; only this machine can reach the hub")
        } else {
            Finding::warning(
                ABOUT,
                "none is set, but the hub listens beyond this machine",
                "Set public_url to the https address people type.",
            )
        };
    };
    let Some(host) = url.strip_prefix("http://") else { return Finding::good(ABOUT, url.clone()) };
    if base::is_loopback_host(host) {
        return Finding::good(ABOUT, url.clone());
    }
    Finding::bad(
        ABOUT,
        format!("{url} is plain http: browsers keep no login there, and passwords cross the net readable"),
        "Put a TLS proxy in front, name it in trusted_proxies, and set public_url to its https address.",
    )
}

fn site(settings: &Settings) -> Finding {
    match Site::find(settings.site_root.as_deref(), &settings.data_dir) {
        Ok(site) => Finding::good("site", format!("build {}", site.build)),
        Err(error) => Finding::bad("site", error.to_string(), "Use a release, or set site_root to a built site."),
    }
}

fn listen(about: &'static str, address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Finding::good(about, format!("can listen at {address}")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Finding::warning(about, format!("{address} is taken"), "Fine where that is the running hub.")
        }
        Err(error) => Finding::bad(about, format!("can't listen at {address}: {error}"), "Choose another address."),
    }
}

async fn database(settings: &Settings) -> Finding {
    const ABOUT: &str = "database";
    let tasks = TaskTracker::new();
    match wiring::inspect_database(settings, &tasks).await {
        Ok(report) => Finding::good(ABOUT, report),
        Err(error) => {
            let cause = std::error::Error::source(&*error).map_or_else(String::new, |cause| format!(": {cause}"));
            Finding::bad(
                ABOUT,
                format!("{error}{cause}"),
                "The newest backup is in the data directory, below backups/.",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_beyond_this_machine_is_refused() {
        let weight = |url: &str| public_url(&Settings { public_url: Some(url.into()), ..Settings::default() }).weight;
        assert_eq!(weight("http://hub.example"), Weight::Bad);
        assert_eq!(weight("http://192.0.2.1:3000"), Weight::Bad);
        assert_eq!(weight("https://hub.example"), Weight::Good);
        assert_eq!(weight("http://127.0.0.1:3000"), Weight::Good);
        assert_eq!(weight("http://[::1]:3000"), Weight::Good);
        assert_eq!(weight("http://localhost"), Weight::Good);
    }

    #[test]
    fn a_taken_port_is_a_warning() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(listen("website", taken.local_addr().unwrap()).weight, Weight::Warning);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_bad() {
        assert_eq!(data_dir(Path::new("/proc/nowhere")).weight, Weight::Bad);
    }
}
