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
    world.ask_once(Command::ChangeSetting(change));
    true
}
