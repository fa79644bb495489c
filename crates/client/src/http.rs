//! A small HTTP/1.1 client for the REST calls made before there is a token: one connection, kept alive.

use std::time::Duration;

use laisee_wire::v1::{Error, SignIn, SignUp, SignedIn};
use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    io::AsyncBufReadExt,
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

use crate::ClientError;

/// The largest answer that is read, in bytes.
const BODY_MAX: usize = 16 * 1024 * 1024;

/// One connection to a server's REST interface. Not for use by several tasks at once.
#[derive(Debug)]
pub struct Http {
    address: String,
    stream: Option<BufReader<TcpStream>>,
    within: Duration,
}

impl Http {
    /// Does not connect yet. Each call may take 30 s.
    pub fn new(address: impl Into<String>) -> Self {
        Self { address: address.into(), stream: None, within: Duration::from_secs(30) }
    }

    /// Makes an account and signs in. Errors: `Refused` with the server's code, `Transport`.
    pub async fn sign_up(&mut self, request: &SignUp) -> Result<SignedIn, ClientError> {
        self.call("POST", "/v1/sign-up", None, Some(request)).await
    }

    /// Signs in to an account. Errors: `Refused` with the server's code, `Transport`.
    pub async fn sign_in(&mut self, request: &SignIn) -> Result<SignedIn, ClientError> {
        self.call("POST", "/v1/sign-in", None, Some(request)).await
    }

    /// Any call with a JSON body or none. Errors: `Refused` for a status of 400 and above with an `Error` body,
    /// `Transport` for everything below HTTP, `Unexpected` for a body that is none of the two.
    pub async fn call<Q: Serialize, A: DeserializeOwned>(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Q>,
    ) -> Result<A, ClientError> {
        let json = match body {
            Some(body) => serde_json::to_vec(body).map_err(|e| ClientError::Unexpected(e.to_string()))?,
            None => Vec::new(),
        };
        let (status, answer) = self.exchange(method, path, token, &json).await?;
        let unexpected = |e| ClientError::Unexpected(format!("status {status}: {e}"));
        if status < 400 {
            return serde_json::from_slice(&answer).map_err(unexpected);
        }
        Err(ClientError::Refused(serde_json::from_slice::<Error>(&answer).map_err(unexpected)?))
    }

    /// One exchange; the status and the body. A kept connection that turns out dead is replaced once, before anything
    /// of an answer was read.
    pub async fn exchange(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &[u8],
    ) -> Result<(u16, Vec<u8>), ClientError> {
        let bearer = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let length = body.len();
        let address = &self.address;
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\n{bearer}content-type: application/json\r\n\
             content-length: {length}\r\n\r\n"
        )
        .into_bytes();
        request.extend_from_slice(body);
        let within = self.within;
        let late = |_| ClientError::Transport("no answer over HTTP in time".into());
        let kept = self.stream.is_some();
        let first = timeout(within, self.attempt(&request)).await.map_err(late)?;
        match first {
            Err(ClientError::Transport(_)) if kept => timeout(within, self.attempt(&request)).await.map_err(late)?,
            first => first,
        }
    }

    async fn attempt(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>), ClientError> {
        let failed = |e: std::io::Error| ClientError::Transport(e.to_string());
        // Taken out, so that a call that is cancelled or fails leaves no half-read connection behind.
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let tcp = TcpStream::connect(&self.address).await.map_err(failed)?;
                tcp.set_nodelay(true).map_err(failed)?;
                BufReader::with_capacity(4 * 1024, tcp)
            }
        };
        stream.get_mut().write_all(request).await.map_err(failed)?;
        let answer = read_answer(&mut stream).await?;
        if answer.keep {
            self.stream = Some(stream);
        }
        Ok((answer.status, answer.body))
    }
}

struct Answer {
    status: u16,
    body: Vec<u8>,
    keep: bool,
}

async fn read_answer(stream: &mut (impl AsyncBufReadExt + Unpin)) -> Result<Answer, ClientError> {
    let bad = |what: &str| ClientError::Transport(format!("HTTP answer: {what}"));
    let status_line = read_line(stream).await?;
    let status = status_line.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(|| bad("no status"))?;
    let (mut length, mut chunked, mut keep) = (None, false, status_line.starts_with("HTTP/1.1"));
    loop {
        let line = read_line(stream).await?;
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { return Err(bad("a header without colon")) };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = Some(value.parse::<usize>().map_err(|_| bad("bad length"))?),
            "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => keep &= !value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    let mut body = Vec::new();
    if chunked {
        loop {
            let line = read_line(stream).await?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(digits, 16).map_err(|_| bad("bad chunk"))?;
            read_some(stream, size, &mut body).await?;
            read_line(stream).await?;
            if size == 0 {
                break;
            }
        }
    } else if let Some(length) = length {
        read_some(stream, length, &mut body).await?;
    } else {
        keep = false;
        let limited = &mut stream.take(BODY_MAX as u64);
        limited.read_to_end(&mut body).await.map_err(|e| ClientError::Transport(e.to_string()))?;
    }
    Ok(Answer { status, body, keep })
}

async fn read_line(stream: &mut (impl AsyncBufReadExt + Unpin)) -> Result<String, ClientError> {
    let mut line = String::new();
    let read = stream.take(16 * 1024).read_line(&mut line).await;
    if read.map_err(|e| ClientError::Transport(e.to_string()))? == 0 {
        return Err(ClientError::Transport("closed before an answer".into()));
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn read_some(
    stream: &mut (impl AsyncBufReadExt + Unpin),
    size: usize,
    body: &mut Vec<u8>,
) -> Result<(), ClientError> {
    let start = body.len();
    if size > BODY_MAX - start.min(BODY_MAX) {
        return Err(ClientError::Transport("HTTP answer: too large".into()));
    }
    body.resize(start + size, 0);
    stream.read_exact(&mut body[start..]).await.map_err(|e| ClientError::Transport(e.to_string()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reads_every_framing_of_an_answer() {
        let rows = [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Some((200, "{}", true))),
            (
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{\"\r\n3;x\r\na\"}\r\n0\r\n\r\n",
                Some((200, "{\"a\"}", true)),
            ),
            ("HTTP/1.1 422 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", Some((422, "", false))),
            ("HTTP/1.0 200 OK\r\n\r\nrest", Some((200, "rest", false))),
            ("", None),
            ("HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n", None),
        ];
        for (bytes, expected) in rows {
            let answer = read_answer(&mut bytes.as_bytes()).await.ok();
            let got = answer.map(|a| (a.status, String::from_utf8(a.body).unwrap(), a.keep));
            assert_eq!(got, expected.map(|(s, b, k)| (s, b.to_owned(), k)), "{bytes}");
        }
    }
}
