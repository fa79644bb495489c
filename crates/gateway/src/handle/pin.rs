use laisee_bus::{Bus, Failure};
use laisee_core::{
    command::{BeginTry, Command, PassTry, Reply, SetPin, Withdraw},
    fen::Fen,
    guard::{Guard, PinPass, TryOf, limits::LimitKind, set_pin::PinAuthority},
    ids::{Millis, UserId},
    query::{Answer, Query},
    refusal::Refusal,
};
use laisee_wire::v1;

use super::{Desk, Identity, unfitting};
use crate::convert::{self, ErrorCode, ServerBody, client_id, error, failure, refused};

const PIN_DIGITS: usize = 6;

struct Secrets {
    password_hash: Option<String>,
    pin_hash: Option<String>,
    /// Whether something was done under the client id that was asked about.
    done: bool,
}

impl<B: Bus> Desk<B> {
    /// Rule W5: sets, changes or resets the PIN.
    pub(super) async fn set_pin(&self, who: Identity, request: v1::SetPin) -> Result<ServerBody, v1::Error> {
        let invalid = || error(ErrorCode::PinInvalid, "a PIN has six digits, not all the same and not in a row", 0);
        if !is_pin(&request.pin) || is_easy(&request.pin) {
            return Err(invalid());
        }
        let user = who.user;
        let by = match (request.current_pin.is_empty(), request.password.is_empty()) {
            (true, false) => PinAuthority::Password(self.try_secret(user, TryOf::Password, request.password).await?),
            (false, true) => PinAuthority::Pin(PinPass(self.try_secret(user, TryOf::Pin, request.current_pin).await?)),
            _ => return Err(convert::bad_request("give the PIN before or the password, one of the two")),
        };
        let hash = self.passwords.hash(request.pin).await.ok_or_else(too_many)?;
        let set = SetPin { user, hash, by };
        self.bus.call(Command::SetPin(set), Some(who.session)).await.map_err(failure)?;
        self.pin(user).await
    }

    pub(super) async fn pin(&self, user: UserId) -> Result<ServerBody, v1::Error> {
        let (_, guard) = self.purse(user).await?;
        Ok(ServerBody::Pin(convert::pin(&guard, &self.settings.now(), Millis((self.clock)()))))
    }

    /// A packet sent with a PIN.
    pub(super) async fn send_packet(
        &self,
        who: Identity,
        mut request: v1::SendPacket,
    ) -> Result<ServerBody, v1::Error> {
        let pin = std::mem::take(&mut request.pin);
        let mut command = convert::send_packet(who.user, &request)?;
        command.pass = self.pass(who.user, &request.id, pin).await?;
        self.carry_out(who, Command::SendPacket(command)).await
    }

    /// A transfer sent with a PIN.
    pub(super) async fn send_transfer(
        &self,
        who: Identity,
        mut request: v1::SendTransfer,
    ) -> Result<ServerBody, v1::Error> {
        let pin = std::mem::take(&mut request.pin);
        let mut command = convert::send_transfer(who.user, &mut request)?;
        command.pass = self.pass(who.user, &request.id, pin).await?;
        self.carry_out(who, Command::SendTransfer(command)).await
    }

    /// Rule W8.
    pub(super) async fn withdraw(&self, who: Identity, request: v1::Withdraw) -> Result<ServerBody, v1::Error> {
        let id = client_id(&request.id)?;
        let pass = self.pass(who.user, &request.id, request.pin).await?;
        let (user, amount, destination) = (who.user, Fen(request.amount), request.destination);
        self.carry_out(who, Command::Withdraw(Withdraw { user, id, amount, destination, pass })).await
    }

    /// Sends a command that is all of a request.
    pub(super) async fn carry_out(&self, who: Identity, command: Command) -> Result<ServerBody, v1::Error> {
        let limit = limit_of(&command);
        match self.bus.call(command, Some(who.session)).await {
            Ok(reply) => convert::reply(&reply).ok_or_else(unfitting),
            Err(Failure::Refused(refusal)) => Err(self.explained(who.user, limit, refusal).await),
            Err(failed) => Err(failure(failed)),
        }
    }

    /// A refusal with the figures that its code speaks of.
    pub async fn explained(&self, user: UserId, limit: Option<LimitKind>, refusal: Refusal) -> v1::Error {
        if refusal == Refusal::RiskSuspended {
            return self.suspended(user).await;
        }
        let error = refused(refusal);
        if !refusal.has_figures() {
            return error;
        }
        // Without the figures the code still says what is the matter.
        let Ok((_, guard)) = self.purse(user).await else { return error };
        let (settings, now) = (&self.settings.now(), Millis((self.clock)()));
        match (refusal, limit) {
            // No command looks at tries of the password but the one that begins them.
            (Refusal::PinLocked, _) => v1::Error { until_ms: guard.pin.locked_until.0, ..error },
            (Refusal::LimitPerTransaction, Some(kind)) => {
                v1::Error { left_fen: settings.limit(guard.level, kind).each.0, ..error }
            }
            (Refusal::LimitPerDay, Some(kind)) => {
                v1::Error { left_fen: guard.left_today(settings, kind, now).0, ..error }
            }
            _ => error,
        }
    }

