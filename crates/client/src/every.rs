//! Lists, read to their end: page after page, asked for as they are needed.

use std::{collections::VecDeque, future::Future, mem};

use contract::api::Page;

use crate::Error;

/// Everything in a list. `ask` is handed the place of a page, and asks for it.
///
/// ```rust,ignore
/// let mut users = Every::of(async |cursor| hub.list_users(&UserQuery { cursor, ..UserQuery::default() }).await);
/// while let Some(user) = users.next().await? {}
/// ```
pub struct Every<T, F> {
    ask: F,
    here: VecDeque<T>,
    ahead: Ahead,
}

/// Which page is asked for next.
enum Ahead {
    First,
    After(String),
    Nothing,
}

impl<T, F: AsyncFnMut(Option<String>) -> Result<Page<T>, Error>> Every<T, F> {
    /// From its beginning.
    pub const fn of(ask: F) -> Self {
        Self { ask, here: VecDeque::new(), ahead: Ahead::First }
    }

    /// The next one; `None`: that was all.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        while self.here.is_empty() {
            let cursor = match mem::replace(&mut self.ahead, Ahead::Nothing) {
                Ahead::First => None,
                Ahead::After(cursor) => Some(cursor),
                Ahead::Nothing => return Ok(None),
            };
            let page = (self.ask)(cursor).await?;
            self.here = page.items.into();
            self.ahead = page.next.map_or(Ahead::Nothing, Ahead::After);
        }
        Ok(self.here.pop_front())
    }

    /// The first so many.
    pub async fn take(mut self, at_most: usize) -> Result<Vec<T>, Error> {
        let mut taken = Vec::new();
        while taken.len() < at_most {
            match self.next().await? {
                Some(one) => taken.push(one),
                None => break,
            }
        }
        Ok(taken)
    }

    /// All of them.
    pub fn all(self) -> impl Future<Output = Result<Vec<T>, Error>> {
        self.take(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_list_is_read_to_its_end_and_no_further() {
        let mut asked = Vec::new();
        let pages = async |cursor: Option<String>| {
            asked.push(cursor.clone());
            Ok(match cursor.as_deref() {
                None => Page { items: vec![1, 2], next: Some("a".into()) },
                // A page may be empty and yet not the last.
                Some("a") => Page { items: vec![], next: Some("b".into()) },
                _ => Page { items: vec![3], next: None },
            })
        };
        assert_eq!(Every::of(pages).all().await.unwrap(), [1, 2, 3]);
        assert_eq!(asked, [None, Some("a".to_owned()), Some("b".to_owned())]);
        let first = async |_: Option<String>| Ok(Page { items: vec![1, 2], next: Some("a".into()) });
        assert_eq!(Every::of(first).take(2).await.unwrap(), [1, 2]);
    }
}
