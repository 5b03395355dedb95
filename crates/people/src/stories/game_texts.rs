//! What people write of themselves in a game.

use base::{Actor, Role, UserId};
use contract::people::{About, Audience, GameTexts, SaveProfile};
use db::sql;

use super::{World, privacy, stranger};
use crate::{Error, Part};

#[tokio::test]
async fn what_a_game_writes_goes_with_the_page() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, bert, carl) = (world.member("Olga").await, world.member("Bert").await, world.member("Carl").await);
        let mona = world.person("Mona", Role::Moderator).await;
        let people = &world.people;
        let quote = |quote: &str| GameTexts { quote: quote.into(), ..GameTexts::default() };
        let reads = async |actor: &Actor| people.game_texts(actor, olga.1).await.unwrap().quote;
        people.save_game_texts(&olga.0, &quote("Kneel.")).await.unwrap();
        people.save_game_texts(&olga.0, &quote("Charge!")).await.unwrap();
        world.befriend(&olga, &bert).await;
        for (audience, wanted) in [
            (Audience::Everybody, [true, true, true]),
            (Audience::Members, [false, true, true]),
            (Audience::Friends, [false, false, true]),
            (Audience::Nobody, [false, false, false]),
        ] {
            people.save_privacy(&olga.0, privacy(audience)).await.unwrap();
            for (actor, sees) in [stranger(), carl.0.clone(), bert.0.clone()].into_iter().zip(wanted) {
                assert_eq!(reads(&actor).await == "Charge!", sees, "{audience:?}");
                let page = world.sees(&actor, "olga").await.unwrap().about;
                assert_eq!(page.map(|about| about.game), sees.then(|| quote("Charge!")), "as on the page");
            }
            assert_eq!((reads(&olga.0).await, reads(&mona.0).await), ("Charge!".into(), "Charge!".into()));
        }
        people.save_privacy(&olga.0, privacy(Audience::Everybody)).await.unwrap();
        people.block(&olga.0, carl.1).await.unwrap();
        assert_eq!(reads(&carl.0).await, "");
        assert_eq!(people.game_texts(&carl.0, UserId::from(999)).await.unwrap(), GameTexts::default());

        // The page's form leaves it alone; the archive has it; whoever keeps order clears both.
        people.save_profile(&olga.0, &SaveProfile { about: "I play.".into(), ..SaveProfile::default() }).await.unwrap();
        let about = people.my_profile(&olga.0).await.unwrap().about;
        assert_eq!((about.text.as_str(), about.game), ("I play.", quote("Charge!")));
        let archive = people.export(&olga.0, olga.1).await.unwrap();
        let profile = archive.iter().find(|document| document.path == "people/profile.json").unwrap();
        assert!(String::from_utf8_lossy(&profile.bytes).contains("Charge!"));
        people.clear(&mona.0, olga.1, Part::About, "Rude.").await.unwrap();
        assert_eq!(people.my_profile(&olga.0).await.unwrap().about, About::default());
        let (before,): (String,) =
            sql("select before from audit_log where act = 'profile.cleared'").fetch_one(&world.db).await.unwrap();
        assert!(before.contains("Charge!"), "{before}");

        // Nothing written is no row, and neither is an account that is gone.
        let rows = async || {
            let (rows,): (i64,) = sql("select count(*) from game_texts").fetch_one(&world.db).await.unwrap();
            rows
        };
        people.save_game_texts(&olga.0, &quote("Again.")).await.unwrap();
        people.save_game_texts(&bert.0, &quote("Me too.")).await.unwrap();
        people.save_game_texts(&olga.0, &GameTexts::default()).await.unwrap();
        assert_eq!(rows().await, 1);
        let gone: Result<u64, db::Error> = world
            .db
            .write(move |tx| {
                Box::pin(async move { sql("delete from users where id = $1").bind(bert.1).execute(tx).await })
            })
            .await;
        assert_eq!(gone.unwrap(), 1);
        assert_eq!(rows().await, 0);
        let long = quote(&"x".repeat(GameTexts::LONGEST + 1));
        assert!(matches!(people.save_game_texts(&olga.0, &long).await, Err(Error::Fields(_))));
        assert!(matches!(people.save_game_texts(&stranger(), &long).await, Err(Error::Refused(_))));
    })
    .await;
}
