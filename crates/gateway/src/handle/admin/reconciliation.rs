use std::collections::BTreeMap;

use laisee_bus::Bus;
use laisee_core::{
    command::{AskReconciliation, CloseDifference, Command},
    ids::{DifferenceId, OperatorId, Position, ShardId, UserId},
    query::{Answer, DifferenceFilter, DifferenceOrder, Query},
    reconciliation::{Day, DifferenceKind, DifferenceState, RECONCILIATION_SHARD, Recorded},
    refusal::Refusal,
};
use laisee_wire::v1;

use super::{Acting, operator_name, page_token};
use crate::{
    convert::{bad_request, failure, refused},
    handle::{Desk, unfitting},
};

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;
/// Days listed: about a year.
const RUNS_MAX: usize = 400;

/// How far the comparison is that follows the logs all the time.
#[derive(Clone, Default, Debug)]
pub struct Following {
    pub shards: Vec<FollowingShard>,
    /// Why it does not go on; empty: it does.
    pub failure: String,
}

#[derive(Clone, Copy, Debug)]
pub struct FollowingShard {
    pub shard: ShardId,
    /// Age of the newest fact compared where there are newer ones; 0: up to date.
    pub behind_ms: i64,
    pub compared: Position,
}

type Names = BTreeMap<OperatorId, String>;

impl<B: Bus> Desk<B> {
    pub(crate) async fn list_differences(
        &self,
        _: Acting,
        request: v1::ListDifferences,
    ) -> Result<v1::Differences, v1::Error> {
        let limit = match request.limit as usize {
            0 => LIMIT,
            limit => limit.min(LIMIT_MAX),
        };
        let kind = match request.kind.as_str() {
            "" => None,
            word => Some(
                DifferenceKind::ALL
                    .into_iter()
                    .find(|kind| kind.word() == word)
                    .ok_or_else(|| bad_request("there is no such kind of difference"))?,
            ),
        };
        let shard = match request.shard {
            None => None,
            Some(number) => Some(ShardId(u16::try_from(number).map_err(|_| bad_request("there is no such shard"))?)),
        };
        let (sort, rising) = match request.sort.strip_prefix('-') {
            Some(sort) => (sort, false),
            None => (request.sort.as_str(), !request.sort.is_empty()),
        };
        let order = match sort {
            "" | "changed" => DifferenceOrder::Changed,
            "found" => DifferenceOrder::Found,
            "amount" => DifferenceOrder::Amount,
            "kind" => DifferenceOrder::Kind,
            _ => return Err(bad_request("differences are sorted by changed, found, amount or kind")),
        };
        let after = match request.after.as_str() {
            "" => None,
            after => Some(DifferenceId(after.parse().map_err(|_| page_token::not_a_token())?)),
        };
        let user = (request.user != 0).then_some(UserId(request.user));
        let filter = DifferenceFilter { state: state(&request.state)?, kind, shard, user };
        let names = self.operator_names().await?;
        match self.ask(RECONCILIATION_SHARD, Query::Differences { filter, order, rising, after, limit }).await? {
            Answer::Differences { rows, more, total, pending } => {
                let next = rows.last().filter(|_| more).map(|(id, _)| id.to_string()).unwrap_or_default();
                let differences = rows.iter().map(|(id, recorded)| shown(*id, recorded, &names)).collect();
                Ok(v1::Differences { differences, next, total, pending })
            }
            _ => Err(unfitting()),
        }
    }

    pub(crate) async fn get_difference(
        &self,
        _: Acting,
        request: v1::GetDifference,
    ) -> Result<v1::DifferenceDetails, v1::Error> {
        let difference = self.difference(DifferenceId(request.difference)).await?;
        Ok(v1::DifferenceDetails { difference: Some(difference) })
    }

    pub(crate) async fn close_difference(
        &self,
        who: Acting,
        request: v1::CloseDifference,
    ) -> Result<v1::DifferenceClosed, v1::Error> {
        let id = DifferenceId(request.difference);
        let close = CloseDifference { by: who.operator, id, reason: request.reason };
        self.bus.call(Command::CloseDifference(close), None).await.map_err(failure)?;
        Ok(v1::DifferenceClosed { difference: Some(self.difference(id).await?) })
    }

