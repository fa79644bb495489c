//! House rules that no compiler knows. Each failure says where, and what to do instead.
//!
//! A rule is a function from a file's path and text to what it finds, so that the last test can show of each rule that
//! it notices.

#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Which of our crates each may use. Arrows point down only; a new one is a decision, made here.
const ARROWS: [(&str, &[&str]); 12] = [
    ("core", &[]),
    ("wire", &[]),
    ("bus", &["core"]),
    ("store", &["core"]),
    ("reconcile", &["core", "store"]),
    ("shard", &["core", "bus", "store"]),
    ("payments", &["core", "bus"]),
    ("gateway", &["core", "bus", "payments", "wire"]),
    ("client", &["wire"]),
    ("storm", &["client", "wire"]),
    ("sim", &["core", "bus", "store", "reconcile", "shard", "gateway", "client", "wire"]),
    (
        "laisee",
        &["core", "bus", "store", "reconcile", "shard", "payments", "gateway", "client", "storm", "sim", "wire"],
    ),
];

/// What the core may use of others: nothing here reads a clock, makes a thread or touches a file.
const PURE: [&str; 4] = ["hashbrown", "serde", "sha2", "thiserror"];

/// Words that must not occur in the core's code, with what to do instead.
const IMPURE: [(&str, &str); 10] = [
    ("SystemTime", "take the time from the command's context"),
    ("Instant", "take the time from the command's context"),
    ("f32", "use integers; money is in fen"),
    ("f64", "use integers; money is in fen"),
    ("async", "decide and evolve at once; whoever waits is outside of the core"),
    ("await", "decide and evolve at once; whoever waits is outside of the core"),
    ("RandomState", "use a map whose order follows from its keys"),
    ("rusqlite", "say what to load or save; the store does it"),
    ("tokio", "whoever waits is outside of the core"),
    ("rand", "take entropy from the command's context"),
];

/// Modules of std that the core must not use.
const IMPURE_STD: [&str; 8] = ["fs", "net", "thread", "time", "env", "process", "io", "os"];

/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 8] = ["utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"];

