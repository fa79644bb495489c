use laisee_bus::Bus;
use laisee_core::{
    ids::{PacketId, UserId},
    query::{Answer, Query},
};
use laisee_wire::v1;

use super::Acting;
use crate::{
    convert,
    handle::{Desk, unfitting},
};

/// No user has this id, so no share is its own.
const NOBODY: UserId = UserId(0);

impl<B: Bus> Desk<B> {
    /// A packet of anybody's. The secret of one that has not ended is not shown to operators either.
    pub(crate) async fn any_packet(
        &self,
        _: Acting,
        request: v1::GetPacketAsOperator,
    ) -> Result<v1::Packet, v1::Error> {
        let packet = PacketId(request.packet);
        match self.ask(packet.shard(), Query::AnyPacket { packet }).await? {
            Answer::Packet(seen) => Ok(convert::packet(&seen, NOBODY)),
            _ => Err(unfitting()),
        }
    }
}
