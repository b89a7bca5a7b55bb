//! `cargo xtask serve`: builds the page and serves it to this machine, with the headers that
//! `dist/_headers` asks of any host.

use crate::steps::{human_time, step};
use crate::{dist, headers};
use anyhow::{Context as _, Result};
use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant, UNIX_EPOCH};

const PORT: u16 = 8080;
const MAX_HEAD_BYTES: u64 = 16 << 10;

pub fn run(args: &[String]) -> Result<()> {
    let start = Instant::now();
    let (mut port, mut debug) = (None, false);
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--port" => {
                let number = words.next().context("--port needs a number")?;
                port = Some(number.parse().with_context(|| format!("{number} is no port"))?);
            }
            "--debug" => debug = true,
            other => anyhow::bail!("`cargo xtask serve` knows --port N and --debug, not {other}"),
        }
    }
    // Before the build: a taken port is said at once, not after minutes.
    let listener = listen(port)?;
    if debug {
        step("building the page, debug", dist::build_debug)?;
    } else {
        step("building the page", dist::build_release)?;
    }
    println!("\n  Bertscope is at http://localhost:{}/", listener.local_addr()?.port());
    println!("  (ready after {}; Ctrl+C ends it)", human_time(start.elapsed()));
    serve(listener, dist::folder());
    Ok(())
}

/// The port asked for, or the first free one from 8080 on.
fn listen(port: Option<u16>) -> Result<TcpListener> {
    if let Some(port) = port {
        return TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .with_context(|| format!("port {port} cannot be used, name another with --port"));
    }
    (PORT..PORT + 50)
        .find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .with_context(|| format!("no free port from {PORT} on: choose one with --port N"))
}

/// One thread for each connection: a browser opens half a dozen.
fn serve(listener: TcpListener, folder: PathBuf) {
    for stream in listener.incoming().flatten() {
        let folder = folder.clone();
        std::thread::spawn(move || {
            let _ = converse(stream, &folder);
        });
    }
}

fn converse(stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.set_nodelay(true)?;
    let mut answer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(asked) = Asked::read(&mut reader)? {
        reply(&asked, folder, &mut answer)?;
    }
    Ok(())
}

#[derive(Default)]
struct Asked {
    method: String,
    path: String,
    etag: String,
    takes_gzip: bool,
}

impl Asked {
    /// None at the end of the connection.
    fn read(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Self>> {
        let (mut asked, mut line) = (Self::default(), String::new());
        let mut head = reader.take(MAX_HEAD_BYTES);
        if head.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace();
        asked.method = words.next().unwrap_or_default().to_owned();
        asked.path = words.next().unwrap_or_default().to_owned();
        loop {
            line.clear();
            if head.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "if-none-match" => asked.etag = value.trim().to_owned(),
                "accept-encoding" => asked.takes_gzip = value.contains("gzip"),
                _ => {}
            }
        }
        Ok(Some(asked))
    }
}

fn reply(asked: &Asked, folder: &Path, out: &mut impl Write) -> std::io::Result<()> {
    let plain = |out: &mut dyn Write, status: &str| {
        write!(out, "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{status}", status.len())
    };
    if asked.method != "GET" && asked.method != "HEAD" {
        return plain(out, "405 Method Not Allowed");
    }
    let Some(name) = file_asked(&asked.path) else { return plain(out, "400 Bad Request") };
    let mut path = folder.join(&name);
    let mut zipped = false;
    if asked.takes_gzip {
        let twin = folder.join(format!("{name}.gz"));
        zipped = twin.is_file();
        path = if zipped { twin } else { path };
    }
    let file = std::fs::File::open(&path).ok().filter(|f| f.metadata().is_ok_and(|m| m.is_file()));
    let Some(mut file) = file else { return plain(out, "404 Not Found") };
    let about = file.metadata()?;
    let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let etag = format!("\"{changed:x}-{:x}\"", about.len());
    let same = asked.etag == etag;
    write!(out, "HTTP/1.1 {}\r\n", if same { "304 Not Modified" } else { "200 OK" })?;
    for (header, value) in headers::ALWAYS {
        write!(out, "{header}: {value}\r\n")?;
    }
    write!(out, "Cache-Control: {}\r\nETag: {etag}\r\nVary: Accept-Encoding\r\n", headers::cache_control(&name))?;
    if same {
        return write!(out, "\r\n");
    }
    write!(out, "Content-Type: {}\r\nContent-Length: {}\r\n", headers::content_type(&name), about.len())?;
    write!(out, "{}\r\n", if zipped { "Content-Encoding: gzip\r\n" } else { "" })?;
    if asked.method == "GET" {
        std::io::copy(&mut file, out)?;
    }
    out.flush()
}

/// The file below dist/ that a request's path names; None if it would lead out of it.
fn file_asked(path: &str) -> Option<String> {
    let path = path.split(['?', '#']).next()?;
    let name = percent_decoded(path.strip_prefix('/')?)?;
    let inside = Path::new(&name).components().all(|part| matches!(part, Component::Normal(_)));
    if !inside || name.contains(['\\', '\0', ':']) {
        return None;
    }
    Some(if name.is_empty() || name.ends_with('/') { format!("{name}index.html") } else { name })
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(file_asked("/").as_deref(), Some("index.html"));
        assert_eq!(file_asked("/a%20b.txt?x#y").as_deref(), Some("a b.txt"));
        for path in ["/../Cargo.toml", "/a/../../b", "/%2e%2e/b", "//etc/passwd", "/a\\..\\b", "no-slash", "/%zz", "/%"]
        {
            assert_eq!(file_asked(path), None, "{path}");
        }
    }

    fn answered(path: &str, gzip: bool, etag: &str) -> String {
        let folder = std::env::temp_dir().join(format!("bertscope-serve-{}-{}", std::process::id(), path.len()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("x_bg.wasm"), b"plain").unwrap();
        std::fs::write(folder.join("x_bg.wasm.gz"), b"small").unwrap();
        let asked = Asked { method: "GET".into(), path: path.into(), etag: etag.into(), takes_gzip: gzip };
        let mut out = Vec::new();
        reply(&asked, &folder, &mut out).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn wasm_comes_with_its_type_the_policy_and_its_small_twin() {
        let plain = answered("/x_bg.wasm", false, "");
        assert!(plain.starts_with("HTTP/1.1 200 OK\r\n") && plain.ends_with("\r\n\r\nplain"), "{plain}");
        assert!(
            plain.contains("Content-Type: application/wasm\r\n") && plain.contains("'wasm-unsafe-eval'"),
            "{plain}"
        );
        let small = answered("/x_bg.wasm?1", true, "");
        assert!(small.contains("Content-Encoding: gzip\r\n") && small.ends_with("small"), "{small}");
    }

    #[test]
    fn what_is_not_there_is_404() {
        assert!(answered("/none", true, "").starts_with("HTTP/1.1 404"));
        assert!(answered("/../x", true, "").starts_with("HTTP/1.1 400"));
    }
}
