//! What a test of a host found, and how the host is told.

use std::net::SocketAddrV4;

use metaserver_proto::game_port::Capability;

/// What somebody's game port did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Nobody answers at it.
    Silent,
    /// Somebody does.
    Answers,
    /// Somebody does, but greets as no host of this game does.
    Strange,
    /// The host greets.
    Greets {
        /// What players of today miss in it.
        lacks: Vec<Lack>,
        /// Whether it answers by UDP as well; `None`: it has no need to.
        udp: Option<bool>,
    },
}

/// What players of today miss in a host (spec section 13.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// It gathers by the old protocol of a ring alone.
    RingOnly,
    /// Something in it is older than what they have.
    Old(&'static str),
}

/// The lowest versions that players of today can join.
const LOWEST: [(&str, u32); 4] = [("Gameworld", 2), ("Lua", 2), ("Star", 6), ("ZippedData", 1)];

impl Lack {
    /// What a host lacks, by what it says it can do.
    pub(super) fn of(capabilities: &[Capability]) -> Vec<Self> {
        let mut lacks = Vec::new();
        if version(capabilities, "Ring") > 0 && version(capabilities, "Star") == 0 {
            lacks.push(Self::RingOnly);
        }
        lacks.extend(
            LOWEST
                .into_iter()
                .filter(|(name, least)| version(capabilities, name) < *least)
                .map(|(name, _)| Self::Old(name)),
        );
        lacks
    }
}

/// Whether a host is to answer pings by UDP as well.
pub(super) fn plays_by_udp(capabilities: &[Capability]) -> bool {
    version(capabilities, "Gameworld") >= 3 && version(capabilities, "Star") > 0
}

/// The version of something it can do; 0 where it can't.
fn version(capabilities: &[Capability], name: &str) -> u32 {
    let named = capabilities.iter().filter(|one| one.name.as_bytes() == name.as_bytes());
    named.map(|one| one.version).max().unwrap_or_default()
}

impl Finding {
    /// Whether players can reach the game.
    pub(crate) const fn is_reached(&self) -> bool {
        !matches!(self, Self::Silent)
    }

    /// The label of the counter.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Answers => "answers",
            Self::Strange => "strange",
            Self::Greets { udp: Some(false), .. } => "no_udp",
            Self::Greets { .. } => "greets",
        }
    }

    /// What the host is told.
    pub(crate) fn lines(&self, at: SocketAddrV4) -> Vec<String> {
        let port = at.port();
        match self {
            Self::Silent => vec![
                format!("Nobody can join your game: {} does not answer at port {port} (TCP).", at.ip()),
                "Lead that port to your machine in your router, and let it through the firewall.".to_owned(),
            ],
            Self::Answers => vec!["Players can reach your game.".to_owned()],
            Self::Strange => {
                vec![format!("Something answers at port {port}, but it is not a game that gathers players.")]
            }
            Self::Greets { lacks, udp } => {
                let mut lines: Vec<String> = lacks.iter().map(|lack| lack.line()).collect();
                if *udp == Some(false) {
                    lines.push(format!(
                        "Port {port} answers by TCP and not by UDP. Let UDP through as well, or the game will not run."
                    ));
                }
                if lines.is_empty() {
                    lines.push("Players can reach your game.".to_owned());
                }
                lines
            }
        }
    }
}

impl Lack {
    fn line(self) -> String {
        match self {
            Self::RingOnly => {
                "Your game gathers by the old ring protocol; players of today cannot join. Choose star.".to_owned()
            }
            Self::Old(name) => format!("Your Aleph One is older than what players have today ({name}). Update it."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capabilities(all: &[(&str, u32)]) -> Vec<Capability> {
        all.iter().map(|(name, version)| Capability { name: (*name).into(), version: *version }).collect()
    }

    #[test]
    fn what_a_host_lacks_follows_from_what_it_can() {
        let today = [("Gameworld", 6), ("Lua", 3), ("Star", 6), ("ZippedData", 1), ("Ring", 2)];
        assert_eq!(Lack::of(&capabilities(&today)), []);
        assert!(plays_by_udp(&capabilities(&today)));
        let ring = [("Gameworld", 2), ("Lua", 2), ("Ring", 2), ("ZippedData", 1)];
        assert_eq!(Lack::of(&capabilities(&ring)), [Lack::RingOnly, Lack::Old("Star")]);
        let old = [("Gameworld", 1), ("Lua", 1), ("Star", 5)];
        let lacks = ["Gameworld", "Lua", "Star", "ZippedData"].map(Lack::Old);
        assert_eq!(Lack::of(&capabilities(&old)), lacks);
        assert!(!plays_by_udp(&capabilities(&old)));
    }

    #[test]
    fn a_host_is_told_in_lines_that_fit() {
        let at = "203.0.113.255:65535".parse().expect("an address");
        for (finding, lines) in [
            (Finding::Silent, 2),
            (Finding::Answers, 1),
            (Finding::Strange, 1),
            (Finding::Greets { lacks: vec![], udp: None }, 1),
            (Finding::Greets { lacks: vec![], udp: Some(true) }, 1),
            (Finding::Greets { lacks: vec![Lack::RingOnly, Lack::Old("Star")], udp: Some(false) }, 3),
        ] {
            let told = finding.lines(at);
            assert_eq!(told.len(), lines, "{told:?}");
            // Old clients have lines of 127 bytes (spec section 8.1).
            assert!(told.iter().all(|line| line.len() < 128), "{told:?}");
        }
    }
}
