//! Connections fuzzed whole: what clients send, in order and out of it, cut anywhere and by several at once, through the tasks that serve them
//! and the rooms that they are in. There is no socket and no database, and time passes only when a sequence says so.
//!
//! A run is a number, as in the codec's own fuzzer, and makes a lobby of its own. What must hold is asserted: no task panics, no room fails, what
//! is sent can be read by the client it is for, and when everybody is gone nothing is left of them: no task, no player, no game, no pass, no
//! message. One thing is not the number's: which of several things that are ready at once a task does first is tokio's choice, so a failure
//! that hangs on it may take a few runs to come again.

mod crowd;
mod desk;
mod pipe;
mod player;
mod world;

use metaserver_proto::{
    Dialect,
    fuzz::{Corpus, Random, Target},
};
use tokio::runtime::Builder;

use self::crowd::Crowd;
pub(crate) use self::pipe::ServerEnd;

/// Everything there is to feed.
pub fn targets() -> Vec<Target> {
    let mut targets = vec![target("connection/crowd", Crowd::of_all)];
    for dialect in Dialect::ALL {
        let word = crate::ended::dialect_word(Some(dialect));
        targets.push(target(format!("connection/login/{word}"), move |random| Crowd::logging_in(dialect, random)));
        targets.push(target(format!("connection/room/{word}"), move |random| Crowd::in_rooms(dialect, random)));
    }
    targets
}

/// A target whose runs each have a runtime of their own, of one thread, whose time stands still.
fn target(name: impl Into<String>, crowd: impl Fn(&mut Random) -> Crowd + 'static) -> Target {
    Target::new(name, move |corpus: &Corpus, random: &mut Random| {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime without sockets needs nothing of the system");
        runtime.block_on(async { crowd(random).play(corpus, random).await })
    })
}

#[cfg(test)]
mod tests {
    use metaserver_proto::fuzz::Fuzzer;

    use super::*;

    #[test]
    fn every_machine_takes_some_hundred_sequences() {
        let fuzzer = Fuzzer::new();
        for target in targets() {
            let tally = fuzzer.run(&target, 1, 300).expect("nothing fails");
            assert!(tally.well_formed > 30, "{} gets nobody in: {tally:?}", target.name);
        }
    }
}
