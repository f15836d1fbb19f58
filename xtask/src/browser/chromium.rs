//! Opens a page in headless Chromium and waits for what its driver reports.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use crate::run::{Result, root};

/// The names of the browser.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// The path that a driver sends its report to.
const REPORT: &str = "/report";

/// The script that drives the page.
const DRIVER: &str = "/driver.js";

/// Opens the `index.html` of a folder, with a module beside it that drives the page, and returns what
/// the module sends by `report(text)`.
///
/// # Errors
///
/// Returns an error if there is no browser, and if no report comes within the limit.
pub(super) fn open(folder: &Path, driver: &str, limit: Duration) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let (sender, reports) = mpsc::channel();
    let site = Site {
        folder: folder.into(),
        driver: format!(
            "const report = text => fetch(\"{REPORT}\", {{ method: \"POST\", body: text }});\n{driver}"
        ),
        sender,
    };
    // It ends with this program, as nobody connects any more.
    thread::spawn(move || {
        for stream in listener.incoming().map_while(std::result::Result::ok) {
            let site = site.clone();
            thread::spawn(move || site.answer(stream));
        }
    });
    let browser = start(&format!("http://{address}/index.html"))?;
    let report = reports.recv_timeout(limit);
    drop(browser);
    report.map_err(|_| format!("the page has reported nothing within {} s", limit.as_secs()))
}

/// A browser that is killed when it is dropped.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(url: &str) -> Result<Browser> {
    let chosen = env::var("CHROMIUM").ok();
    let names = chosen.as_deref().into_iter().chain(NAMES);
    let profile = root().join("target/browser/profile");
    for name in names {
        let browser = Command::new(name)
            // The last two let it run as root and on a machine with little shared memory.
            .args(["--headless", "--disable-gpu", "--no-first-run"])
            .args(["--no-sandbox", "--disable-dev-shm-usage"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(url)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        if let Ok(browser) = browser {
            return Ok(Browser(browser));
        }
    }
    Err("no Chromium: on Debian apt-get install --no-install-recommends chromium, or name one in the \
         environment variable CHROMIUM"
        .into())
}

/// What the browser is shown.
#[derive(Clone)]
struct Site {
    folder: PathBuf,
    driver: String,
    sender: Sender<String>,
}

impl Site {
    /// Puts the driver before the first script of a page. It runs first, and the page is there already,
    /// because modules run when all has been read.
    fn driven(&self, page: &str) -> String {
        let tag = format!("<script type=\"module\" src=\"{DRIVER}\"></script>\n<script");
        page.replacen("<script", &tag, 1)
    }

    /// Answers the one request of a connection.
    fn answer(&self, stream: TcpStream) {
        let mut reader = BufReader::new(&stream);
        let mut line = String::new();
        let mut length = 0;
        if reader.read_line(&mut line).is_err() {
            return;
        }
        let path = line.split_whitespace().nth(1).unwrap_or("/");
        // A query makes a module another one for the browser, and the same file here.
        let path = path.split('?').next().unwrap_or(path).to_string();
        loop {
            let mut header = String::new();
            match reader.read_line(&mut header) {
                Ok(0) | Err(_) => break,
                Ok(_) if header.trim().is_empty() => break,
                Ok(_) => {}
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let (status, kind, body) = match path.as_str() {
            REPORT => {
                let _ = self.sender.send(String::from_utf8_lossy(&body).into());
                ("200 OK", "text/plain", Vec::new())
            }
            DRIVER => ("200 OK", "text/javascript", self.driver.clone().into()),
            path => match fs::read(self.folder.join(path.trim_start_matches('/'))) {
                Ok(mut file) => {
                    if path == "/index.html" {
                        file = self.driven(&String::from_utf8_lossy(&file)).into();
                    }
                    ("200 OK", kind(path), file)
                }
                Err(_) => ("404 Not Found", "text/plain", Vec::new()),
            },
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let mut stream = &stream;
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(&body);
    }
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}
