//! Every key there is, its default, and what it is for. The doc comments are what `config schema` and `config init` print.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::backup::BackupSettings;
use super::bus::BusSettings;
use super::films::FilmSettings;
use super::hosting::HostingSettings;
use super::limits::{HashingSettings, LiveSettings, SessionSettings};
use super::outbound::OutboundSettings;
use super::plugins::PluginSettings;
use super::remote_hubs::RemoteHubSettings;
use super::sign_in::SignInSettings;
use super::smtp::SmtpSettings;
use super::versions::VersionSettings;
use super::work::WorkSettings;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Text on a terminal, JSON otherwise.
    Auto,
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where the website listens.
    #[schemars(with = "String")]
    pub http_addr: SocketAddr,
    /// Where classic game clients log on.
    #[schemars(with = "String")]
    pub metaserver_addr: SocketAddr,
    /// First port of the rooms, which take one each, upwards. Free ports are taken where it is empty.
    pub metaserver_room_ports: Option<u16>,
    /// The IPv4 address told to classic clients for the rooms. The address they came in on where it is empty.
    #[schemars(with = "Option<String>")]
    pub metaserver_public_ip: Option<Ipv4Addr>,
    /// Where metrics are served. Not at all where it is empty. Keep it private.
    #[schemars(with = "Option<String>")]
    pub admin_addr: Option<SocketAddr>,
    /// The address people type, such as `https://hub.example`. The one they came in on where it is empty.
    pub public_url: Option<String>,
    /// Everything the hub keeps: the SQLite database, backups, the unpacked site.
    pub data_dir: PathBuf,
    /// `sqlite://PATH` or `postgres://USER@HOST/NAME`. May also stand in a file, see `database_url_file`.
    pub database_url: String,
    /// A file whose first line is the database URL: keeps a password out of the environment.
    pub database_url_file: Option<PathBuf>,
    /// Where several nodes on one PostgreSQL wake each other: `nats://USER:PASSWORD@HOST`, or `tls://…`; several servers with commas between
    /// them. They do it through the database where it is empty. May also stand in a file, see `bus_url_file`.
    pub bus_url: Option<String>,
    /// A file whose first line is that address: keeps a password out of the environment.
    pub bus_url_file: Option<PathBuf>,
    /// A folder with a built site, instead of the one the program carries. For development.
    pub site_root: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Nobody else's are.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpNet>,
    /// What to log, as `tracing` filters: `info`, `warn,server=debug`.
    pub log: String,
    /// How to log it.
    pub log_format: LogFormat,
    /// Limits of the website.
    pub http: HttpSettings,
    /// The doors of programs.
    pub api: ApiSettings,
    /// Limits of logging in and signing up.
    pub log_in: LogInSettings,
    /// How long logins last.
    pub sessions: SessionSettings,
    /// What hashing a password costs.
    pub hashing: HashingSettings,
    /// Limits of live pages.
    pub live: LiveSettings,
    /// Limits of the lobby.
    pub lobby: LobbySettings,
    /// Versions of the games that are let in beyond Myth II 1.8 and Aleph One, and what those are told that are too old. The lowest version
    /// and build of Myth II 1.8 and its kin stand in `[lobby]`.
    pub versions: VersionSettings,
    /// Tests of whether players reach a host, and a way round for hosts whom nobody reaches.
    pub hosting: HostingSettings,
    /// Films of games.
    pub films: FilmSettings,
    /// Servers that carry games of Aleph One for hosts who cannot: one table each, in the file.
    pub remote_hubs: Vec<RemoteHubSettings>,
    /// Limits of the database.
    pub database: DatabaseSettings,
    /// The way between nodes, where it is NATS.
    pub bus: BusSettings,
    /// The mail server.
    pub smtp: SmtpSettings,
    /// Backups.
    pub backup: BackupSettings,
    /// Calls to other hosts.
    pub outbound: OutboundSettings,
    /// Jobs and schedules.
    pub work: WorkSettings,
    /// Plugins.
    pub plugins: PluginSettings,
    /// Other services that people may log in with: one table each, in the file.
    pub sign_in: Vec<SignInSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Self {
            http_addr: SocketAddr::new(loopback, 3000),
            metaserver_addr: SocketAddr::new(loopback, 6321),
            metaserver_room_ports: None,
            metaserver_public_ip: None,
            admin_addr: None,
            public_url: None,
            data_dir: "data".into(),
            database_url: "sqlite://data/guildhall.db".into(),
            database_url_file: None,
            bus_url: None,
            bus_url_file: None,
            site_root: None,
            trusted_proxies: Vec::new(),
            log: "info".into(),
            log_format: LogFormat::Auto,
            http: HttpSettings::default(),
            api: ApiSettings::default(),
            log_in: LogInSettings::default(),
            sessions: SessionSettings::default(),
            hashing: HashingSettings::default(),
            live: LiveSettings::default(),
            lobby: LobbySettings::default(),
            versions: VersionSettings::default(),
            hosting: HostingSettings::default(),
            films: FilmSettings::default(),
            remote_hubs: Vec::new(),
            database: DatabaseSettings::default(),
            bus: BusSettings::default(),
            smtp: SmtpSettings::default(),
            backup: BackupSettings::default(),
            outbound: OutboundSettings::default(),
            work: WorkSettings::default(),
            plugins: PluginSettings::default(),
            sign_in: Vec::new(),
        }
    }
}