    pub(crate) async fn reconciliation_runs(
        &self,
        _: Acting,
        _: v1::ListReconciliationRuns,
    ) -> Result<v1::ReconciliationRuns, v1::Error> {
        let Answer::Runs(runs) = self.ask(RECONCILIATION_SHARD, Query::Runs { limit: RUNS_MAX }).await? else {
            return Err(unfitting());
        };
        let names = self.operator_names().await?;
        let name = |by: &OperatorId| operator_name(*by, &names);
        let runs = runs.into_iter().map(|(day, run)| v1::ReconciliationRun {
            day: Day(day).to_string(),
            at_ms: run.ran.map_or(0, |ran| ran.ended.0),
            compared: run.ran.map_or(0, |ran| ran.facts),
            differences: run.ran.map_or(0, |ran| ran.differences),
            waits: run.waits(),
            asked_by: run.asked.as_ref().map(|(_, by, _)| name(by)).unwrap_or_default(),
        });
        let following = self.following.get().map(|following| following()).unwrap_or_default();
        let shards = following.shards.iter().map(|shard| v1::ReconciliationShard {
            shard: u32::from(shard.shard.0),
            behind_ms: shard.behind_ms,
            compared: shard.compared.0,
        });
        Ok(v1::ReconciliationRuns { shards: shards.collect(), runs: runs.collect(), failure: following.failure })
    }

    pub(crate) async fn run_reconciliation(
        &self,
        who: Acting,
        request: v1::RunReconciliation,
    ) -> Result<v1::ReconciliationAsked, v1::Error> {
        let day: Day = request.day.parse().map_err(|problem: String| bad_request(&problem))?;
        let ask = AskReconciliation { by: who.operator, day: day.0, reason: request.reason };
        self.bus.call(Command::AskReconciliation(ask), None).await.map_err(failure)?;
        Ok(v1::ReconciliationAsked {})
    }

    async fn difference(&self, id: DifferenceId) -> Result<v1::Difference, v1::Error> {
        match self.ask(RECONCILIATION_SHARD, Query::Difference { id }).await? {
            Answer::Difference(Some((id, recorded))) => Ok(shown(id, &recorded, &self.operator_names().await?)),
            Answer::Difference(None) => Err(refused(Refusal::NoSuchDifference)),
            _ => Err(unfitting()),
        }
    }
}

/// `raised`, `RAISED` or `DIFFERENCE_STATE_RAISED`; empty: any.
fn state(word: &str) -> Result<Option<DifferenceState>, v1::Error> {
    let lower = word.to_lowercase();
    let bare = lower.strip_prefix("difference_state_").unwrap_or(&lower);
    if bare.is_empty() {
        return Ok(None);
    }
    DifferenceState::of_word(bare).map(Some).ok_or_else(|| bad_request("there is no such state of a difference"))
}

fn shown(id: DifferenceId, recorded: &Recorded, names: &Names) -> v1::Difference {
    let found = &recorded.difference;
    let (closed_by, closed_reason) = match &recorded.closed {
        Some((by, reason)) => (operator_name(*by, names), reason.clone()),
        None => (String::new(), String::new()),
    };
    v1::Difference {
        id: id.0,
        kind: found.kind.word().to_owned(),
        state: match recorded.state {
            DifferenceState::Open => v1::DifferenceState::Open,
            DifferenceState::Repaired => v1::DifferenceState::Repaired,
            DifferenceState::Raised => v1::DifferenceState::Raised,
            DifferenceState::Closed => v1::DifferenceState::Closed,
            DifferenceState::Settled => v1::DifferenceState::Settled,
        }
        .into(),
        subject: found.subject,
        user: found.user.map_or(0, |user| user.0),
        shard: u32::from(found.place.shard.0),
        position: found.place.position.0,
        other_shard: found.other.map(|other| u32::from(other.shard.0)),
        other_position: found.other.map_or(0, |other| other.position.0),
        at_ms: found.at.0,
        found_at_ms: recorded.found_at.0,
        changed_at_ms: recorded.changed_at.0,
        expected: found.expected.0,
        found: found.found.0,
        words: found.words.clone(),
        returned: recorded.returned,
        closed_by,
        closed_reason,
    }
}
