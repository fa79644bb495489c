//! What the views' tables hold. One file for each table: its columns, how a row is made, how it is read.

mod audit;
mod claim;
mod columns;
mod conversation;
mod device;
mod difference;
mod dispute;
mod file;
mod guard;
mod load;
mod mailbox;
mod member;
mod message;
mod meta;
mod movement;
mod name;
mod once;
mod operator;
mod operator_name;
mod order_step;
mod packet;
mod packet_eligible;
mod packet_terms;
mod pair;
mod payment_order;
mod pin;
mod received;
mod reconciliation_run;
mod relation;
mod risk;
mod rule_book;
mod rule_hit;
mod sent;
mod session;
mod setting_change;
mod suspended;
mod suspension;
mod timer;
mod transfer;
mod transfer_of;
mod uploads;
mod user;
mod wallet;

use laisee_core::{
    cut::{Cut, Row},
    transfer::Transfer,
};

use crate::{Changes, TableSpec};

pub use audit::audit_of;
pub use claim::claims_of;
pub use conversation::conversation_head;
pub use device::device;
pub use difference::{difference, differences};
pub use dispute::{dispute_waits, disputes};
pub use file::file;
pub use guard::guard;
pub use load::load;
pub use mailbox::mailbox_of;
pub use member::{member_of, members_of};
pub use message::messages_between;
pub use meta::{meta, put as put_meta, time};
pub use movement::movements_of;
pub use name::user_by_name;
pub use once::{once, recent_once};
pub use operator::{operator, operators};
pub use operator_name::operator_by_name;
pub use order_step::order_steps;
pub use packet::{packet_head, put as put_packet};
pub use pair::pair;
pub use payment_order::{
    open_orders, open_orders_before, order, orders_before, orders_between, orders_of, put as put_order, raised_orders,
};
pub use pin::pin_hash;
pub use received::received;
pub use reconciliation_run::{run, runs};
pub use relation::{friends_of, relations_of};
pub use risk::risk;
pub use rule_book::rule_books;
pub use rule_hit::rule_hits;
pub use sent::recent_sent;
pub use session::{session_by_token, sessions_of};
pub use setting_change::setting_changes;
pub use suspended::suspended;
pub use suspension::suspensions;
pub use timer::timers;
pub use transfer::{transfer, transfers_after};
pub use transfer_of::transfers_of;
pub use uploads::uploads;
pub use user::user;
pub use wallet::{put as put_wallet, wallet};

/// Every table, in the order of their names.
pub static TABLES: &[&TableSpec] = &[
    &audit::AUDIT,
    &claim::CLAIM,
    &conversation::CONVERSATION,
    &difference::DIFFERENCE,
    &dispute::DISPUTE,
    &file::FILE,
    &device::DEVICE,
    &guard::GUARD,
    &mailbox::MAILBOX,
    &member::MEMBER,
    &message::MESSAGE,
    &meta::META,
    &movement::MOVEMENT,
    &name::NAME,
    &once::ONCE,
    &operator::OPERATOR,
    &operator_name::OPERATOR_NAME,
    &payment_order::ORDER_OF_USER,
    &payment_order::ORDER_OPEN,
    &payment_order::ORDER_RAISED,
    &order_step::ORDER_STEP,
    &packet::PACKET,
    &packet_eligible::PACKET_ELIGIBLE,
    &packet_terms::PACKET_TERMS,
    &pair::PAIR,
    &reconciliation_run::RECONCILIATION_RUN,
    &received::RECEIVED,
    &payment_order::PAYMENT_ORDER,
    &pin::PIN,
    &relation::RELATION,
    &risk::RISK,
    &rule_book::RULE_BOOK,
    &rule_hit::RULE_HIT,
    &sent::SENT,
    &session::SESSION,
    &suspended::SUSPENDED,
    &suspension::SUSPENSION,
    &setting_change::SETTING_CHANGE,
    &timer::TIMER,
    &transfer::TRANSFER,
    &transfer_of::TRANSFER_OF,
    &uploads::UPLOADS,
    &user::USER,
    &wallet::WALLET,
];

