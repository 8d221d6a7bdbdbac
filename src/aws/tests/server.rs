//! A loopback HTTP server with canned answers, which keeps what it was sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server does with a request.
#[derive(Clone)]
pub enum Answer {
    Json(u16, &'static str),
    /// A status with one header and a body.
    With(u16, &'static str, String),
    /// Reads the request and closes the connection.
    Lost,
    /// Answers after a while.
    Slow(Duration, &'static str),
}

#[derive(Clone, Debug)]
pub struct Request {
    /// Method, path and query.
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

type Respond = dyn Fn(usize, &Request) -> Answer + Send + Sync;

/// Serves for as long as the process runs.
pub struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers the `n`th request, from 0.
    pub fn new(respond: impl Fn(usize, &Request) -> Answer + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, respond): (_, Arc<Respond>) = (requests.clone(), Arc::new(respond));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, respond) = (kept.clone(), respond.clone());
                std::thread::spawn(move || serve(stream, &kept, &*respond));
            }
        });
        Server { url, requests }
    }

    /// Answers one after the other, the last one again and again.
    pub fn answering(answers: Vec<Answer>) -> Server {
        Server::new(move |n, _| answers[n.min(answers.len() - 1)].clone())
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, kept: &Mutex<Vec<Request>>, respond: &Respond) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(request) = read(&mut reader) {
        let n = {
            let mut kept = kept.lock().unwrap();
            kept.push(request.clone());
            kept.len() - 1
        };
        let (status, header, body) = match respond(n, &request) {
            Answer::Lost => return,
            Answer::Json(status, body) => (status, "", body.to_owned()),
            Answer::With(status, header, body) => (status, header, body),
            Answer::Slow(time, body) => {
                std::thread::sleep(time);
                (200, "", body.to_owned())
            }
        };
        let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
        let head = format!(
            "HTTP/1.1 {status} x\r\nx-amzn-requestid: r-{n}\r\n{header}content-length: {}\r\n\r\n",
            body.len()
        );
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        match header.trim_end().split_once(": ") {
            Some((key, value)) => headers.push((key.to_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let length = headers.iter().find(|(key, _)| key == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    Some(Request { line, headers, body: String::from_utf8(body).unwrap() })
}
