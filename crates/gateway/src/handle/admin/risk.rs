//! Rules of risk control, what they did, and suspensions.

use std::cmp::Reverse;

use laisee_bus::Bus;
use laisee_core::{
    command::{ChangeRules, Command, LiftSuspension, SuspendUser},
    ids::{Millis, ShardId, UserId},
    query::{Answer, HitFilter, HitPlace, HitSeen, Query, RuleBookSeen, SuspensionFilter, SuspensionSeen},
    risk::{
        Rule, RuleBook, RuleId,
        change_rules::{RULES_SHARD, RuleChange},
    },
};
use laisee_wire::v1;

use super::{Acting, operator_name, page_token};
use crate::{
    convert::{self, bad_request, failure},
    handle::{Desk, unfitting},
};

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;
const BOOKS: usize = 20;
const BOOKS_MAX: usize = 100;
/// Suspensions looked through for one page at most, over all shards.
const SUSPENSIONS_MAX: usize = 50_000;

fn limit(asked: u32) -> usize {
    if asked == 0 { LIMIT } else { (asked as usize).min(LIMIT_MAX) }
}

impl<B: Bus> Desk<B> {
    async fn books(&self, before: u64, limit: usize) -> Result<(Vec<RuleBookSeen>, bool), v1::Error> {
        match self.ask(RULES_SHARD, Query::RuleBooks { before, limit }).await? {
            Answer::RuleBooks { books, more } => Ok((books, more)),
            _ => Err(unfitting()),
        }
    }

    pub(crate) async fn risk_rules(&self, _: Acting, _: v1::GetRiskRules) -> Result<v1::RiskRules, v1::Error> {
        let (mut books, _) = self.books(0, 1).await?;
        let book = books.pop().map_or_else(RuleBook::default, |seen| seen.book);
        Ok(v1::RiskRules { sequence: book.sequence, rules: book.rules.iter().map(convert::rule).collect() })
    }

    pub(crate) async fn risk_rule_history(
        &self,
        _: Acting,
        request: v1::GetRiskRuleHistory,
    ) -> Result<v1::RiskRuleHistory, v1::Error> {
        let limit = if request.limit == 0 { BOOKS } else { (request.limit as usize).min(BOOKS_MAX) };
        // One more than is shown: what a change changed is seen against the rules before it.
        let (books, more) = self.books(request.before, limit + 1).await?;
        let names = self.operator_names().await?;
        let first = RuleBook::default();
        let changes = books.iter().enumerate().take(limit).map(|(n, seen)| {
            let rules_before = &books.get(n + 1).map_or(&first, |seen| &seen.book).rules;
            let (before, after) = changed(rules_before, &seen.book.rules);
            v1::RiskRuleChange {
                sequence: seen.book.sequence,
                at_ms: seen.at.0,
                by: seen.by.map_or(0, |by| by.0),
                by_name: seen.by.map(|by| operator_name(by, &names)).unwrap_or_default(),
                reason: seen.reason.clone(),
                rules: seen.book.rules.iter().map(convert::rule).collect(),
                before: before.map(convert::rule),
                after: after.map(convert::rule),
            }
        });
        let changes: Vec<_> = changes.collect();
        let more = more || books.len() > changes.len();
        Ok(v1::RiskRuleHistory { changes, more })
    }

    async fn change_rules(
        &self,
        who: Acting,
        expected: u64,
        change: RuleChange,
        reason: String,
    ) -> Result<v1::RiskRules, v1::Error> {
        let change = ChangeRules { expected, change, by: who.operator, reason };
        self.bus.call(Command::ChangeRules(change), None).await.map_err(failure)?;
        self.risk_rules(who, v1::GetRiskRules {}).await
    }

    pub(crate) async fn add_risk_rule(&self, who: Acting, r: v1::AddRiskRule) -> Result<v1::RiskRules, v1::Error> {
        let change = RuleChange::Put(convert::rule_of(RuleId(0), r.rule)?);
        self.change_rules(who, r.sequence, change, r.reason).await
    }

    pub(crate) async fn change_risk_rule(
        &self,
        who: Acting,
        r: v1::ChangeRiskRule,
    ) -> Result<v1::RiskRules, v1::Error> {
        if r.id == 0 {
            return Err(bad_request("rules are numbered from 1"));
        }
        let change = RuleChange::Put(convert::rule_of(RuleId(r.id), r.rule)?);
        self.change_rules(who, r.sequence, change, r.reason).await
    }

    pub(crate) async fn drop_risk_rule(&self, who: Acting, r: v1::DropRiskRule) -> Result<v1::RiskRules, v1::Error> {
        self.change_rules(who, r.sequence, RuleChange::Drop(RuleId(r.id)), r.reason).await
    }

