//! Files, as they are recorded once their bytes are durable.

use laisee_core::{
    command::{Command, RecordFile},
    file::FileType,
    ids::UserId,
};

use crate::world::World;

pub fn upload(world: &mut World, device: usize) -> bool {
    let user = UserId(world.user_of(device));
    let (bytes, sha256) = (world.chance.below(1_000), world.chance.bytes());
    let (name, file_type) = ("chat.png".to_owned(), FileType::Png);
    world.ask_once(Command::RecordFile(RecordFile { user, name, file_type, bytes, sha256 }));
    true
}
