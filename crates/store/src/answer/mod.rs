//! Answering queries from the views.

mod account;
mod conversation;
mod history;
mod offline;
mod operator;
mod order;
mod packet;
mod reconciliation;
mod risk;
mod transfer;
mod wallet;

use laisee_core::query::{Answer, Answered, Query};

use crate::{Snapshot, StoreError, views};

/// Lists in answers have at most so many entries, whatever was asked for.
const LIST_MAX: usize = 1_000;

/// Answers one query from one consistent state.
///
/// # Errors
/// The store's; what a rule refuses is in the answer.
pub fn answer(views: &mut dyn Snapshot, query: &Query) -> Result<Answered, StoreError> {
    match query {
        Query::UserByName { name } => account::by_name(views, name),
        Query::Profiles { users } => account::profiles(views, users),
        Query::Session { user, token_hash } => {
            Ok(Ok(Answer::Session(views::session_by_token(views, *user, token_hash)?)))
        }
        Query::Sessions { user } => {
            let sessions = views::sessions_of(views, *user)?;
            Ok(Ok(Answer::Sessions(sessions.into_iter().map(|(seen, _)| seen).collect())))
        }
        Query::Relations { user } => Ok(Ok(Answer::Relations(views::relations_of(views, *user)?))),
        Query::FriendsAmong { user, others } => account::friends_among(views, *user, others),
        Query::Mailbox { user } => Ok(Ok(Answer::Mailbox(views::mailbox_of(views, *user)?))),
        Query::Conversations { user, conversations } => conversation::seen(views, *user, conversations),
        Query::Heads { user, conversations, since } => conversation::heads(views, *user, conversations, *since),
        Query::Members { user, conversation, after, limit } => {
            conversation::members(views, *user, *conversation, *after, *limit)
        }
        Query::History { user, stretches } => history::history(views, *user, stretches),
        Query::OfflineCounts { user, conversations } => offline::counts(views, *user, conversations),
        Query::Offline { user, conversations, newest_first, beyond, limit } => {
            offline::messages(views, *user, conversations, *newest_first, *beyond, *limit)
        }
        Query::Wallet { user } => wallet::wallet(views, *user),
        Query::Statement { user, before, limit, filter } => wallet::statement(views, *user, *before, *limit, filter),
        Query::Secrets { user, once } => wallet::secrets(views, *user, *once),
        Query::Order { user, order } => wallet::order(views, *user, *order),
        Query::OrdersOf { user, before, limit } => wallet::orders_of(views, *user, *before, *limit),
        Query::OpenOrders { after, limit } => wallet::open_orders(views, *after, *limit),
        Query::OrderList { filter, sort, after, limit } => order::list(views, filter, *sort, *after, *limit),
        Query::OrderLife { order } => order::life(views, *order),
        Query::Packet { user, packet } => packet::packet(views, Some(*user), *packet),
        Query::AnyPacket { packet } => packet::packet(views, None, *packet),
        Query::Transfers { user, transfers } => transfer::transfers(views, *user, transfers),
        Query::TransferList { user, before, limit } => transfer::list(views, *user, *before, *limit),
        Query::File { file } => transfer::file(views, *file),
        Query::Dispute { transfer } => transfer::dispute(views, *transfer),
        Query::Disputes { filter, order, after, limit } => transfer::disputes(views, filter, *order, *after, *limit),
        Query::Settings => {
            let changed = views::meta(views)?.map(|meta| meta.settings);
            Ok(Ok(Answer::Settings(changed.unwrap_or_default())))
        }
        Query::SettingChanges { name, before, limit } => {
            let (changes, more) = views::setting_changes(views, name, *before, (*limit).min(LIST_MAX))?;
            Ok(Ok(Answer::SettingChanges { changes, more }))
        }
        Query::OperatorByName { name } => operator::by_name(views, name),
        Query::Operator { operator } => operator::one(views, *operator),
        Query::Operators => Ok(Ok(Answer::Operators(views::operators(views, LIST_MAX)?))),
        Query::Audit { filter, before, limit } => {
            let (rows, through, more) = views::audit_of(views, filter, *before, (*limit).min(LIST_MAX))?;
            Ok(Ok(Answer::Audit { rows, through, more }))
        }
        Query::Differences { filter, order, rising, after, limit } => {
            reconciliation::differences(views, filter, (*order, *rising), *after, (*limit).min(LIST_MAX))
        }
        Query::Difference { id } => {
            let found = views::difference(views, *id)?;
            Ok(Ok(Answer::Difference(found.map(|recorded| (*id, Box::new(recorded))))))
        }
        Query::Runs { limit } => Ok(Ok(Answer::Runs(views::runs(views, (*limit).min(LIST_MAX))?))),
        Query::Risk { user } => Ok(Ok(Answer::Risk(Box::new(views::risk(views, *user)?.unwrap_or_default())))),
        Query::RuleBooks { before, limit } => risk::rule_books(views, *before, *limit),
        Query::RuleHits { filter, before, limit } => risk::rule_hits(views, filter, *before, *limit),
        Query::Suspensions { filter, after, limit } => risk::suspensions(views, filter, *after, *limit),
    }
}
