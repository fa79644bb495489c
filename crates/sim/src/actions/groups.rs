//! Groups: making them, coming, going, changing them.

use laisee_wire::v1::{
    AddMembers, CreateGroup, Relation, RemoveMember, SetQuiet, UpdateGroup, client_frame::Body as Ask,
};

use crate::world::World;

pub fn make(world: &mut World, device: usize) -> bool {
    let friends = world.related(device, Relation::Friend);
    if friends.is_empty() {
        return false;
    }
    let members: Vec<u64> = friends.into_iter().filter(|_| world.chance.happens(700)).collect();
    let client_id = world.client_id(device);
    let title = format!("group {}", world.chance.below(100));
    world.want(device, Ask::CreateGroup(CreateGroup { client_id, title, members }));
    true
}

pub fn invite(world: &mut World, device: usize) -> bool {
    let friends = world.related(device, Relation::Friend);
    let Some(user) = world.chance.pick(&friends).copied() else { return false };
    let Some(conversation) = world.some_conversation(device, |thread| thread.group && thread.member) else {
        return false;
    };
    world.want(device, Ask::AddMembers(AddMembers { conversation, users: vec![user] }));
    true
}

pub fn leave(world: &mut World, device: usize) -> bool {
    let user = world.user_of(device);
    let Some(conversation) = world.some_conversation(device, |thread| thread.group && thread.member && !thread.mine)
    else {
        return false;
    };
    world.want(device, Ask::RemoveMember(RemoveMember { conversation, user }));
    true
}

pub fn remove(world: &mut World, device: usize) -> bool {
    let Some(user) = world.somebody_else(device) else { return false };
    let Some(conversation) = world.some_conversation(device, |thread| thread.group && thread.mine) else {
        return false;
    };
    world.want(device, Ask::RemoveMember(RemoveMember { conversation, user }));
    true
}

pub fn rename(world: &mut World, device: usize) -> bool {
    let Some(conversation) = world.some_conversation(device, |thread| thread.group && thread.member) else {
        return false;
    };
    let words = Some(format!("called {}", world.chance.below(100)));
    let (title, announcement) = if world.chance.happens(500) { (words, None) } else { (None, words) };
    world.want(device, Ask::UpdateGroup(UpdateGroup { conversation, title, announcement }));
    true
}

pub fn quiet(world: &mut World, device: usize) -> bool {
    let Some(conversation) = world.some_conversation(device, |thread| thread.member) else { return false };
    let quiet = world.chance.happens(500);
    world.want(device, Ask::SetQuiet(SetQuiet { conversation, quiet }));
    true
}