    /// No more tries of one secret for now; says until when.
    async fn tries_locked(&self, user: UserId, of: TryOf) -> v1::Error {
        let error = refused(Refusal::PinLocked);
        // Without the time the code still says what is the matter.
        let Ok((_, guard)) = self.purse(user).await else { return error };
        v1::Error { until_ms: guard.tries(of).locked_until.0, ..error }
    }

    /// Looks at a PIN; none is no pass, and whoever needs one says so.
    pub(super) async fn pin_pass(&self, user: UserId, pin: String) -> Result<Option<PinPass>, v1::Error> {
        if pin.is_empty() {
            return Ok(None);
        }
        self.try_secret(user, TryOf::Pin, pin).await.map(|number| Some(PinPass(number)))
    }

    /// Looks at a PIN that came with a money command. What was done before under its id needs none, so that asking
    /// again after a lost answer costs no try.
    async fn pass(&self, user: UserId, id: &str, pin: String) -> Result<Option<PinPass>, v1::Error> {
        if pin.is_empty() || self.secrets(user, Some(client_id(id)?)).await?.done {
            return Ok(None);
        }
        self.pin_pass(user, pin).await
    }

    /// Tries a PIN or password: counted first, then looked at. Gives the number of a try that was right.
    async fn try_secret(&self, user: UserId, of: TryOf, secret: String) -> Result<u32, v1::Error> {
        let too_long = secret.chars().count() > super::sign_in::PASSWORD_CHARS_MAX;
        if too_long || (of == TryOf::Pin && !is_pin(&secret)) {
            // It is no guess at anything, and not worth the work of hashing.
            return Err(error(ErrorCode::PinInvalid, "a PIN has six digits", 0));
        }
        // Before it is counted: a try that nobody has time to look at would be lost.
        let place = self.passwords.reserve().ok_or_else(too_many)?;
        let (number, left, locked_until) = match self.bus.call(Command::BeginTry(BeginTry { user, of }), None).await {
            Ok(Reply::TryBegun { number, left, locked_until }) => (number, left, locked_until),
            Ok(_) => return Err(unfitting()),
            Err(Failure::Refused(Refusal::PinLocked)) => return Err(self.tries_locked(user, of).await),
            Err(Failure::Refused(refusal)) => return Err(self.explained(user, None, refusal).await),
            Err(failed) => return Err(failure(failed)),
        };
        // Only now: a secret that is replaced after this makes the try's number worth nothing, one replaced before is not
        // compared any more.
        let Secrets { password_hash, pin_hash, .. } = self.secrets(user, None).await?;
        let hash = match of {
            TryOf::Pin => pin_hash,
            TryOf::Password => password_hash,
        };
        if self.passwords.verify_at(place, secret, hash).await.ok_or_else(too_many)? {
            self.bus.call(Command::PassTry(PassTry { user, of, number }), None).await.map_err(failure)?;
            return Ok(number);
        }
        if left == 0 {
            return Err(v1::Error { until_ms: locked_until.0, ..refused(Refusal::PinLocked) });
        }
        let (code, message) = match of {
            TryOf::Pin => (ErrorCode::PinWrong, "the PIN is wrong"),
            TryOf::Password => (ErrorCode::PasswordWrong, "the password is wrong"),
        };
        Err(v1::Error { tries_left: left, ..error(code, message, 0) })
    }

    /// Hashes of password and PIN, and whether something was done under a client id.
    async fn secrets(&self, user: UserId, once: Option<laisee_core::ids::ClientId>) -> Result<Secrets, v1::Error> {
        match self.ask(user.shard(), Query::Secrets { user, once }).await? {
            Answer::Secrets { password_hash, pin_hash, done } => Ok(Secrets { password_hash, pin_hash, done }),
            _ => Err(unfitting()),
        }
    }

    /// Balance and guard.
    pub(super) async fn purse(&self, user: UserId) -> Result<(Fen, Guard), v1::Error> {
        match self.ask(user.shard(), Query::Wallet { user }).await? {
            Answer::Wallet { balance, guard } => Ok((balance, guard)),
            _ => Err(unfitting()),
        }
    }
}

/// Which limit a command counts against.
#[must_use]
pub fn limit_of(command: &Command) -> Option<LimitKind> {
    match command {
        Command::SendPacket(_) | Command::SendTransfer(_) => Some(LimitKind::Send),
        Command::TopUp(_) => Some(LimitKind::TopUp),
        Command::Withdraw(_) => Some(LimitKind::Withdraw),
        _ => None,
    }
}

fn too_many() -> v1::Error {
    error(ErrorCode::Busy, "too many PINs and passwords are looked at in this moment", 1_000)
}

fn is_pin(text: &str) -> bool {
    text.len() == PIN_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// One of those that a thief tries first.
fn is_easy(pin: &str) -> bool {
    let digits = pin.as_bytes();
    let steps = |step: i16| digits.windows(2).all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step);
    steps(0) || steps(1) || steps(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_has_six_digits_that_are_not_the_first_ones_tried() {
        for pin in ["135790", "112233", "123450", "987650"] {
            assert!(is_pin(pin) && !is_easy(pin), "{pin}");
        }
        for pin in ["111111", "123456", "654321", "000000", "456789"] {
            assert!(is_pin(pin) && is_easy(pin), "{pin}");
        }
        for pin in ["", "12345", "1234567", "12345a", "１２３４５６", "12 456"] {
            assert!(!is_pin(pin), "{pin}");
        }
    }
}