/// Limits of the website.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HttpSettings {
    /// Seconds a client has to send its request's head.
    #[schemars(range(min = 1, max = 120))]
    pub header_timeout_secs: u64,
    /// Seconds the hub has to answer a request for a page, and 15 at most for everything else.
    #[schemars(range(min = 1, max = 300))]
    pub page_timeout_secs: u64,
    /// The largest form or JSON body, in bytes.
    #[schemars(range(min = 1024, max = 16_777_216))]
    pub body_bytes: usize,
    /// The longest address line, in bytes.
    #[schemars(range(min = 256, max = 65536))]
    pub url_bytes: usize,
    /// Connections at once, all together. 90 % of the limit on open files where it is empty.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub connections: Option<usize>,
    /// Connections at once from one address (IPv6: one /64).
    #[schemars(range(min = 1, max = 1_000_000))]
    pub connections_per_address: usize,
    /// Live sockets at once from one address.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub sockets_per_address: usize,
    /// Live sockets at once of one account.
    #[schemars(range(min = 1, max = 100_000))]
    pub sockets_per_account: usize,
    /// Searches a minute of one person, or of one address where nobody is logged in: on pages and in the API together.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub searches_per_minute: u32,
    /// Files of a whole list a minute, such as the audit log or everything about oneself.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub exports_per_minute: u32,
    /// Seconds to finish what is under way after being told to stop.
    #[schemars(range(min = 0, max = 300))]
    pub drain_secs: u64,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            header_timeout_secs: 10,
            page_timeout_secs: 30,
            body_bytes: 64 * 1024,
            url_bytes: 8 * 1024,
            connections: None,
            connections_per_address: 256,
            sockets_per_address: 100,
            sockets_per_account: 20,
            searches_per_minute: 10,
            exports_per_minute: 10,
            drain_secs: 10,
        }
    }
}

impl HttpSettings {
    /// How long a request for a page may take.
    pub const fn page_timeout(&self) -> Duration {
        Duration::from_secs(self.page_timeout_secs)
    }

    /// How long anything else may take.
    pub fn api_timeout(&self) -> Duration {
        Duration::from_secs(self.page_timeout_secs.min(15))
    }
}

/// The doors of programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ApiSettings {
    /// Requests a minute of somebody nobody knows, by address.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub anonymous_per_minute: u32,
    /// Requests a minute of one token.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub token_per_minute: u32,
    /// Requests a second of either.
    #[schemars(range(min = 1, max = 100_000))]
    pub burst_per_second: u32,
    /// Sites whose pages may use the API from a browser, such as `https://stats.example`. Nobody's where it is empty.
    pub allowed_origins: Vec<String>,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self { anonymous_per_minute: 60, token_per_minute: 600, burst_per_second: 10, allowed_origins: Vec::new() }
    }
}

