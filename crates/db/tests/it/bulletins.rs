//! What processes tell each other of themselves.

use db::{Bulletins, Db, Error, sql, testing};

const BOARD: &str = "harbour";

fn heard(bulletins: &Bulletins) -> Vec<(String, String)> {
    bulletins.others().map(|(node, told)| (node.to_owned(), told.to_owned())).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(node, told)| ((*node).to_owned(), (*told).to_owned())).collect()
}

async fn sweep(db: &Db) {
    let swept =
        db.write::<_, Error, _>(|tx| Box::pin(sql("delete from bulletins where board = $1").bind(BOARD).execute(tx)));
    assert_eq!(swept.await.unwrap(), 1);
}

#[tokio::test]
async fn each_node_hears_what_the_others_tell_and_when_they_are_gone() {
    testing::each(async |db| {
        let on = |board, node: &str| Bulletins::new(db.clone(), board, node.to_owned());
        let (mut one, mut two, mut stranger) = (on(BOARD, "one"), on(BOARD, "two"), on("market", "one"));
        assert!(!two.hear().await.unwrap(), "nobody is there");

        one.tell("two ships").await.unwrap();
        stranger.tell("three stalls").await.unwrap();
        assert!(two.hear().await.unwrap());
        assert_eq!(heard(&two), pairs(&[("one", "two ships")]));
        assert!(!one.hear().await.unwrap(), "nobody hears themselves");
        assert!(!two.hear().await.unwrap(), "that is known");

        two.tell("no ship").await.unwrap();
        one.tell("a ship").await.unwrap();
        assert!(one.hear().await.unwrap() && two.hear().await.unwrap());
        assert_eq!((heard(&one), heard(&two)), (pairs(&[("two", "no ship")]), pairs(&[("one", "a ship")])));

        // Taken for dead, it says so again with its next beat, which tells nothing new.
        one.withdraw().await.unwrap();
        assert!(!one.is_up() && two.hear().await.unwrap());
        assert_eq!(heard(&two), []);
        sweep(&db).await;
        assert!(one.hear().await.unwrap());
        testing::until("the beat", async || {
            two.tell("no ship").await.unwrap();
            one.hear().await.unwrap();
            if heard(&one) == pairs(&[("two", "no ship")]) { Ok(()) } else { Err(heard(&one)) }
        })
        .await;
        // A beat alone is no news.
        testing::until("another beat", async || {
            two.tell("no ship").await.unwrap();
            assert!(!one.hear().await.unwrap());
            let (beat, since): (i64, i64) =
                sql("select beat, since from bulletins where node = 'two'").fetch_one(&db).await.unwrap();
            if beat > since { Ok(()) } else { Err(beat) }
        })
        .await;
    })
    .await;
}
