//! Uploading and downloading: the bytes themselves as bodies.

use std::{future::poll_fn, hash::Hash, io, pin::Pin, time::Duration};

use axum::{
    body::{Body, HttpBody},
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use bytes::Bytes;
use laisee_bus::Failure;
use laisee_core::{
    command::{Command, RecordFile, Reply},
    file::{File, record::check_name},
    ids::{FileId, TransferId, UserId},
    operator::Permission,
    refusal::Refusal,
};
use laisee_wire::v1;
use tokio::{
    task::{spawn_blocking, spawn_local},
    time::timeout,
};

use super::{
    Door,
    parameters::Parameters,
    rest::{Pairs, bearer, respond, too_fast},
};
use crate::{
    convert::{self, ErrorCode, error, failure, refused},
    files::Incoming,
    handle::unfitting,
    places::Place,
};

/// How long an upload may take in all, and how long it may stand still.
const UPLOAD_WITHIN: Duration = Duration::from_secs(300);
const STANDS_STILL: Duration = Duration::from_secs(15);

/// `POST /v1/files?name=`.
pub(super) async fn upload(State(door): State<Door>, Query(query): Query<Pairs>, request: Request) -> Response<Body> {
    let taken = async {
        let who = door.desk.identify(bearer(request.headers())?).await?;
        door.requests.take(who.user, (door.desk.clock)()).map_err(too_fast)?;
        let name = query.into_iter().find(|(field, _)| field == "name").map_or_else(String::new, |(_, name)| name);
        check_name(&name).map_err(refused)?;
        let _place = door.inside.files.uploads.take(who.user).ok_or_else(busy)?;
        let incoming = timeout(UPLOAD_WITHIN, receive(&door, request.into_body())).await;
        let incoming = incoming.map_err(|_| failure(Failure::Deadline))??;
        // It goes on when the client hangs up: what it decides about the bytes it has to carry out before anybody else
        // brings the same.
        let (door, user) = (door.clone(), who.user);
        let settled = spawn_local(async move { settle(&door, user, name, incoming).await });
        settled.await.unwrap_or_else(|_| Err(unfitting()))
    };
    respond(&door, taken.await.map(|file| serde_json::to_value(file).unwrap_or_default()))
}

/// Takes the bytes in, as far as they are allowed to be.
async fn receive(door: &Door, mut body: Body) -> Result<Incoming, v1::Error> {
    let max = door.desk.settings.now().file_bytes_max;
    let files = door.inside.files.clone();
    let mut incoming = blocking(move || files.begin()).await?;
    loop {
        let frame = timeout(STANDS_STILL, poll_fn(|context| Pin::new(&mut body).poll_frame(context))).await;
        let frame = match frame.map_err(|_| failure(Failure::Deadline))? {
            None => return Ok(incoming),
            Some(frame) => frame.map_err(|_| error(ErrorCode::Malformed, "the body broke off", 0))?,
        };
        let Ok(bytes) = frame.into_data() else { continue };
        if incoming.bytes() + bytes.len() as u64 > max {
            return Err(refused(Refusal::FileTooLarge));
        }
        incoming = blocking(move || incoming.write(&bytes).map(|()| incoming)).await?;
    }
}

/// Makes the bytes durable, and then somebody's.
async fn settle(door: &Door, user: UserId, name: String, incoming: Incoming) -> Result<v1::UploadedFile, v1::Error> {
    let file_type = incoming.file_type().ok_or_else(|| refused(Refusal::FileTypeInvalid))?;
    let (bytes, sha256) = (incoming.bytes(), incoming.sha256());
    let files = door.inside.files.clone();
    let _settling = files.settling.lock().await;
    let keeper = files.clone();
    let fresh = blocking(move || keeper.keep(&incoming)).await?;
    let record = RecordFile { user, name: name.clone(), file_type, bytes, sha256 };
    match door.desk.record_file(record).await {
        Ok(file) => Ok(v1::UploadedFile {
            id: file.0,
            name,
            content_type: file_type.content_type().to_owned(),
            bytes,
            sha256: convert::hex(&sha256),
        }),
        Err(Failure::Refused(refusal)) => {
            // Only a refusal says that they are nobody's; after any other failure they may have become somebody's.
            if fresh {
                let files = files.clone();
                blocking(move || files.remove(&sha256)).await?;
            }
            Err(refused(refusal))
        }
        Err(other) => Err(failure(other)),
    }
}

/// `GET /v1/files/{file}`.
pub(super) async fn download(State(door): State<Door>, parameters: Parameters, headers: HeaderMap) -> Response<Body> {
    let found = async {
        let who = door.desk.identify(bearer(&headers)?).await?;
        door.requests.take(who.user, (door.desk.clock)()).map_err(too_fast)?;
        let file = door.desk.file(FileId(parameters.id("file")?)).await?;
        if file.owner != who.user {
            return Err(refused(Refusal::NoSuchFile));
        }
        let place = door.inside.files.downloads.take(who.user).ok_or_else(busy)?;
        bytes_of(&door, file, place).await
    };
    give(&door, found.await)
}

/// `GET /v1/admin/disputes/{transfer}/files/{file}`.
pub(super) async fn evidence(State(door): State<Door>, parameters: Parameters, headers: HeaderMap) -> Response<Body> {
    let found = async {
        let token = bearer(&headers);
        let token = token.map_err(|missing| error(ErrorCode::OperatorUnauthenticated, &missing.message, 0))?;
        let who = door.desk.identify_operator(token).await?;
        door.operator_requests.take(who.operator, (door.desk.clock)()).map_err(too_fast)?;
        who.must_be_allowed(Permission::SeeDisputes)?;
        let (transfer, file) = (TransferId(parameters.id("transfer")?), FileId(parameters.id("file")?));
        let dispute = door.desk.dispute_of(transfer).await?;
        if !dispute.recall.is_some_and(|recall| recall.evidence.contains(&file)) {
            return Err(refused(Refusal::NoSuchFile));
        }
        let found = door.desk.file(file).await?;
        let place = door.inside.files.evidence.take(who.operator).ok_or_else(busy)?;
        bytes_of(&door, found, place).await
    };
    give(&door, found.await)
}

/// The bytes of a file, which keep their place until the last of them has gone out.
async fn bytes_of(
    door: &Door,
    file: File,
    place: Place<impl Eq + Hash + Send + 'static>,
) -> Result<(File, Bytes), v1::Error> {
    let (files, sha256) = (door.inside.files.clone(), file.sha256);
    let bytes = blocking(move || files.read(&sha256)).await?;
    Ok((file, Bytes::from_owner(Placed { bytes, _place: place })))
}

struct Placed<K: Eq + Hash> {
    bytes: Vec<u8>,
    _place: Place<K>,
}

impl<K: Eq + Hash> AsRef<[u8]> for Placed<K> {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

fn give(door: &Door, found: Result<(File, Bytes), v1::Error>) -> Response<Body> {
    let (file, bytes) = match found {
        Ok(found) => found,
        Err(refused) => return respond(door, Err(refused)),
    };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = StatusCode::OK;
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.file_type.content_type()));
    // Never cached by anybody between, and never run as a page of this server's.
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let named = format!("attachment; filename*=UTF-8''{}", percent_encoded(&file.name));
    if let Ok(named) = HeaderValue::from_str(&named) {
        fields.insert(header::CONTENT_DISPOSITION, named);
    }
    response
}

/// As RFC 8187 has it.
fn percent_encoded(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02x}");
        }
        text
    })
}

fn busy() -> v1::Error {
    error(ErrorCode::Busy, "too many files are on their way", 1_000)
}

/// Does what waits for the disk away from the connections.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, v1::Error> {
    match spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(problem)) => {
            tracing::error!(%problem, "a file could not be read or written");
            Err(error(ErrorCode::Unavailable, "the files cannot be reached; try again", 1_000))
        }
        Err(_) => Err(unfitting()),
    }
}

impl crate::handle::Desk<laisee_bus::LocalBus> {
    async fn record_file(&self, record: RecordFile) -> Result<FileId, Failure> {
        use laisee_bus::Bus;
        match self.bus.call(Command::RecordFile(record), None).await? {
            Reply::FileRecorded { file } => Ok(file),
            _ => Err(Failure::Deadline),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_travel_in_a_header_whatever_they_are() {
        assert_eq!(percent_encoded("a b\".png"), "a%20b%22.png");
        assert_eq!(percent_encoded("证.pdf"), "%e8%af%81.pdf");
    }
}
