//! Whatever bytes come from outside, none is more than refused. The laws are those that the fuzz targets hold inputs to;
//! here they are tried on a few random inputs, on seeds, and on seeds with something changed.

#![allow(clippy::unwrap_used)]

#[path = "../../../fuzz/laws/mod.rs"]
mod laws;

use std::{fs, path::Path};

use laisee_gateway::connection::Encoding;
use proptest::prelude::*;

/// The inputs a target starts from.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    assert!(!files.is_empty());
    files.into_iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Any bytes, and seeds with a few bytes changed, cut or doubled.
fn inputs(target: &str) -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    let changed = (prop::sample::select(seeds(target)), changes, any::<prop::sample::Index>(), 0..4_u8);
    let changed = changed.prop_map(|(mut bytes, changes, at, how)| {
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let at = at.index(bytes.len());
        match how {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_within(at..),
            _ => {}
        }
        bytes
    });
    prop_oneof![1 => prop::collection::vec(any::<u8>(), 0..200), 4 => changed]
}

macro_rules! laws {
    ($($target:ident: $law:expr;)*) => {$(
        #[test]
        fn $target() {
            let law: fn(&[u8]) = $law;
            seeds(stringify!($target)).iter().for_each(|seed| law(seed));
            proptest!(ProptestConfig::with_cases(3_000), |(bytes in inputs(stringify!($target)))| law(&bytes));
        }
    )*};
}

laws! {
    frame_protobuf: |bytes| laws::frame::check(Encoding::Protobuf, bytes);
    frame_json: |bytes| laws::frame::check(Encoding::Json, bytes);
    rest_request: laws::rest::check;
    log_batch: laws::log::check;
    words: laws::words::check;
}

/// The seeds are what they are meant to be, or the targets would begin with nothing.
#[test]
fn seeds_are_read() {
    for (target, encoding) in [("frame_protobuf", Encoding::Protobuf), ("frame_json", Encoding::Json)] {
        for seed in seeds(target) {
            assert!(encoding.decode(&seed).is_some_and(|frame| frame.body.is_some()), "{target}: {seed:?}");
        }
    }
    let every_fact = seeds("log_batch").into_iter().max_by_key(Vec::len).unwrap();
    assert!(laws::log::facts(&every_fact).is_some_and(|facts| facts.len() > 35));
}