    /// What rules did in all shards, as one list: a place names a user and so a shard, and the order is the same for all.
    pub(crate) async fn risk_hits(&self, _: Acting, request: v1::GetRiskHits) -> Result<v1::RiskHits, v1::Error> {
        let limit = limit(request.limit);
        let dry_run = match request.dry_run.as_str() {
            "" => None,
            "true" => Some(true),
            "false" => Some(false),
            _ => return Err(bad_request("dryRun is true, false or nothing")),
        };
        let filter = HitFilter {
            rule: (request.rule != 0).then_some(RuleId(request.rule)),
            user: (request.user != 0).then_some(UserId(request.user)),
            dry_run,
        };
        let before = match page_token::read::<Place>(&request.after)? {
            Some((at, user, number)) => HitPlace { at: Millis(at), user: UserId(user), number },
            None => HitPlace { at: Millis(i64::MAX - 1), user: UserId(u64::MAX), number: u64::MAX },
        };
        let (mut found, mut more): (Vec<HitSeen>, bool) = (vec![], false);
        for shard in (0..self.bus.shards()).map(ShardId) {
            match self.ask(shard, Query::RuleHits { filter: filter.clone(), before, limit }).await? {
                Answer::RuleHits { hits, more: left } => {
                    found.extend(hits);
                    more |= left;
                }
                _ => return Err(unfitting()),
            }
        }
        found.sort_by_key(|hit| Reverse(hit.place));
        more |= found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|hit| (hit.place.at.0, hit.place.user.0, hit.place.number));
        let next = next.as_ref().map(page_token::seal).unwrap_or_default();
        Ok(v1::RiskHits { hits: found.iter().map(convert::hit).collect(), next })
    }

    async fn suspensions_in(
        &self,
        shard: ShardId,
        filter: &SuspensionFilter,
        into: &mut Vec<SuspensionSeen>,
    ) -> Result<(), v1::Error> {
        let mut after = UserId(0);
        loop {
            let query = Query::Suspensions { filter: filter.clone(), after, limit: 1_000 };
            let Answer::Suspensions { suspensions, more } = self.ask(shard, query).await? else {
                return Err(unfitting());
            };
            after = suspensions.last().map_or(after, |seen| seen.user);
            into.extend(suspensions);
            if !more || into.len() >= SUSPENSIONS_MAX {
                return Ok(());
            }
        }
    }

    pub(crate) async fn suspensions(
        &self,
        _: Acting,
        request: v1::GetSuspensions,
    ) -> Result<v1::Suspensions, v1::Error> {
        let limit = limit(request.limit);
        let now = Millis((self.clock)());
        let active_at = (!request.ended).then_some(now);
        let filter = SuspensionFilter { active_at, reason: convert::reason_of(&request.reason)? };
        let mut found = vec![];
        for shard in (0..self.bus.shards()).map(ShardId) {
            self.suspensions_in(shard, &filter, &mut found).await?;
        }
        found.retain(|seen| request.user == 0 || seen.user.0 == request.user);
        let (falling, column) = match request.sort.as_str() {
            "" => (true, "since"),
            sort => sort.strip_prefix('-').map_or((false, sort), |column| (true, column)),
        };
        // Falling is rising in what is left to the end of time; users decide where times are equal.
        let key = |seen: &SuspensionSeen| {
            let at = if column == "until" { seen.suspension.until.0 } else { seen.suspension.since.0 };
            (if falling { -at } else { at }, seen.user.0, 0)
        };
        if !["since", "until"].contains(&column) {
            return Err(bad_request("suspensions are sorted by since or until"));
        }
        found.sort_by_key(key);
        if let Some(after) = page_token::read::<Place>(&request.after)? {
            found.retain(|seen| key(seen) > after);
        }
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|seen| page_token::seal(&key(seen))).unwrap_or_default();
        let mut suspensions = Vec::with_capacity(found.len());
        for seen in &found {
            suspensions.push(convert::user_suspension(seen, self.name_of_user(seen.user).await?));
        }
        Ok(v1::Suspensions { suspensions, next })
    }

    /// Empty when there is nobody of this id.
    async fn name_of_user(&self, user: UserId) -> Result<String, v1::Error> {
        match self.ask(user.shard(), Query::Profiles { users: vec![user] }).await? {
            Answer::Profiles(profiles) => Ok(profiles.into_iter().next().map(|one| one.name).unwrap_or_default()),
            _ => Err(unfitting()),
        }
    }

    async fn suspension_now(&self, user: UserId) -> Result<v1::SuspensionChanged, v1::Error> {
        let filter = SuspensionFilter::default();
        let query = Query::Suspensions { filter, after: UserId(user.0.saturating_sub(1)), limit: 1 };
        let Answer::Suspensions { suspensions, .. } = self.ask(user.shard(), query).await? else {
            return Err(unfitting());
        };
        let found = suspensions.first().filter(|seen| seen.user == user);
        let name = self.name_of_user(user).await?;
        Ok(v1::SuspensionChanged { suspension: found.map(|seen| convert::user_suspension(seen, name)) })
    }

    pub(crate) async fn suspend_user(
        &self,
        who: Acting,
        request: v1::SuspendUser,
    ) -> Result<v1::SuspensionChanged, v1::Error> {
        let user = UserId(request.user);
        let (until, self_release) = (Millis(request.until_ms), request.self_release);
        let suspend = SuspendUser { user, until, self_release, by: who.operator, reason: request.reason };
        self.bus.call(Command::SuspendUser(suspend), None).await.map_err(failure)?;
        self.suspension_now(user).await
    }

    pub(crate) async fn lift_suspension(
        &self,
        who: Acting,
        request: v1::LiftSuspension,
    ) -> Result<v1::SuspensionChanged, v1::Error> {
        let user = UserId(request.user);
        let lift = LiftSuspension { user, by: who.operator, reason: request.reason };
        self.bus.call(Command::LiftSuspension(lift), None).await.map_err(failure)?;
        self.suspension_now(user).await
    }
}

/// The one rule in which two books that follow each other differ, as it was and as it is.
fn changed<'a>(before: &'a [Rule], after: &'a [Rule]) -> (Option<&'a Rule>, Option<&'a Rule>) {
    let missing = |rules: &'a [Rule], others: &[Rule]| rules.iter().find(|rule| !others.contains(rule));
    (missing(before, after), missing(after, before))
}

/// Where a page ended, in the order of its list.
type Place = (i64, u64, u64);
