//! The state machine of one connection: who may say what, when, and how often. Pure: frames and times come in, what to
//! do comes out.

use laisee_wire::v1::{self, ClientFrame, Hello};

use super::Encoding;
use crate::{
    GatewayConfig,
    convert::{ClientBody, ErrorCode, error},
    handle::{HeadsTold, Identity},
    rate::{Bucket, Rate},
};

/// Why the server closes a connection (C7).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum CloseCode {
    Malformed = 4400,
    Unauthenticated = 4401,
    SignedOut = 4403,
    Silent = 4408,
    TooSlow = 4409,
    TooLarge = 4413,
    TooFast = 4429,
    GoingAway = 4503,
}

/// What a frame asks the connection to do.
#[derive(PartialEq, Debug)]
pub enum Step {
    /// Find out whom the token belongs to, then call [`Session::welcomed`].
    Identify { request: u32, hello: Hello },
    /// Carry this out for the identity and answer under the number.
    Carry { request: u32, who: Identity, body: ClientBody },
    /// Send the heads that changed since they were told.
    Heartbeat { request: u32, who: Identity, told: HeadsTold },
    /// Tell the client, and go on.
    Refuse { request: u32, error: v1::Error },
    /// Tell the client, and close.
    Close { request: u32, error: v1::Error, code: CloseCode },
}

/// How often in a row a client may be told that it is too fast before it is cut off.
const TOO_FAST_MAX: u32 = 1_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Nothing was said yet.
    New,
    /// Said Hello; its token is being looked up.
    Identifying,
    Active(Identity),
}

/// One connection's protocol state.
#[derive(Debug)]
pub struct Session {
    pub encoding: Encoding,
    state: State,
    began_ms: i64,
    heard_ms: i64,
    /// Up to where the client was told of heads.
    told: HeadsTold,
    bucket: Bucket,
    rate: Rate,
    too_fast: u32,
}

