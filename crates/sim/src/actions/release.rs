//! Ending one's own suspension, with a code that is shown on all devices.

use laisee_wire::v1::{ReleaseSuspension, RequestReleaseCode, client_frame::Body as Ask};

use crate::world::World;

/// Whether the device has heard that its user is suspended; now and then it asks all the same.
fn suspended(world: &mut World, device: usize) -> bool {
    world.devices[device].app.suspended || world.chance.happens(20)
}

pub fn ask(world: &mut World, device: usize) -> bool {
    if !suspended(world, device) {
        return false;
    }
    world.want(device, Ask::RequestReleaseCode(RequestReleaseCode {}));
    true
}

/// Mostly with the right code and password.
pub fn release(world: &mut World, device: usize) -> bool {
    if !suspended(world, device) {
        return false;
    }
    let Some(shown) = world.devices[device].app.release_code.clone() else { return false };
    let code = if world.chance.happens(350) { "000000".into() } else { shown };
    let name = &world.people[world.devices[device].person].name;
    let mut password = format!("the password of {name}");
    if world.chance.happens(100) {
        password.push('!');
    }
    world.want(device, Ask::ReleaseSuspension(ReleaseSuspension { code, password }));
    true
}
