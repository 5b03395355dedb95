//! A package that says what it is in another language, too: who reads what, and since when.

use super::*;
use crate::Error;

const TEXTS: &str = "api = \"1.0\"
[[pages]]
path = \"who\"
title = \"Who asks\"
menu = { label = \"Asking\" }
[[widgets]]
slot = \"organization.sidebar\"
[[commands]]
name = \"roll\"
description = \"Rolls.\"
where = [\"discord\"]
[config]
type = \"object\"
[config.properties.days]
type = \"integer\"
title = \"Days\"
";

const PORTUGUESE: &str = "name = \"Um brinquedo\"
[[pages]]
path = \"who\"
title = \"Quem pergunta\"
[[commands]]
name = \"roll\"
description = \"Rola.\"
[config.properties.days]
title = \"Dias\"
";

impl World {
    /// Stages a guest that says the same in Brazilian Portuguese.
    async fn stage_in_portuguese(&self, version: &str, portuguese: &str) -> Result<crate::Staged, Error> {
        let mut files = Self::files(&toml("toy", version, TEXTS), "");
        files.insert("locales/pt-BR.toml".into(), portuguese.into());
        self.plugins.stage(&Self::admin(), package::pack(&files).unwrap()).await
    }

    /// How the page is headed and whose it is said to be, and what its box on another page is called.
    async fn reads(&self, locale: &str) -> [String; 3] {
        let visit = Visit { locale: locale.into(), ..Visit::default() };
        let (anna, place) = (self.person(), crate::Place::Organization(self.one));
        let shown = self.plugins.page(&anna, place, "toy", "who", Map::new(), &visit).await.unwrap();
        let here = self.here(&anna).await;
        let boxes = self.plugins.widgets(&anna, here, &[Slot::OrganizationSidebar], None, &visit).await;
        [shown.title, shown.plugin, boxes[0].name.clone()]
    }
}

#[tokio::test]
async fn each_reader_reads_a_guest_in_their_language() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[]).await;
        let staged = world.stage_in_portuguese("1.0.0", PORTUGUESE).await.unwrap();
        let approved =
            world.plugins.approve(&World::admin(), "toy", "1.0.0", &staged.hash, &BTreeSet::new(), false).await;
        approved.unwrap();
        world.on(Some(world.one), "toy").await;
        let (english, portuguese) = (["Who asks", "A toy", "A toy"], ["Quem pergunta", "Um brinquedo", "Um brinquedo"]);
        for (locale, read) in [("en", english), ("pt-BR", portuguese), ("de", english), ("", english)] {
            assert_eq!(world.reads(locale).await, read, "{locale}");
        }

        // What an admin reads, and the form: nothing but texts is otherwise.
        let own = world.plugins.list(&World::admin()).await.unwrap().remove(0).manifest;
        let theirs = world.plugins.in_language(&own, "pt-BR");
        assert_eq!((theirs.name.as_str(), theirs.description.as_str()), ("Um brinquedo", "Plays."));
        let menu = theirs.pages[0].menu.as_ref().unwrap();
        assert_eq!((theirs.pages[0].title.as_str(), menu.label.as_str()), ("Quem pergunta", "Asking"));
        assert_eq!(theirs.config.unwrap()["properties"]["days"], json!({ "type": "integer", "title": "Dias" }));
        assert_eq!(world.plugins.in_language(&own, "en"), own);

        let commands = world.plugins.all_commands("pt-BR");
        let (said, read) = &commands[0].1[0];
        assert_eq!((said.description.as_str(), read.description.as_str()), ("Rolls.", "Rola."));

        // Another version is another text, once it runs.
        let next = PORTUGUESE.replace("Um brinquedo", "Um pião");
        let staged = world.stage_in_portuguese("1.1.0", &next).await.unwrap();
        assert_eq!(world.reads("pt-BR").await, portuguese);
        let asked = BTreeSet::new();
        world.plugins.approve(&World::admin(), "toy", "1.1.0", &staged.hash, &asked, false).await.unwrap();
        assert_eq!(world.reads("pt-BR").await, ["Quem pergunta", "Um pião", "Um pião"]);
    })
    .await;
}

#[tokio::test]
async fn a_text_of_what_is_not_there_keeps_a_package_out() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[]).await;
        let wrong = PORTUGUESE.replace("path = \"who\"", "path = \"whom\"").replace("days", "hours");
        let Err(Error::Invalid(told)) = world.stage_in_portuguese("1.0.0", &wrong).await else { panic!("it is taken") };
        let places: Vec<&str> = told.iter().map(|(at, _)| at.as_str()).collect();
        assert_eq!(places, ["locales/pt-BR.toml:2:1", "locales/pt-BR.toml:8:1"], "{told:?}");
        assert!(world.plugins.list(&World::admin()).await.unwrap().is_empty());
    })
    .await;
}
