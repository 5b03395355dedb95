//! Somebody at the command line: at the hub's own machine, or elsewhere with a token.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex},
};

use base::{Actor, Grants, Role, Secret};
use clap::Parser as _;
use cli::Terminal;
use contract::token::MakeToken;
use db::testing::each_place;
use serde_json::Value;
use server::{commands::Line, config::Loaded};

use crate::{PASSWORD, TestApp, TestClock};

/// What a shell types when it is asked for a password.
pub const TYPED_PASSWORD: &str = "a heron over the quiet harbour";

/// A shell.
pub struct Shell {
    loaded: Loaded,
    clock: Arc<TestClock>,
    /// Where it works, if not at the machine.
    elsewhere: Vec<String>,
}

/// What a command has said, and how it ended.
#[derive(Debug)]
pub struct Typed {
    /// Its exit code.
    pub code: ExitCode,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl TestApp {
    /// At the hub's own machine.
    pub fn shell(&self) -> Shell {
        let settings = self.running().hub.settings.clone();
        Shell {
            loaded: Loaded { settings, origins: BTreeMap::default() },
            clock: Arc::clone(&self.clock),
            elsewhere: Vec::new(),
        }
    }

    /// Elsewhere, with a token of the hub's owner that is good for everything.
    pub async fn shell_elsewhere(&self) -> Shell {
        let accounts = &self.running().hub.accounts;
        let operator = Actor::Operator;
        let owner = accounts.create_user(&operator, "Freya", Secret::new(PASSWORD), Role::Owner).await.unwrap();
        let grants: Grants =
            "account:write people:write organizations:write lobby:write moderation:write administration:write"
                .parse()
                .unwrap();
        let form = MakeToken { name: "A shell".into(), grants, days: 1 };
        let made = accounts.make_token_for(&operator, owner.id, form).await.unwrap();
        let file: PathBuf = self.running().hub.settings.data_dir.join("token");
        fs::write(&file, format!("{}\n", made.token)).unwrap();
        let place = ["--remote".to_owned(), format!("http://{}", self.at())];
        let token = ["--token-file".to_owned(), file.display().to_string()];
        Shell { elsewhere: place.into_iter().chain(token).collect(), ..self.shell() }
    }
}

impl Shell {
    /// Whether it is at the hub's own machine.
    pub fn is_here(&self) -> bool {
        self.elsewhere.is_empty()
    }

    /// By what door the audit log says it came.
    pub fn door(&self) -> &'static str {
        if self.is_here() { "operator" } else { "token" }
    }

    /// The same shell, somewhere else.
    #[must_use]
    pub fn at(self, address: &str) -> Self {
        Self { elsewhere: vec!["--remote".into(), address.into()], ..self }
    }

    /// Types a command.
    pub async fn run(&self, words: &[&str]) -> Typed {
        let typed = ["guildhall"].into_iter().chain(words.iter().copied());
        let typed = typed.chain(self.elsewhere.iter().map(String::as_str));
        let line = Line::try_parse_from(typed).unwrap_or_else(|error| panic!("{words:?}: {error}"));
        let loaded = Loaded { settings: self.loaded.settings.clone(), origins: self.loaded.origins.clone() };
        let (out, err) = (Shared::default(), Shared::default());
        let mut terminal = Terminal::new(&out, &err, |_| Ok(Secret::new(TYPED_PASSWORD)));
        let code = Box::pin(line.run(loaded, Arc::clone(&self.clock) as Arc<_>, &mut terminal)).await;
        drop(terminal);
        Typed { code, out: out.text(), err: err.text() }
    }

    /// Types a command that succeeds; what it has said.
    pub async fn ok(&self, words: &[&str]) -> String {
        let typed = self.run(words).await;
        assert_eq!(typed.code, ExitCode::SUCCESS, "{words:?}: {typed:?}");
        typed.out
    }

    /// The same with `--json`.
    pub async fn json(&self, words: &[&str]) -> Value {
        let words: Vec<_> = words.iter().copied().chain(["--json"]).collect();
        let out = self.ok(&words).await;
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{words:?} says {out}: {error}"))
    }

    /// Types a command that fails; its complaint.
    pub async fn fails(&self, words: &[&str]) -> String {
        let typed = self.run(words).await;
        assert_eq!(typed.code, ExitCode::FAILURE, "{words:?}: {typed:?}");
        typed.err
    }

    /// The newest entry of the audit log of that act, which this shell has caused.
    pub async fn audited(&self, act: &str) -> Value {
        let out = self.ok(&["audit", "--act", act, "--limit", "1", "--json"]).await;
        let entry: Value =
            serde_json::from_str(&out).unwrap_or_else(|_| panic!("{act} is not in the audit log: {out}"));
        assert_eq!(entry["actor"], self.door(), "{entry}");
        entry
    }
}

/// Runs a story at a command line: at the hub's own machine, on each engine, and elsewhere.
pub async fn at_each_shell(story: impl AsyncFn(&TestApp, &Shell)) {
    each_place(async |place| {
        let app = app_on(&place.address).await;
        Box::pin(story(&app, &app.shell())).await;
        assert!(app.stop().await);
    })
    .await;
    let app = TestApp::with(|settings| settings.outbound.allow = vec!["127.0.0.1".into()]).await;
    let shell = app.shell_elsewhere().await;
    Box::pin(story(&app, &shell)).await;
    assert!(app.stop().await);
}

async fn app_on(address: &str) -> TestApp {
    TestApp::with(|settings| {
        address.clone_into(&mut settings.database_url);
        settings.outbound.allow = vec!["127.0.0.1".into()];
    })
    .await
}

/// What is written to it can be read afterwards.
#[derive(Default)]
struct Shared(Mutex<Vec<u8>>);

impl Shared {
    fn text(self) -> String {
        String::from_utf8(self.0.into_inner().unwrap()).unwrap()
    }
}

impl std::io::Write for &Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
