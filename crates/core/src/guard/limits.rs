//! How much a user may move at once and in a day.

use serde::{Deserialize, Serialize};

use super::{Guard, PinPass, guard};
use crate::{
    fact::Fact,
    fen::Fen,
    ids::{Millis, UserId},
    refusal::Refusal,
    settings::{Limit, Settings},
    state::State,
};

/// What a limit is for. Packets and transfers share one: both send.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum LimitKind {
    Send,
    TopUp,
    Withdraw,
}

impl Guard {
    /// What was used of a kind on the day of `now`.
    #[must_use]
    pub fn used_today(&self, settings: &Settings, kind: LimitKind, now: Millis) -> Fen {
        if self.used.day != settings.day(now) {
            return Fen::ZERO;
        }
        match kind {
            LimitKind::Send => self.used.sent,
            LimitKind::TopUp => self.used.topped_up,
            LimitKind::Withdraw => self.used.withdrawn,
        }
    }

    /// What may still be moved on the day of `now`.
    #[must_use]
    pub fn left_today(&self, settings: &Settings, kind: LimitKind, now: Millis) -> Fen {
        let left = settings.limit(self.level, kind).day.minus(self.used_today(settings, kind, now));
        left.max(Fen::ZERO)
    }

    /// Takes a use in; a new day begins with nothing.
    pub(crate) fn take_use(&mut self, kind: LimitKind, day: i64, amount: Fen) {
        if self.used.day != day {
            self.used = super::Used { day, ..super::Used::default() };
        }
        let used = match kind {
            LimitKind::Send => &mut self.used.sent,
            LimitKind::TopUp => &mut self.used.topped_up,
            LimitKind::Withdraw => &mut self.used.withdrawn,
        };
        *used = used.plus(amount);
    }
}

/// Money about to move, and what its owner showed for it. To be checked by every command that moves money out or in,
/// after the repetition check, so that a repetition neither counts twice nor needs a PIN.
pub(crate) struct Payment {
    pub user: UserId,
    pub kind: LimitKind,
    pub amount: Fen,
    pub pass: Option<PinPass>,
}

impl Payment {
    /// Limit for one, PIN, limit for the day, in this order. Gives the fact that counts it; it goes with the fact that
    /// moves the money. What comes back later (a refund, a failed withdrawal) gives nothing of the day back.
    ///
    /// # Errors
    /// `LimitPerTransaction`, those of the PIN, `LimitPerDay`.
    pub fn check(&self, state: &State, now: Millis) -> Result<Fact, Refusal> {
        let (settings, guard) = (&state.settings, guard(state, self.user));
        let Limit { each, .. } = settings.limit(guard.level, self.kind);
        if self.amount > each {
            return Err(Refusal::LimitPerTransaction);
        }
        let needs_pin = match self.kind {
            LimitKind::Send => self.amount >= settings.pin_required_from,
            LimitKind::TopUp => false,
            LimitKind::Withdraw => true,
        };
        if needs_pin {
            guard.check_pin(self.pass, now)?;
        }
        if self.amount > guard.left_today(settings, self.kind, now) {
            return Err(Refusal::LimitPerDay);
        }
        let day = settings.day(now);
        Ok(Fact::LimitUsed { user: self.user, kind: self.kind, day, amount: self.amount })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{SendPacket, SendTransfer, TopUp},
        ids::ConversationId,
        packet::PacketKind,
        transfer::Arrival,
        trial::{Trial, check_order},
    };

    const DAY_MS: i64 = 24 * 60 * 60 * 1000;

    /// Ann with money and a group, under tight limits.
    fn world(settings: Settings) -> (Trial, UserId, ConversationId) {
        let mut trial = Trial::with(Settings {
            new_send_max: Fen(100),
            new_send_day_max: Fen(250),
            new_top_up_max: Fen(1_000),
            new_top_up_day_max: Fen(1_500),
            ..settings
        });
        let (ann, bob) = (trial.rich("ann", 1_000), trial.user("bob"));
        let group = trial.group(ann, &[bob]);
        (trial, ann, group)
    }

    fn send(trial: &mut Trial, sender: UserId, conversation: ConversationId, amount: i64) -> SendPacket {
        let (kind, greeting) = (PacketKind::Lucky, String::new());
        SendPacket { sender, id: trial.id(), conversation, kind, amount: Fen(amount), count: 1, greeting, pass: None }
    }

