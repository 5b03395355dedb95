//! What is kept of films, and for how long, on both databases.

use std::{
    fs::File,
    path::Path,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use base::{Actor, GameId, Kind, Millis, Person, Role, SessionId, UserId, testing::SeededChance};
use db::{
    Db, sql,
    testing::{StoppedClock, each},
};

use super::{FilmSettings, Films, NewFilm, store};

const STRANGER: Actor = Actor::Stranger { address: None };
const NOW: Millis = Millis(1_700_000_000_000);
const DAY: Duration = Duration::from_hours(24);

fn films(db: &Db, folder: &Path) -> Films {
    let settings = FilmSettings {
        folder: folder.to_owned(),
        largest_bytes: 1_000,
        per_host_bytes: 2_000,
        total_bytes: 2_500,
        days: 30,
    };
    Films::new(db.clone(), Arc::new(StoppedClock(NOW)), Arc::new(SeededChance::new(7)), settings)
}

/// A game with a film of a thousand bytes, and its file.
async fn filmed(db: &Db, folder: &Path, game: i64, settled: bool, at: Millis) {
    let file = format!("{game}.m2rec");
    std::fs::create_dir_all(folder.join("public")).unwrap();
    std::fs::write(folder.join("public").join(&file), vec![0; 1_000]).unwrap();
    let film = NewFilm { host: None, file, size_bytes: 1_000, sha256: "00".into(), at };
    db.write::<_, db::Error, _>(move |tx| {
        let film = film.clone();
        Box::pin(async move {
            sql("insert into games (id, room_id, dialect, host_name, name, map, scoring, max_players, description, listed_at, settled_at) \
                 select $1, min(id), 'myth2', 'Olga', 'Duel', 'Creep', 'Body Count', 8, $2, 0, $3 from rooms")
            .bind(game)
            .bind(vec![0_u8])
            .bind(settled.then_some(1_i64))
            .execute(&mut *tx)
            .await?;
            store::create(tx, GameId::from(game), &film).await?;
            // A second one of the same game is none.
            store::create(tx, GameId::from(game), &NewFilm { file: "again".into(), ..film }).await
        })
    })
    .await
    .unwrap();
}

fn somebody(role: Role) -> Actor {
    Actor::Person(Person::logged_in(UserId::from(1), role, SessionId::from(1)))
}

async fn games(films: &Films) -> Vec<i64> {
    let page = films.list(&STRANGER, "", None, 100).await.unwrap();
    page.films.iter().map(|film| film.game.get()).collect()
}

#[tokio::test]
async fn the_oldest_go_and_what_has_no_result_and_files_of_nobody() {
    each(|db| async move {
        let folder = tempfile::tempdir().unwrap();
        let films = films(&db, folder.path());
        filmed(&db, folder.path(), 1, true, NOW.minus(DAY * 31)).await;
        filmed(&db, folder.path(), 2, true, NOW.minus(DAY * 3)).await;
        filmed(&db, folder.path(), 3, false, NOW.minus(DAY * 2)).await;
        filmed(&db, folder.path(), 4, true, NOW.minus(DAY)).await;
        filmed(&db, folder.path(), 5, false, NOW).await;
        assert_eq!(games(&films).await, [4, 2, 1], "those with a result");
        let file = |name: &str| folder.path().join("public").join(name);
        for (name, age) in [("old.m2rec", DAY), ("new.m2rec", Duration::ZERO)] {
            let written = UNIX_EPOCH + Duration::from_millis(NOW.minus(age).0.unsigned_abs());
            File::create(file(name)).unwrap().set_modified(written).unwrap();
        }
        assert_eq!(films.tidy(&somebody(Role::Moderator)).await.unwrap_err().kind(), Kind::Forbidden);
        // One is too old, one has no result, and of the other three two fit.
        assert_eq!(films.tidy(&Actor::Job).await.unwrap(), 3);
        assert_eq!(games(&films).await, [4]);
        for (name, there) in
            [("1", false), ("2", false), ("3", false), ("4", true), ("5", true), ("old", false), ("new", true)]
        {
            assert_eq!(file(&format!("{name}.m2rec")).exists(), there, "{name}");
        }
        assert_eq!(films.tidy(&Actor::Job).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn moderators_take_a_film_away_and_it_is_written_down() {
    each(|db| async move {
        let folder = tempfile::tempdir().unwrap();
        let films = films(&db, folder.path());
        for game in 1..=3 {
            filmed(&db, folder.path(), game, game != 3, NOW).await;
        }
        let page = films.list(&STRANGER, "", None, 1).await.unwrap();
        assert_eq!((page.films[0].game.get(), page.next), (2, Some(GameId::from(2))));
        let rest = films.list(&STRANGER, "creep", page.next, 1).await.unwrap();
        assert_eq!((rest.films[0].game.get(), rest.next), (1, None));

        let one = GameId::from(1);
        assert_eq!(films.remove(&somebody(Role::Member), one, "").await.unwrap_err().kind(), Kind::Forbidden);
        films.remove(&somebody(Role::Moderator), one, "rude").await.unwrap();
        assert_eq!(films.remove(&Actor::Operator, one, "").await.unwrap_err().kind(), Kind::NotFound);
        assert_eq!(films.find(&Actor::Operator, one).await.unwrap_err().kind(), Kind::NotFound);
        assert_eq!(
            films.find(&Actor::Operator, GameId::from(3)).await.unwrap_err().kind(),
            Kind::NotFound,
            "no result"
        );
        assert!(!folder.path().join("public/1.m2rec").exists());
        let entries: Vec<(String, String)> =
            sql("select act, target_id from audit_log where target_kind = 'film'").fetch_all(&db).await.unwrap();
        assert_eq!(entries, [("film.removed".to_owned(), "1".to_owned())]);

        std::fs::remove_file(folder.path().join("public/2.m2rec")).unwrap();
        let gone = films.open(&STRANGER, GameId::from(2)).await.map(|_| ());
        assert_eq!(gone.unwrap_err().kind(), Kind::NotFound, "on a node that has not the folder");
    })
    .await;
}
