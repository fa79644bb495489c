//! One pull for all that waits, page after page.

use laisee_wire::v1::{CountOffline, PageOrder, PullOffline, client_frame::Body as Ask};

use crate::world::World;

pub fn pull(world: &mut World, device: usize) -> bool {
    let order = if world.chance.happens(500) { PageOrder::OldestFirst } else { PageOrder::NewestFirst };
    let limit = world.chance.between(1, 10) as u32;
    world.want(device, Ask::CountOffline(CountOffline {}));
    world.want(device, Ask::PullOffline(PullOffline { order: order.into(), limit, page_token: String::new() }));
    true
}
