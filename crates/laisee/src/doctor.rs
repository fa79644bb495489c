//! `laisee doctor`: says what would be in the way of serving here.

use std::{fs, io::Write, net::TcpListener, time::Instant};

use anyhow::Result;

use crate::config::Config;

/// Prints one line for each finding; false when something would stop the server.
///
/// # Errors
/// None of its own.
pub fn run(config: &Config) -> Result<bool> {
    let checks: [(&str, Result<String, String>); 4] = [
        ("address", address(config)),
        ("data folder", data_folder(config)),
        ("open files", open_files()),
        ("settings", settings(config)),
    ];
    let mut well = true;
    for (name, found) in checks {
        match found {
            Ok(found) => println!("ok    {name}: {found}"),
            Err(found) => {
                well = false;
                println!("wrong {name}: {found}");
            }
        }
    }
    Ok(well)
}

fn address(config: &Config) -> Result<String, String> {
    match TcpListener::bind(&config.addr) {
        Ok(_) => Ok(format!("{} is free", config.addr)),
        Err(error) => Err(format!("{} cannot be listened on: {error}", config.addr)),
    }
}

/// Writes a file and measures a sync, on which every acknowledgement waits.
fn data_folder(config: &Config) -> Result<String, String> {
    let folder = &config.data;
    let measure = || -> std::io::Result<f64> {
        fs::create_dir_all(folder)?;
        let path = folder.join(".doctor");
        let mut file = fs::File::create(&path)?;
        let begun = Instant::now();
        let rounds = 20;
        for _ in 0..rounds {
            file.write_all(&[0; 512])?;
            file.sync_data()?;
        }
        let each = begun.elapsed().as_secs_f64() * 1000.0 / f64::from(rounds);
        fs::remove_file(path)?;
        Ok(each)
    };
    match measure() {
        Ok(ms) => Ok(format!("{} is writable; a sync takes {ms:.2} ms", folder.display())),
        Err(error) => Err(format!("{} cannot be written: {error}", folder.display())),
    }
}

fn open_files() -> Result<String, String> {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().nth(3)).unwrap_or("unknown");
    match soft.parse::<u64>() {
        Ok(files) if files < 4_096 => Err(format!("only {files} may be open; each connection takes one (ulimit -n)")),
        _ => Ok(format!("{soft} may be open; each connection takes one")),
    }
}

fn settings(config: &Config) -> Result<String, String> {
    let settings = &config.settings;
    if settings.packet_share_min.0 < 1 || settings.packet_share_min > settings.packet_share_max {
        return Err("packet_share_min must be at least 1 and at most packet_share_max".into());
    }
    if config.shards == 0 || config.shards > laisee_core::ids::SHARDS_MAX {
        return Err(format!("shards must be 1 to {}", laisee_core::ids::SHARDS_MAX));
    }
    Ok("in order".into())
}
