//! Becoming friends, and ceasing to be.

use laisee_wire::v1::{AnswerFriend, Relation, RemoveFriend, RequestFriend, client_frame::Body as Ask};

use crate::world::World;

pub fn request(world: &mut World, device: usize) -> bool {
    let Some(user) = world.somebody_else(device) else { return false };
    world.want(device, Ask::RequestFriend(RequestFriend { user, greeting: "hello".into() }));
    true
}

pub fn answer(world: &mut World, device: usize) -> bool {
    let incoming = world.related(device, Relation::Incoming);
    let Some(user) = world.chance.pick(&incoming).copied() else { return false };
    let accept = world.chance.happens(900);
    world.want(device, Ask::AnswerFriend(AnswerFriend { user, accept }));
    true
}

pub fn remove(world: &mut World, device: usize) -> bool {
    let friends = world.related(device, Relation::Friend);
    let Some(user) = world.chance.pick(&friends).copied() else { return false };
    world.want(device, Ask::RemoveFriend(RemoveFriend { user }));
    true
}
