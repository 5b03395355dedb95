//! A hub that is killed in each step of a plugin's life: the next one starts, finds what was done or what was not, never half of it, and goes on.

use std::time::Duration;

use base::{Actor, OrgId};
use contract::organization::OrganizationForm;
use db::testing::{
    self,
    doomed::{self, Doomed},
    until,
};
use plugins::{Data, Detail, Error, Plugins, Switch};
use tests::{TestApp, example, example_in};

/// The story below, which starts itself again to be killed.
const KILLED: &str = "plugin_kill_stories::a_hub_is_killed_in_each_step_of_a_plugins_life_and_goes_on_where_it_was";
const POLL: &str = "poll";
const NEWER: &str = "1.1.0";

/// How far the plugin's life has come, as the registry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Absent,
    Staged,
    Installed,
    On,
    /// And a newer version lies ready.
    Offered,
    Upgraded,
}

impl Stage {
    /// In the order of a life.
    const ALL: [Self; 6] = [Self::Absent, Self::Staged, Self::Installed, Self::On, Self::Offered, Self::Upgraded];

    fn word(self) -> String {
        format!("{self:?}")
    }

    fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|stage| stage.word() == word).unwrap_or_else(|| panic!("{word} is no stage"))
    }

    /// What comes after it; the last leads back to the first.
    fn next(self) -> Self {
        let at = Self::ALL.iter().position(|stage| *stage == self).unwrap();
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// What the registry says. A state that no step leads to fails the story.
    async fn read(plugins: &Plugins) -> Self {
        let found = match plugins.find(&Actor::Operator, POLL).await {
            Ok(found) => found,
            Err(Error::NotFound) => return Self::Absent,
            Err(error) => panic!("the registry can't be read: {error}"),
        };
        let Detail { card, staged, organizations, .. } = found;
        let on = organizations.iter().any(|(_, switch, _)| *switch == Switch::On);
        let version = card.manifest.version.to_string();
        match (card.state.as_str(), version.as_str(), on, staged.len()) {
            ("staged", "1.0.0", false, 1) => Self::Staged,
            ("installed", "1.0.0", false, 0) => Self::Installed,
            ("installed", "1.0.0", true, 0) => Self::On,
            ("installed", "1.0.0", true, 1) => Self::Offered,
            ("installed", NEWER, true, 0) => Self::Upgraded,
            half => panic!("half a step was left behind: {half:?}"),
        }
    }

    /// Takes the step that leads on from here.
    async fn step(self, plugins: &Plugins, org: OrgId) {
        let operator = &Actor::Operator;
        match self {
            Self::Absent => drop(plugins.stage(operator, example(POLL)).await.unwrap()),
            Self::Staged | Self::Offered => {
                let staged = plugins.find(operator, POLL).await.unwrap().staged.remove(0);
                let all = staged.asks.iter().map(|asked| asked.word.to_owned()).collect();
                plugins.approve(operator, POLL, &staged.version, &staged.hash, &all, false).await.unwrap();
            }
            Self::Installed => plugins.enable(operator, Some(org), POLL, false).await.unwrap(),
            Self::On => drop(plugins.stage(operator, example_in(POLL, NEWER, |manifest| manifest)).await.unwrap()),
            Self::Upgraded => plugins.remove(operator, POLL, true, Data::Delete).await.unwrap(),
        }
    }
}

async fn hub(address: &str) -> (TestApp, OrgId) {
    let app = TestApp::with(|settings| address.clone_into(&mut settings.database_url)).await;
    let org = app.running().hub.orgs.id_of(&Actor::Operator, "the-lantern").await.unwrap();
    (app, org)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_is_killed_in_each_step_of_a_plugins_life_and_goes_on_where_it_was() {
    if let Some(address) = doomed::task() {
        return live_until_killed(&address).await;
    }
    testing::each_place(async |place| {
        let app = TestApp::with(|settings| settings.database_url.clone_from(&place.address)).await;
        app.person("Olga").await;
        let form =
            OrganizationForm { name: "The Lantern".into(), joining: "open".into(), ..OrganizationForm::default() };
        app.running().hub.orgs.found_for(&Actor::Operator, "Olga", form).await.unwrap();
        assert!(app.stop().await);

        let mut left = vec![Stage::Absent];
        // At once, and while the step is under way: later in each, so that blows fall before, within and after its commit.
        for (n, stage) in (0..).zip(Stage::ALL) {
            let child = Doomed::start(KILLED, &place.address);
            let begins = format!("from {}", stage.word());
            let said = child.live(|said| said == begins, Duration::from_millis(n * 17));
            let found = Stage::of(said[0].strip_prefix("found ").unwrap());
            assert!(
                left.contains(&found),
                "{found:?} is neither before nor after the blow, which were {left:?}: {said:?}"
            );
            let last = Stage::of(said.last().unwrap().split_once(' ').unwrap().1);
            // What was said to be done is done; the step under way is, or is not.
            left = vec![last, last.next()];
        }

        // One that nobody kills: it goes on to the end of the life, and nothing of the plugin is left.
        let (app, org) = hub(&place.address).await;
        let plugins = app.running().hub.plugins.clone();
        let mut stage = Stage::read(&plugins).await;
        assert!(left.contains(&stage), "{stage:?}, not of {left:?}");
        while stage != Stage::Absent {
            stage.step(&plugins, org).await;
            stage = Stage::read(&plugins).await;
        }
        assert!(plugins.on_in(Some(org)).is_empty());
        until("nothing waits to be done for it", async || {
            let left: (i64,) = db::sql("select count(*) from schedules where owner = $1")
                .bind(POLL)
                .fetch_one(&app.running().hub.db)
                .await
                .unwrap();
            if left.0 == 0 { Ok(()) } else { Err(left.0) }
        })
        .await;
        assert!(app.stop().await);
    })
    .await;
}

/// Lives a plugin's life from wherever it is, again and again, and says where it is.
async fn live_until_killed(address: &str) {
    let (app, org) = hub(address).await;
    let plugins = &app.running().hub.plugins;
    let mut stage = Stage::read(plugins).await;
    doomed::say(&format!("found {}", stage.word()));
    loop {
        doomed::say(&format!("from {}", stage.word()));
        stage.step(plugins, org).await;
        let now = Stage::read(plugins).await;
        assert_eq!(now, stage.next(), "a step leads to the next stage");
        stage = now;
    }
}
