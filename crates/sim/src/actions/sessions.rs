//! Signing a device out.

use laisee_wire::v1::{CloseSession, client_frame::Body as Ask};

use crate::world::World;

pub fn sign_out(world: &mut World, device: usize) -> bool {
    world.want(device, Ask::CloseSession(CloseSession { session: 0 }));
    true
}
