//! What costs much and is therefore had less often than a page: searching, and files of whole lists.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue},
    response::Response,
};
use base::{Actor, Clock, Credential, Kind, Person, network_of};
use contract::Problem;

use super::problem;
use crate::{
    api::{Left, Pace, Quota, Who},
    config::HttpSettings,
};

/// The counts. Clones are the same.
#[derive(Clone)]
pub struct Seldom(Arc<Inner>);

struct Inner {
    searches: Pace,
    exports: Pace,
    per_minute: (u32, u32),
    clock: Arc<dyn Clock>,
}

/// One of them, counted.
pub(crate) struct Taken {
    name: &'static str,
    quota: Quota,
    pub(crate) left: Left,
}

impl Seldom {
    /// The counts of a hub that has just started.
    pub fn new(settings: &HttpSettings, clock: Arc<dyn Clock>) -> Self {
        let per_minute = (settings.searches_per_minute, settings.exports_per_minute);
        Self(Arc::new(Inner { searches: Pace::default(), exports: Pace::default(), per_minute, clock }))
    }

    /// Counts a search through names or texts.
    pub(crate) fn search(&self, actor: &Actor) -> Taken {
        self.count("search", &self.0.searches, self.0.per_minute.0, actor)
    }

    /// Counts a file that holds a whole list, or everything about somebody.
    pub(crate) fn export(&self, actor: &Actor) -> Taken {
        self.count("export", &self.0.exports, self.0.per_minute.1, actor)
    }

    fn count(&self, name: &'static str, pace: &Pace, per_minute: u32, actor: &Actor) -> Taken {
        // All of them may come at once: a person types, and then reads.
        let quota = Quota { in_a_minute: per_minute.into(), in_a_second: per_minute.into() };
        let left = pace.count(who(actor), quota, self.0.clock.now());
        if left.wait_secs > 0 {
            metrics::counter!("guildhall_http_limited_total", "limit" => name).increment(1);
            tracing::warn!(
                target: "security",
                act = "limit_hit",
                limit = name,
                actor.id = actor.user().map(i64::from),
                "somebody asked too often for what costs much"
            );
        }
        Taken { name, quota, left }
    }
}

/// A person is one, however many programs of theirs ask; whoever looks as somebody else spends their own.
fn who(actor: &Actor) -> Who {
    match actor {
        Actor::Person(Person { by: Credential::Guise { by, .. }, .. }) => Who::Person(*by),
        Actor::Person(person) => Who::Person(person.user),
        other => Who::Place(network_of(other.address().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))),
    }
}

impl Taken {
    /// Its part of `RateLimit-Policy`.
    pub(crate) fn policy(&self) -> String {
        format!("\"{}\";q={};w=60", self.name, self.quota.in_a_minute)
    }

    /// Its part of `RateLimit`.
    pub(crate) fn state(&self) -> String {
        format!("\"{}\";r={};t={}", self.name, self.left.requests, self.left.reset_secs)
    }

    /// The answer where it came too early.
    pub(super) fn refusal(&self, headers: &HeaderMap) -> Option<Response> {
        let wait = self.left.wait_secs;
        let problem = Problem { retry_after_secs: Some(wait), ..Problem::from(Kind::TooMany) };
        (wait > 0).then(|| self.say(problem::answer(&problem, headers, None)))
    }

    /// Says on an answer how much is left.
    pub(super) fn say(&self, mut response: Response) -> Response {
        for (name, value) in [("ratelimit-policy", self.policy()), ("ratelimit", self.state())] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use base::{Role, SessionId, UserId, testing::HandClock};

    use super::*;

    #[test]
    fn ten_a_minute_and_each_for_themselves() {
        let clock = Arc::new(HandClock::default());
        let seldom = Seldom::new(&HttpSettings::default(), clock.clone());
        let person = |id: i64| Actor::Person(Person::logged_in(UserId::from(id), Role::Member, SessionId::from(id)));
        let stranger = |text: &str| Actor::Stranger { address: Some(text.parse().unwrap()) };
        for actor in [person(1), person(2), stranger("192.0.2.1"), stranger("2001:db8:1:2::1")] {
            assert_eq!((0..20).filter(|_| seldom.search(&actor).left.wait_secs == 0).count(), 10, "{actor:?}");
            assert_eq!(
                (0..20).filter(|_| seldom.export(&actor).left.wait_secs == 0).count(),
                10,
                "apart from searches"
            );
        }
        assert!(seldom.search(&stranger("2001:db8:1:2:ffff::9")).left.wait_secs > 0, "a network is one place");
        let spent = seldom.search(&person(1));
        assert_eq!((spent.policy().as_str(), spent.state().as_str()), ("\"search\";q=10;w=60", "\"search\";r=0;t=60"));
        assert_eq!(spent.left.wait_secs, 6);
        clock.advance(Duration::from_secs(6));
        assert_eq!(seldom.search(&person(1)).left.wait_secs, 0);
        assert!(seldom.search(&person(1)).left.wait_secs > 0);
    }
}