/// Folders that are built, installed or generated.
const NOT_OURS: [&str; 8] = [".git", "target", "node_modules", "dist", "gen", "data", "artifacts", "corpus"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// All our text files, by path from the root.
fn sources() -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() && !NOT_OURS.contains(&name.as_str()) && !name.starts_with(".tmp") {
                folders.push(entry.path());
            } else if kind.is_file() {
                // What is no text has no rules.
                let Ok(text) = fs::read_to_string(entry.path()) else { continue };
                let path = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 100, "the walk found only {} files", found.len());
    found
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Fails with everything a rule finds in the files it is for.
fn hold(of: impl Fn(&str) -> bool, rule: impl Fn(&str, &str) -> Vec<String>) {
    let sources = sources();
    let found: Vec<_> = sources.iter().filter(|(path, _)| of(path)).flat_map(|(path, text)| rule(path, text)).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

fn is_code(path: &str) -> bool {
    [".rs", ".ts", ".tsx", ".mjs", ".css", ".proto", ".sh"].iter().any(|end| path.ends_with(end))
}

/// The words of code, without what comments say.
fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.lines().enumerate().flat_map(|(number, line)| {
        let line = line.split("//").next().unwrap_or_default();
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
        words.map(move |word| (number + 1, word))
    })
}

#[test]
fn crates_use_only_crates_below_them() {
    let folders: BTreeSet<_> =
        fs::read_dir(root().join("crates")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    let known: BTreeSet<_> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(folders, known, "a crate came or went: say in ARROWS here what it may use, and in ARCHITECTURE.md why");
    hold(|path| path.starts_with("crates/") && path.ends_with("/Cargo.toml"), arrows);
}

fn arrows(path: &str, manifest: &str) -> Vec<String> {
    let name = path.split('/').nth(1).unwrap();
    let (_, allowed) = ARROWS.iter().find(|(of, _)| *of == name).unwrap();
    let of_ours = used(manifest).into_iter().filter_map(|used| used.strip_prefix("laisee-").map(str::to_owned));
    of_ours
        .filter(|used| !allowed.contains(&used.as_str()))
        .map(|used| {
            format!("{path}: {name} must not know {used}. Move what both need down, or hand it in as a trait or value.")
        })
        .collect()
}

/// The names of what the crate is built from. Tests may use more: they put a whole server together around their crate.
fn used(manifest: &str) -> BTreeSet<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let tables = ["dependencies", "build-dependencies"];
    let tables = tables.iter().filter_map(|table| manifest.get(*table)?.as_table());
    tables.flat_map(|table| table.keys().cloned()).collect()
}

#[test]
fn the_core_depends_on_nothing_impure() {
    hold(|path| path == "crates/core/Cargo.toml", core_dependencies);
}

fn core_dependencies(path: &str, manifest: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let dependencies = manifest["dependencies"].as_table().unwrap().keys();
    let strange = dependencies.filter(|name| !PURE.contains(&name.as_str()));
    strange
        .map(|name| {
            format!(
                "{path}: {name} is not known to be pure. If it reads no clock, file or random source, add it to PURE."
            )
        })
        .collect()
}

#[test]
fn the_core_is_pure() {
    hold(|path| path.starts_with("crates/core/src/"), impurities);
}

fn impurities(path: &str, code: &str) -> Vec<String> {
    let forbidden = words(code).filter_map(|(line, word)| {
        let (_, instead) = IMPURE.iter().find(|(impure, _)| *impure == word)?;
        Some(format!("{path}:{line}: the core knows no `{word}`: {instead}."))
    });
    let modules = code.match_indices("std::").flat_map(|(at, _)| {
        let rest = &code[at + "std::".len()..];
        // `std::{a, b::c};` or `std::a::...`
        let named = if rest.starts_with('{') { rest.split(';').next() } else { rest.split(':').next() };
        let line = code[..at].lines().count();
        words(named.unwrap_or_default()).map(move |(_, word)| (line, word)).collect::<Vec<_>>()
    });
    let modules = modules.filter(|(_, module)| IMPURE_STD.contains(module)).map(|(line, module)| {
        format!("{path}:{line}: the core does not use `std::{module}`: what it needs comes in with the command.")
    });
    forbidden.chain(modules).collect()
}

#[test]
fn names_say_what_is_inside() {
    hold(is_code, empty_names);
}

fn empty_names(path: &str, _: &str) -> Vec<String> {
    let parts = path.split('/').map(|part| part.split('.').next().unwrap_or_default());
    let empty = parts.filter(|part| EMPTY_NAMES.contains(part));
    empty.map(|part| format!("{path}: `{part}` says nothing. Name it for what it does, or split it by that.")).collect()
}

#[test]
fn nothing_is_left_for_later() {
    hold(is_code, unfinished);
}

fn unfinished(path: &str, code: &str) -> Vec<String> {
    // Put together, so that this file does not find itself.
    let marks = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("#[ig", "nore"),
        concat!("test.on", "ly("),
        concat!("it.on", "ly("),
        concat!("describe.on", "ly("),
        concat!("test.sk", "ip("),
        concat!("it.sk", "ip("),
        concat!("describe.sk", "ip("),
    ];
    let lines = code.lines().enumerate();
    let found = lines.flat_map(|(n, line)| marks.iter().filter(|m| line.contains(**m)).map(move |mark| (n + 1, mark)));
    found.map(|(line, mark)| format!("{path}:{line}: `{mark}`: finish it, or file an issue and take it out.")).collect()
}

/// `unwrap` outside of tests is found by clippy, which knows what is a test; here only that clippy is asked everywhere.
#[test]
fn every_crate_is_linted_alike() {
    hold(|path| path.starts_with("crates/") && path.ends_with("/Cargo.toml"), own_lints);
    let workspace: toml::Table = read("Cargo.toml").parse().unwrap();
    let lints = &workspace["workspace"]["lints"];
    assert!(
        lints["clippy"].get("unwrap_used").is_some(),
        "Cargo.toml: `unwrap_used` must stay: say with expect why it holds"
    );
    assert!(lints["rust"].get("unsafe_code").is_some(), "Cargo.toml: `unsafe_code` must stay");
}

fn own_lints(path: &str, manifest: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace")?.as_bool()) == Some(true);
    if inherits { vec![] } else { vec![format!("{path}: add `[lints] workspace = true`.")] }
}

