//! Redis as most would do it: one Lua script pops a share and records the claim, with `appendfsync always`.

use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::{Peer, Stopped, program};

const CLIENTS: usize = 64;

const OPEN: &str = "
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return redis.call('HGET', KEYS[1], ARGV[1]) end
local left = redis.call('DECR', KEYS[2])
if left < 0 then return false end
redis.call('HSET', KEYS[1], ARGV[1], '1')
return '1'
";

pub fn opens(packets: u32, pipeline: usize, seconds: u64) -> io::Result<Peer> {
    let server = program("redis-server")?;
    let place = tempfile::Builder::new().prefix("laisee-peer").tempdir_in(".")?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut start = Command::new(server);
    start.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--appendonly", "yes"]);
    start.args(["--appendfsync", "always", "--save", "", "--auto-aof-rewrite-percentage", "0", "--dir"]);
    start.arg(place.path()).stdout(Stdio::null()).stderr(Stdio::null());
    let _server = Stopped(start.spawn()?);
    let mut first = connect(port)?;
    let sha = load(&mut first)?;
    for packet in 0..packets {
        exchange(&mut first, &command(&["SET", &format!("left:{packet}"), "1000000000"]), 1)?;
    }
    let end = Instant::now() + Duration::from_secs(seconds);
    // Half the machine for the clients, as ours have.
    let threads: Vec<_> = (0..2)
        .map(|thread| {
            let sha = sha.clone();
            std::thread::spawn(move || drive(port, &sha, thread, packets, pipeline, end))
        })
        .collect();
    let (mut done, mut latencies) = (0, Vec::new());
    for thread in threads {
        let (opens, mut took) = thread.join().map_err(|_| io::Error::other("a client panicked"))??;
        done += opens;
        latencies.append(&mut took);
    }
    latencies.sort_unstable();
    let at = |share: f64| latencies.get((latencies.len() as f64 * share) as usize).map(|us| *us as f64 / 1000.0);
    let name = if pipeline == 1 {
        format!("Redis Lua, fsync always, {CLIENTS} clients")
    } else {
        format!("Redis Lua, fsync always, {CLIENTS} clients x {pipeline} pipelined")
    };
    Ok(Peer::new(&name, done as f64 / seconds as f64, at(0.5), at(0.99)))
}

fn connect(port: u16) -> io::Result<TcpStream> {
    for _ in 0..100 {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
            stream.set_nodelay(true)?;
            return Ok(stream);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(io::Error::other("redis-server does not answer"))
}

fn command(words: &[&str]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n{word}\r\n", word.len()).as_bytes());
    }
    bytes
}

fn load(stream: &mut TcpStream) -> io::Result<String> {
    stream.write_all(&command(&["SCRIPT", "LOAD", OPEN]))?;
    let mut answer = [0; 256];
    let length = stream.read(&mut answer)?;
    let text = String::from_utf8_lossy(&answer[..length]).into_owned();
    text.lines().nth(1).map(str::to_owned).ok_or_else(|| io::Error::other(text))
}

/// Sends commands and reads as many answers, each ending a line (bulk answers have two).
fn exchange(stream: &mut TcpStream, bytes: &[u8], answers: usize) -> io::Result<()> {
    stream.write_all(bytes)?;
    read_answers(stream, answers)
}

fn read_answers(stream: &mut TcpStream, answers: usize) -> io::Result<()> {
    let mut buffer = [0; 4096];
    let (mut left, mut in_bulk, mut line_begins, mut bulk) = (answers, false, true, false);
    while left > 0 {
        let length = stream.read(&mut buffer)?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        for byte in &buffer[..length] {
            if line_begins && !in_bulk {
                bulk = *byte == b'$';
                if *byte == b'-' {
                    return Err(io::Error::other("redis refused a command"));
                }
            }
            line_begins = *byte == b'\n';
            if line_begins {
                if bulk && !in_bulk {
                    in_bulk = true;
                } else {
                    in_bulk = false;
                    left -= 1;
                }
            }
        }
    }
    Ok(())
}

/// One thread's share of the clients, taken in turn: all send, then all are read.
fn drive(
    port: u16,
    sha: &str,
    thread: u64,
    packets: u32,
    pipeline: usize,
    end: Instant,
) -> io::Result<(u64, Vec<u64>)> {
    let mut clients = (0..CLIENTS / 2).map(|_| connect(port)).collect::<io::Result<Vec<_>>>()?;
    let (mut user, mut done, mut latencies) = (thread << 40, 0, Vec::new());
    while Instant::now() < end {
        let begun = Instant::now();
        for client in &mut clients {
            let mut bytes = Vec::new();
            for _ in 0..pipeline {
                user += 1;
                let packet = user % u64::from(packets);
                let keys = [format!("claims:{packet}"), format!("left:{packet}"), user.to_string()];
                bytes.extend(command(&["EVALSHA", sha, "2", &keys[0], &keys[1], &keys[2]]));
            }
            client.write_all(&bytes)?;
        }
        for client in &mut clients {
            read_answers(client, pipeline)?;
            latencies.push(begun.elapsed().as_micros() as u64);
            done += pipeline as u64;
        }
    }
    Ok((done, latencies))
}
