use std::collections::BTreeMap;

use laisee_bus::{Bus, Failure};
use laisee_core::{
    command::{Command, GiveBackTransfer, Reply},
    ids::{TransferId, UserId},
    query::{Answer, Query},
    refusal::Refusal,
    transfer::{Transfer, TransferStatus},
};
use laisee_wire::v1;

use super::{Desk, Identity, by_shard, unfitting};
use crate::convert::{self, ServerBody, failure, refused};

impl<B: Bus> Desk<B> {
    /// Those of `transfers` that `user` may see, as it sees them.
    pub(crate) async fn transfers_seen(
        &self,
        user: UserId,
        transfers: impl IntoIterator<Item = TransferId>,
    ) -> Result<BTreeMap<TransferId, Transfer>, v1::Error> {
        let mut seen = BTreeMap::new();
        for (shard, transfers) in by_shard(transfers, TransferId::shard) {
            // An id that names no shard belongs to nobody.
            if shard.0 >= self.bus.shards() {
                continue;
            }
            match self.ask(shard, Query::Transfers { user, transfers }).await? {
                Answer::Transfers(found) => seen.extend(found.into_iter().map(|found| (found.terms.transfer, found))),
                _ => return Err(unfitting()),
            }
        }
        Ok(seen)
    }

    pub(super) async fn transfer(&self, user: UserId, transfer: u64) -> Result<ServerBody, v1::Error> {
        let transfer = TransferId(transfer);
        let found = self.transfers_seen(user, [transfer]).await?.remove(&transfer);
        let found = found.ok_or_else(|| refused(Refusal::NoSuchTransfer))?;
        Ok(ServerBody::Transfer(convert::transfer(&found)))
    }

    pub(super) async fn transfers(&self, user: UserId, request: &v1::ListTransfers) -> Result<ServerBody, v1::Error> {
        let limit = match request.limit {
            0 => 20,
            limit => limit.min(100) as usize,
        };
        let before = TransferId(request.before);
        let Answer::TransferList { transfers, more } =
            self.ask(user.shard(), Query::TransferList { user, before, limit }).await?
        else {
            return Err(unfitting());
        };
        let seen = self.transfers_seen(user, transfers).await?;
        let transfers = seen.values().rev().map(convert::transfer).collect();
        Ok(ServerBody::Transfers(v1::Transfers { transfers, more }))
    }

    /// Before it was accepted the transfer's shard decides; afterwards the money is in the receiver's wallet, whose shard
    /// then does.
    pub(super) async fn return_transfer(&self, who: Identity, transfer: u64) -> Result<ServerBody, v1::Error> {
        let (user, transfer) = (who.user, TransferId(transfer));
        let returned = self.bus.call(convert::return_transfer(user, transfer), Some(who.session)).await;
        match returned {
            Ok(reply) => return convert::reply(&reply).ok_or_else(unfitting),
            Err(Failure::Refused(Refusal::TransferAccepted)) => {}
            Err(other) => return Err(failure(other)),
        }
        let give_back = Command::GiveBackTransfer(GiveBackTransfer { user, transfer });
        let Reply::TransferGivenBack { .. } = self.bus.call(give_back, Some(who.session)).await.map_err(failure)?
        else {
            return Err(unfitting());
        };
        let mut seen = self.transfers_seen(user, [transfer]).await?;
        let mut found = seen.remove(&transfer).ok_or_else(unfitting)?;
        // The money has left the wallet for good; that its shard has not heard of it yet makes no difference.
        found.status = TransferStatus::GivenBack;
        Ok(ServerBody::Transfer(convert::transfer(&found)))
    }
}
