//! A plugin whose package says what it is in Portuguese, too: each reader reads it in their language.

use base::Actor;
use tests::{PASSWORD, Person, TestApp, example};

use crate::plugins::{hall, install};

/// The same reader in two browsers, one of which is set to Portuguese.
async fn in_both_languages(reader: Person) -> [Person; 2] {
    let mut brazilian = reader.clone();
    let set = brazilian.call("set_locale", &[("locale", "pt-BR")]).await;
    assert_eq!(set.status, 200, "{}", set.body);
    [reader, brazilian]
}

async fn seen(reader: &Person, path: &str) -> String {
    let answer = reader.clone().get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.seen()
}

/// What stands on a page for both readers, and only for one of them.
async fn reads(readers: &[Person; 2], path: &str, texts: &[(&str, &str)]) {
    let [english, brazilian] = [seen(&readers[0], path).await, seen(&readers[1], path).await];
    for (in_english, in_portuguese) in texts {
        assert!(english.contains(in_english) && !english.contains(in_portuguese), "{in_english}: {english}");
        assert!(brazilian.contains(in_portuguese) && !brazilian.contains(in_english), "{in_portuguese}: {brazilian}");
    }
}

#[tokio::test]
async fn a_plugin_is_read_in_the_readers_language() {
    let app = TestApp::start().await;
    let mut freya = app.owner_program().await;
    let olga = app.person("Olga").await;
    let org = hall(&app, "Olga", "The Lantern", "the-lantern").await;
    install(&mut freya, &example("server-status")).await;
    app.running().hub.plugins.enable(&Actor::Operator, Some(org), "server_status", false).await.unwrap();
    let olga = in_both_languages(olga).await;

    reads(&olga, "/orgs/the-lantern", &[(">Server<", ">Servidor<")]).await;
    reads(&olga, "/orgs/the-lantern/plugins/server_status", &[("Server status", "Estado do servidor")]).await;
    let about = [("Server status", "Estado do servidor"), ("Says whether a game", "Diz se um servidor de jogo")];
    reads(&olga, "/orgs/the-lantern/plugins", &about).await;
    let form = [
        ("What the server is called", "Como o servidor se chama"),
        ("a port where it is not the usual one", "uma porta onde não for a de costume"),
        ("Look whether the server is up", "Olhar se o servidor está no ar"),
    ];
    reads(&olga, "/orgs/the-lantern/plugins?plugin=server_status", &form).await;

    let mut owner = app.stranger();
    let entered = owner.call("log_in", &[("name", "Freya"), ("password", PASSWORD)]).await;
    assert_eq!(entered.status, 200, "{}", entered.body);
    let owner = in_both_languages(owner).await;
    reads(&owner, "/admin/plugins", &[("Server status", "Estado do servidor")]).await;
    reads(&owner, "/admin/plugins/server_status", &form).await;
    assert!(app.stop().await);
}
