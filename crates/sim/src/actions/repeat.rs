//! Asking once more for what was asked for under the same id: it must get the same answer.

use laisee_wire::v1::client_frame::Body as Ask;

use crate::world::World;

pub fn repeat(world: &mut World, device: usize) -> bool {
    let person = world.devices[device].person;
    let asked = world.people[person].asked.clone();
    let Some(ask) = world.chance.pick(&asked).cloned() else { return false };
    let ask = match ask {
        // With other contents it is a conflict, and must not take effect.
        Ask::TopUp(mut top_up) if world.chance.happens(100) => {
            top_up.amount += 1;
            Ask::TopUp(top_up)
        }
        // A repetition needs no PIN, and a wrong one costs no try.
        Ask::Withdraw(mut withdraw) if world.chance.happens(500) => {
            withdraw.pin = super::withdraw::some_pin(world);
            Ask::Withdraw(withdraw)
        }
        ask => ask,
    };
    world.want(device, ask);
    true
}
