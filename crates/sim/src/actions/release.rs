//! Ending one's own suspension, with a code that is shown on all devices.

use laisee_wire::v1::{ReleaseSuspension, RequestReleaseCode, SetPin, client_frame::Body as Ask};

use super::withdraw::{PINS, some_pin};
use crate::world::World;

/// Whether the device has heard that its user is suspended; now and then it asks all the same.
fn suspended(world: &mut World, device: usize) -> bool {
    world.devices[device].app.suspended || world.chance.happens(20)
}

pub fn ask(world: &mut World, device: usize) -> bool {
    if !suspended(world, device) {
        return false;
    }
    // Without a PIN the code is good for nothing.
    if world.chance.happens(700) {
        let person = world.devices[device].person;
        let password = format!("the password of {}", world.people[person].name);
        let set = SetPin { pin: PINS[0].to_owned(), current_pin: String::new(), password };
        world.want(device, Ask::SetPin(set));
    }
    world.want(device, Ask::RequestReleaseCode(RequestReleaseCode {}));
    true
}

/// Mostly with the right code and the PIN that was set for it.
pub fn release(world: &mut World, device: usize) -> bool {
    if !suspended(world, device) {
        return false;
    }
    let Some(shown) = world.devices[device].app.release_code.clone() else { return false };
    let code = if world.chance.happens(350) { "000000".into() } else { shown };
    let pin = if world.chance.happens(150) { some_pin(world) } else { PINS[0].to_owned() };
    world.want(device, Ask::ReleaseSuspension(ReleaseSuspension { code, pin }));
    true
}
