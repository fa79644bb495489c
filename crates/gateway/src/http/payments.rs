//! Where the payment provider's own calls come in.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{Response, StatusCode},
};
use laisee_payments::{
    door::Turned,
    signature::{SIGNATURE, TIMESTAMP, Unbelieved},
};
use laisee_wire::v1;

use super::{Door, assets::plain, rest::refuse};
use crate::convert::{ErrorCode, bad_request, error, failure};

/// `POST /v1/payments/webhook`.
pub(super) async fn webhook(State(door): State<Door>, request: Request) -> Response<Body> {
    match take(&door, request).await {
        Ok(()) => plain(StatusCode::OK, "taken"),
        Err(refused) => {
            door.figures.refused(refused.code());
            refuse(&refused)
        }
    }
}

async fn take(door: &Door, request: Request) -> Result<(), v1::Error> {
    let Some(payments) = &door.inside.payments else {
        return Err(error(ErrorCode::NotFound, "there is no provider that may call", 0));
    };
    let (head, body) = request.into_parts();
    let max = door.desk.config.frame_max_bytes as usize;
    let body = to_bytes(body, max).await;
    let body = body.map_err(|_| error(ErrorCode::TooLarge, "the body is larger than allowed, or broke off", 0))?;
    let field = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let now_s = (door.desk.clock)() / 1_000;
    let taken = payments.take(&*door.desk.bus, field(TIMESTAMP), field(SIGNATURE), &body, now_s).await;
    taken.map_err(|turned| match turned {
        Turned::Unbelieved(Unbelieved::Signature) => error(ErrorCode::SignatureInvalid, &turned.to_string(), 0),
        Turned::Unbelieved(Unbelieved::Timestamp) => error(ErrorCode::TimestampTooOld, &turned.to_string(), 0),
        Turned::Replayed => error(ErrorCode::Replayed, &turned.to_string(), 0),
        Turned::Malformed(_) => bad_request(&turned.to_string()),
        Turned::Failed(failed) => failure(failed),
    })
}