/// Limits of logging in and signing up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogInSettings {
    /// Log-ins one address may try at once.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub burst: u32,
    /// And how many a minute after that.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub per_minute: u32,
    /// Accounts one address may make in an hour.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub registrations_per_hour: u32,
    /// Failures in an hour after which an account only takes log-ins from addresses it knows.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub failures_per_hour: usize,
    /// A file of passwords that were stolen elsewhere and that nobody may choose here: their SHA-1 in hexadecimal, a line each, in order, as
    /// "Have I Been Pwned" hands them out. Without one only the common ones that the program knows are refused.
    pub breached_passwords_file: Option<PathBuf>,
}

impl Default for LogInSettings {
    fn default() -> Self {
        Self {
            burst: 5,
            per_minute: 5,
            registrations_per_hour: 3,
            failures_per_hour: 10,
            breached_passwords_file: None,
        }
    }
}

/// Limits of the lobby.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key by itself")]
pub struct LobbySettings {
    /// Whether this node runs the lobby. Of several nodes on one database, one does, unless its rooms are spread over them.
    pub enabled: bool,
    /// Spread the rooms over all nodes that run the lobby and say so: each runs its share, and those of a node that goes are opened at another.
    /// Each has to know where players reach it: by `metaserver_public_ip`, or an address in `metaserver_addr`.
    pub spread: bool,
    /// Have Aleph One clients send their game password by HTTPS, to `metaserver.lhowon.org`: that name has to lead here, with a certificate. Without
    /// it they send it in clear text, if that is allowed, or come as guests.
    pub aleph_one_https: bool,
    /// Let Aleph One clients that know no better send their game password in clear text. Weaker: anybody on the way can read it.
    pub aleph_one_clear_text: bool,
    /// Connections at once, all together.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub connections: usize,
    /// Connections at once from one address.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub connections_per_address: usize,
    /// The most players in each room, whatever the room's own setting says. The rooms' own where it is empty.
    #[schemars(range(min = 1, max = 32767))]
    pub room_capacity: Option<u16>,
    /// Lines of chat a player may say at once.
    #[schemars(range(min = 1, max = 100_000))]
    pub chat_burst: u32,
    /// And how many a second after that.
    #[schemars(range(min = 1, max = 100_000))]
    pub chat_per_second: u32,
    /// Lines somebody may say at once by pages of the site, or by the API.
    #[schemars(range(min = 1, max = 100_000))]
    pub page_chat_burst: u32,
    /// And how many a second after that.
    #[schemars(range(min = 1, max = 100_000))]
    pub page_chat_per_second: u32,
    /// Seconds somebody stays in a room whose last page there is gone: as long as it takes to load it anew.
    #[schemars(range(min = 0, max = 600))]
    pub page_grace_secs: u64,
    /// Seconds somebody stays in a room who says something there without an open page: by a form without script, or by the API.
    #[schemars(range(min = 1, max = 3600))]
    pub form_stay_secs: u64,
    /// Packets of any kind a client may send at once; more of them wait in its own connection.
    #[schemars(range(min = 16, max = 100_000))]
    pub packet_burst: u32,
    /// And how many a second after that.
    #[schemars(range(min = 8, max = 100_000))]
    pub packets_per_second: u32,
    /// Seconds the first whole packet may take.
    #[schemars(range(min = 1, max = 120))]
    pub first_packet_secs: u64,
    /// Seconds logging in, or entering a room, may take as a whole.
    #[schemars(range(min = 5, max = 600))]
    pub login_secs: u64,
    /// Seconds a client may take nothing of what is sent to it.
    #[schemars(range(min = 1, max = 120))]
    pub write_stall_secs: u64,
    /// Packets that may wait for a client; with one more it is dropped.
    #[schemars(range(min = 16, max = 100_000))]
    pub outbox_packets: usize,
    /// Bytes that may wait for a client.
    #[schemars(range(min = 16_384, max = 67_108_864))]
    pub outbox_bytes: usize,
    /// Messages that may wait for a room; further ones are refused.
    #[schemars(range(min = 16, max = 1_000_000))]
    pub room_inbox: usize,
    /// Players who have logged in and are in no room yet.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub passes: usize,
    /// Seconds of silence after which an Aleph One client is pinged.
    #[schemars(range(min = 1, max = 600))]
    pub aleph_one_ping_secs: u64,
    /// Seconds of silence after which it is taken for gone.
    #[schemars(range(min = 2, max = 3600))]
    pub aleph_one_gone_secs: u64,
    /// Seconds of silence after which a Myth II client is pinged. It speaks by itself every other minute.
    #[schemars(range(min = 60, max = 3600))]
    pub myth_ping_secs: u64,
    /// Seconds of silence after which it is taken for gone.
    #[schemars(range(min = 61, max = 7200))]
    pub myth_gone_secs: u64,
    /// The lowest version of Myth II that is let in; 2180 is 1.8.0.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub myth_minimum_version: i32,
    /// The lowest build of Myth II that is let in.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub myth_minimum_build: i32,
}

