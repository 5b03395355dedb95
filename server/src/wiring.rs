//! Builds every part of the hub and hands each what it needs.

mod ground;
mod parts;
mod ports;

use std::{error::Error, net::SocketAddr, sync::Arc, time::Duration};

use accounts::{Accounts, Resealed};
use base::{Chance, ChanceExt as _, Clock, Secret};
use db::{Db, Engine};

use self::{
    ground::{Ground, House},
    ports::{bind, serve_metrics},
};
pub use self::{parts::federation, ports::open_file_limit};
use crate::{
    chores,
    config::Settings,
    database,
    http::{self, Hub},
    lifecycle::Lifecycle,
    presence,
    site::Site,
    system::SystemChance,
};

/// Whatever kept the hub from starting, as one clear message and its causes.
pub type StartError = Box<dyn Error + Send + Sync>;

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
    if let Some(list) = parts::breached_passwords(&settings) {
        list.check().map_err(|error| format!("log_in.breached_passwords_file: {error}"))?;
    }
    let lifecycle = Lifecycle::default();
    let site = Site::find(settings.site_root.as_deref(), &settings.data_dir)?;
    let (db, _) = database::open(&settings, &*clock, &lifecycle.db_tasks).await?;
    let ground = Ground::new(settings, site, db, clock, chance, lifecycle.clone());

    let listener = bind(ground.settings.http_addr).await?;
    let http_addr = listener.local_addr()?;
    ground.order.moderation.refresh_muted().await?;
    ground.open_lobby().await?;
    let setup_token = ground.accounts.issue_setup_token().await?;
    seal_second_factors(&ground.accounts).await?;
    let admin_addr = ground.settings.admin_addr;
    let limits = ports::limits(&ground.settings.http);
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
    lifecycle.tasks.spawn(crate::orgs::follow(hub.orgs.clone(), hub.orders.clone(), &bus, lifecycle.stop.clone()));
    lifecycle.tasks.spawn(watch.keep(lifecycle.stop.clone()));
    if hub.db.engine() == Engine::Postgres {
        let name = hex::encode(hub.chance.bytes::<8>());
        let (board, db) = (hub.board.clone(), hub.db.clone());
        lifecycle.tasks.spawn(presence::keep(board, db, name, lifecycle.stop.clone()));
    }
    keep_up(&hub);
    lifecycle.tasks.spawn(hub.rest.clone().keep(lifecycle.stop.clone()));
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
    let (db, _) = database::open(&settings, &*clock, &lifecycle.db_tasks).await?;
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
