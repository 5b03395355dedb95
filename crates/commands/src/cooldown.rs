//! How soon somebody may give a command again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use base::Millis;

/// So many are remembered; when there are more, those whose time is over go.
const MOST: usize = 10_000;

/// Who gave what, and until when they wait.
#[derive(Debug, Default)]
pub(crate) struct Cooldown(Mutex<HashMap<(String, String), Millis>>);

impl Cooldown {
    /// Notes it; else how long it has to be waited.
    pub(crate) fn take(&self, caller: &str, command: &str, pause: Duration, now: Millis) -> Result<(), Duration> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST {
            waiting.retain(|_, until| *until > now);
        }
        let key = (caller.to_owned(), command.to_owned());
        if let Some(until) = waiting.get(&key).filter(|until| **until > now) {
            return Err(until.since(now));
        }
        // Ten thousand people within a pause: whoever comes next waits.
        if waiting.len() >= MOST {
            return Err(pause);
        }
        waiting.insert(key, now.plus(pause));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(3);

    #[test]
    fn each_waits_for_their_own_command_only() {
        let cooldown = Cooldown::default();
        let take = |caller, command, at| cooldown.take(caller, command, PAUSE, Millis(at));
        assert_eq!(take("a", "seed", 0), Ok(()));
        assert_eq!(take("a", "seed", 1000), Err(Duration::from_secs(2)));
        assert_eq!(take("a", "next", 1000), Ok(()));
        assert_eq!(take("b", "seed", 1000), Ok(()));
        assert_eq!(take("a", "seed", 3000), Ok(()), "a refusal does not begin it anew");
    }

    #[test]
    fn a_crowd_does_not_fill_the_memory() {
        let cooldown = Cooldown::default();
        let take = |caller: &str, at| cooldown.take(caller, "seed", PAUSE, Millis(at));
        for n in 0..MOST {
            assert_eq!(take(&n.to_string(), 0), Ok(()));
        }
        assert!(take("one more", 1).is_err());
        assert_eq!(take("one more", 3000), Ok(()));
        assert_eq!(cooldown.0.lock().unwrap().len(), 1);
    }
}
