use super::{Permission, check_operator, check_reason, operator_needs};
use crate::{State, command::Reply, cut::Key, fact::Fact, ids::OperatorId, refusal::Refusal};

/// Changes one setting, at once and everywhere. Other shards hear of it by courier, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangeSetting {
    pub by: OperatorId,
    pub name: String,
    pub value: i64,
    /// The sequence number of the settings that the operator saw.
    pub expected: u64,
    pub reason: String,
}

impl ChangeSetting {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        operator_needs(self.by, keys);
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        check_operator(state, self.by, Permission::ChangeSettings)?;
        check_reason(&self.reason)?;
        let before = state.settings.value(&self.name).ok_or(Refusal::NoSuchSetting)?;
        if self.expected != state.meta.settings.sequence {
            return Err(Refusal::SequenceStale);
        }
        if state.settings.with(&self.name, self.value).is_none() {
            return Err(Refusal::SettingUnfit);
        }
        if before == self.value {
            return Ok(vec![]);
        }
        let mut changed = state.meta.settings.clone();
        changed.sequence += 1;
        changed.values.insert(self.name.clone(), self.value);
        Ok(vec![Fact::SettingChanged {
            by: self.by,
            name: self.name.clone(),
            before,
            value: self.value,
            reason: self.reason.clone(),
            changed,
        }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        Reply::SettingChanged { sequence: state.meta.settings.sequence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fen::Fen,
        ids::{Position, ShardId},
        note::Addressee,
        notes,
        operator::Role,
        receive::Receive,
        trial::{Trial, check_order},
    };

    fn change(by: OperatorId, name: &str, value: i64, expected: u64, reason: &str) -> ChangeSetting {
        ChangeSetting { by, name: name.into(), value, expected, reason: reason.into() }
    }

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let (admin, fay) = (trial.operator("olga", Role::Admin), trial.operator("fay", Role::Finance));
        check_order(
            &mut trial,
            vec![
                ("role", change(fay, "nothing", -1, 9, ""), Err(Refusal::RoleInsufficient)),
                ("reason", change(admin, "nothing", -1, 9, ""), Err(Refusal::ReasonInvalid)),
                ("name", change(admin, "nothing", -1, 9, "x"), Err(Refusal::NoSuchSetting)),
                ("sequence", change(admin, "packet_share_max", -1, 9, "x"), Err(Refusal::SequenceStale)),
                ("value", change(admin, "packet_share_max", -1, 0, "x"), Err(Refusal::SettingUnfit)),
                ("fine", change(admin, "packet_share_max", 500, 0, "x"), Ok(())),
                ("again, on what was", change(admin, "packet_share_max", 600, 0, "x"), Err(Refusal::SequenceStale)),
                ("on what is", change(admin, "packet_share_max", 600, 1, "x"), Ok(())),
            ],
        );
        assert_eq!(trial.state.settings.packet_share_max, Fen(600));
        trial.again(change(admin, "packet_share_max", 600, 2, "x"), &Reply::SettingChanged { sequence: 2 });
        assert_eq!(trial.replayed().settings.packet_share_max, Fen(600), "the log remembers it");
    }

    #[test]
    fn the_others_are_told_in_order_and_hold_the_same() {
        let mut trial = Trial::new();
        trial.must(change(OperatorId::HOST, "packet_share_max", 500, 0, "x"));
        trial.must(change(OperatorId::HOST, "packet_share_min", 400, 1, "x"));
        let mut owed = vec![];
        for (n, (fact, at)) in trial.log.iter().enumerate() {
            notes(fact, *at, |note| owed.push((Position(n as u64 + 1), note)));
        }
        assert_eq!(owed.len(), 2);
        assert!(owed.iter().all(|(_, note)| note.addressee() == Addressee::Others));
        let mut other = Trial::new();
        let from = ShardId(7);
        // Whoever missed one has all with the next.
        let missed = vec![owed.remove(1)];
        let mut late = Trial::new();
        late.must(Receive { to: ShardId(0), from, after: Position(0), through: Position(2), notes: missed.clone() });
        assert_eq!(late.state.settings, trial.state.settings);
        owed.extend(missed);
        other.must(Receive { to: ShardId(0), from, after: Position(0), through: Position(2), notes: owed });
        assert_eq!(other.state.settings, trial.state.settings);
        assert_eq!(other.state.meta.settings, trial.state.meta.settings);
    }
}
