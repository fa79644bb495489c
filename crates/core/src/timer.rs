//! What falls due in a shard one day. The time decides nothing by itself: when it has come the shard sends itself the
//! command, which looks whether there is anything to do. So a timer may come late, twice or for nothing.

use serde::{Deserialize, Serialize};

use crate::{
    State,
    command::{AdvanceTransfer, Command, ExpirePacket},
    ids::{Millis, PacketId, TransferId},
};

/// Whose time comes. To add a kind: a variant here, its command in [`TimerKey::command`] and [`TimerKey::of`], when it
/// waits in [`State::waits`]; [`State::evolve`] sets and clears it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum TimerKey {
    Packet(PacketId),
    Transfer(TransferId),
}

impl TimerKey {
    /// What the shard sends itself when the time has come.
    #[must_use]
    pub fn command(self) -> Command {
        match self {
            Self::Packet(packet) => Command::ExpirePacket(ExpirePacket { packet }),
            Self::Transfer(transfer) => Command::AdvanceTransfer(AdvanceTransfer { transfer }),
        }
    }

    /// The timer that a command answers, if any does.
    #[must_use]
    pub fn of(command: &Command) -> Option<Self> {
        match command {
            Command::ExpirePacket(c) => Some(Self::Packet(c.packet)),
            Command::AdvanceTransfer(c) => Some(Self::Transfer(c.transfer)),
            _ => None,
        }
    }
}

impl State {
    /// When the time of `key` comes; `None`: it waits for nothing. To be asked of what is in memory.
    #[must_use]
    pub fn waits(&self, key: TimerKey) -> Option<Millis> {
        match key {
            TimerKey::Packet(packet) => {
                let head = &self.packets.peek(&packet)?.head;
                (!head.status.ended()).then_some(head.terms.expires_at)
            }
            TimerKey::Transfer(transfer) => self.transfers.peek(&transfer)?.waits(),
        }
    }

    /// Sets a timer: in memory if it is soon, in the views in any case.
    pub(crate) fn set_timer(&mut self, due: Millis, key: TimerKey) {
        if due < self.timers_until {
            self.timers.insert((due, key));
        }
        self.timers_changed.insert((due, key), true);
    }

    /// Clears a timer that was set for then.
    pub(crate) fn clear_timer(&mut self, due: Millis, key: TimerKey) {
        self.timers.remove(&(due, key));
        self.timers_changed.insert((due, key), false);
    }

    /// What has fallen due at `now`, soonest first, at most `max`.
    #[must_use]
    pub fn due(&self, now: Millis, max: usize) -> Vec<(Millis, TimerKey)> {
        self.timers.iter().take_while(|(due, _)| *due <= now).take(max).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        packet::PacketKind,
        trial::{START, Trial},
    };

    #[test]
    fn a_command_answers_the_timer_that_sent_it() {
        for key in [TimerKey::Packet(PacketId(7)), TimerKey::Transfer(TransferId(7))] {
            assert_eq!(TimerKey::of(&key.command()), Some(key));
        }
    }

    /// The views hear of every timer, memory only of those that are soon.
    #[test]
    fn a_timer_far_ahead_waits_in_the_views() {
        let mut trial = Trial::new();
        let life = trial.state.settings.packet_life_ms;
        trial.state.timers_until = START.plus(life);
        let ann = trial.rich("ann", 100);
        let group = trial.group(ann, &[]);
        let far = trial.fund(ann, group, PacketKind::Equal, 10, 1);
        assert!(trial.state.timers.is_empty());
        trial.state.timers_until = START.plus(life + 1);
        let soon = trial.fund(ann, group, PacketKind::Equal, 10, 1);
        let [far, soon] = [far, soon].map(|packet| (START.plus(life), TimerKey::Packet(packet)));
        assert_eq!(trial.state.due(START.plus(life), 9), [soon]);
        assert_eq!(trial.state.due(START.plus(life - 1), 9), []);
        assert_eq!(trial.state.waits(far.1), Some(far.0));
        assert_eq!(trial.state.cut().timers, [(far, true), (soon, true)]);
        assert_eq!(trial.state.cut().timers, []);
    }
}
