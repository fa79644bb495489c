//! Loading what a shard's memory lacks.

use laisee_core::{
    cut::{Key, Loaded},
    ids::UserId,
};

use super::{
    claims_of, conversation_head, device, difference, file, friends_of, guard, members_of, once, operator,
    operator_by_name, order, packet_head, pair, received, risk, run, sent, transfer, uploads, user, user_by_name,
    wallet,
};
use crate::{Snapshot, StoreError};

/// Finds what is under each key.
///
/// # Errors
/// The store's.
pub fn load(views: &mut dyn Snapshot, keys: &[Key]) -> Result<Vec<Loaded>, StoreError> {
    keys.iter().map(|key| load_one(views, key)).collect()
}

fn load_one(views: &mut dyn Snapshot, key: &Key) -> Result<Loaded, StoreError> {
    Ok(match key {
        Key::Name(name) => Loaded::Name(name.clone(), user_by_name(views, name)?),
        Key::User(id) => Loaded::User(*id, user(views, *id)?),
        Key::Wallet(id) => Loaded::Wallet(*id, wallet(views, *id)?),
        Key::Guard(id) => Loaded::Guard(*id, guard(views, *id)?),
        Key::Order(id) => Loaded::Order(*id, order(views, *id)?),
        Key::Pair(key) => Loaded::Pair(*key, pair::pair(views, key)?),
        Key::Conversation(id) => {
            let found = match conversation_head(views, *id)? {
                None => None,
                Some(head) => Some((head, members_of(views, *id, UserId(0), usize::MAX)?)),
            };
            Loaded::Conversation(*id, found)
        }
        Key::Packet(id) => {
            let found = match packet_head(views, *id)? {
                None => None,
                Some(head) => {
                    let claims = claims_of(views, *id)?;
                    Some((head, claims.into_iter().map(|claim| (claim.user, claim.index)).collect()))
                }
            };
            Loaded::Packet(*id, found)
        }
        Key::Transfer(id) => Loaded::Transfer(*id, transfer(views, *id)?),
        Key::Received(id) => Loaded::Received(*id, received(views, *id)?),
        Key::File(id) => Loaded::File(*id, file(views, *id)?),
        Key::Uploads(user) => Loaded::Uploads(*user, uploads(views, *user)?),
        Key::Risk(user) => Loaded::Risk(*user, risk(views, *user)?),
        Key::Friends(user) => Loaded::Friends(*user, friends_of(views, *user)?),
        Key::Device(id) => Loaded::Device(*id, device(views, *id)?),
        Key::Sent(sender, id) => Loaded::Sent(*sender, *id, sent::sent(views, *sender, *id)?),
        Key::OperatorName(name) => Loaded::OperatorName(name.clone(), operator_by_name(views, name)?),
        Key::Operator(id) => Loaded::Operator(*id, operator(views, *id)?),
        Key::Difference(id) => Loaded::Difference(*id, difference(views, *id)?),
        Key::Run(day) => Loaded::Run(*day, run(views, *day)?),
        Key::Once(user, id) => Loaded::Once(*user, *id, once(views, *user, *id)?),
    })
}