    /// Rule W7.
    #[test]
    fn there_is_a_limit_for_one_and_for_the_day() {
        let (mut trial, ann, group) = world(Settings::default());
        let [over, first, second, third, last] = [101, 100, 100, 51, 50].map(|fen| send(&mut trial, ann, group, fen));
        let mut top_up = |amount| TopUp { user: ann, id: trial.id(), amount: Fen(amount) };
        let (high, rest, beyond) = (top_up(1_001), top_up(500), top_up(1));
        check_order(
            &mut trial,
            vec![
                ("too much at once", over, Err(Refusal::LimitPerTransaction)),
                ("the limit itself", first.clone(), Ok(())),
                ("again, under its id", first, Ok(())),
                ("another", second, Ok(())),
                ("too much for the day", third, Err(Refusal::LimitPerDay)),
                ("what is left", last, Ok(())),
            ],
        );
        check_order(
            &mut trial,
            vec![
                ("too much at once", high, Err(Refusal::LimitPerTransaction)),
                ("what is left", rest, Ok(())),
                ("nothing is left", beyond, Err(Refusal::LimitPerDay)),
            ],
        );
        let guard = *trial.state.guards.get(&ann).unwrap();
        assert_eq!((guard.used.sent, guard.used.topped_up), (Fen(250), Fen(1_500)));
        assert_eq!(guard.left_today(&trial.state.settings, LimitKind::Send, trial.context.now), Fen::ZERO);
    }

    /// A refund gives nothing of the day back; the next day gives everything.
    #[test]
    fn a_refund_gives_nothing_back_and_a_new_day_everything() {
        let (mut trial, ann, group) = world(Settings { packet_life_ms: 1_000, ..Settings::default() });
        for _ in 0..2 {
            let packet = send(&mut trial, ann, group, 100);
            trial.must(packet);
        }
        trial.settle();
        trial.later(1_000);
        for (_, timer) in trial.state.due(trial.context.now, usize::MAX) {
            trial.must(timer.command());
        }
        assert_eq!(trial.balance(ann), Fen(1_000));
        let more = send(&mut trial, ann, group, 51);
        assert_eq!(trial.run(more.clone()), Err(Refusal::LimitPerDay));
        trial.later(DAY_MS);
        trial.must(more);
    }

    /// The day ends where the operator says, not everywhere at once.
    #[test]
    fn the_day_has_an_offset() {
        let utc = Settings::default();
        let east = Settings { limit_day_offset_ms: 8 * 60 * 60 * 1000, ..Settings::default() };
        let evening = Millis(20_000 * DAY_MS + 17 * 60 * 60 * 1000);
        assert_eq!((utc.day(evening), east.day(evening)), (20_000, 20_001));
        assert_eq!(utc.day(Millis(-1)), -1);
    }

    /// Rule W6: from an amount on, packets need the PIN.
    #[test]
    fn a_large_packet_needs_the_pin() {
        let (mut trial, ann, group) = world(Settings { pin_required_from: Fen(50), ..Settings::default() });
        let [small, large] = [49, 50].map(|fen| send(&mut trial, ann, group, fen));
        let with = |pass| SendPacket { pass: Some(PinPass(pass)), ..large.clone() };
        check_order(
            &mut trial,
            vec![("small", small, Ok(())), ("no PIN there is", large.clone(), Err(Refusal::PinNotSet))],
        );
        trial.set_pin(ann);
        let wrong = trial.begin_try(ann);
        let right = trial.pass_try(ann);
        check_order(
            &mut trial,
            vec![
                ("without", large.clone(), Err(Refusal::PinRequired)),
                ("a try that is none", with(right + 1), Err(Refusal::PinRequired)),
                ("right", with(right), Ok(())),
                ("again, without", large, Ok(())),
            ],
        );
        assert!(wrong < right);
        trial.set_pin(ann);
        let other = send(&mut trial, ann, group, 60);
        let old = SendPacket { pass: Some(PinPass(right)), ..other };
        assert_eq!(trial.run(old), Err(Refusal::PinRequired), "it was passed for another PIN");
    }

    /// Rules W6 and W7: no way around them leads through transfers.
    #[test]
    fn transfers_count_with_packets_and_need_the_pin_alike() {
        let (mut trial, ann, group) = world(Settings { pin_required_from: Fen(50), ..Settings::default() });
        let bob = trial.user("bobby");
        let conversation = trial.friends(ann, bob);
        let mut transfer = |amount| {
            let (id, note, arrival) = (trial.id(), String::new(), Arrival::Later);
            SendTransfer {
                sender: ann,
                id,
                receiver: bob,
                conversation,
                amount: Fen(amount),
                note,
                arrival,
                pass: None,
            }
        };
        let (over, large, small, last) = (transfer(101), transfer(100), transfer(49), transfer(49));
        let mut rest = transfer(49);
        check_order(
            &mut trial,
            vec![
                ("too much at once", over, Err(Refusal::LimitPerTransaction)),
                ("no PIN there is", large.clone(), Err(Refusal::PinNotSet)),
            ],
        );
        trial.set_pin(ann);
        let pass = Some(PinPass(trial.pass_try(ann)));
        let packet = SendPacket { pass, ..send(&mut trial, ann, group, 100) };
        check_order(&mut trial, vec![("a packet of the same day", packet, Ok(()))]);
        rest.amount = Fen(1);
        check_order(
            &mut trial,
            vec![
                ("without", large.clone(), Err(Refusal::PinRequired)),
                ("right", SendTransfer { pass, ..large.clone() }, Ok(())),
                ("again, without", large, Ok(())),
                ("small", small, Ok(())),
                ("too much for the day", last, Err(Refusal::LimitPerDay)),
                ("the rest of the day", rest, Ok(())),
            ],
        );
    }
}
