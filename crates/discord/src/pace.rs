//! How fast Discord may be asked: as it says itself, in the headers of each answer.
//!
//! <https://discord.com/developers/docs/topics/rate-limits>: routes share buckets, each anew for the channel, server or application the
//! route is about, and beside them stands a limit for everything.

use std::{collections::HashMap, time::Duration};

use base::Millis;

/// So many buckets are remembered; when there are more, those that are full again go.
const MOST: usize = 10_000;

/// What an answer says of the pace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Which bucket it was.
    pub(crate) bucket: Option<String>,
    /// What is left in it.
    pub(crate) remaining: Option<u32>,
    /// When it is full again.
    pub(crate) reset_after: Option<Duration>,
    /// It was too much; again after so long.
    pub(crate) retry_after: Option<Duration>,
    /// And that is so for everything.
    pub(crate) global: bool,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    remaining: u32,
    full_at: Millis,
}

/// What was told so far.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    nothing_before: Millis,
    /// Which bucket a route is in.
    routes: HashMap<&'static str, String>,
    /// By bucket and what the route is about.
    buckets: HashMap<(String, String), Bucket>,
}

impl Pace {
    fn bucket(&self, route: &'static str, about: &str) -> (String, String) {
        (self.routes.get(route).cloned().unwrap_or_else(|| route.to_owned()), about.to_owned())
    }

    /// Takes a turn; else says when there is one.
    pub(crate) fn take(&mut self, route: &'static str, about: &str, now: Millis) -> Result<(), Millis> {
        if now < self.nothing_before {
            return Err(self.nothing_before);
        }
        let key = self.bucket(route, about);
        if let Some(bucket) = self.buckets.get_mut(&key)
            && now < bucket.full_at
        {
            if bucket.remaining == 0 {
                return Err(bucket.full_at);
            }
            bucket.remaining -= 1;
        }
        Ok(())
    }

    /// Learns from an answer; says when to come back, where it was too much.
    pub(crate) fn learn(&mut self, route: &'static str, about: &str, told: &Told, now: Millis) -> Option<Millis> {
        if let Some(name) = &told.bucket {
            self.routes.insert(route, name.clone());
        }
        if self.buckets.len() >= MOST {
            self.buckets.retain(|_, bucket| bucket.full_at > now);
        }
        let key = self.bucket(route, about);
        if let Some(after) = told.retry_after {
            let again = now.plus(after);
            if told.global {
                self.nothing_before = again;
            } else {
                self.buckets.insert(key, Bucket { remaining: 0, full_at: again });
            }
            return Some(again);
        }
        if let (Some(remaining), Some(after)) = (told.remaining, told.reset_after) {
            // Answers may come in another order than they were asked for: what is known to be less stays less.
            let full_at = now.plus(after);
            let known = self.buckets.get(&key).filter(|known| known.full_at > now);
            let remaining = known.map_or(remaining, |known| known.remaining.min(remaining));
            self.buckets.insert(key, Bucket { remaining, full_at });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEND: &str = "POST /channels/messages";

    fn told(bucket: &str, remaining: u32, secs: u64) -> Told {
        Told {
            bucket: Some(bucket.into()),
            remaining: Some(remaining),
            reset_after: Some(Duration::from_secs(secs)),
            ..Told::default()
        }
    }

    #[test]
    fn an_empty_bucket_is_waited_for_and_others_are_not() {
        let mut pace = Pace::default();
        assert_eq!(pace.take(SEND, "1", Millis(0)), Ok(()));
        pace.learn(SEND, "1", &told("b", 1, 5), Millis(0));
        assert_eq!(pace.take(SEND, "1", Millis(0)), Ok(()), "one is left");
        assert_eq!(pace.take(SEND, "1", Millis(0)), Err(Millis(5000)));
        assert_eq!(pace.take(SEND, "2", Millis(0)), Ok(()), "another channel");
        assert_eq!(pace.take(SEND, "1", Millis(5000)), Ok(()));
    }

    #[test]
    fn routes_of_one_bucket_share_it() {
        let mut pace = Pace::default();
        pace.learn("PUT role", "g", &told("roles", 0, 5), Millis(0));
        pace.learn("DELETE role", "h", &told("roles", 3, 5), Millis(0));
        assert_eq!(pace.take("DELETE role", "g", Millis(1)), Err(Millis(5000)));
    }

    #[test]
    fn too_much_is_too_much_there_or_everywhere() {
        let mut pace = Pace::default();
        let much = |global| Told { retry_after: Some(Duration::from_millis(1500)), global, ..Told::default() };
        assert_eq!(pace.learn(SEND, "1", &much(false), Millis(0)), Some(Millis(1500)));
        assert_eq!(pace.take(SEND, "1", Millis(1)), Err(Millis(1500)));
        assert_eq!(pace.take(SEND, "2", Millis(1)), Ok(()));
        pace.learn(SEND, "1", &much(true), Millis(1000));
        assert_eq!(pace.take(SEND, "2", Millis(2000)), Err(Millis(2500)));
        assert_eq!(pace.take(SEND, "2", Millis(2500)), Ok(()));
    }

    #[test]
    fn answers_out_of_order_do_not_fill_a_bucket() {
        let mut pace = Pace::default();
        pace.learn(SEND, "1", &told("b", 0, 5), Millis(0));
        pace.learn(SEND, "1", &told("b", 1, 5), Millis(1));
        assert!(pace.take(SEND, "1", Millis(2)).is_err());
    }
}
