//! The one place where the protocol's messages and the core's types meet.

mod account;
mod command;
mod content;
mod conversation;
mod error;
mod ids;
mod kind;
mod notice;
mod orders;
mod packet;
mod reply;
mod risk;
mod transfer;
mod wallet;

pub use account::{friend, relation, user};
pub use command::{command, send_packet};
pub use content::{content, message};
pub use conversation::conversation;
pub use error::{bad_request, error, failure, refused};
pub use ids::client_id;
pub use kind::RequestKind;
pub use notice::{Notice, notice};
pub use orders::{order_for_operator, order_kind, order_state, provider_word};
pub use packet::{hex, packet};
pub use reply::reply;
pub use risk::{code_of, hit, reason_of, risk, rule, rule_of, suspension, user_suspension};
pub use transfer::{return_transfer, send_transfer, transfer};
pub use wallet::{level, movement, order, pin, statement_filter, wallet, yuan};

/// The bodies of frames, under short names.
pub use laisee_wire::v1::{ErrorCode, client_frame::Body as ClientBody, server_frame::Body as ServerBody};
