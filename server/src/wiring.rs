//! Builds every part of the hub and hands each what it needs.

use std::{
    error::Error, fs::DirBuilder, net::SocketAddr, num::NonZeroU32, os::unix::fs::DirBuilderExt as _, sync::Arc,
    time::Duration,
};

use accounts::{Accounts, Rate, Resealed};
use backup::{Backups, Keep};
use base::{Chance, ChanceExt as _, Clock, Secret};
use db::{Db, Engine, Migrated, OpenError};
use events::Bus;
use federation::Federation;
use leptos::config::LeptosOptions;
use live::Board;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

use crate::{
    checks::Checks,
    chores,
    config::Settings,
    http::{self, Hub, Limits, Parts},
    keys::KeyFile,
    lifecycle::Lifecycle,
    live::Sockets,
    lobby::{self, Lobby},
    mirror,
    order::{self, Order},
    presence,
    running::Watch,
    site::Site,
    system::SystemChance,
};

/// Whatever kept the hub from starting, as one clear message and its causes.
pub type StartError = Box<dyn Error + Send + Sync>;

/// The largest head of a request: 32 KiB.
const HEAD_BYTES: usize = 32 * 1024;

/// A hub that runs.
pub struct Running {
    /// Where people reach it: the public address, or where the website listens.
    pub site_url: String,
    /// Where the website listens.
    pub http_addr: SocketAddr,
    /// Where classic clients log on, here or at the node that runs the lobby.
    pub metaserver_addr: SocketAddr,
    /// Where metrics are served, if anywhere.
    pub admin_addr: Option<SocketAddr>,
    /// The token of the one-time setup link, while nobody owns the hub.
    pub setup_token: Option<Secret>,
    /// Everything the doors are handed; tests look at it.
    pub hub: Hub,
}

impl Running {
    /// Stops in order, then closes the database. True where everything under way finished in `drain`.
    pub async fn stop(&self, drain: Duration) -> bool {
        let finished = self.hub.lifecycle.stop(drain).await;
        self.hub.db.close().await;
        finished
    }

    /// The same without notice to balancers.
    pub async fn stop_now(&self, drain: Duration) -> bool {
        let finished = self.hub.lifecycle.stop_now(drain).await;
        self.hub.db.close().await;
        finished
    }
}

/// The plugins that are a part of this hub.
pub type Builtins = Vec<Arc<dyn plugins::Plugin>>;

/// Those there are. The first come with tournaments.
fn builtins() -> Builtins {
    Vec::new()
}

