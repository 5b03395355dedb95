//! Lists, read to their end: page after page, asked for as they are needed.

use std::{collections::VecDeque, future::Future, mem};

use contract::api::Page;

use crate::{Error, Onward};

/// The most that one page holds.
const LONGEST: usize = 200;

/// Everything in a list. `ask` is told which part is next, and asks for it.
///
/// ```rust,ignore
/// let mut users = Every::of(async |part| hub.list_users(&UserQuery { part, ..UserQuery::default() }).await);
/// while let Some(user) = users.next().await? {}
/// ```
pub struct Every<T, F> {
    ask: F,
    length: usize,
    here: VecDeque<T>,
    ahead: Ahead,
}

/// Which page is asked for next.
enum Ahead {
    First,
    After(String),
    Nothing,
}

impl<T, F: AsyncFnMut(Onward) -> Result<Page<T>, Error>> Every<T, F> {
    /// From its beginning, in pages as long as they may be.
    pub const fn of(ask: F) -> Self {
        Self { ask, length: LONGEST, here: VecDeque::new(), ahead: Ahead::First }
    }

    /// In pages of that length, within 1 to 200: for whoever wants no more than these.
    #[must_use]
    pub fn by(mut self, length: usize) -> Self {
        self.length = length.clamp(1, LONGEST);
        self
    }

    /// The next one; `None`: that was all.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        while self.here.is_empty() {
            let cursor = match mem::replace(&mut self.ahead, Ahead::Nothing) {
                Ahead::First => None,
                Ahead::After(cursor) => Some(cursor),
                Ahead::Nothing => return Ok(None),
            };
            let limit = u32::try_from(self.length).ok();
            let page = (self.ask)(Onward { cursor, limit }).await?;
            self.here = page.items.into();
            self.ahead = page.next.map_or(Ahead::Nothing, Ahead::After);
        }
        Ok(self.here.pop_front())
    }

    /// The first so many.
    pub async fn take(self, at_most: usize) -> Result<Vec<T>, Error> {
        let length = self.length.min(at_most);
        let mut every = self.by(length);
        let mut taken = Vec::new();
        while taken.len() < at_most {
            match every.next().await? {
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
        let pages = async |part: Onward| {
            asked.push((part.cursor.clone(), part.limit));
            Ok(match part.cursor.as_deref() {
                None => Page { items: vec![1, 2], next: Some("a".into()) },
                // A page may be empty and yet not the last.
                Some("a") => Page { items: vec![], next: Some("b".into()) },
                _ => Page { items: vec![3], next: None },
            })
        };
        assert_eq!(Every::of(pages).all().await.unwrap(), [1, 2, 3]);
        assert_eq!(asked, [None, Some("a"), Some("b")].map(|cursor| (cursor.map(str::to_owned), Some(200))));
        let first = async |part: Onward| {
            assert_eq!(part.limit, Some(2), "no more than is wanted");
            Ok(Page { items: vec![1, 2], next: Some("a".into()) })
        };
        assert_eq!(Every::of(first).take(2).await.unwrap(), [1, 2]);
    }
}