impl Session {
    #[must_use]
    pub fn new(encoding: Encoding, config: &GatewayConfig, now_ms: i64) -> Self {
        let rate = Rate::per_second(config.requests_per_s, config.requests_burst);
        Self {
            encoding,
            state: State::New,
            began_ms: now_ms,
            heard_ms: now_ms,
            told: HeadsTold::default(),
            bucket: Bucket::full(rate, now_ms),
            rate,
            too_fast: 0,
        }
    }

    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        match self.state {
            State::Active(who) => Some(who),
            State::New | State::Identifying => None,
        }
    }

    /// Takes the bytes of one message in.
    pub fn take(&mut self, bytes: &[u8], now_ms: i64) -> Step {
        match self.encoding.decode(bytes) {
            Some(frame) => self.take_frame(frame, now_ms),
            None => Step::Close {
                request: 0,
                error: error(ErrorCode::Malformed, "this is not a frame of the protocol", 0),
                code: CloseCode::Malformed,
            },
        }
    }

    fn take_frame(&mut self, frame: ClientFrame, now_ms: i64) -> Step {
        self.heard_ms = now_ms;
        let request = frame.request;
        if request == 0 {
            let error = error(ErrorCode::Malformed, "a request has a number other than 0", 0);
            return Step::Close { request, error, code: CloseCode::Malformed };
        }
        match (self.state, frame.body) {
            (State::New, Some(ClientBody::Hello(hello))) => {
                self.state = State::Identifying;
                Step::Identify { request, hello }
            }
            (State::New | State::Identifying, _) => {
                let error = error(ErrorCode::OutOfOrder, "the first frame is Hello, and its answer is waited for", 0);
                Step::Close { request, error, code: CloseCode::Unauthenticated }
            }
            (State::Active(_), None) => {
                let error = error(ErrorCode::Unsupported, "this server does not know the request", 0);
                Step::Refuse { request, error }
            }
            (State::Active(who), Some(body)) => self.take_request(request, who, body, now_ms),
        }
    }

    fn take_request(&mut self, request: u32, who: Identity, body: ClientBody, now_ms: i64) -> Step {
        if let Err(wait_ms) = self.bucket.take(self.rate, now_ms) {
            self.too_fast += 1;
            let error = error(ErrorCode::RateLimited, "too many requests on this connection", wait_ms);
            if self.too_fast > TOO_FAST_MAX {
                return Step::Close { request, error, code: CloseCode::TooFast };
            }
            return Step::Refuse { request, error };
        }
        self.too_fast = 0;
        match body {
            ClientBody::Heartbeat(_) => Step::Heartbeat { request, who, told: self.told.clone() },
            body => Step::Carry { request, who, body },
        }
    }

    /// The token was good.
    pub fn welcomed(&mut self, who: Identity) {
        self.state = State::Active(who);
    }

    /// The client was told of all heads up to there.
    pub fn told_heads(&mut self, told: HeadsTold) {
        self.told = told;
    }

    /// Whether the connection has been silent for too long (C1, C4).
    #[must_use]
    pub fn overdue(&self, config: &GatewayConfig, now_ms: i64) -> bool {
        match self.state {
            State::Active(_) => now_ms - self.heard_ms > 3 * i64::from(config.heartbeat_ms),
            State::New | State::Identifying => now_ms - self.began_ms > i64::from(config.hello_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use laisee_core::ids::{SessionId, UserId};
    use laisee_wire::v1::{GetWallet, Heartbeat};
    use proptest::prelude::*;
    use prost::Message as _;

    use super::*;

    const WHO: Identity = Identity { user: UserId(1), session: SessionId(2) };

    fn session() -> Session {
        Session::new(Encoding::Protobuf, &GatewayConfig::default(), 0)
    }

    fn frame(request: u32, body: ClientBody) -> Vec<u8> {
        ClientFrame { request, body: Some(body) }.encode_to_vec()
    }

    fn hello() -> ClientBody {
        ClientBody::Hello(Hello::default())
    }

    fn wallet() -> ClientBody {
        ClientBody::GetWallet(GetWallet {})
    }

    fn closed(step: &Step) -> Option<CloseCode> {
        match step {
            Step::Close { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Rule C1.
    #[test]
    fn hello_comes_first_and_once() {
        let mut active = session();
        assert_eq!(closed(&session().take(&frame(1, wallet()), 0)), Some(CloseCode::Unauthenticated));
        assert!(matches!(active.take(&frame(1, hello()), 0), Step::Identify { request: 1, .. }));
        active.welcomed(WHO);
        assert!(matches!(active.take(&frame(2, wallet()), 0), Step::Carry { request: 2, who: WHO, .. }));
    }

    /// Rule C1: nothing may be asked before the welcome.
    #[test]
    fn nothing_is_carried_out_before_the_welcome() {
        let mut session = session();
        session.take(&frame(1, hello()), 0);
        assert_eq!(closed(&session.take(&frame(2, wallet()), 0)), Some(CloseCode::Unauthenticated));
    }

    /// Rules C2 and T5.
    #[test]
    fn nonsense_is_answered_by_its_code() {
        let mut session = session();
        session.welcomed(WHO);
        assert_eq!(closed(&session.take(&[0xff, 0xff], 0)), Some(CloseCode::Malformed));
        assert_eq!(closed(&session.take(&frame(0, wallet()), 0)), Some(CloseCode::Malformed));
        let empty = ClientFrame { request: 5, body: None }.encode_to_vec();
        let Step::Refuse { request: 5, error } = session.take(&empty, 0) else { panic!("not refused") };
        assert_eq!(error.code(), ErrorCode::Unsupported);
    }

    #[test]
    fn too_many_requests_are_refused_then_allowed_again() {
        let config = GatewayConfig { requests_per_s: 10, requests_burst: 1, ..GatewayConfig::default() };
        let mut session = Session::new(Encoding::Protobuf, &config, 0);
        session.welcomed(WHO);
        assert!(matches!(session.take(&frame(1, wallet()), 0), Step::Carry { .. }));
        let Step::Refuse { error, .. } = session.take(&frame(2, wallet()), 0) else { panic!("not refused") };
        assert_eq!(error.code(), ErrorCode::RateLimited);
        assert!(error.retry_after_ms > 0);
        assert!(matches!(session.take(&frame(3, wallet()), i64::from(error.retry_after_ms)), Step::Carry { .. }));
    }

    /// Rule C4.
    #[test]
    fn a_heartbeat_asks_for_what_changed_since_one_was_answered() {
        let mut session = session();
        session.welcomed(WHO);
        let asked = |session: &mut Session, now_ms| match session
            .take(&frame(1, ClientBody::Heartbeat(Heartbeat {})), now_ms)
        {
            Step::Heartbeat { told, .. } => told,
            other => panic!("{other:?}"),
        };
        assert_eq!(asked(&mut session, 500), HeadsTold::default());
        // The shard did not answer, so the next one asks for the same.
        assert_eq!(asked(&mut session, 800), HeadsTold::default());
        let told = HeadsTold { conversations: 3, ..HeadsTold::default() };
        session.told_heads(told.clone());
        assert_eq!(asked(&mut session, 900), told);
        assert!(!session.overdue(&GatewayConfig::default(), 90_000));
        assert!(session.overdue(&GatewayConfig::default(), 91_000));
    }

    proptest! {
        /// Rule T5: whatever comes in, in either encoding, there is an answer and no panic.
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, text: String, json: bool) {
            let encoding = if json { Encoding::Json } else { Encoding::Protobuf };
            let mut session = Session::new(encoding, &GatewayConfig::default(), 0);
            session.welcomed(WHO);
            session.take(&bytes, 1);
            session.take(text.as_bytes(), 2);
        }
    }
}
