use super::{Level, guard};
use crate::{
    Context, State,
    cut::Key,
    fact::Fact,
    ids::{OperatorId, UserId},
    operator::check_reason,
    refusal::Refusal,
};

/// Sets an account's level, and so its limits from now on; what is used of the day stays used. The gateway has checked
/// that the operator may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetLevel {
    pub user: UserId,
    pub level: Level,
    /// The level that the operator saw: two of them do not overwrite each other unseen.
    pub expected: Level,
    pub by: OperatorId,
    pub reason: String,
}

impl SetLevel {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::User(self.user));
        keys.push(Key::Guard(self.user));
    }

    pub(crate) fn decide(&self, state: &State, _context: &Context) -> Result<Vec<Fact>, Refusal> {
        if state.users.get(&self.user).is_none() {
            return Err(Refusal::NoSuchUser);
        }
        check_reason(&self.reason)?;
        let before = guard(state, self.user).level;
        // Asked again after a lost answer: it is as it should be.
        if before == self.level {
            return Ok(vec![]);
        }
        if before != self.expected {
            return Err(Refusal::SequenceStale);
        }
        let (user, level, by) = (self.user, self.level, self.by);
        Ok(vec![Fact::LevelSet { by, user, before, level, reason: self.reason.clone() }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{Reply, TopUp},
        fen::Fen,
        guard::limits::LimitKind,
        settings::Settings,
        trial::{Trial, check_order},
    };

    fn set(user: UserId, expected: Level, level: Level, reason: &str) -> SetLevel {
        SetLevel { user, level, expected, by: OperatorId(7), reason: reason.into() }
    }

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let (new, ordinary, verified) = (Level::New, Level::Ordinary, Level::Verified);
        check_order(
            &mut trial,
            vec![
                ("user", set(UserId(1), verified, ordinary, ""), Err(Refusal::NoSuchUser)),
                ("no reason", set(ann, verified, ordinary, " "), Err(Refusal::ReasonInvalid)),
                ("too many words", set(ann, verified, ordinary, &"x".repeat(501)), Err(Refusal::ReasonInvalid)),
                ("looked at another level", set(ann, verified, ordinary, "papers"), Err(Refusal::SequenceStale)),
                ("raised", set(ann, new, verified, "papers seen"), Ok(())),
                ("again", set(ann, new, verified, "papers seen"), Ok(())),
                ("by another who saw the old one", set(ann, new, ordinary, "papers"), Err(Refusal::SequenceStale)),
                ("lowered", set(ann, verified, new, "papers were another's"), Ok(())),
            ],
        );
        assert_eq!(trial.replayed().guards.peek(&ann).unwrap().level, Level::New);
    }

    #[test]
    fn the_same_again_is_no_fact() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        trial.again(set(ann, Level::New, Level::New, "nothing to do"), &Reply::Done);
        trial.must(set(ann, Level::New, Level::Ordinary, "known here"));
        trial.again(set(ann, Level::New, Level::Ordinary, "known here"), &Reply::Done);
    }

    /// Rule W7: limits go by the level, at once, and what was used of the day counts on.
    #[test]
    fn limits_go_by_the_level_from_the_next_command_on() {
        let mut trial = Trial::with(Settings {
            new_top_up_max: Fen(100),
            new_top_up_day_max: Fen(100),
            ordinary_top_up_max: Fen(500),
            ordinary_top_up_day_max: Fen(550),
            ..Settings::default()
        });
        let ann = trial.user("ann");
        let mut top_up = |amount| TopUp { user: ann, id: trial.id(), amount: Fen(amount) };
        let (first, large, beyond, rest) = (top_up(100), top_up(450), top_up(1), top_up(1));
        check_order(
            &mut trial,
            vec![
                ("as a new one", first, Ok(())),
                ("too much at once", large.clone(), Err(Refusal::LimitPerTransaction)),
            ],
        );
        trial.must(set(ann, Level::New, Level::Ordinary, "known here"));
        let guard = *trial.state.guards.peek(&ann).unwrap();
        let left = guard.left_today(&trial.state.settings, LimitKind::TopUp, trial.context.now);
        assert_eq!(left, Fen(450), "the hundred of before count");
        check_order(
            &mut trial,
            vec![("allowed now", large, Ok(())), ("the day is used up", beyond, Err(Refusal::LimitPerDay))],
        );
        // Lowered below what is used, nothing is left, and nothing is taken back.
        trial.must(set(ann, Level::Ordinary, Level::New, "a mistake"));
        let guard = *trial.state.guards.peek(&ann).unwrap();
        assert_eq!(guard.left_today(&trial.state.settings, LimitKind::TopUp, trial.context.now), Fen::ZERO);
        check_order(&mut trial, vec![("nothing is left", rest, Err(Refusal::LimitPerDay))]);
        assert_eq!(trial.balance(ann), Fen(550));
    }
}
