//! A flipped bit anywhere in a sealed day or its seal is found and named, and no reader takes damage for facts.

use std::fs;

use super::world::World;

#[test]
fn a_flipped_bit_anywhere_is_named() {
    let world = World::with(&[40, 3, 3, 2], 300);
    world.seal();
    let mut flips = 0;
    for day in ["2026-11-23", "2026-11-24", "2026-11-26"] {
        for extension in ["day", "seal"] {
            let path = world.path(&format!("archive/{day}.{extension}"));
            let whole = fs::read(&path).unwrap();
            // A prime, so that every bit of a byte and every field comes up; the ends are all tried.
            let step = if whole.len() > 2_000 { 31 } else { 3 };
            let ends = whole.len().saturating_sub(70)..whole.len();
            for at in (0..whole.len()).step_by(step).chain(0..55).chain(ends) {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << (at % 8);
                fs::write(&path, flipped).unwrap();
                let found = world.differences();
                assert!(
                    found.iter().any(|what| what.contains("shard 0") && what.contains(&format!("day {day}"))),
                    "{day}.{extension}, byte {at}: {found:?}"
                );
                if let Ok(read) = world.read() {
                    assert_eq!(read, world.written, "{day}.{extension}, byte {at}: read as if it were sound");
                }
                flips += 1;
            }
            fs::write(&path, whole).unwrap();
        }
    }
    assert!(flips > 1_000, "{flips}");
    assert_eq!(world.differences(), [""; 0]);
}

#[test]
fn a_day_cut_short_or_grown_is_named() {
    let world = World::with(&[40, 3, 3, 2], 300);
    world.seal();
    let path = world.path("archive/2026-11-24.day");
    let whole = fs::read(&path).unwrap();
    let grown = [&whole[..], b"x"].concat();
    for bytes in (0..whole.len()).step_by(13).map(|cut| &whole[..cut]).chain([&grown[..]]) {
        fs::write(&path, bytes).unwrap();
        let found = world.differences();
        assert!(found[0].contains("shard 0, sealed day 2026-11-24"), "{} bytes: {found:?}", bytes.len());
        assert!(world.read().is_err());
    }
}
