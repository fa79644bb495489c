use std::collections::BTreeMap;

use laisee_bus::Bus;
use laisee_core::{
    fen::Fen,
    ids::{Millis, OrderId, UserId},
    query::{Answer, Profile, Query, StatementFilter},
    wallet::Movement,
};
use laisee_wire::v1;

use super::{Desk, by_shard, unfitting};
use crate::convert::{self, ErrorCode, ServerBody, error};

/// What may be searched for, in characters.
const SEARCH_CHARS_MAX: usize = 100;
/// Pages asked of the shard for one answer, at most, when most lines do not fit a search.
const PAGES_MAX: usize = 20;

/// Lines of a statement that fit, and where to go on.
pub struct Lines {
    pub movements: Vec<Movement>,
    /// 0: there are no more.
    pub next_before: u64,
    /// Who the counterparts are, as far as they were looked up.
    pub people: BTreeMap<UserId, Profile>,
}

impl<B: Bus> Desk<B> {
    pub(super) async fn wallet(&self, user: UserId) -> Result<ServerBody, v1::Error> {
        let (balance, guard) = self.purse(user).await?;
        Ok(ServerBody::Wallet(convert::wallet(balance, &guard, &self.settings.now(), Millis((self.clock)()))))
    }

    pub(super) async fn statement(&self, user: UserId, request: &v1::GetStatement) -> Result<ServerBody, v1::Error> {
        let (limit, filter) = (page_limit(request.limit), convert::statement_filter(request)?);
        let lines = self.lines(user, request.before, limit, &filter, &request.search).await?;
        Ok(ServerBody::Statement(v1::Statement {
            movements: lines.movements.iter().map(convert::movement).collect(),
            more: lines.next_before > 0,
            next_before: lines.next_before,
        }))
    }

    /// A page of a statement. What the shard cannot know (other people's names) is compared here.
    ///
    /// # Errors
    /// `TOO_LARGE` when the search is too long, and the bus's.
    pub async fn lines(
        &self,
        user: UserId,
        before: u64,
        limit: usize,
        filter: &StatementFilter,
        search: &str,
    ) -> Result<Lines, v1::Error> {
        if search.chars().count() > SEARCH_CHARS_MAX {
            return Err(error(ErrorCode::TooLarge, "a search has at most 100 characters", 0));
        }
        let search = search.trim().to_lowercase();
        let mut found = Lines { movements: vec![], next_before: before, people: BTreeMap::new() };
        for _ in 0..PAGES_MAX {
            let query = Query::Statement { user, before: found.next_before, limit, filter: filter.clone() };
            let Answer::Statement { movements, more, next_before } = self.ask(user.shard(), query).await? else {
                return Err(unfitting());
            };
            if !search.is_empty() {
                self.meet(&movements, &mut found.people).await?;
            }
            for movement in movements {
                if search.is_empty() || mentions(&movement, &found.people, &search) {
                    if found.movements.len() == limit {
                        return Ok(found);
                    }
                    found.next_before = movement.number;
                    found.movements.push(movement);
                }
            }
            found.next_before = if more { next_before } else { 0 };
            if !more || (search.is_empty() && !found.movements.is_empty()) || found.movements.len() == limit {
                break;
            }
        }
        Ok(found)
    }

    /// Looks up the counterparts that are not known yet.
    pub async fn meet(&self, movements: &[Movement], people: &mut BTreeMap<UserId, Profile>) -> Result<(), v1::Error> {
        let mut strangers: Vec<UserId> = movements.iter().filter_map(|movement| movement.counterpart).collect();
        strangers.sort_unstable();
        strangers.dedup();
        strangers.retain(|user| !people.contains_key(user));
        for (shard, users) in by_shard(strangers, UserId::shard) {
            if let Answer::Profiles(profiles) = self.ask(shard, Query::Profiles { users }).await? {
                people.extend(profiles.into_iter().map(|profile| (profile.user, profile)));
            }
        }
        Ok(())
    }

    pub(super) async fn order(&self, user: UserId, order: u64) -> Result<ServerBody, v1::Error> {
        // An order lives with its user; one of another shard is somebody else's, and that it exists is nobody's business.
        match self.ask(user.shard(), Query::Order { user, order: OrderId(order) }).await? {
            Answer::Order(order) => Ok(ServerBody::Order(convert::order(&order))),
            _ => Err(unfitting()),
        }
    }

    pub(super) async fn orders(&self, user: UserId, request: &v1::ListOrders) -> Result<ServerBody, v1::Error> {
        let query = Query::OrdersOf { user, before: OrderId(request.before), limit: page_limit(request.limit) };
        match self.ask(user.shard(), query).await? {
            Answer::Orders { orders, more } => {
                Ok(ServerBody::Orders(v1::Orders { orders: orders.iter().map(convert::order).collect(), more }))
            }
            _ => Err(unfitting()),
        }
    }
}

fn page_limit(asked: u32) -> usize {
    match asked {
        0 => 50,
        limit => limit.min(200) as usize,
    }
}

/// Whether a line has what is searched for (in lower case): a name, a word of its note, or a whole id.
fn mentions(movement: &Movement, people: &BTreeMap<UserId, Profile>, search: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(search);
    let person = movement.counterpart.and_then(|user| people.get(&user));
    let ids = [movement.packet.map(|id| id.0), movement.transfer.map(|id| id.0), movement.order.map(|id| id.0)];
    person.is_some_and(|person| has(&person.name) || has(&person.display_name))
        || has(&movement.note)
        || ids.into_iter().flatten().any(|id| id.to_string() == search)
        || amount_in_words(movement.amount) == search
}

/// An amount in yuan, as people write it.
fn amount_in_words(amount: Fen) -> String {
    convert::yuan(Fen(amount.0.saturating_abs()))
}
