//! What was acknowledged, sent again: the same answer, or a conflict where the contents differ.

use laisee_client::{ClientError, Request, device::Jitter};
use laisee_wire::v1::{ErrorCode, OpenPacket, SendPacket, SendTransfer, Withdraw};
use tokio::time::Instant;

use crate::{
    insist::insist,
    player::{Player, lock},
};

impl Player {
    /// Repeats one of the last things that this user did.
    pub(crate) async fn repeat(&self, what: u64, due: Instant, dice: &mut Jitter) -> Result<(), ClientError> {
        let (message, packet, open, transfer, accepted, withdrawal) = {
            let state = lock(&self.seat.state);
            let nth = what as usize / 8 % state.opened.len().max(1);
            let (transfer, accepted) = (state.transfers.last.clone(), state.transfers.accepted);
            let (message, packet, open) = (&state.last_message, &state.last_packet, state.opened.get(nth));
            (message.clone(), packet.clone(), open.cloned(), transfer, accepted, state.last_withdrawal.clone())
        };
        let mut insist = Self::insist(dice);
        let failed = |error: &ClientError| self.failed(error);
        match what % 8 {
            0 => {
                let Some((request, seq)) = message else { return Ok(()) };
                let sent = insist!(insist, self.link.call(request.clone()), failed)?;
                if sent.seq != seq {
                    self.found("M2", format!("message {}: {seq}, then {}", request.client_msg_id, sent.seq));
                }
            }
            1 => {
                let Some((request, packet)) = packet else { return Ok(()) };
                let funded = insist!(insist, self.link.call(request.clone()), failed)?;
                if funded.packet != packet {
                    self.found("W2", format!("packet {}: {packet}, then {}", request.id, funded.packet));
                }
            }
            2 => {
                let Some((request, _)) = packet else { return Ok(()) };
                self.refused(SendPacket { greeting: "other".into(), ..request }, dice).await?;
            }
            3 => {
                let Some(opened) = open else { return Ok(()) };
                let packet = opened.packet;
                let again = insist!(insist, self.link.call(OpenPacket { packet }), failed)?;
                self.opened(again, false);
            }
            4 => {
                // Without the PIN, which a repetition needs not (rule W6).
                let Some((request, transfer, arrives_at_ms)) = transfer else { return Ok(()) };
                let again = insist!(insist, self.link.call(request.clone()), failed)?;
                if (again.transfer, again.arrives_at_ms) != (transfer, arrives_at_ms) {
                    self.found("W2", format!("transfer {}: {transfer}, then {}", request.id, again.transfer));
                }
            }
            5 => {
                let Some((request, ..)) = transfer else { return Ok(()) };
                self.refused(SendTransfer { amount: request.amount + 1, ..request }, dice).await?;
            }
            6 => {
                let Some(transfer) = accepted else { return Ok(()) };
                self.accept_again(transfer, dice).await?;
            }
            _ => {
                let Some((request, order)) = withdrawal else { return Ok(()) };
                let request = Withdraw { pin: String::new(), ..request };
                let again = insist!(insist, self.link.call(request.clone()), failed)?;
                if again.order != order {
                    self.found("W2", format!("withdrawal {}: {order}, then {}", request.id, again.order));
                }
                self.refused(Withdraw { amount: request.amount + 1, ..request }, dice).await?;
            }
        }
        self.done("repeat", due);
        Ok(())
    }

    /// Sends a request whose id was used with other contents.
    async fn refused<R: Request + Clone + std::fmt::Debug>(
        &self,
        request: R,
        dice: &mut Jitter,
    ) -> Result<(), ClientError> {
        let mut insist = Self::insist(dice);
        match insist!(insist, self.link.call(request.clone()), |error: &ClientError| self.failed(error)) {
            Err(error) if error.code() == Some(ErrorCode::IdReused) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => {
                self.found("W2", format!("the id of other contents was taken again: {request:?}"));
                Ok(())
            }
        }
    }
}
