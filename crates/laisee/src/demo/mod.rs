//! `laisee demo`: a server with a small world in it, made through the public API and kept between runs.

mod operators;
mod world;

use std::path::Path;

use anyhow::Result;

use crate::{
    config::Config,
    serve::{Server, wait_for_the_end},
};

/// Every person of the demo signs in with this.
pub const PASSWORD: &str = "laisee-demo";

/// Serves the demo until the process is asked to end.
///
/// # Errors
/// When the server cannot start or the world cannot be made.
pub fn run(config: &Config) -> Result<()> {
    let mut config = config.clone();
    // The world's people all sign up at once, from here.
    config.gateway.sign_ins_per_min = config.gateway.sign_ins_per_min.max(120);
    config.gateway.sign_ins_burst = config.gateway.sign_ins_burst.max(60);
    let server = Server::start(&config)?;
    let address = server.address();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(world::make(&address.to_string()))?;
    runtime.block_on(operators::make(&server.bus, &config.gateway))?;
    announce(&address.to_string(), &config.data);
    wait_for_the_end()?;
    server.stop();
    Ok(())
}

fn announce(address: &str, data: &Path) {
    println!("listening on {address}");
    println!();
    println!("  Laisee is at   http://{address}/");
    println!("  Sign in as     mei    password {PASSWORD}");
    println!("  and, in a private window or another browser,");
    println!("                 chen   password {PASSWORD}");
    println!("  also there:    {}", world::others().join(", "));
    println!();
    println!("  Operators sign in at http://{address}/console as");
    println!("                 {}", operators::names().join(", "));
    println!("                 password {PASSWORD}, and for codes an authenticator with the secret");
    println!("                 {}", operators::uri());
    println!("                 which now shows {} (each code is good once)", operators::code());
    println!("  Data is kept in {}. Stop with Ctrl-C.", data.display());
}
