//! Finding people by name.

use base::{Action, Actor};
use contract::people::People as Page;
use db::containing;

use crate::{People, error::Error, keeps_order, store};

/// People on one page at most.
const LONGEST_PAGE: u32 = 200;

/// Whom to look for.
#[derive(Debug, Clone)]
pub struct PeopleQuery {
    /// Part of a name; empty: everybody.
    pub text: String,
    /// Those after this place, as the last page gave it.
    pub after: Option<String>,
    /// So many, 200 at most.
    pub at_most: u32,
}

impl Default for PeopleQuery {
    fn default() -> Self {
        Self { text: String::new(), after: None, at_most: 30 }
    }
}

impl People {
    /// People by name, in its order. Who keeps their page from the one who looks is not listed, nor is whom a block stands between.
    pub async fn search(&self, actor: &Actor, query: &PeopleQuery) -> Result<Page, Error> {
        actor.may(Action::ViewPeople)?;
        let at_most = query.at_most.clamp(1, LONGEST_PAGE);
        let pattern = containing(&(self.0.fold)(&query.text));
        let after = query.after.clone().unwrap_or_default();
        let found = store::search(&self.0.db, actor.user(), keeps_order(actor), &pattern, &after, at_most + 1).await?;
        Ok(page(found, at_most))
    }
}

/// One more than asked for tells whether there is a next page.
pub(crate) fn page(mut found: Vec<store::Listed>, at_most: u32) -> Page {
    let at_most = at_most as usize;
    let more = found.len() > at_most;
    found.truncate(at_most);
    let next = found.last().filter(|_| more).map(|last| last.key.clone());
    Page { people: found.into_iter().map(|listed| listed.card).collect(), next }
}
