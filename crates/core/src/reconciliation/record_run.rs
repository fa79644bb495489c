use super::{DayNumber, Ran};
use crate::{State, cut::Key, fact::Fact, refusal::Refusal};

/// A day was reconciled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordRun {
    pub day: DayNumber,
    pub ran: Ran,
}

impl RecordRun {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Run(self.day));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let known = state.runs.get(&self.day).and_then(|run| run.ran);
        if known == Some(self.ran) {
            return Ok(vec![]);
        }
        Ok(vec![Fact::ReconciliationRan { day: self.day, ran: self.ran }])
    }
}
