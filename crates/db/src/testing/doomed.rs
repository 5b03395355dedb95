//! A test binary that starts itself again, to be killed: what was acknowledged before the blow has to be there after it.
//!
//! The child is the same test once more, which begins by asking for its [task]: where there is one, it does what the task says, and
//! [says](say) how far it has come, until it is killed.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// Where the child finds its task.
const TASK: &str = "GUILDHALL_DOOMED_TASK";
/// The test harness prints lines of its own, and the last line may be cut off by the kill: ours have a mark at both ends.
const MARKS: (&str, &str) = ("said: ", ".");
/// Longer than a child takes to begin, on a machine that compiles meanwhile, too.
const PATIENCE: Duration = Duration::from_mins(1);

/// A child that will be killed: at the latest when the story fails.
#[derive(Debug)]
pub struct Doomed {
    child: Child,
    said: Receiver<String>,
    reader: Option<JoinHandle<()>>,
}

impl Doomed {
    /// Starts the test of that name with a task.
    ///
    /// # Panics
    /// If this binary can't be started.
    pub fn start(test: &str, task: &str) -> Self {
        let program = std::env::current_exe().expect("a running test has a file");
        let mut child = Command::new(program)
            .args(["--exact", test, "--nocapture"])
            .env(TASK, task)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("what runs can be started");
        let stdout = child.stdout.take().expect("piped above");
        let (sender, said) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(what) = line.strip_prefix(MARKS.0).and_then(|rest| rest.strip_suffix(MARKS.1)) {
                    // Whoever started it may have heard enough.
                    drop(sender.send(what.to_owned()));
                }
            }
        });
        Self { child, said, reader: Some(reader) }
    }

    /// What it says next.
    ///
    /// # Panics
    /// After a minute without a word.
    pub fn next(&self) -> String {
        self.said.recv_timeout(PATIENCE).expect("the child says something")
    }

    /// Lets it live until it has said `enough`, and for `more` after that, then kills it. Gives back everything it has said.
    pub fn live(self, mut enough: impl FnMut(&str) -> bool, more: Duration) -> Vec<String> {
        let mut said = vec![self.next()];
        while !enough(said.last().expect("it said something")) {
            said.push(self.next());
        }
        let end = Instant::now() + more;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            said.extend(self.said.recv_timeout(left));
        }
        said.extend(self.kill());
        said
    }

    /// Kills it: SIGKILL on Unix. Gives back what it had said and nobody had heard.
    ///
    /// # Panics
    /// If it has ended by itself.
    pub fn kill(mut self) -> Vec<String> {
        self.child.kill().expect("it lives");
        self.child.wait().expect("it was started here");
        self.reader.take().expect("it is killed once").join().expect("reading does not panic");
        self.said.try_iter().collect()
    }
}

impl Drop for Doomed {
    fn drop(&mut self) {
        if self.reader.is_some() {
            // What failed has been told already.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// What the child is to do; `None`: this is no child, but the story itself.
#[expect(clippy::disallowed_methods, reason = "how a test tells its child what to do")]
pub fn task() -> Option<String> {
    std::env::var(TASK).ok()
}

/// Says something to whoever has started this child.
///
/// # Panics
/// If they are gone.
pub fn say(what: &str) {
    // One call of the system for each line, past every buffer: a kill cannot hold it back.
    let line = format!("{}{what}{}\n", MARKS.0, MARKS.1);
    std::io::stdout().lock().write_all(line.as_bytes()).expect("somebody listens");
}
