//! What is due when: signs of life, patience with a client that is slow to say who it is, and with one that takes nothing.

use std::{pin::Pin, sync::Arc, time::Duration};

use metaserver_proto::ServerPacket;
use tokio::time::{Instant, Sleep};

use super::Visit;
use crate::{
    config::{Keepalive, pings_deaf},
    ended::Ended,
};

const SILENCE: Duration = Duration::from_secs(1);

impl Visit {
    /// Moves the alarm if something is due before it rings.
    pub(super) fn set(&self, alarm: Pin<&mut Sleep>) {
        let next = self.next_deadline();
        if next < alarm.deadline() {
            alarm.reset(next);
        }
    }

    /// When something is due next.
    pub(super) fn next_deadline(&self) -> Instant {
        let limits = &self.hub.config.limits;
        let mut next = if self.machine.is_inside() {
            let keepalive = self.keepalive();
            let gone = self.heard_at + keepalive.gone_after;
            if self.is_pinged() { gone.min(self.heard_at + keepalive.ping_after * (self.pings + 1)) } else { gone }
        } else if self.machine.dialect().is_some() {
            self.began + limits.login
        } else if self.silence_over {
            self.began + limits.first_packet
        } else {
            self.began + SILENCE
        };
        if let Some(stalled) = self.socket.stalled_since() {
            next = next.min(stalled + limits.write_stall);
        }
        self.paused_until.map_or(next, |paused| next.min(paused))
    }

    /// Does what is due.
    pub(super) fn ring(&mut self) -> Option<Ended> {
        let now = Instant::now();
        let hub = Arc::clone(&self.hub);
        let limits = &hub.config.limits;
        if self.socket.stalled_since().is_some_and(|since| now >= since + limits.write_stall) {
            return Some(Ended::TooSlow);
        }
        if self.paused_until.is_some_and(|until| now >= until) {
            self.paused_until = None;
            self.go_on();
        }
        if self.machine.is_inside() {
            let keepalive = self.keepalive();
            let silent = now.duration_since(self.heard_at);
            if silent >= keepalive.gone_after {
                return Some(Ended::Silent);
            }
            if self.is_pinged() && silent >= keepalive.ping_after * (self.pings + 1) {
                self.pings += 1;
                self.socket.queue(&self.machine, &ServerPacket::Keepalive.pack());
            }
            return None;
        }
        let allowed = if self.machine.dialect().is_some() { limits.login } else { limits.first_packet };
        if now >= self.began + allowed {
            return Some(Ended::Late);
        }
        if !self.silence_over && now >= self.began + SILENCE {
            self.silence_over = true;
            self.machine.on_silence();
            self.digest(&mut &[][..]);
        }
        None
    }

    fn keepalive(&self) -> Keepalive {
        self.hub.config.limits.keepalive(self.dialect())
    }

    fn is_pinged(&self) -> bool {
        !self.deaf || pings_deaf(self.dialect())
    }
}
