//! Has the web client and the console embedded anew whenever they were built anew, also when they were built after the
//! first build of this crate.

fn main() {
    for client in ["app", "console"] {
        let dist = format!("{}/../../web/{client}/dist", env!("CARGO_MANIFEST_DIR"));
        // A folder that is not there would count as changed at every build.
        if let Err(error) = std::fs::create_dir_all(&dist) {
            println!("cargo::warning=cannot make {dist}: {error}");
        }
        println!("cargo::rerun-if-changed={dist}");
    }
}
