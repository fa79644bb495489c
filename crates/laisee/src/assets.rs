//! The web client and the console, inside the binary.

use laisee_gateway::{Asset, Assets};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/app/dist"]
#[allow_missing = true]
struct Web;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/console/dist"]
#[allow_missing = true]
struct Console;

/// The files of both as the web build left them; none when it was not built.
pub fn web() -> Assets {
    Assets::new(|path| {
        let file = match path.strip_prefix("console/") {
            Some(path) => Console::get(path),
            None => Web::get(path),
        };
        file.map(|file| Asset { bytes: file.data, hash: file.metadata.sha256_hash() })
    })
}
