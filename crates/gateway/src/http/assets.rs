//! The web client's files.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};

/// One file.
pub struct Asset {
    pub bytes: Cow<'static, [u8]>,
    /// SHA-256 of the bytes.
    pub hash: [u8; 32],
}

/// Finds files by their path, without a leading slash.
#[derive(Clone, Copy)]
pub struct Assets {
    find: fn(&str) -> Option<Asset>,
}

impl Assets {
    #[must_use]
    pub fn new(find: fn(&str) -> Option<Asset>) -> Self {
        Self { find }
    }

    /// No files: the API alone.
    #[must_use]
    pub fn none() -> Self {
        Self { find: |_| None }
    }

    /// The file for a path; a path of the client's own router gets its page.
    #[must_use]
    pub fn respond(&self, path: &str, headers: &HeaderMap) -> Response<Body> {
        let path = path.trim_start_matches('/');
        let looks_like_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let path = if path.is_empty() || !looks_like_file { "index.html" } else { path };
        let accepts = |encoding: &str| {
            let accepted =
                headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
            accepted.split(',').any(|one| one.trim().split(';').next() == Some(encoding))
        };
        for (suffix, encoding) in [(".br", Some("br")), (".gz", Some("gzip")), ("", None)] {
            if encoding.is_some_and(|encoding| !accepts(encoding)) {
                continue;
            }
            if let Some(asset) = (self.find)(&format!("{path}{suffix}")) {
                return respond_with(path, asset, encoding, headers);
            }
        }
        let text = if path == "index.html" { "the web client was not built into this program" } else { "not found" };
        plain(StatusCode::NOT_FOUND, text)
    }
}

fn respond_with(path: &str, asset: Asset, encoding: Option<&'static str>, headers: &HeaderMap) -> Response<Body> {
    let etag: String = asset.hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{etag}\"");
    let unchanged = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    // Built files carry a hash in their names and never change; the others are asked about each time.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if unchanged {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        Response::new(Body::from(asset.bytes.into_owned()))
    };
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    fields.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        fields.insert(header::ETAG, etag);
    }
    if let Some(encoding) = encoding {
        fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}

/// A short answer in words.
#[must_use]
pub fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
