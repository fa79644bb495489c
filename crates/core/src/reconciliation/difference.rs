use serde::{Deserialize, Serialize};

use crate::{
    fen::Fen,
    ids::{Millis, Position, ShardId, UserId},
};

/// What two accounts of the same thing disagree on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// The target has read past the position that owes it, and nothing was credited.
    CreditMissing,
    /// Owed for longer than a delivery may take, and the target has not read so far.
    CreditLate,
    /// The same debt was paid a second time.
    CreditTwice,
    /// Credited, and nobody owed it.
    CreditUnfounded,
    /// Credited with another amount than was owed.
    CreditAmount,
    /// The target has read past the position that owes it a card, a word or a notice, and took nothing in.
    DeliveryMissing,
    /// Such a thing is owed for longer than a delivery may take, and the target has not read so far.
    DeliveryLate,
    /// Such a thing was taken in, and nobody sent it.
    DeliveryUnfounded,
    /// A target says that it has read further than the source's log goes.
    WatermarkAhead,
    /// A packet has ended, and claims + refund are not its amount.
    PacketSum,
    /// A packet was claimed or ended in a way that its funding does not allow.
    PacketUnfounded,
    /// A packet has not ended long after it must have.
    PacketStuck,
    /// A transfer took a step that the steps before it do not allow.
    TransferUnfounded,
    /// Another amount left a transfer than was paid into it.
    TransferSum,
    /// A transfer has not arrived, or not gone back, long after it must have.
    TransferStuck,
    /// The provider has said the last word on an order, and it is not known here.
    OrderUnheard,
    /// Paid at the provider, and not credited here.
    OrderUncredited,
    /// Credited, or gone, here, and not carried out at the provider.
    OrderUnpaid,
    /// The provider had taken an order, and does not know it any more.
    OrderLost,
    /// The provider takes an order's amount to be another, or it ends with another.
    OrderAmount,
    /// An order moved money twice, or on one side only while it came back on the other.
    OrderTwice,
    /// An order has had no end for too long.
    OrderStuck,
    /// The provider has an order that nobody made here.
    OrderUnfounded,
    /// A wallet's line does not follow from the line before it, or leaves it below zero.
    WalletChain,
    /// A shard's accounts do not add up to zero.
    BooksUnbalanced,
    /// The views say something else of a wallet than its statement does.
    ViewWallet,
    /// The views lack a statement line, or have another than the log says.
    ViewMovement,
    /// The views lack a claim, or have another than the log says.
    ViewClaim,
    /// The views have another state of a packet than the log says.
    ViewPacket,
    /// The views have another state of a transfer than the log says.
    ViewTransfer,
    /// The views have another state of an order than the log says, or do not list it with those that are open.
    ViewOrder,
    /// A transfer is frozen, and no dispute about it stands in the queue.
    ViewDispute,
    /// The views have other sums, or other watermarks, than the log says.
    ViewBooks,
}

impl DifferenceKind {
    pub const ALL: [Self; 33] = [
        Self::CreditMissing,
        Self::CreditLate,
        Self::CreditTwice,
        Self::CreditUnfounded,
        Self::CreditAmount,
        Self::DeliveryMissing,
        Self::DeliveryLate,
        Self::DeliveryUnfounded,
        Self::WatermarkAhead,
        Self::PacketSum,
        Self::PacketUnfounded,
        Self::PacketStuck,
        Self::TransferUnfounded,
        Self::TransferSum,
        Self::TransferStuck,
        Self::OrderUnheard,
        Self::OrderUncredited,
        Self::OrderUnpaid,
        Self::OrderLost,
        Self::OrderAmount,
        Self::OrderTwice,
        Self::OrderStuck,
        Self::OrderUnfounded,
        Self::WalletChain,
        Self::BooksUnbalanced,
        Self::ViewWallet,
        Self::ViewMovement,
        Self::ViewClaim,
        Self::ViewPacket,
        Self::ViewTransfer,
        Self::ViewOrder,
        Self::ViewDispute,
        Self::ViewBooks,
    ];

