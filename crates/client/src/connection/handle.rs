use laisee_wire::v1::{Content, client_frame, server_frame};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::{Options, driver};
use crate::{
    ClientError, Request,
    device::{Client, Event, Lost},
    request::unpack,
};

/// Commands that wait for the connection's task.
const COMMANDS_MAX: usize = 256;

pub(super) enum Command {
    Request { body: Box<client_frame::Body>, answer: oneshot::Sender<Result<server_frame::Body, Lost>> },
    Send { conversation: u64, client_msg_id: String, content: Box<Content> },
    Retry { client_msg_id: String },
    MarkRead { conversation: u64, through: u32 },
    Close,
}

/// A device that stays connected. Cloning gives another handle; when the last is dropped the connection closes.
#[derive(Clone, Debug)]
pub struct Connection {
    commands: mpsc::Sender<Command>,
}

impl Connection {
    /// Starts a task on the current tokio runtime that keeps `client` connected until it is closed or signed out, and
    /// gives the device back at its end.
    ///
    /// `observe` is called on that task for every event but answers; it must not block.
    pub fn open(
        options: Options,
        client: Client,
        observe: impl FnMut(Event) + Send + 'static,
    ) -> (Self, JoinHandle<Client>) {
        let (commands, inbox) = mpsc::channel(COMMANDS_MAX);
        let task = tokio::spawn(driver::Driver::new(options, client, inbox, observe).run());
        (Self { commands }, task)
    }

    /// Any request and the body of its answer. Waits for a connection when there is none.
    /// Errors: `Refused` with the server's code; `Lost` when it is unknown whether it was done.
    pub async fn request(&self, body: client_frame::Body) -> Result<server_frame::Body, ClientError> {
        let (answer, answered) = oneshot::channel();
        self.command(Command::Request { body: Box::new(body), answer }).await?;
        match answered.await {
            Ok(Ok(server_frame::Body::Error(error))) => Err(error.into()),
            Ok(Ok(body)) => Ok(body),
            Ok(Err(lost)) => Err(ClientError::Lost(lost)),
            Err(_) => Err(ClientError::Lost(Lost::Disconnected)),
        }
    }

    /// A request and its own kind of answer. Errors: as `request`, and `Unexpected`.
    pub async fn call<R: Request>(&self, request: R) -> Result<R::Answer, ClientError> {
        unpack::<R>(self.request(request.into_body()).await?)
    }

    /// Queues a message; it is sent until the server has it (`Event::Sent`) or it fails (`Event::SendFailed`).
    pub async fn send_message(
        &self,
        conversation: u64,
        client_msg_id: String,
        content: Content,
    ) -> Result<(), ClientError> {
        self.command(Command::Send { conversation, client_msg_id, content: Box::new(content) }).await
    }

    /// Sends a failed message again.
    pub async fn retry(&self, client_msg_id: String) -> Result<(), ClientError> {
        self.command(Command::Retry { client_msg_id }).await
    }

    /// Moves my read mark.
    pub async fn mark_read(&self, conversation: u64, through: u32) -> Result<(), ClientError> {
        self.command(Command::MarkRead { conversation, through }).await
    }

    /// Closes the connection; its task then ends.
    pub async fn close(&self) {
        let _ = self.command(Command::Close).await;
    }

    async fn command(&self, command: Command) -> Result<(), ClientError> {
        self.commands.send(command).await.map_err(|_| ClientError::Lost(Lost::SignedOut))
    }
}