/// The rule a line of PROTOCOL.md states: `- **M1** ...`.
fn stated(line: &str) -> Option<&str> {
    line.strip_prefix("- **")?.split("**").next()
}

#[test]
fn rules_of_the_protocol_have_numbers_of_their_own() {
    hold(|path| path == "PROTOCOL.md", rule_numbers);
    assert!(read("PROTOCOL.md").lines().filter_map(stated).count() > 40, "the rules are no longer found");
}

fn rule_numbers(path: &str, text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let twice = text.lines().filter_map(stated).filter(|rule| !seen.insert(*rule));
    twice.map(|rule| format!("{path}: {rule} stands there twice. Give the newer one the next free number.")).collect()
}

#[test]
fn cited_rules_exist() {
    let protocol = read("PROTOCOL.md");
    let rules: BTreeSet<_> = protocol.lines().filter_map(stated).collect();
    // The benches have numbers that look the same.
    let is_bench = |path: &str| path.contains("/bench/");
    let cites = |path: &str| path.ends_with(".rs") || path.contains(".test.ts") || path.contains(".spec.ts");
    hold(|path| cites(path) && !is_bench(path), |path, text| citations(&rules, path, text));
}

/// Citations are words such as `M1`, in comments and texts, with a letter that the protocol uses.
fn citations(rules: &BTreeSet<&str>, path: &str, text: &str) -> Vec<String> {
    let letters: BTreeSet<_> = rules.iter().filter_map(|rule| rule.chars().next()).collect();
    let is_citation = |word: &str| {
        let number = word.strip_prefix(|letter| letters.contains(&letter)).unwrap_or_default();
        (1..=2).contains(&number.len()) && number.chars().all(|c| c.is_ascii_digit())
    };
    let lines = text.lines().enumerate();
    let words = lines
        .flat_map(|(n, line)| line.split(|c: char| !c.is_alphanumeric() && c != '_').map(move |word| (n + 1, word)));
    let wrong = words.filter(|(_, word)| is_citation(word) && !rules.contains(word));
    wrong
        .map(|(line, word)| format!("{path}:{line}: PROTOCOL.md has no rule {word}. Cite the one that is meant."))
        .collect()
}

#[test]
fn error_codes_are_never_used_twice() {
    hold(|path| path.ends_with("/error.proto"), error_codes);
    assert!(
        read("proto/laisee/v1/error.proto").lines().filter_map(error_code).count() > 40,
        "codes are no longer found"
    );
}

/// `ERROR_CODE_BUSY = 100;`
fn error_code(line: &str) -> Option<(&str, u32)> {
    let (name, number) = line.trim().strip_suffix(';')?.split_once(" = ")?;
    name.starts_with("ERROR_CODE_").then_some((name, number.parse().ok()?))
}

fn error_codes(path: &str, text: &str) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let codes = text.lines().filter_map(error_code);
    codes
        .filter_map(|(name, number)| {
            let other = seen.insert(number, name)?;
            Some(format!("{path}: {name} and {other} are both {number}. Take a number that was never used."))
        })
        .collect()
}

#[test]
fn refusals_bear_the_numbers_of_their_error_codes() {
    let proto = read("proto/laisee/v1/error.proto");
    let codes: BTreeMap<_, _> = proto.lines().filter_map(error_code).collect();
    hold(|path| path == "crates/core/src/refusal.rs", |path, code| strange_refusals(&codes, path, code));
    let refusals = read("crates/core/src/refusal.rs").lines().filter_map(refusal).count();
    assert!(refusals > 30, "refusals are no longer found");
}

/// `NameTaken = 200,`, as `ERROR_CODE_NAME_TAKEN` and its number.
fn refusal(line: &str) -> Option<(String, u32)> {
    let (name, number) = line.trim().strip_suffix(',')?.split_once(" = ")?;
    let mut code = "ERROR_CODE".to_owned();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            code.push('_');
        }
        code.push(letter.to_ascii_uppercase());
    }
    Some((code, number.parse().ok()?))
}

