//! What players write of themselves in Myth II, from the packet to every place that shows it, and off again.

use base::Role;
use db::testing::each_place;
use hyper::Method;
use metaserver::testing::LogIn;
use metaserver_proto::{ClientPacket, Dialect, packet::social::OwnTexts};
use serde_json::json;
use tests::TestApp;

use crate::order::{player, with_role};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_game_writes_is_on_the_page_as_its_owner_lets_it_and_comes_off() {
    each_place(async |place| {
        let app = TestApp::with(|settings| place.address.clone_into(&mut settings.database_url)).await;
        let (mut olga, mut bert) = (app.person("Olga").await, app.person("Bert").await);
        let (mut hers, mut his) = (player(&app, &mut olga, "Olga").await, player(&app, &mut bert, "Bert").await);
        let number = hers.player_id;
        let texts = OwnTexts {
            city: "|iTyr|p".into(),
            state: "Province".into(),
            country: "The West".into(),
            quote: "Zo\u{eb} says: <b>charge</b>".into(),
        };
        let said = [&texts.city.plain(), &texts.state, &texts.country, &texts.quote].map(ToString::to_string);
        hers.link.send(&ClientPacket::OwnTexts(texts)).await.unwrap();
        let own = hers.profile(number).await.unwrap();
        assert_eq!([&own.city, &own.state, &own.country, &own.quote].map(ToString::to_string), said);
        assert_eq!(his.profile(number).await.unwrap().quote.to_string(), said[3]);

        // Members, by default: on the page, by a program, and in the game.
        let mut guest = LogIn::guest(Dialect::Myth2, "Balor").enter(app.lobby()).await.unwrap();
        assert_eq!(guest.profile(number).await.unwrap().quote.to_string(), "");
        let page = bert.get("/people/Olga").await.body;
        assert!(page.contains("Tyr, Province, The West"), "{page}");
        assert!(page.contains("Zo\u{eb} says: &lt;b&gt;charge&lt;/b&gt;"), "{page}");
        assert!(!app.stranger().get("/people/Olga").await.body.contains("Province"));
        let seen = app.program_of("Bert").await.get("/api/v1/people/Olga").await.json()["about"]["game"].clone();
        assert_eq!(seen, json!({ "city": "Tyr", "state": "Province", "country": "The West", "quote": said[3] }));
        let friends =
            [("profile", "friends"), ("presence", "members"), ("friends", "friends"), ("requests", "members")];
        assert_eq!(olga.call("save_privacy", &friends).await.status, 200);
        assert_eq!(his.profile(number).await.unwrap().quote.to_string(), "");
        let everybody =
            [("profile", "everybody"), ("presence", "members"), ("friends", "friends"), ("requests", "members")];
        assert_eq!(olga.call("save_privacy", &everybody).await.status, 200);
        assert_eq!(guest.profile(number).await.unwrap().quote.to_string(), said[3]);

        // Her own form of the page leaves it alone, and takes it off by itself: by a button without script, and by a program.
        assert_eq!(olga.call("save_profile", &[("about", "I play.")]).await.status, 200);
        let mine = olga.get("/account/profile").await.body;
        assert!(mine.contains("Tyr, Province, The West") && mine.contains("/api/remove_game_texts"), "{mine}");
        let mut plain = olga.clone().without_script();
        let removed = plain.call("remove_game_texts", &[]).await;
        assert_eq!(removed.status, 302, "{}", removed.body);
        assert!(!olga.get("/account/profile").await.body.contains("remove_game_texts"));
        assert_eq!(hers.profile(number).await.unwrap().city.to_string(), "");
        let write = async |client: &mut metaserver::testing::Client, quote: &str| {
            let texts = OwnTexts { quote: quote.into(), ..OwnTexts::default() };
            client.link.send(&ClientPacket::OwnTexts(texts)).await.unwrap();
            assert_eq!(client.profile(number).await.unwrap().quote.to_string(), quote);
        };
        write(&mut hers, "Again.").await;
        let off = app.program_of("Olga").await.ask(Method::DELETE, "/api/v1/me/profile/game").await;
        assert_eq!(off.status, 204, "{}", off.body);
        assert_eq!(bert.call("person", &[("name", "Olga")]).await.json()["profile"]["about"]["game"]["quote"], "");

        // Reported as it was, and cleared with the rest of the page.
        write(&mut hers, "Rude words.").await;
        let mut mona = with_role(&app, "Mona", Role::Moderator).await;
        let report = [("target", "profile"), ("name", "Olga"), ("reason", "abuse"), ("text", "Look.")];
        assert_eq!(bert.call("report", &report).await.status, 200);
        let queue = mona.call("admin_queue", &[]).await.json();
        let id = queue["reports"][0]["id"].to_string();
        let shown = mona.call("admin_case", &[("report", &id)]).await;
        assert!(shown.body.contains("Rude words."), "{}", shown.body);
        let clear = [("user", number.to_string()), ("part", "about".to_owned()), ("reason", "Rude.".to_owned())];
        let clear: Vec<_> = clear.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(mona.call("admin_clear_profile", &clear).await.status, 200);
        assert_eq!(his.profile(number).await.unwrap().quote.to_string(), "");
        assert!(app.stop().await);
    })
    .await;
}
