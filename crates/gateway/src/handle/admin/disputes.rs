use std::collections::BTreeMap;

use laisee_bus::Bus;
use laisee_core::{
    command::{Command, DecideDispute},
    file::File,
    ids::{FileId, OperatorId, ShardId, TransferId, UserId},
    query::{Answer, DisputeBy, DisputeFilter, DisputeOrder, Profile, Query},
    refusal::Refusal,
    transfer::Transfer,
};
use laisee_wire::v1;

use super::{Acting, page_token};
use crate::{
    convert::{self, bad_request, failure, refused},
    handle::{Desk, unfitting},
};

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;
/// Earlier transfers between the two that are shown with a dispute.
const EARLIER: usize = 20;

impl<B: Bus> Desk<B> {
    /// The disputes of all shards as one list. Each shard's is in order, so a page takes the first of what they offer.
    pub(crate) async fn list_disputes(&self, _: Acting, request: v1::ListDisputes) -> Result<v1::Disputes, v1::Error> {
        let limit = match request.limit as usize {
            0 => LIMIT,
            limit => limit.min(LIMIT_MAX),
        };
        let filter = DisputeFilter {
            open: match request.state() {
                v1::DisputeState::Unspecified => None,
                v1::DisputeState::Open => Some(true),
                v1::DisputeState::Ended => Some(false),
            },
            returned: match request.outcome() {
                v1::RecallOutcome::Open => None,
                v1::RecallOutcome::Returned => Some(true),
                v1::RecallOutcome::Released => Some(false),
            },
            user: (request.user != 0).then_some(UserId(request.user)),
        };
        let by = match request.sort() {
            v1::DisputeSort::AskedAt => DisputeBy::AskedAt,
            v1::DisputeSort::Amount => DisputeBy::Amount,
        };
        let order = DisputeOrder { by, descending: request.descending };
        let after = page_token::read(&request.after)?;
        let (mut found, mut more, mut complete) = (vec![], false, true);
        for shard in (0..self.bus.shards()).map(ShardId) {
            match self.ask(shard, Query::Disputes { filter, order, after, limit }).await? {
                Answer::Disputes { disputes, more: beyond, all } => {
                    found.extend(disputes);
                    more |= beyond;
                    complete &= all;
                }
                _ => return Err(unfitting()),
            }
        }
        found.sort_unstable_by_key(|found| order.place(found));
        more |= found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map_or_else(String::new, |last| page_token::seal(&order.place(last)));
        let people = self.profiles(found.iter().flat_map(|found| [found.terms.sender, found.terms.receiver])).await?;
        let names = self.operator_names().await?;
        let disputes = found.iter().map(|found| shown(found, &people, &names)).collect();
        Ok(v1::Disputes { disputes, next, complete })
    }

    pub(crate) async fn dispute(&self, _: Acting, request: v1::GetDispute) -> Result<v1::Dispute, v1::Error> {
        let found = self.dispute_of(TransferId(request.transfer)).await?;
        self.with_context(&found).await
    }

    pub(crate) async fn decide_dispute(
        &self,
        who: Acting,
        request: v1::DecideDispute,
    ) -> Result<v1::Dispute, v1::Error> {
        let returned = match request.outcome() {
            v1::RecallOutcome::Open => return Err(bad_request("a dispute ends returned or released")),
            v1::RecallOutcome::Returned => true,
            v1::RecallOutcome::Released => false,
        };
        let transfer = TransferId(request.transfer);
        self.must_exist(transfer.shard(), Refusal::NoSuchDispute)?;
        let decide = DecideDispute { by: who.operator, transfer, returned, reason: request.reason };
        self.bus.call(Command::DecideDispute(decide), None).await.map_err(failure)?;
        let found = self.dispute_of(transfer).await?;
        self.with_context(&found).await
    }

    /// A transfer that was recalled.
    ///
    /// # Errors
    /// `NO_SUCH_DISPUTE`, or that it could not be found out.
    pub(crate) async fn dispute_of(&self, transfer: TransferId) -> Result<Transfer, v1::Error> {
        self.must_exist(transfer.shard(), Refusal::NoSuchDispute)?;
        match self.ask(transfer.shard(), Query::Dispute { transfer }).await? {
            Answer::Transfers(mut found) => found.pop().ok_or_else(unfitting),
            _ => Err(unfitting()),
        }
    }

    /// Whoever asks checks who may have it.
    ///
    /// # Errors
    /// `NO_SUCH_FILE`, or that it could not be found out.
    pub(crate) async fn file(&self, file: FileId) -> Result<File, v1::Error> {
        self.must_exist(file.shard(), Refusal::NoSuchFile)?;
        match self.ask(file.shard(), Query::File { file }).await? {
            Answer::File(found) => Ok(*found),
            _ => Err(unfitting()),
        }
    }

    /// What an id that names no shard is refused with.
    fn must_exist(&self, shard: ShardId, refusal: Refusal) -> Result<(), v1::Error> {
        if shard.0 < self.bus.shards() { Ok(()) } else { Err(refused(refusal)) }
    }

    /// A dispute with its evidence, and with what there was between the two before.
    async fn with_context(&self, found: &Transfer) -> Result<v1::Dispute, v1::Error> {
        let terms = &found.terms;
        let people = self.profiles([terms.sender, terms.receiver]).await?;
        let names = self.operator_names().await?;
        let mut dispute = shown(found, &people, &names);
        for file in found.recall.iter().flat_map(|recall| recall.evidence.clone()) {
            let found = self.file(file).await?;
            dispute.evidence.push(v1::UploadedFile {
                id: file.0,
                name: found.name,
                content_type: found.file_type.content_type().to_owned(),
                bytes: found.bytes,
                sha256: convert::hex(&found.sha256),
            });
        }
        let (user, before) = (terms.sender, TransferId(0));
        let Answer::TransferList { transfers, .. } =
            self.ask(user.shard(), Query::TransferList { user, before, limit: LIMIT_MAX }).await?
        else {
            return Err(unfitting());
        };
        let earlier = self.transfers_seen(user, transfers).await?;
        let between = |other: &&Transfer| {
            other.terms.transfer != terms.transfer
                && [other.terms.sender, other.terms.receiver].contains(&terms.receiver)
        };
        dispute.earlier = earlier.values().rev().filter(between).take(EARLIER).map(convert::transfer).collect();
        Ok(dispute)
    }
}

fn shown(found: &Transfer, people: &BTreeMap<UserId, Profile>, names: &BTreeMap<OperatorId, String>) -> v1::Dispute {
    let person = |user: UserId| people.get(&user).map(convert::user);
    let recall = found.recall.as_ref();
    let open = recall.is_some_and(|recall| recall.open(found.status));
    let by = recall.and_then(|recall| recall.decision.as_ref()).map(|decision| decision.by);
    v1::Dispute {
        transfer: Some(convert::transfer(found)),
        state: if open { v1::DisputeState::Open } else { v1::DisputeState::Ended }.into(),
        sender: person(found.terms.sender),
        receiver: person(found.terms.receiver),
        decided_by: by.map_or(0, |by| by.0),
        decided_by_name: by.and_then(|by| names.get(&by).cloned()).unwrap_or_default(),
        evidence: vec![],
        earlier: vec![],
    }
}