impl Default for LobbySettings {
    fn default() -> Self {
        Self {
            enabled: true,
            spread: false,
            aleph_one_https: true,
            aleph_one_clear_text: false,
            connections: 20_000,
            connections_per_address: 100,
            room_capacity: None,
            chat_burst: 20,
            chat_per_second: 5,
            page_chat_burst: 5,
            page_chat_per_second: 1,
            page_grace_secs: 8,
            form_stay_secs: 180,
            packet_burst: 256,
            packets_per_second: 64,
            first_packet_secs: 10,
            login_secs: 30,
            write_stall_secs: 10,
            outbox_packets: 256,
            outbox_bytes: 256 * 1024,
            room_inbox: 1_024,
            passes: 20_000,
            aleph_one_ping_secs: 10,
            aleph_one_gone_secs: 20,
            myth_ping_secs: 180,
            myth_gone_secs: 600,
            myth_minimum_version: 2180,
            myth_minimum_build: 427,
        }
    }
}

/// Limits of the database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseSettings {
    /// Connections to PostgreSQL, or readers of SQLite (twice the number of cores where it is empty).
    #[schemars(range(min = 1, max = 10000))]
    pub connections: Option<u32>,
    /// Migrate a PostgreSQL database even where `pg_dump` can't be found to back it up first.
    pub migrate_without_backup: bool,
    /// SQLite: changes that may wait for the writer; one more is refused.
    #[schemars(range(min = 16, max = 1_000_000))]
    pub queue: usize,
    /// SQLite: changes that share one commit at most.
    #[schemars(range(min = 1, max = 100_000))]
    pub group: usize,
    /// SQLite: milliseconds a commit is put off for further changes that already wait.
    #[schemars(range(min = 0, max = 1000))]
    pub linger_millis: u64,
    /// SQLite: seconds to wait for another process that writes.
    #[schemars(range(min = 1, max = 300))]
    pub busy_secs: u64,
    /// SQLite: seconds between two moves of the log into the file.
    #[schemars(range(min = 1, max = 86400))]
    pub checkpoint_secs: u64,
    /// SQLite: hours between two refreshments of the planner's statistics.
    #[schemars(range(min = 1, max = 720))]
    pub optimize_hours: u64,
    /// PostgreSQL: seconds a statement waits for a lock.
    #[schemars(range(min = 1, max = 300))]
    pub lock_secs: u64,
    /// PostgreSQL: seconds a transaction may do nothing.
    #[schemars(range(min = 1, max = 3600))]
    pub idle_in_transaction_secs: u64,
    /// PostgreSQL: how often a change is tried again that collided with another.
    #[schemars(range(min = 0, max = 20))]
    pub retries: u32,
    /// Seconds to wait for a connection.
    #[schemars(range(min = 1, max = 300))]
    pub acquire_secs: u64,
    /// Seconds one statement may run.
    #[schemars(range(min = 1, max = 3600))]
    pub statement_secs: u64,
    /// Seconds one change may take as a whole.
    #[schemars(range(min = 1, max = 3600))]
    pub write_secs: u64,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            connections: None,
            migrate_without_backup: false,
            queue: 4096,
            group: 256,
            linger_millis: 2,
            busy_secs: 5,
            checkpoint_secs: 60,
            optimize_hours: 24,
            lock_secs: 2,
            idle_in_transaction_secs: 10,
            retries: 3,
            acquire_secs: 2,
            statement_secs: 5,
            write_secs: 5,
        }
    }
}
