//! An operator changes a setting that decides nothing else here.

use laisee_core::{
    command::{ChangeSetting, Command},
    ids::OperatorId,
};

use crate::world::World;

pub fn change(world: &mut World, _device: usize) -> bool {
    let change = ChangeSetting {
        by: OperatorId::HOST,
        name: "mentions_max".into(),
        value: world.chance.between(1, 100),
        expected: world.auditor.settings_sequence(),
        reason: "for a simulation".into(),
    };
    // Nobody waits for the outcome; the log tells it.
    let ticket = world.ticket();
    world.send_request(0, ticket, Command::ChangeSetting(change), None);
    true
}
