use laisee_bus::Bus;
use laisee_core::{
    ids::{PacketId, UserId},
    query::{Answer, Query},
};
use laisee_wire::v1;

use super::{Desk, unfitting};
use crate::convert::{self, ServerBody};

/// What an exported packet says it is.
const EXPORT: &str = "laisee.packet.v1";

impl<B: Bus> Desk<B> {
    /// Rule D6.
    pub(super) async fn export_packet(&self, user: UserId, packet: u64) -> Result<ServerBody, v1::Error> {
        match self.packet(user, packet).await? {
            ServerBody::Packet(packet) => {
                let packet = v1::Packet { mine: 0, ..packet };
                Ok(ServerBody::PacketExport(v1::PacketExport { format: EXPORT.to_owned(), packet: Some(packet) }))
            }
            _ => Err(unfitting()),
        }
    }

    pub(super) async fn packet(&self, user: UserId, packet: u64) -> Result<ServerBody, v1::Error> {
        let packet = PacketId(packet);
        match self.ask(packet.shard(), Query::Packet { user, packet }).await? {
            Answer::Packet(seen) => Ok(ServerBody::Packet(convert::packet(&seen, user))),
            _ => Err(unfitting()),
        }
    }
}