/// Starts the hub: database first, doors last.
pub async fn start(settings: Settings, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Result<Running, StartError> {
    start_with(settings, clock, chance, builtins()).await
}

/// The same with plugins of one's own: for stories.
pub async fn start_with(
    settings: Settings,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    builtins: Builtins,
) -> Result<Running, StartError> {
    http::recorder();
    if let Some(list) = breached_passwords(&settings) {
        list.check().map_err(|error| format!("log_in.breached_passwords_file: {error}"))?;
    }
    let lifecycle = Lifecycle::default();
    let site = Site::find(settings.site_root.as_deref(), &settings.data_dir)?;
    let (db, _) = open_database(&settings, &*clock, &lifecycle.db_tasks).await?;
    let ground = Ground::new(settings, site, db, clock, chance, lifecycle.clone());

    let listener = bind(ground.settings.http_addr).await?;
    let http_addr = listener.local_addr()?;
    ground.order.moderation.refresh_muted().await?;
    ground.open_lobby().await?;
    let setup_token = ground.accounts.issue_setup_token().await?;
    seal_second_factors(&ground.accounts).await?;
    let admin_addr = ground.settings.admin_addr;
    let limits = Limits {
        connections: ground.settings.http.connections.unwrap_or_else(usable_connections),
        per_address: ground.settings.http.connections_per_address,
        header_timeout: Duration::from_secs(ground.settings.http.header_timeout_secs),
        head_bytes: HEAD_BYTES,
    };
    let House { hub, order, watch } = ground.raise(http_addr, builtins)?;
    hub.plugins.start().await?;
    crate::chat::plugins::fill(&hub.plugins, &hub.commands);
    let metaserver_addr = hub.lobby.listens_at().unwrap_or(hub.settings.metaserver_addr);
    let (site_url, bus) = (hub.services.public_url.clone(), hub.bus.clone());

    hub.work.jobs.schedules().declare(&chores::tasks()).await?;
    if hub.settings.work.here {
        set_to_work(&hub);
    }
    lifecycle.tasks.spawn(order.follow(hub.accounts.clone(), hub.lobby.clone(), &bus, lifecycle.stop.clone()));
    lifecycle.tasks.spawn(crate::orgs::follow(hub.orgs.clone(), &bus, lifecycle.stop.clone()));
    lifecycle.tasks.spawn(watch.keep(lifecycle.stop.clone()));
    if hub.db.engine() == Engine::Postgres {
        let name = hex::encode(hub.chance.bytes::<8>());
        let (board, db) = (hub.board.clone(), hub.db.clone());
        lifecycle.tasks.spawn(presence::keep(board, db, name, lifecycle.stop.clone()));
    }
    keep_up(&hub);
    lifecycle.tasks.spawn(hub.sockets.clone().close_ended(bus, lifecycle.stop.clone()));
    lifecycle.tasks.spawn(http::serve(
        listener,
        http::router(hub.clone()),
        limits,
        lifecycle.tasks.clone(),
        lifecycle.stop.clone(),
    ));
    let admin_addr = match admin_addr {
        Some(address) => Some(serve_metrics(address, &lifecycle).await?),
        None => None,
    };
    Ok(Running { site_url, http_addr, metaserver_addr, admin_addr, setup_token, hub })
}

/// Seals what an older version has written, or another key sealed.
async fn seal_second_factors(accounts: &Accounts) -> Result<(), StartError> {
    let Resealed { sealed, lost } = accounts.reseal(&base::Actor::Job).await?;
    if sealed > 0 {
        tracing::info!(sealed, "second factors are sealed with the newest key");
    }
    if lost > 0 {
        tracing::error!(
            lost,
            "second factors can't be opened: their key is not in data/secrets/accounts.key. Bring the file back, or clear them"
        );
    }
    Ok(())
}

/// A process without doors, which works: on jobs, and on what is due.
pub struct Working {
    /// Where metrics are served, if anywhere.
    pub admin_addr: Option<SocketAddr>,
    /// What it works with.
    pub hub: Hub,
}

impl Working {
    /// Puts back what does not finish in `drain`, then closes the database. True where everything did.
    pub async fn stop(&self, drain: Duration) -> bool {
        let finished = self.hub.lifecycle.stop_now(drain).await;
        self.hub.db.close().await;
        finished
    }
}

/// Starts a worker beside the hubs that run on the same PostgreSQL, or before them.
pub async fn work(settings: Settings, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Result<Working, StartError> {
    if settings.database_url.starts_with("sqlite:") {
        return Err(
            "a worker needs PostgreSQL: on SQLite one process has the database, and `guildhall serve` does the work itself".into()
        );
    }
    http::recorder();
    let lifecycle = Lifecycle::default();
    let (db, _) = open_database(&settings, &*clock, &lifecycle.db_tasks).await?;
    let (http_addr, admin_addr) = (settings.http_addr, settings.admin_addr);
    let ground = Ground::new(settings, Site::absent(), db, clock, chance, lifecycle.clone());
    let House { hub, .. } = ground.raise(http_addr, builtins())?;
    hub.plugins.start().await?;
    crate::chat::plugins::fill(&hub.plugins, &hub.commands);
    hub.work.jobs.schedules().declare(&chores::tasks()).await?;
    set_to_work(&hub);
    keep_up(&hub);
    let admin_addr = match admin_addr {
        Some(address) => Some(serve_metrics(address, &lifecycle).await?),
        None => None,
    };
    Ok(Working { admin_addr, hub })
}

/// Has this process work on jobs, and on what is due.
fn set_to_work(hub: &Hub) {
    let drain = Duration::from_secs(hub.settings.http.drain_secs);
    let (tasks, stop) = (&hub.lifecycle.tasks, &hub.lifecycle.stop);
    tasks.spawn(hub.discord.clone().follow(stop.clone()));
    tasks.spawn(hub.discord.clone().stay_connected(stop.clone()));
    tasks.spawn(hub.plugins.clone().follow(stop.clone()));
    tasks.spawn(hub.ranking.clone().follow(stop.clone()));
    hub.work.start(&hub.lifecycle, drain, chores::tasks(), |workers| {
        hub.mail.register(workers);
        hub.accounts.handle_jobs(workers);
        hub.takeouts.register(workers);
        hub.backups.register(workers);
        hub.discord.register(workers);
        hub.plugins.register(workers);
        chores::register(hub, workers);
    });
}

/// What every process of a hub does all the time.
fn keep_up(hub: &Hub) {
    let (tasks, stop) = (&hub.lifecycle.tasks, &hub.lifecycle.stop);
    tasks.spawn(hub.plugins.clone().keep(&hub.bus, stop.clone()));
    tasks.spawn(crate::chat::plugins::keep(
        hub.plugins.clone(),
        hub.commands.clone(),
        hub.discord.clone(),
        stop.clone(),
    ));
    tasks.spawn(hub.bus.clone().run(stop.clone()));
    tasks.spawn(chores::follow_site(hub.accounts.clone(), hub.bus.clone(), stop.clone()));
    tasks.spawn(chores::measure_backups(hub.backups.clone(), stop.clone()));
}

/// What the rest of a hub stands on.
struct Ground {
    settings: Settings,
    site: Site,
    db: Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    lifecycle: Lifecycle,
    accounts: Accounts,
    bus: Bus,
    board: Board,
    orgs: orgs::Orgs,
    order: Order,
    ranking: ranking::Ranking,
    commands: ::commands::Registry,
    lobby: Lobby,
    checks: Checks,
}

/// A whole hub, of which nothing runs yet.
struct House {
    hub: Hub,
    order: Order,
    watch: Watch,
}

impl Ground {
    fn new(
        settings: Settings,
        site: Site,
        db: Db,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        lifecycle: Lifecycle,
    ) -> Self {
        let accounts = accounts(&settings, db.clone(), Arc::clone(&clock), Arc::clone(&chance));
        let bus = match settings.nats() {
            Ok(Some(nats)) => Bus::new(db.clone()).through(nats),
            // What is wrong was refused when the configuration was read.
            Ok(None) | Err(_) => Bus::new(db.clone()),
        };
        let board = Board::with_limits(Arc::clone(&clock), clock.now().0.unsigned_abs(), settings.live.read());
        let orgs = crate::orgs::open(&accounts, &db, &clock, &chance);
        let order = order::open(&accounts, &orgs, &board, &db, &clock, &chance);
        let ranking = ranking::Ranking::new(db.clone(), Arc::clone(&clock), base::name::fold);
        let commands = ::commands::Registry::new(Arc::clone(&clock));
        let lobby = Lobby::new(lobby::told_address(settings.metaserver_addr, &settings));
        let checks = Checks::default();
        accounts.set_objector(Arc::new(checks.clone()));
        Self {
            settings,
            site,
            db,
            clock,
            chance,
            lifecycle,
            accounts,
            bus,
            board,
            orgs,
            order,
            ranking,
            commands,
            lobby,
            checks,
        }
    }

    /// The lobby: run here, or shown as another node runs it. Of several nodes one does.
    async fn open_lobby(&self) -> Result<(), StartError> {
        let (board, db, lobby, lifecycle) =
            (self.board.clone(), self.db.clone(), self.lobby.clone(), self.lifecycle.clone());
        if !self.settings.lobby.enabled {
            if db.engine() == Engine::Postgres {
                lifecycle.tasks.spawn(mirror::show(board, db, lobby, lifecycle.stop));
            }
            return Ok(());
        }
        let candidate = lobby::Candidate {
            settings: self.settings.clone(),
            accounts: self.accounts.clone(),
            order: self.order.clone(),
            ranking: self.ranking.clone(),
            chat: crate::chat::LobbyCommands {
                commands: self.commands.clone(),
                accounts: self.accounts.clone(),
                orgs: self.orgs.clone(),
                tasks: self.lifecycle.tasks.clone(),
            },
            checks: self.checks.clone(),
            board,
            db,
            clock: Arc::clone(&self.clock),
            chance: Arc::clone(&self.chance),
            lifecycle,
            lobby,
        };
        Box::pin(candidate.stand()).await
    }

    /// Everything above it. People reach the website at `http_addr`.
    fn raise(self, http_addr: SocketAddr, builtins: Builtins) -> Result<House, StartError> {
        let Self {
            settings,
            site,
            db,
            clock,
            chance,
            lifecycle,
            accounts,
            bus,
            board,
            orgs,
            order,
            ranking,
            commands,
            lobby,
            checks,
        } = self;
        let site_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{http_addr}"));
        let work = crate::work::open(&settings, &db, &clock, &chance)?;
        let federation = federation(&settings, work.outbound.clone(), &clock, &chance)?;
        let discord = crate::discord::open(&crate::discord::From {
            settings: &settings,
            accounts: &accounts,
            orgs: &orgs,
            moderation: &order.moderation,
            federation: &federation,
            work: &work,
            commands: &commands,
            db: &db,
            clock: &clock,
            chance: &chance,
            tasks: &lifecycle.tasks,
            site: &site_url,
        })?;
        let plugins = crate::neighbours::open(crate::neighbours::From {
            settings: &settings,
            accounts: &accounts,
            orgs: &orgs,
            discord: &discord,
            work: &work,
            db: &db,
            clock: &clock,
            chance: &chance,
            builtins,
        })?;
        checks.ask(plugins.clone());
        let present = crate::lobby::Here::on(board.clone());
        let rooms = metaserver::Rooms::new(db.clone(), Arc::clone(&clock), Arc::new(present));
        let bench = crate::chat::Bench { rooms: rooms.clone(), moderation: order.moderation.clone() };
        commands.set("rooms", crate::chat::keeping(&bench))?;
        let takeouts = crate::takeout::open(
            &crate::takeout::From {
                accounts: &accounts,
                people: &order.people,
                orgs: &orgs,
                moderation: &order.moderation,
                plugins: &plugins,
                ranking: &ranking,
                rooms: &rooms,
            },
            &db,
            &clock,
        );
        commands.set("discord", discord.own_commands())?;
        commands.set(
            "hub",
            crate::chat::own(&crate::chat::Ground {
                accounts: accounts.clone(),
                board: board.clone(),
                discord: discord.clone(),
                orgs: orgs.clone(),
                people: order.people.clone(),
            }),
        )?;
        let mail = crate::mail::open(&settings, &accounts, &db, &clock, &chance, site_url.clone())?;

        let backups = {
            let (decided, hub) = (settings.backup.clone(), accounts.hub().clone());
            let keep = Arc::new(move || decided.keep(&hub));
            backups(&settings, &db, keep, Arc::clone(&clock), lifecycle.tasks.clone())?
        };

        let watch = crate::running::open(&settings, &accounts, &board, &work.jobs, &site, &db, &clock);
        let seldom = http::Seldom::new(&settings.http, Arc::clone(&clock));
        let services = Arc::new(app::context::Services {
            accounts: accounts.clone(),
            board: board.clone(),
            orgs: orgs.clone(),
            people: order.people.clone(),
            moderation: order.moderation.clone(),
            takeouts: takeouts.clone(),
            mail: mail.clone(),
            backups: backups.clone(),
            jobs: work.jobs.clone(),
            webhooks: work.webhooks.clone(),
            rooms: rooms.clone(),
            ranking: ranking.clone(),
            trail: watch.trail.clone(),
            vitals: watch.vitals.clone(),
            federation: federation.clone(),
            discord: discord.clone(),
            plugins: plugins.clone(),
            forms: Arc::new(http::FormSeal::new(
                crate::work::key(&settings.data_dir.join("secrets"), "forms.key", &*chance)?,
                db.clone(),
                Arc::clone(&clock),
                Arc::clone(&chance),
            )),
            count_search: {
                let seldom = seldom.clone();
                Arc::new(move |actor: &base::Actor| match seldom.search(actor).left.wait_secs {
                    0 => Ok(()),
                    secs => Err(secs),
                })
            },
            clock: Arc::clone(&clock),
            metaserver_address: {
                let lobby = lobby.clone();
                Arc::new(move || lobby.address())
            },
            public_url: site_url,
        });
        let leptos = LeptosOptions::builder()
            .output_name("guildhall")
            .site_root(site.root.display().to_string())
            .site_addr(http_addr)
            .site_pkg_dir(format!("pkg/{}", site.build))
            .hash_files(false)
            .build();
        let hub = Hub::new(Parts {
            settings,
            accounts,
            board,
            orgs,
            rooms,
            ranking,
            lobby,
            people: order.people.clone(),
            moderation: order.moderation.clone(),
            takeouts,
            db,
            bus,
            site,
            lifecycle,
            clock,
            chance,
            mail,
            backups,
            work,
            trail: watch.trail.clone(),
            vitals: watch.vitals.clone(),
            federation,
            commands,
            discord,
            plugins,
            services,
            pace: crate::api::Pace::default(),
            seldom,
            sockets: Sockets::default(),
            leptos,
        });
        Ok(House { hub, order, watch })
    }
}

/// A hub for a command beside the one that runs, or instead of it: everything the doors are handed, and no door. Nothing of it runs.
pub(crate) fn at_rest(
    settings: Settings,
    db: Db,
    clock: Arc<dyn Clock>,
    lifecycle: Lifecycle,
) -> Result<Hub, StartError> {
    let chance = Arc::new(SystemChance);
    let http_addr = settings.http_addr;
    let house = Ground::new(settings, Site::absent(), db, clock, chance, lifecycle).raise(http_addr, builtins())?;
    Ok(house.hub)
}

/// Opens the database and brings it up to date.
pub async fn open_database(
    settings: &Settings,
    clock: &dyn Clock,
    tasks: &TaskTracker,
) -> Result<(Db, Migrated), StartError> {
    make_data_dir(settings)?;
    let db = Db::open(&settings.database_url, database_options(settings), tasks).await?;
    let migrated = db.migrate(&settings.data_dir.join("backups"), clock).await?;
    Ok((db, migrated))
}

/// Opens the database for an operator's command: as the hub would, or beside a hub that runs.
pub async fn open_database_beside(
    settings: &Settings,
    clock: &dyn Clock,
    tasks: &TaskTracker,
) -> Result<Db, StartError> {
    make_data_dir(settings)?;
    let options = database_options(settings);
    let db = match Db::open(&settings.database_url, options.clone(), tasks).await {
        Err(OpenError::InUse { .. }) => {
            Db::open(&settings.database_url, db::Options { exclusive: false, ..options }, tasks).await?
        }
        opened => opened?,
    };
    db.migrate(&settings.data_dir.join("backups"), clock).await?;
    Ok(db)
}

/// Opens the database for a command that takes it as it finds it: no lock, no migration.
pub async fn open_database_as_it_is(settings: &Settings, tasks: &TaskTracker) -> Result<Db, StartError> {
    make_data_dir(settings)?;
    let options = db::Options { exclusive: false, ..database_options(settings) };
    Ok(Db::open(&settings.database_url, options, tasks).await?)
}

/// Opens the database to fill it: no hub may run on it.
pub async fn open_database_to_fill(settings: &Settings, tasks: &TaskTracker) -> Result<Db, StartError> {
    make_data_dir(settings)?;
    Ok(Db::open(&settings.database_url, database_options(settings), tasks).await?)
}

/// The hub's backups; `keep` says which of those that it makes by itself stay.
pub fn backups(
    settings: &Settings,
    db: &Db,
    keep: Arc<dyn Fn() -> Keep + Send + Sync>,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
) -> Result<Backups, StartError> {
    let plan = settings.backup.plan(&settings.data_dir).map_err(|(key, problem)| format!("{key}: {problem}"))?;
    let folder = settings.backup.folder(&settings.data_dir);
    Ok(Backups::new(db.clone(), clock, tasks, backup::Settings { folder, plan, keep }))
}

/// For nobody but the hub's own user: everything people trust it with is in there.
fn make_data_dir(settings: &Settings) -> Result<(), StartError> {
    let folder = &settings.data_dir;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| format!("the data directory {} can't be made: {error}", folder.display()).into())
}

fn database_options(settings: &Settings) -> db::Options {
    let given = &settings.database;
    let secs = Duration::from_secs;
    let mut options = db::Options {
        migrate_without_backup: given.migrate_without_backup,
        queue: given.queue,
        group: given.group,
        linger: Duration::from_millis(given.linger_millis),
        busy: secs(given.busy_secs),
        checkpoint_every: secs(given.checkpoint_secs),
        optimize_every: Duration::from_hours(given.optimize_hours),
        lock: secs(given.lock_secs),
        idle_in_transaction: secs(given.idle_in_transaction_secs),
        retries: given.retries,
        acquire: secs(given.acquire_secs),
        statement: secs(given.statement_secs),
        closure: secs(given.write_secs),
        ..db::Options::default()
    };
    if let Some(connections) = settings.database.connections {
        (options.pool, options.readers) = (connections, connections);
    }
    options
}

fn breached_passwords(settings: &Settings) -> Option<accounts::Breached> {
    settings.log_in.breached_passwords_file.clone().map(accounts::Breached::new)
}

/// The accounts, with the limits of the configuration.
pub fn accounts(settings: &Settings, db: Db, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Accounts {
    let keys = Arc::new(KeyFile::new(settings.data_dir.join("secrets"), "accounts.key", Arc::clone(&chance)));
    let given = &settings.log_in;
    let rate = |burst: u32, window: Duration, most: u32| Rate {
        burst: NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN),
        one_each: window / most.max(1),
    };
    let limits = accounts::Limits {
        log_in: rate(given.burst, Duration::from_mins(1), given.per_minute),
        register: rate(given.registrations_per_hour, Duration::from_hours(1), given.registrations_per_hour),
        failures: given.failures_per_hour,
        ..accounts::Limits::default()
    };
    let settings = accounts::Settings {
        limits,
        breached: breached_passwords(settings),
        public_url: settings.public_url.clone(),
        hashing: settings.hashing.read(),
        sessions: settings.sessions.read(),
    };
    let hub = ::settings::HubSettings::new(db.clone(), Arc::clone(&clock));
    Accounts::new(db, hub, clock, chance, keys, settings)
}

/// The services that people may log in with.
pub fn federation(
    settings: &Settings,
    outbound: outbound::Outbound,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
) -> Result<Federation, StartError> {
    let providers = settings.sign_in_providers().map_err(|(key, problem)| format!("{key}: {problem}"))?;
    Ok(Federation::new(outbound, Arc::clone(clock), Arc::clone(chance), providers))
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| format!("can't listen at {address}: {error}").into())
}

/// The admin listener: metrics, away from the public port.
async fn serve_metrics(address: SocketAddr, lifecycle: &Lifecycle) -> Result<SocketAddr, StartError> {
    let listener = bind(address).await?;
    let address = listener.local_addr()?;
    let limits =
        Limits { connections: 64, per_address: 64, header_timeout: Duration::from_secs(10), head_bytes: HEAD_BYTES };
    let serving = http::serve(listener, http::admin_routes(), limits, lifecycle.tasks.clone(), lifecycle.stop.clone());
    lifecycle.tasks.spawn(serving);
    Ok(address)
}

/// Nine tenths of what may be open at once: the database and the log need some, too.
fn usable_connections() -> usize {
    let limit = open_file_limit().unwrap_or(1024);
    usize::try_from(limit.saturating_mul(9) / 10).unwrap_or(usize::MAX).min(tokio::sync::Semaphore::MAX_PERMITS)
}

/// How many files the process may have open; `None` where the system doesn't say.
pub fn open_file_limit() -> Option<u64> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find(|line| line.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}
