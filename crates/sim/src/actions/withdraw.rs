//! Money leaves the world.

use laisee_wire::v1::{SetPin, Withdraw, client_frame::Body as Ask};

use crate::world::World;

pub const PINS: [&str; 2] = ["135790", "246801"];

/// One of two PINs, so that it is often right and often not.
pub fn some_pin(world: &mut World) -> String {
    PINS[world.chance.below(2) as usize].to_owned()
}

pub fn set_pin(world: &mut World, device: usize) -> bool {
    let pin = some_pin(world);
    let person = world.devices[device].person;
    let password = format!("the password of {}", world.people[person].name);
    let by_pin = world.chance.happens(300);
    let (current_pin, password) = if by_pin { (some_pin(world), String::new()) } else { (String::new(), password) };
    world.want(device, Ask::SetPin(SetPin { pin, current_pin, password }));
    true
}

pub fn withdraw(world: &mut World, device: usize) -> bool {
    let id = world.client_id(device);
    let (amount, pin) = (world.chance.between(1, 6_000), some_pin(world));
    world.want(device, Ask::Withdraw(Withdraw { id, amount, destination: "bank".into(), pin }));
    true
}
