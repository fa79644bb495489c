use laisee_core::{
    ids::UserId,
    pair::{Bond, PairKey},
    query::{Account, Answer, Answered, Profile},
    user::User,
};

use super::LIST_MAX;
use crate::{Snapshot, StoreError, views};

pub fn by_name(views: &mut dyn Snapshot, name: &str) -> Result<Answered, StoreError> {
    let Some(id) = views::user_by_name(views, name)? else { return Ok(Ok(Answer::Account(None))) };
    let account = views::user(views, id)?
        .map(|user| Account { password_hash: user.password_hash.clone(), profile: profile(id, user) });
    Ok(Ok(Answer::Account(account)))
}

pub fn profiles(views: &mut dyn Snapshot, users: &[UserId]) -> Result<Answered, StoreError> {
    let mut found = Vec::new();
    for id in users.iter().take(LIST_MAX) {
        if let Some(user) = views::user(views, *id)? {
            found.push(profile(*id, user));
        }
    }
    Ok(Ok(Answer::Profiles(found)))
}

pub fn friends_among(views: &mut dyn Snapshot, user: UserId, others: &[UserId]) -> Result<Answered, StoreError> {
    let mut friends = Vec::new();
    for other in others.iter().take(LIST_MAX) {
        let pair = views::pair(views, &PairKey::of(user, *other))?;
        if pair.is_some_and(|pair| pair.bond == Bond::Friends) {
            friends.push(*other);
        }
    }
    Ok(Ok(Answer::FriendsAmong(friends)))
}

fn profile(id: UserId, user: User) -> Profile {
    Profile { user: id, name: user.name, display_name: user.display_name, face: user.face }
}