    /// Its name in reports, tables and requests.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CreditMissing => "credit-missing",
            Self::CreditLate => "credit-late",
            Self::CreditTwice => "credit-twice",
            Self::CreditUnfounded => "credit-unfounded",
            Self::CreditAmount => "credit-amount",
            Self::DeliveryMissing => "delivery-missing",
            Self::DeliveryLate => "delivery-late",
            Self::DeliveryUnfounded => "delivery-unfounded",
            Self::WatermarkAhead => "watermark-ahead",
            Self::PacketSum => "packet-sum",
            Self::PacketUnfounded => "packet-unfounded",
            Self::PacketStuck => "packet-stuck",
            Self::TransferUnfounded => "transfer-unfounded",
            Self::TransferSum => "transfer-sum",
            Self::TransferStuck => "transfer-stuck",
            Self::OrderUnheard => "order-unheard",
            Self::OrderUncredited => "order-uncredited",
            Self::OrderUnpaid => "order-unpaid",
            Self::OrderLost => "order-lost",
            Self::OrderAmount => "order-amount",
            Self::OrderTwice => "order-twice",
            Self::OrderStuck => "order-stuck",
            Self::OrderUnfounded => "order-unfounded",
            Self::WalletChain => "wallet-chain",
            Self::BooksUnbalanced => "books-unbalanced",
            Self::ViewWallet => "view-wallet",
            Self::ViewMovement => "view-movement",
            Self::ViewClaim => "view-claim",
            Self::ViewPacket => "view-packet",
            Self::ViewTransfer => "view-transfer",
            Self::ViewOrder => "view-order",
            Self::ViewDispute => "view-dispute",
            Self::ViewBooks => "view-books",
        }
    }
}

/// Where a fact stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Place {
    pub shard: ShardId,
    pub position: Position,
}

/// One difference with its evidence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Difference {
    pub kind: DifferenceKind,
    /// What it is about: a packet, a transfer, an order, a user, or 0 for a shard's books.
    pub subject: u64,
    /// Whose wallet it concerns, if one.
    pub user: Option<UserId>,
    /// Where the fact stands that shows it, or up to where was looked.
    pub place: Place,
    /// The fact on the other side, if there is one.
    pub other: Option<Place>,
    /// When the fact at `place` happened.
    pub at: Millis,
    /// What should be, in fen.
    pub expected: Fen,
    /// What is, in fen.
    pub found: Fen,
    /// The evidence in one sentence.
    pub words: String,
}

impl Difference {
    /// The same for the same difference however often it is found, by whichever run.
    #[must_use]
    pub fn key(&self) -> String {
        let user = self.user.map_or(0, |user| user.0);
        match self.kind {
            // One fact each.
            DifferenceKind::CreditTwice
            | DifferenceKind::CreditUnfounded
            | DifferenceKind::CreditAmount
            | DifferenceKind::DeliveryUnfounded
            | DifferenceKind::WatermarkAhead
            | DifferenceKind::PacketUnfounded
            | DifferenceKind::TransferUnfounded
            | DifferenceKind::WalletChain => {
                format!("{}/{}/{}", self.kind.word(), self.place.shard, self.place.position)
            }
            // A matter that lasts until it is settled, wherever one looked from.
            _ => format!("{}/{}/{}/{user}", self.kind.word(), self.place.shard, self.subject),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_word() {
        for kind in DifferenceKind::ALL {
            assert_eq!(serde_json_word(kind), kind.word());
        }
    }

    /// The word as serde writes it, which reports hold.
    fn serde_json_word(kind: DifferenceKind) -> String {
        let debug = format!("{kind:?}");
        let mut word = String::new();
        for (n, letter) in debug.chars().enumerate() {
            if letter.is_uppercase() && n > 0 {
                word.push('-');
            }
            word.extend(letter.to_lowercase());
        }
        word
    }
}
