//! Has the web client embedded anew whenever it was built anew, also when it was built after the first build of this crate.

fn main() {
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/app/dist");
    // A folder that is not there would count as changed at every build.
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo::warning=cannot make {dist}: {error}");
    }
    println!("cargo::rerun-if-changed={dist}");
}
