use laisee_bus::Bus;
use laisee_core::{
    ids::UserId,
    query::{Answer, Query},
};
use laisee_wire::v1;

use super::{Desk, unfitting};
use crate::convert::{ServerBody, movement};

impl<B: Bus> Desk<B> {
    pub(super) async fn wallet(&self, user: UserId) -> Result<ServerBody, v1::Error> {
        match self.ask(user.shard(), Query::Wallet { user }).await? {
            Answer::Wallet { balance } => Ok(ServerBody::Wallet(v1::Wallet { balance: balance.0 })),
            _ => Err(unfitting()),
        }
    }

    pub(super) async fn statement(&self, user: UserId, request: &v1::GetStatement) -> Result<ServerBody, v1::Error> {
        let limit = match request.limit {
            0 => 50,
            limit => limit.min(200) as usize,
        };
        match self.ask(user.shard(), Query::Statement { user, before: request.before, limit }).await? {
            Answer::Statement { movements, more } => {
                let movements = movements.iter().map(movement).collect();
                Ok(ServerBody::Statement(v1::Statement { movements, more }))
            }
            _ => Err(unfitting()),
        }
    }
}
