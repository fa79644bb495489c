use laisee_bus::Bus;
use laisee_core::{
    ids::{PacketId, UserId},
    query::{Answer, Query},
};
use laisee_wire::v1;

use super::{Desk, unfitting};
use crate::convert::{self, ServerBody};

impl<B: Bus> Desk<B> {
    pub(super) async fn packet(&self, user: UserId, packet: u64) -> Result<ServerBody, v1::Error> {
        let packet = PacketId(packet);
        match self.ask(packet.shard(), Query::Packet { user, packet }).await? {
            Answer::Packet(seen) => Ok(ServerBody::Packet(convert::packet(&seen, user))),
            _ => Err(unfitting()),
        }
    }
}
