//! How often one caller may ask, and telling them how much is left.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use axum::{
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderValue},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base::{Actor, Credential, Millis, TokenId, UserId, network_of};

use super::Failure;
use crate::http::{Caller, Hub, Taken};

/// Callers remembered at once; a few megabytes.
const REMEMBERED: usize = 65_536;

const MINUTE: u64 = 60_000_000_000;
const SECOND: u64 = 1_000_000_000;

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// Nobody known, by the network they come from.
    Place(IpAddr),
    /// A person at our own pages.
    Person(UserId),
    /// A program.
    Token(TokenId),
    /// Everybody there is no room to remember.
    Crowd,
}

/// How much a caller may ask: so many in a minute, and so many of them in a second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quota {
    pub(crate) in_a_minute: u64,
    pub(crate) in_a_second: u64,
}

/// When each of the two counts is back at nothing, in nanoseconds since 1970.
#[derive(Debug, Clone, Copy, Default)]
struct Spent {
    minute: u64,
    second: u64,
}

/// What is left after a request, or when to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    /// Requests left in this minute.
    pub(crate) requests: u64,
    /// Seconds until all of them are back.
    pub(crate) reset_secs: u64,
    /// Seconds to wait; zero: this one may go on.
    pub(crate) wait_secs: u32,
}

/// The counts of every caller of this process.
#[derive(Debug, Default)]
pub struct Pace(Mutex<HashMap<Who, Spent>>);

impl Pace {
    /// Counts one request, unless it comes too early. The arithmetic is the leaky bucket's: each count drains steadily.
    pub(crate) fn count(&self, who: Who, quota: Quota, now: Millis) -> Left {
        let now = u64::try_from(now.0).unwrap_or(0).saturating_mul(1_000_000);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut who = who;
        if counts.len() >= REMEMBERED && !counts.contains_key(&who) {
            counts.retain(|_, spent| spent.minute > now);
            if counts.len() >= REMEMBERED {
                who = Who::Crowd;
            }
        }
        let spent = counts.entry(who).or_default();
        let (each_minute, each_second) = (MINUTE / quota.in_a_minute.max(1), SECOND / quota.in_a_second.max(1));
        let after = Spent { minute: spent.minute.max(now) + each_minute, second: spent.second.max(now) + each_second };
        let over = (after.minute.saturating_sub(now + MINUTE)).max(after.second.saturating_sub(now + SECOND));
        if over == 0 {
            *spent = after;
        }
        let used = spent.minute.saturating_sub(now);
        Left {
            requests: (MINUTE.saturating_sub(used)) / each_minute.max(1),
            reset_secs: used.div_ceil(SECOND),
            wait_secs: u32::try_from(over.div_ceil(SECOND)).unwrap_or(u32::MAX),
        }
    }
}

/// The layer.
pub(super) async fn keep(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let Some(caller) = request.extensions().get::<Caller>() else {
        return Failure::from(base::Kind::Internal).into_response();
    };
    let limits = &hub.settings.api;
    let (who, in_a_minute) = match &caller.actor {
        Actor::Person(person) => match person.by {
            Credential::Token { token, .. } => (Who::Token(token), limits.token_per_minute),
            _ => (Who::Person(person.user), limits.token_per_minute),
        },
        _ => (Who::Place(network_of(caller.address)), limits.anonymous_per_minute),
    };
    let quota = Quota { in_a_minute: in_a_minute.into(), in_a_second: limits.burst_per_second.into() };
    let left = hub.pace.count(who, quota, hub.clock.now());
    // A request that comes too early is no search yet.
    let search = (left.wait_secs == 0 && searches(&request)).then(|| hub.seldom.search(&caller.actor));
    let wait_secs = search.as_ref().map_or(left.wait_secs, |search| search.left.wait_secs);
    let mut response = if wait_secs == 0 {
        next.run(request).await
    } else {
        if left.wait_secs > 0 {
            metrics::counter!("guildhall_api_limited_total").increment(1);
            tracing::warn!(target: "security", act = "limit_hit", limit = "api", "a caller of the API asked too often");
        }
        Failure::too_often(wait_secs).into_response()
    };
    say(response.headers_mut(), quota, left, search.as_ref());
    response
}

/// Whether a list is searched for a text: that looks through every name there is.
fn searches(request: &Request) -> bool {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
    // A query that can't be read is refused by whoever reads it.
    pairs.is_ok_and(|Query(pairs)| pairs.iter().any(|(name, text)| name == "search" && !text.trim().is_empty()))
}

/// `RateLimit-Policy` and `RateLimit`, as the IETF's draft "`RateLimit` header fields for HTTP" (revision 10) writes them.
fn say(headers: &mut HeaderMap, quota: Quota, left: Left, search: Option<&Taken>) {
    let Quota { in_a_minute, in_a_second } = quota;
    let mut lines = [
        ("ratelimit-policy", format!("\"minute\";q={in_a_minute};w=60, \"burst\";q={in_a_second};w=1")),
        ("ratelimit", format!("\"minute\";r={};t={}", left.requests, left.reset_secs)),
    ];
    if let Some(search) = search {
        let [(_, policy), (_, state)] = &mut lines;
        policy.push_str(", ");
        policy.push_str(&search.policy());
        state.push_str(", ");
        state.push_str(&search.state());
    }
    for (name, value) in lines {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota { in_a_minute: 60, in_a_second: 10 };

    fn at(ms: i64) -> Millis {
        Millis(1_767_268_800_000 + ms)
    }

    #[test]
    fn ten_at_once_then_no_more_than_sixty_a_minute() {
        let (pace, who) = (Pace::default(), Who::Person(UserId::from(1)));
        let passed = |from: i64, to: i64| {
            (from..to).step_by(10).filter(|ms| pace.count(who, QUOTA, at(*ms)).wait_secs == 0).count()
        };
        assert_eq!((0..20).filter(|_| pace.count(who, QUOTA, at(0)).wait_secs == 0).count(), 10);
        // The bucket of a minute drains by one a second while it fills.
        assert!((50..=111).contains(&passed(0, 60_000)));
        assert_eq!(passed(60_000, 120_000), 60);
        assert_eq!(
            (0..20).filter(|_| pace.count(Who::Person(UserId::from(2)), QUOTA, at(0)).wait_secs == 0).count(),
            10
        );
    }

    #[test]
    fn what_is_left_is_told() {
        let (pace, who) = (Pace::default(), Who::Token(TokenId::from(1)));
        assert_eq!(pace.count(who, QUOTA, at(0)), Left { requests: 59, reset_secs: 1, wait_secs: 0 });
        assert_eq!(pace.count(who, QUOTA, at(0)), Left { requests: 58, reset_secs: 2, wait_secs: 0 });
        let tight = Quota { in_a_minute: 2, in_a_second: 10 };
        let who = Who::Token(TokenId::from(2));
        let told: Vec<u32> = (0..3).map(|_| pace.count(who, tight, at(0)).wait_secs).collect();
        assert_eq!(told, [0, 0, 30]);
        assert_eq!(pace.count(who, tight, at(30_000)).wait_secs, 0);
    }

    #[test]
    fn memory_is_bounded() {
        let pace = Pace::default();
        for id in 0..i64::try_from(REMEMBERED).unwrap() + 100 {
            pace.count(Who::Person(UserId::from(id)), QUOTA, at(0));
        }
        assert!(pace.0.lock().unwrap().len() <= REMEMBERED + 1);
        pace.count(Who::Person(UserId::from(-1)), QUOTA, at(120_000));
        assert_eq!(pace.0.lock().unwrap().len(), 1, "who has nothing spent is forgotten");
    }
}
