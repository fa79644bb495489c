use laisee_client::device::Jitter;

use crate::Mix;

/// What a user does next. The numbers are raw draws; who plays them maps them to what there is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    Message { room: u64, words: u64 },
    Packet { room: u64, kind: u64, count: u64, amount: u64 },
    Open { which: u64 },
    Read { room: u64 },
    Repeat { what: u64 },
    Transfer { room: u64, arrival: u64, amount: u64 },
    Receive { which: u64, how: u64 },
    Recall { which: u64, how: u64 },
    TopUp,
    Withdraw { amount: u64 },
}

/// The source of work of one worker: the same seed gives the same actions.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    mix: Mix,
    pub dice: Jitter,
}

impl Work {
    /// Worker number `worker` of the storm with this seed.
    pub(crate) fn new(seed: u64, worker: u64, mix: Mix) -> Self {
        let mut dice = Jitter::new(seed ^ worker.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        dice.next_u64();
        Self { mix, dice }
    }

    pub(crate) fn draw(&mut self) -> Action {
        let mix = self.mix;
        let mut at = self.dice.below(u64::from(mix.total())) as u32;
        let [a, b, c, d] = std::array::from_fn(|_| self.dice.next_u64());
        let mut is = |weight: u32| {
            let hit = at < weight;
            at = at.wrapping_sub(weight);
            hit
        };
        if is(mix.message) {
            Action::Message { room: a, words: b }
        } else if is(mix.packet) {
            Action::Packet { room: a, kind: b, count: c, amount: d }
        } else if is(mix.open) {
            Action::Open { which: a }
        } else if is(mix.read) {
            Action::Read { room: a }
        } else if is(mix.transfer) {
            Action::Transfer { room: a, arrival: b, amount: c }
        } else if is(mix.receive) {
            Action::Receive { which: a, how: b }
        } else if is(mix.recall) {
            Action::Recall { which: a, how: b }
        } else if is(mix.top_up) {
            Action::TopUp
        } else if is(mix.withdraw) {
            Action::Withdraw { amount: a }
        } else {
            Action::Repeat { what: a }
        }
    }
}

/// Some words, 1 to 24 of them.
pub(crate) fn words(draw: u64) -> String {
    const WORDS: [&str; 16] = [
        "恭喜发财",
        "rain",
        "新年快乐",
        "lantern",
        "red",
        "火锅",
        "later",
        "ok",
        "哈哈哈",
        "tomorrow",
        "谢谢",
        "🧧",
        "train",
        "home",
        "dumplings",
        "早点睡",
    ];
    let mut dice = Jitter::new(draw);
    let count = 1 + dice.below(24);
    (0..count).map(|_| WORDS[dice.below(16) as usize]).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mix_is_kept_and_the_seed_repeats() {
        let mix = Mix { message: 50, open: 25, read: 15, withdraw: 10, ..Mix::NOTHING };
        let draw = |seed| {
            let mut work = Work::new(seed, 3, mix);
            (0..4_000).map(|_| work.draw()).collect::<Vec<_>>()
        };
        let actions = draw(9);
        assert_eq!(actions, draw(9));
        assert_ne!(actions, draw(10));
        let count = |is: fn(&Action) -> bool| actions.iter().filter(|a| is(a)).count();
        assert!((1_850..2_150).contains(&count(|a| matches!(a, Action::Message { .. }))));
        assert!((850..1_150).contains(&count(|a| matches!(a, Action::Open { .. }))));
        assert!((300..500).contains(&count(|a| matches!(a, Action::Withdraw { .. }))));
        assert_eq!(count(|a| matches!(a, Action::Packet { .. } | Action::Repeat { .. })), 0);
        assert_ne!(Work::new(9, 4, mix).draw(), actions[0]);
    }

    #[test]
    fn words_are_never_empty_and_fit() {
        assert!((0..500).all(|draw| (1..1_000).contains(&words(draw).chars().count())));
    }
}