fn strange_refusals(codes: &BTreeMap<&str, u32>, path: &str, code: &str) -> Vec<String> {
    let refusals = code.lines().filter_map(refusal);
    let strange = refusals.filter(|(name, number)| codes.get(name.as_str()) != Some(number));
    strange
        .map(|(name, number)| format!("{path}: error.proto has no {name} = {number}. Give both one name and number."))
        .collect()
}

#[test]
fn lock_files_name_no_registry() {
    hold(|path| path.ends_with("package-lock.json"), resolved_addresses);
}

fn resolved_addresses(path: &str, text: &str) -> Vec<String> {
    let found = text.lines().filter(|line| line.trim_start().starts_with("\"resolved\": \"http")).count();
    if found == 0 {
        return vec![];
    }
    vec![format!(
        "{path}: {found} download addresses. Make it anew with `omit-lockfile-registry-resolved=true` in .npmrc."
    )]
}

#[test]
fn links_between_documents_lead_somewhere() {
    let root = root();
    hold(|path| path.ends_with(".md"), |path, text| dead_links(path, text, |target| root.join(target).exists()));
}

/// `[words](path)`, and `(path#part)`, from the document's folder.
fn dead_links(path: &str, text: &str, exists: impl Fn(&Path) -> bool) -> Vec<String> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = links.filter(|link| !link.contains("://") && !link.starts_with('#') && !link.starts_with("mailto:"));
    files
        .filter(|link| !exists(&folder.join(link.split('#').next().unwrap_or_default())))
        .map(|link| format!("{path}: there is no {link}. Mend the link, or write what it promises."))
        .collect()
}

#[test]
fn every_rule_here_notices() {
    let laisee = "[dependencies]\nlaisee-store.workspace = true\ntokio = \"1\"\n";
    assert_eq!(arrows("crates/gateway/Cargo.toml", laisee).len(), 1);
    assert_eq!(arrows("crates/core/Cargo.toml", "[build-dependencies]\nlaisee-wire.workspace = true").len(), 1);
    assert!(arrows("crates/core/Cargo.toml", "[dev-dependencies]\nlaisee-wire.workspace = true").is_empty());
    assert_eq!(core_dependencies("", laisee).len(), 2);
    assert_eq!(own_lints("", laisee).len(), 1);

    assert_eq!(impurities("", "let now = Instant::now(); // Instant").len(), 1);
    assert_eq!(impurities("", "use std::{\n    fmt,\n    fs,\n};").len(), 1);
    assert_eq!(impurities("", "let x = std::env::var(name);").len(), 1);
    assert_eq!(impurities("", "async fn f() -> f64 { 1.0 }").len(), 2);
    assert!(impurities("", "use std::fmt; // no f64, no async").is_empty());

    assert_eq!(empty_names("crates/core/src/utils.rs", "").len(), 1);
    assert_eq!(empty_names("web/app/src/helpers/money.ts", "").len(), 1);
    assert_eq!(unfinished("", concat!("    to", "do!()")).len(), 1);
    assert_eq!(unfinished("", concat!("#[ig", "nore]\n// TO", "DO: later")).len(), 2);

    assert_eq!(rule_numbers("", "- **M1** One.\n- **M1** Another.").len(), 1);
    let rules = BTreeSet::from(["M1", "M2"]);
    assert_eq!(citations(&rules, "", concat!("// rules M1, ", "M9")).len(), 1);
    assert!(citations(&rules, "", "// M1; a Q9 that is no rule, 0xM3, M123").is_empty());
    assert_eq!(error_codes("", "  ERROR_CODE_A = 1;\n  ERROR_CODE_B = 1;").len(), 1);
    let codes = BTreeMap::from([("ERROR_CODE_NAME_TAKEN", 200)]);
    assert!(strange_refusals(&codes, "", "    NameTaken = 200,").is_empty());
    assert_eq!(strange_refusals(&codes, "", "    NameTaken = 201,\n    NameGone = 200,").len(), 2);
    assert_eq!(resolved_addresses("", "      \"resolved\": \"https://example.com/a.tgz\",").len(), 1);
    assert_eq!(
        dead_links("docs/a.md", "[b](b.md) [c](c.md#part) [d](https://d)", |path| path.ends_with("c.md")).len(),
        1
    );
}
