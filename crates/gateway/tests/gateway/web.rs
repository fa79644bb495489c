//! An HTTP client for one exchange at a time.

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?} is not JSON"))
    }

    pub fn field(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The short name of the error code in the body.
    pub fn code(&self) -> String {
        let body = self.json();
        body["code"].as_str().unwrap_or_else(|| panic!("{self:?}")).trim_start_matches("ERROR_CODE_").to_owned()
    }
}

pub async fn get(addr: &str, path: &str, token: Option<&str>) -> Reply {
    call(addr, "GET", path, token, "").await
}

pub async fn post(addr: &str, path: &str, token: Option<&str>, body: &Value) -> Reply {
    call(addr, "POST", path, token, &body.to_string()).await
}

pub async fn call(addr: &str, method: &str, path: &str, token: Option<&str>, body: &str) -> Reply {
    let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    send(addr, method, path, &token, body.as_bytes()).await
}

/// With fields of one's own, each with its line's end.
pub async fn send(addr: &str, method: &str, path: &str, fields: &str, body: &[u8]) -> Reply {
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\ncontent-length: {length}\r\n{fields}\r\n"
    );
    let mut stream = TcpStream::connect(addr).await.unwrap();
    // A server that refuses early may close before it has read everything.
    let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{path}: no answer in {answer:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.into(), body: body.into() }
}
