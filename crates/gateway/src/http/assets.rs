//! The files of the web client and of the console.

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

/// Finds files by their path, without a leading slash; those of the console lie under `console/`.
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
        let console = path == "console" || path.starts_with("console/");
        let page = if console { "console/index.html" } else { "index.html" };
        let path = if path.is_empty() || !looks_like_file { page } else { path };
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
        let text = if path == page { "this page was not built into this program" } else { "not found" };
        plain(StatusCode::NOT_FOUND, text)
    }
}

fn respond_with(path: &str, asset: Asset, encoding: Option<&'static str>, headers: &HeaderMap) -> Response<Body> {
    let etag: String = asset.hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{etag}\"");
    let unchanged = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    // Built files carry a hash in their names and never change; the others are asked about each time.
    let built = path.strip_prefix("console/").unwrap_or(path).starts_with("assets/");
    let cache = if built { "public, max-age=31536000, immutable" } else { "no-cache" };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(path: &str) -> Option<Asset> {
        let there = ["index.html", "console/index.html", "console/assets/a-1.js", "assets/b-2.js"];
        let bytes = Cow::Owned(path.as_bytes().to_vec());
        there.contains(&path).then_some(Asset { bytes, hash: [0; 32] })
    }

    #[tokio::test]
    async fn each_of_the_two_clients_has_its_page_and_its_files() {
        let assets = Assets::new(asset);
        let asked = async |path: &str| {
            let response = assets.respond(path, &HeaderMap::new());
            let immutable = response.headers().get(header::CACHE_CONTROL).is_some_and(|cache| cache != "no-cache");
            let body = axum::body::to_bytes(response.into_body(), 1_000).await.expect("it is short");
            (String::from_utf8_lossy(&body).into_owned(), immutable)
        };
        for (path, found, immutable) in [
            ("/", "index.html", false),
            ("/chat/5", "index.html", false),
            ("/consoles", "index.html", false),
            ("/assets/b-2.js", "assets/b-2.js", true),
            ("/console", "console/index.html", false),
            ("/console/", "console/index.html", false),
            ("/console/users/5", "console/index.html", false),
            ("/console/assets/a-1.js", "console/assets/a-1.js", true),
            ("/console/assets/b-2.js", "not found", false),
        ] {
            assert_eq!(asked(path).await.0, found, "{path}");
            assert_eq!(asked(path).await.1, immutable, "{path}");
        }
    }
}
