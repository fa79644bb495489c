use std::{
    collections::HashMap,
    future::pending,
    time::{SystemTime, UNIX_EPOCH},
};

use laisee_wire::v1::server_frame;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Duration, Instant, sleep, sleep_until},
};

use super::{Options, Received, Socket, handle::Command};
use crate::{
    ClientError,
    device::{Client, Event, Lost},
};

/// Frames or commands taken at once before what they caused is sent, in one flush.
const BURST: usize = 256;

/// The task behind a `Connection`.
pub(super) struct Driver<F> {
    options: Options,
    client: Client,
    commands: mpsc::Receiver<Command>,
    observe: F,
    answers: HashMap<u32, oneshot::Sender<Result<server_frame::Body, Lost>>>,
    clock: Clock,
    closing: bool,
    hang_up: bool,
}

/// Unix milliseconds that never run backwards: the wall clock once, then the monotonic one.
struct Clock {
    started: Instant,
    started_ms: i64,
}

impl Clock {
    fn new() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), started_ms: since_epoch.as_millis() as i64 }
    }

    fn now_ms(&self) -> i64 {
        self.started_ms + self.started.elapsed().as_millis() as i64
    }

    fn instant(&self, at_ms: i64) -> Instant {
        self.started + Duration::from_millis((at_ms - self.started_ms).max(0) as u64)
    }
}

impl<F: FnMut(Event) + Send + 'static> Driver<F> {
    pub(super) fn new(options: Options, client: Client, commands: mpsc::Receiver<Command>, observe: F) -> Self {
        let (answers, clock) = (HashMap::new(), Clock::new());
        Self { options, client, commands, observe, answers, clock, closing: false, hang_up: false }
    }

    pub(super) async fn run(mut self) -> Client {
        while !self.closing {
            let Some(attempt) = self.client.next_attempt() else { break };
            let wait = Duration::from_millis(attempt.wait_ms.max(0) as u64);
            let Some(connected) = self.connect(wait, attempt.turn).await else { break };
            if let Ok(socket) = connected {
                self.client.connected(self.clock.now_ms());
                let code = self.session(socket).await;
                self.client.disconnected(self.clock.now_ms(), code);
                self.hang_up = false;
            }
            self.tell();
        }
        self.client.disconnected(self.clock.now_ms(), None);
        self.tell();
        for (_, answer) in self.answers.drain() {
            let _ = answer.send(Err(Lost::Disconnected));
        }
        self.client
    }

    /// Waits, then connects; meanwhile commands are taken. `None`: closed in between.
    async fn connect(&mut self, wait: Duration, turn: usize) -> Option<Result<Socket, ClientError>> {
        let options = self.options.clone();
        let connecting = async {
            sleep(wait).await;
            Socket::connect(&options, turn).await
        };
        tokio::pin!(connecting);
        loop {
            let due = self.client.next_tick().map(|at_ms| self.clock.instant(at_ms));
            tokio::select! {
                connected = &mut connecting => return Some(connected),
                command = self.commands.recv() => self.obey(command),
                () = until(due) => self.client.tick(self.clock.now_ms()),
            }
            self.tell();
            if self.closing {
                return None;
            }
        }
    }

    /// Drives one connection to its end; the close code, if one came.
    async fn session(&mut self, mut socket: Socket) -> Option<u16> {
        loop {
            if self.send(&mut socket).await.is_err() {
                return None;
            }
            self.tell();
            if self.closing || self.hang_up {
                socket.close().await;
                return None;
            }
            let due = self.client.next_tick().map(|at_ms| self.clock.instant(at_ms));
            let received = tokio::select! {
                received = socket.receive() => Some(received),
                command = self.commands.recv() => {
                    self.obey(command);
                    None
                }
                () = until(due) => {
                    self.client.tick(self.clock.now_ms());
                    None
                }
            };
            if let Some(Err(code)) = received.map(|first| self.take_burst(&mut socket, first)) {
                return code;
            }
            for _ in 0..BURST {
                match self.commands.try_recv() {
                    Ok(command) => self.obey(Some(command)),
                    Err(_) => break,
                }
            }
        }
    }

    /// Takes what has come in already. Errors: closed, with the code.
    fn take_burst(&mut self, socket: &mut Socket, first: Received) -> Result<(), Option<u16>> {
        let mut next = Some(first);
        for _ in 0..BURST {
            match next {
                Some(Received::Frame(frame)) => self.client.received(self.clock.now_ms(), frame),
                Some(Received::Closed(code)) => return Err(code),
                None => return Ok(()),
            }
            next = socket.try_receive();
        }
        match next {
            Some(Received::Frame(frame)) => self.client.received(self.clock.now_ms(), frame),
            Some(Received::Closed(code)) => return Err(code),
            None => {}
        }
        Ok(())
    }

    async fn send(&mut self, socket: &mut Socket) -> Result<(), ClientError> {
        let mut fed = false;
        while let Some(frame) = self.client.poll_frame() {
            socket.feed(&frame).await?;
            fed = true;
        }
        if fed { socket.flush().await } else { Ok(()) }
    }

    fn obey(&mut self, command: Option<Command>) {
        let now_ms = self.clock.now_ms();
        match command {
            None | Some(Command::Close) => self.closing = true,
            Some(Command::Request { body, answer }) => {
                let timeout_ms = self.options.request_timeout.as_millis() as i64;
                let request = self.client.request(now_ms, *body, timeout_ms);
                self.answers.insert(request, answer);
            }
            Some(Command::Send { conversation, client_msg_id, content }) => {
                self.client.send_message(now_ms, conversation, client_msg_id, *content);
            }
            Some(Command::Retry { client_msg_id }) => {
                self.client.retry(now_ms, &client_msg_id);
            }
            Some(Command::MarkRead { conversation, through }) => {
                self.client.mark_read(now_ms, conversation, through);
            }
        }
    }

    fn tell(&mut self) {
        while let Some(event) = self.client.poll_event() {
            match event {
                Event::Answered { request, body } => self.answer(request, Ok(body)),
                Event::Unanswered { request, lost } => self.answer(request, Err(lost)),
                Event::HangUp => self.hang_up = true,
                event => {
                    self.closing |= event == Event::SignedOut;
                    (self.observe)(event);
                }
            }
        }
    }

    fn answer(&mut self, request: u32, result: Result<server_frame::Body, Lost>) {
        if let Some(answer) = self.answers.remove(&request) {
            let _ = answer.send(result);
        }
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => pending().await,
    }
}