/// A row of history.
pub fn put_row(changes: &mut Changes, row: &Row) {
    match row {
        Row::Name { name, user } => name::put(changes, name, *user),
        Row::Session { user, session, token_hash, device, opened_at } => {
            session::put(changes, *user, *session, token_hash, device, *opened_at);
        }
        Row::SessionGone { user, session } => session::delete(changes, *user, *session),
        Row::Relation { user, other, relation, conversation, greeting, since } => {
            relation::put(changes, *user, *other, *relation, *conversation, greeting, *since);
        }
        Row::RelationGone { user, other } => relation::delete(changes, *user, *other),
        Row::Mailbox { user, conversation } => mailbox::put(changes, *user, *conversation),
        Row::Message(message) => message::put(changes, message),
        Row::Sent { client_id, sender, sent } => sent::put(changes, *client_id, *sender, sent),
        Row::PacketTerms(terms) => packet_terms::put(changes, terms),
        Row::PacketEligible { packet, users } => packet_eligible::put(changes, *packet, users),
        Row::TransferOf { user, transfer } => transfer_of::put(changes, *user, *transfer),
        Row::Claim { packet, claim } => claim::put(changes, *packet, claim),
        Row::Movement { user, movement } => movement::put(changes, *user, movement),
        Row::Pin { user, hash } => pin::put(changes, *user, hash),
        Row::Once { user, id, once } => once::put(changes, *user, *id, once),
        Row::OrderStep { order, seen } => order_step::put(changes, *order, seen),
        Row::SettingChange(change) => setting_change::put(changes, change),
        Row::OperatorName { name, operator } => operator_name::put(changes, name, *operator),
        Row::Audit { position, at, audit } => audit::put(changes, *position, *at, audit),
        Row::RuleBook { book, at, by, reason } => rule_book::put(changes, book, *at, *by, reason),
        Row::RuleHit { .. } => rule_hit::put(changes, row),
        Row::Suspension { user, suspension, lifted } => suspension::put(changes, *user, suspension, lifted),
        Row::Suspended { user, until } => suspended::put(changes, *user, *until),
    }
}

/// Entities as they stand. To be called after the rows of history up to the cut.
pub fn put_cut(changes: &mut Changes, cut: &Cut) {
    cut.users.iter().for_each(|(id, user)| user::put(changes, *id, user));
    cut.wallets.iter().for_each(|(user, wallet)| wallet::put(changes, *user, wallet));
    cut.guards.iter().for_each(|(user, guard)| guard::put(changes, *user, guard));
    cut.orders.iter().for_each(|order| payment_order::put(changes, order));
    cut.pairs.iter().for_each(|(key, pair)| pair::put(changes, key, pair));
    cut.conversations.iter().for_each(|(id, head)| conversation::put(changes, *id, head));
    for (conversation, user, member) in &cut.members {
        member::put(changes, *conversation, *user, member);
    }
    cut.packets.iter().for_each(|head| packet::put(changes, head));
    cut.transfers.iter().for_each(|found| put_transfer(changes, found));
    cut.received.iter().for_each(|(id, found)| received::put(changes, *id, found));
    cut.files.iter().for_each(|(id, found)| file::put(changes, *id, found));
    cut.uploads.iter().for_each(|(user, found)| uploads::put(changes, *user, found));
    cut.timers.iter().for_each(|((due, key), set)| timer::put(changes, *due, *key, *set));
    cut.operators.iter().for_each(|(id, operator)| operator::put(changes, *id, operator));
    cut.differences.iter().for_each(|(id, recorded)| difference::put(changes, *id, recorded));
    cut.runs.iter().for_each(|(day, run)| reconciliation_run::put(changes, *day, run));
    cut.risks.iter().for_each(|(user, record)| risk::put(changes, *user, record));
    cut.devices.iter().for_each(|(id, device)| device::put(changes, *id, device));
    meta::put(changes, &cut.meta);
}

/// A transfer as it stands, with its place in the queue of disputes.
pub fn put_transfer(changes: &mut Changes, found: &Transfer) {
    transfer::put(changes, found);
    dispute::put(changes, found);
}
