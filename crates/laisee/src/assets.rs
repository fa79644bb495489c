//! The web client, inside the binary.

use laisee_gateway::{Asset, Assets};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/app/dist"]
#[allow_missing = true]
struct Web;

/// The files of the web client as the web build left them; none when it was not built.
pub fn web() -> Assets {
    Assets::new(|path| Web::get(path).map(|file| Asset { bytes: file.data, hash: file.metadata.sha256_hash() }))
}
