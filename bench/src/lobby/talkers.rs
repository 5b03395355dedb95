//! People in rooms, some of whom talk by the clock, and how long their lines take to everybody's ears.
//!
//! A line carries the time that it was due at, so whatever keeps it back counts: the hub, and the clients as well. Whoever waited for one
//! line before the next would ask seldom just when answers are slow.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use metaserver_proto::packet::kind;
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use super::{ear::Ear, times::Times};
use crate::{
    Failure,
    classic::{self, Inside, Way},
    start::to_f64,
};

/// Entering at the same time.
const AT_ONCE: usize = 32;
/// Once the last line was said, the others are given so long to come.
const PATIENCE: Duration = Duration::from_secs(5);
/// A line's text: a mark, the time, and as much more as people say.
const MARK: &[u8] = b"at ";
const REST: &str = " well met, all of you";

/// A crowd that listens, and talks when it is told to.
pub(super) struct Talkers {
    people: Vec<Person>,
    heard: Arc<Heard>,
    listening: JoinSet<Result<bool, Failure>>,
}

struct Person {
    stream: Arc<TcpStream>,
    number: u32,
    /// How many hear what they say, themselves included.
    hearers: u64,
}

struct Heard {
    began: Instant,
    /// Where they are noted now.
    times: Mutex<Arc<Times>>,
}

/// What a while of talk came to.
pub(super) struct Talk {
    /// How long lines took.
    pub(super) times: Arc<Times>,
    /// Lines said a second.
    pub(super) said: f64,
    /// Lines heard a second.
    pub(super) heard: f64,
    /// Of all that had to be heard, so much was.
    pub(super) reached: f64,
}

impl Talkers {
    /// Lets `count` guests in, each by the way that is theirs; `rooms` of them, in turns, are filled alike.
    pub(super) async fn enter(
        count: usize,
        rooms: usize,
        way: impl Fn(usize) -> Way<'static>,
    ) -> Result<Self, Failure> {
        let heard = Arc::new(Heard { began: Instant::now(), times: Mutex::default() });
        let (mut people, mut listening) = (Vec::with_capacity(count), JoinSet::new());
        let mut entering = JoinSet::new();
        for number in 0..count {
            if entering.len() == AT_ONCE {
                take_in(&mut entering, &mut people, &mut listening, &heard).await?;
            }
            let (way, hearers) = (way(number), (count + rooms - 1 - number % rooms) / rooms);
            entering.spawn(async move {
                let inside = way.enter(&format!("talker {number}")).await?;
                Ok::<_, Failure>((inside, u64::try_from(hearers)?))
            });
        }
        while !entering.is_empty() {
            take_in(&mut entering, &mut people, &mut listening, &heard).await?;
        }
        Ok(Self { people, heard, listening })
    }

    /// Lets them talk for a while, so many lines a second, one after the other; what is said in the first part is not measured.
    pub(super) async fn talk(&mut self, a_second: u32, warm_up: Duration, counted: Duration) -> Result<Talk, Failure> {
        let times = Arc::new(Times::default());
        *self.heard.times.lock().map_err(|_| "a client failed")? = Arc::clone(&times);
        let mut ticks = interval(Duration::from_secs(1) / a_second);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let (began, mut said, mut wanted) = (Instant::now(), 0_u64, 0);
        let mut turn = 0;
        loop {
            let due = ticks.tick().await.into_std();
            let counts = due.saturating_duration_since(began) >= warm_up;
            if due.saturating_duration_since(began) >= warm_up + counted {
                break;
            }
            let person = &self.people[turn % self.people.len()];
            turn += 1;
            let line = classic::line(person.number, &text(self.heard.began, due, counts));
            if person.stream.try_write(&line)? != line.len() {
                return Err("the hub does not read what a talker says".into());
            }
            if counts {
                said += 1;
                wanted += person.hearers;
            }
        }
        let last = Instant::now();
        while times.count() < usize::try_from(wanted)? && last.elapsed() < PATIENCE {
            self.nobody_is_gone()?;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.nobody_is_gone()?;
        let heard = to_f64(u64::try_from(times.count())?);
        Ok(Talk {
            said: to_f64(said) / counted.as_secs_f64(),
            heard: heard / counted.as_secs_f64(),
            reached: heard / to_f64(wanted),
            times,
        })
    }

    /// An error where somebody's connection has ended.
    fn nobody_is_gone(&mut self) -> Result<(), Failure> {
        match self.listening.try_join_next() {
            None => Ok(()),
            Some(ended) => {
                ended??;
                Err("the hub closed a talker's connection".into())
            }
        }
    }
}

/// Waits for one of those who enter.
async fn take_in(
    entering: &mut JoinSet<Result<(Inside, u64), Failure>>,
    people: &mut Vec<Person>,
    listening: &mut JoinSet<Result<bool, Failure>>,
    heard: &Arc<Heard>,
) -> Result<(), Failure> {
    let Some(entered) = entering.join_next().await else { return Ok(()) };
    let (Inside { stream, number }, hearers) = entered??;
    let stream = Arc::new(stream);
    people.push(Person { stream: Arc::clone(&stream), number, hearers });
    let heard = Arc::clone(heard);
    listening.spawn(async move {
        Ear::default()
            .listen(&stream, |number, frame| {
                if number == kind::CHAT {
                    heard.note(frame);
                }
            })
            .await
    });
    Ok(())
}

impl Heard {
    fn note(&self, frame: &[u8]) {
        let Some(due) = due(frame) else { return };
        let late = self.began.elapsed().saturating_sub(Duration::from_micros(due));
        if let Ok(times) = self.times.lock() {
            times.note(late);
        }
    }
}

/// What a line says; one that does not count has no time in it.
fn text(began: Instant, due: Instant, counts: bool) -> String {
    let micros = due.saturating_duration_since(began).as_micros();
    let mark = if counts { "at" } else { "in" };
    format!("{mark} {micros:016x}{REST}")
}

/// When a line was due, in microseconds; the sender's name stands before what they say.
fn due(frame: &[u8]) -> Option<u64> {
    /// A packet's head and the chat block.
    const BEFORE_NAME: usize = 8 + 24;
    let texts = frame.get(BEFORE_NAME..)?;
    let name = texts.iter().position(|byte| *byte == 0)?;
    let digits = texts.get(name + 1..)?.strip_prefix(MARK)?.get(..16)?;
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
