use std::collections::BTreeMap;

use laisee_bus::Bus;
use laisee_core::{
    ids::{Millis, OperatorId, Position, ShardId},
    query::{Answer, AuditFilter, AuditSeen, Query},
};
use laisee_wire::v1;

use super::{Acting, operator_name, page_token};
use crate::handle::{Desk, unfitting};

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;

/// Where the next page begins in each shard; `None`: nothing is left there.
type Places = Vec<Option<Position>>;

impl<B: Bus> Desk<B> {
    /// The audit logs of all shards as one, newest first. Each shard's is in order, so a page takes the newest of what
    /// each of them offers next.
    pub(crate) async fn audit(&self, _: Acting, request: v1::GetAudit) -> Result<v1::AuditPage, v1::Error> {
        let limit = match request.limit as usize {
            0 => LIMIT,
            limit => limit.min(LIMIT_MAX),
        };
        let filter = AuditFilter {
            by: (request.by != 0).then_some(OperatorId(request.by)),
            action: request.action,
            target_kind: request.target_kind,
            target: request.target,
            from: (request.from_ms != 0).then_some(Millis(request.from_ms)),
            to: (request.to_ms != 0).then_some(Millis(request.to_ms)),
        };
        let mut places = read_places(&request.after, self.bus.shards())?;
        let mut offered: Vec<(ShardId, AuditSeen)> = vec![];
        let mut looked: BTreeMap<ShardId, (Position, bool)> = BTreeMap::new();
        for (shard, place) in (0..).map(ShardId).zip(&places) {
            let Some(before) = *place else { continue };
            match self.ask(shard, Query::Audit { filter: filter.clone(), before, limit }).await? {
                Answer::Audit { rows, through, more } => {
                    offered.extend(rows.into_iter().map(|row| (shard, row)));
                    looked.insert(shard, (through, more));
                }
                _ => return Err(unfitting()),
            }
        }
        // At one moment the shards come in the order of their numbers, and in each of them the newest first.
        offered.sort_by(|(a, x), (b, y)| y.at.cmp(&x.at).then(a.cmp(b)).then(y.position.cmp(&x.position)));
        let rest = offered.split_off(limit.min(offered.len()));
        for (shard, (through, more)) in looked {
            let place = &mut places[usize::from(shard.0)];
            if rest.iter().any(|(of, _)| *of == shard) {
                // The next page begins after the last one shown of this shard.
                if let Some((_, last)) = offered.iter().rfind(|(of, _)| *of == shard) {
                    *place = Some(last.position);
                }
            } else {
                *place = more.then_some(through);
            }
        }
        let next = if places.iter().all(Option::is_none) { String::new() } else { page_token::seal(&places) };
        let names = self.operator_names().await?;
        let rows = offered.into_iter().map(|(shard, seen)| row(shard, seen, &names)).collect();
        Ok(v1::AuditPage { rows, next })
    }
}

fn row(shard: ShardId, seen: AuditSeen, names: &BTreeMap<OperatorId, String>) -> v1::AuditRow {
    let AuditSeen { position, at, audit } = seen;
    v1::AuditRow {
        shard: u32::from(shard.0),
        position: position.0,
        at_ms: at.0,
        by: audit.by.0,
        by_name: operator_name(audit.by, names),
        action: audit.action,
        target_kind: audit.target_kind,
        target: audit.target,
        reason: audit.reason,
        before: audit.before,
        after: audit.after,
    }
}

fn read_places(after: &str, shards: u16) -> Result<Places, v1::Error> {
    let places = page_token::read(after)?.unwrap_or_else(|| vec![Some(Position(0)); usize::from(shards)]);
    if places.len() == usize::from(shards) { Ok(places) } else { Err(page_token::not_a_token()) }
}
