//! What the views' tables hold. One file for each table: its columns, how a row is made, how it is read.

mod claim;
mod columns;
mod conversation;
mod load;
mod mailbox;
mod member;
mod message;
mod meta;
mod movement;
mod name;
mod once;
mod packet;
mod pair;
mod relation;
mod sent;
mod session;
mod timer;
mod user;
mod wallet;

use laisee_core::cut::{Cut, Row};

use crate::{Change, TableSpec};

pub use claim::claims_of;
pub use conversation::conversation_head;
pub use load::load;
pub use mailbox::mailbox_of;
pub use member::{member_of, members_of};
pub use message::messages_between;
pub use meta::meta;
pub use movement::movements_of;
pub use name::user_by_name;
pub use once::recent_once;
pub use packet::packet_head;
pub use relation::relations_of;
pub use sent::recent_sent;
pub use session::{session_by_token, sessions_of};
pub use timer::timers;
pub use user::user;
pub use wallet::wallet;

/// Every table, in the order of their names.
pub const TABLES: &[&TableSpec] = &[
    &claim::CLAIM,
    &conversation::CONVERSATION,
    &mailbox::MAILBOX,
    &member::MEMBER,
    &message::MESSAGE,
    &meta::META,
    &movement::MOVEMENT,
    &name::NAME,
    &once::ONCE,
    &packet::PACKET,
    &pair::PAIR,
    &relation::RELATION,
    &sent::SENT,
    &session::SESSION,
    &timer::TIMER,
    &user::USER,
    &wallet::WALLET,
];

/// The changes that bring the views from one cut to the next: rows of history, and entities as they stand. Sorted by
/// table, puts before deletes, then by key; of several changes to one key only the last is left.
#[must_use]
pub fn changes(rows: &[Row], cut: &Cut) -> Vec<Change> {
    let mut changes = Vec::with_capacity(rows.len() + cut.wallets.len() + cut.members.len() + cut.packets.len() * 2);
    for row in rows {
        changes.push(match row {
            Row::Name { name, user } => name::put(name, *user),
            Row::Session { user, session, token_hash, device, opened_at } => {
                session::put(*user, *session, token_hash, device, *opened_at)
            }
            Row::SessionGone { user, session } => session::delete(*user, *session),
            Row::Relation { user, other, relation, conversation, greeting, since } => {
                relation::put(*user, *other, *relation, *conversation, greeting, *since)
            }
            Row::RelationGone { user, other } => relation::delete(*user, *other),
            Row::Mailbox { user, conversation } => mailbox::put(*user, *conversation),
            Row::Message(message) => message::put(message),
            Row::Sent { client_id, sender, sent } => sent::put(*client_id, *sender, sent),
            Row::Claim { packet, claim } => claim::put(*packet, claim),
            Row::Movement { user, movement } => movement::put(*user, movement),
            Row::Once { user, id, once } => once::put(*user, *id, once),
        });
    }
    changes.extend(cut.users.iter().map(|(id, user)| user::put(*id, user)));
    changes.extend(cut.wallets.iter().map(|(user, wallet)| wallet::put(*user, wallet)));
    changes.extend(cut.pairs.iter().map(|(key, pair)| pair::put(key, pair)));
    changes.extend(cut.conversations.iter().map(|(id, head)| conversation::put(*id, head)));
    changes.extend(cut.members.iter().map(|(conversation, user, member)| member::put(*conversation, *user, member)));
    for head in &cut.packets {
        changes.push(packet::put(head));
        changes.push(timer::of(head));
    }
    changes.push(meta::put(&cut.meta));
    coalesce(changes)
}

fn coalesce(mut changes: Vec<Change>) -> Vec<Change> {
    // Stable: of equal keys the last one stays last.
    changes.sort_by(|a, b| key_of(a).cmp(&key_of(b)));
    let mut kept: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        match kept.last_mut() {
            Some(last) if key_of(last) == key_of(&change) => *last = change,
            _ => kept.push(change),
        }
    }
    // Each key is changed once, so the order among them is free: runs of one kind make one statement serve many.
    kept.sort_by_key(|change| match change {
        Change::Put(table, _) => (table.name, false),
        Change::Delete(table, _) => (table.name, true),
    });
    kept
}

fn key_of(change: &Change) -> (&'static str, &[crate::Value]) {
    match change {
        Change::Put(table, row) => (table.name, &row[..table.key]),
        Change::Delete(table, key) => (table.name, key),
    }
}
