//! What a hub stands on, and the whole hub that is raised on it.

use std::{net::SocketAddr, sync::Arc};

use accounts::Accounts;
use base::{Chance, ChanceExt as _, Clock};
use db::{Db, Engine};
use events::Bus;
use leptos::config::LeptosOptions;
use live::Board;

use super::{
    Builtins, StartError,
    parts::{accounts, backups, federation},
};
use crate::{
    checks::Checks,
    config::Settings,
    http::{self, Hub, Parts},
    lifecycle::Lifecycle,
    live::Sockets,
    lobby::{self, Lobby},
    mirror,
    order::{self, Order},
    rest::Rest,
    running::Watch,
    site::Site,
};

/// What the rest of a hub stands on.
pub(super) struct Ground {
    pub(super) settings: Settings,
    site: Site,
    db: Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    lifecycle: Lifecycle,
    pub(super) accounts: Accounts,
    bus: Bus,
    board: Board,
    orgs: orgs::Orgs,
    pub(super) order: Order,
    ranking: ranking::Ranking,
    orders: orders::Orders,
    films: metaserver::Films,
    commands: ::commands::Registry,
    lobby: Lobby,
    /// What other nodes know this one by.
    node: String,
    checks: Checks,
}

/// A whole hub, of which nothing runs yet.
pub(super) struct House {
    pub(super) hub: Hub,
    pub(super) order: Order,
    pub(super) watch: Watch,
}

impl Ground {
    pub(super) fn new(
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
        let hiding = crate::hiding::by(&order.people);
        let ranking = ranking::Ranking::new(db.clone(), Arc::clone(&clock), base::name::fold, hiding);
        let orders = orders::Orders::new(db.clone(), Arc::clone(&clock), base::name::fold);
        let films = metaserver::Films::new(
            db.clone(),
            Arc::clone(&clock),
            Arc::clone(&chance),
            settings.films.read(&settings.data_dir),
        );
        let commands = ::commands::Registry::new(Arc::clone(&clock));
        let node = hex::encode(chance.bytes::<8>());
        let reception = metaserver::Reception::start(
            db.clone(),
            Arc::clone(&clock),
            node.clone(),
            &lifecycle.tasks,
            lifecycle.stop.clone(),
        );
        let lobby = Lobby::new(lobby::told_address(settings.metaserver_addr, &settings), reception);
        let checks = Checks::default();
        accounts.set_objector(Arc::new(checks.clone()));
        orders.set_objector(Arc::new(checks.clone()));
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
            orders,
            films,
            commands,
            lobby,
            node,
            checks,
        }
    }

    /// The lobby: run here, or shown as other nodes run it. Of several nodes one does, or all of them do together.
    pub(super) async fn open_lobby(&self) -> Result<(), StartError> {
        let (board, db, lobby, lifecycle) =
            (self.board.clone(), self.db.clone(), self.lobby.clone(), self.lifecycle.clone());
        if !self.settings.lobby.enabled {
            if db.engine() == Engine::Postgres {
                lifecycle.tasks.spawn(mirror::show(board, db, lobby, String::new(), lifecycle.stop));
            }
            return Ok(());
        }
        let candidate = lobby::Candidate {
            settings: self.settings.clone(),
            accounts: self.accounts.clone(),
            order: self.order.clone(),
            ranking: self.ranking.clone(),
            orders: self.orders.clone(),
            films: self.films.clone(),
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
            node: self.node.clone(),
        };
        Box::pin(candidate.stand()).await
    }

    /// Everything above it. People reach the website at `http_addr`.
    pub(super) fn raise(self, http_addr: SocketAddr, builtins: Builtins) -> Result<House, StartError> {
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
            orders,
            films,
            commands,
            lobby,
            checks,
            ..
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
        let present = crate::lobby::Here::on(board.clone());
        let rooms = metaserver::Rooms::new(db.clone(), Arc::clone(&clock), Arc::new(present));
        let plugins = crate::neighbours::open(crate::neighbours::From {
            settings: &settings,
            accounts: &accounts,
            orgs: &orgs,
            discord: &discord,
            rooms: &rooms,
            moderation: &order.moderation,
            people: &order.people,
            board: &board,
            ranking: &ranking,
            orders: &orders,
            work: &work,
            db: &db,
            clock: &clock,
            chance: &chance,
            builtins,
        })?;
        checks.ask(plugins.clone());
        let results = metaserver::Results::new(db.clone(), Arc::clone(&clock));
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
                orders: &orders,
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
                orders: orders.clone(),
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
            results: results.clone(),
            ranking: ranking.clone(),
            orders: orders.clone(),
            films: films.clone(),
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
            reception: lobby.reception.clone(),
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
            results,
            ranking,
            orders,
            films,
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
            rest: Rest::default(),
            leptos,
        });
        Ok(House { hub, order, watch })
    }
}
