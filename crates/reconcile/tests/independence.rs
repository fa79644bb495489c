//! The rules are no judge of themselves: they use the core's words and none of its machines.

#![allow(clippy::unwrap_used)]

#[test]
fn the_rules_share_no_machine_with_the_core() {
    let machines = ["State", "evolve", "decide", "carry_out", "project", "notes", "ledger", "Books"];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let code = std::fs::read_to_string(&path).unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            let strange: Vec<_> = words.filter(|word| machines.contains(word)).collect();
            assert!(strange.is_empty(), "{}: {line}", path.display());
        }
    }
}
