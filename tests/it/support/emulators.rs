//! Two emulators of AWS as processes, each used where it is right: ministack for everything but
//! pipes, moto for pipes; or each alone, where `tests/conformance/losses.txt` says what it loses.
//! Neither knows EventBridge Schemas: for runs of the program `schemas_api.py` stands in for it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use gatewayctl::aws::{Client, Options};
use serde_json::Value;

use super::process::{Folder, Ran};

/// The account. ministack takes it from the access key; moto is told.
const ACCOUNT: &str = "123456789012";
const REGION: &str = "eu-west-1";
/// A bound against a hang; both answer within seconds even on a busy machine.
const START: Duration = Duration::from_secs(120);

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Emulator {
    Ministack,
    Moto,
}

impl Emulator {
    /// Both.
    pub const ALL: [Emulator; 2] = [Emulator::Ministack, Emulator::Moto];

    /// Its own name.
    pub fn name(self) -> &'static str {
        match self {
            Emulator::Ministack => "ministack",
            Emulator::Moto => "moto",
        }
    }
}

/// A pair that one test has for itself. It ends with it.
pub struct Emulators {
    ministack: Server,
    moto: Server,
    schemas: Server,
}

impl Emulators {
    /// Starts both and waits until they answer.
    #[track_caller]
    pub fn start() -> Emulators {
        let [first, second, third] = free_ports();
        let mut ministack = Server::start(
            "ministack.app",
            &[],
            &[("GATEWAY_PORT", &first), ("BIND_HOST", "127.0.0.1"), ("LAMBDA_EXECUTOR", "local")],
            &first,
        );
        let mut moto = Server::start(
            "moto.server",
            &["-H", "127.0.0.1", "-p", &second],
            &[("MOTO_ACCOUNT_ID", ACCOUNT), ("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")],
            &second,
        );
        let mut schemas = Server::start("schemas_api", &[&third], &[], &third);
        ministack.wait();
        moto.wait();
        schemas.wait();
        Emulators { ministack, moto, schemas }
    }

    /// A client of one of them alone.
    pub async fn client(&self, emulator: Emulator) -> Client {
        let options = Options {
            region: Some(REGION.into()),
            endpoint_url: Some(self.server(emulator).url()),
            time_scale: 0.002,
            ..Options::default()
        };
        let credentials = Credentials::new(ACCOUNT, "none", None, None, "test");
        Client::with_credentials(options, ACCOUNT, credentials).await.expect("a client")
    }

    /// Everything that one of them holds, by kind and name, past the program.
    #[track_caller]
    pub fn inventory_of(&self, emulator: Emulator) -> Value {
        let url = self.server(emulator).url();
        let all = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_PIPES"].map(|variable| (variable, url.clone()));
        self.python_with(&support("inventory.py"), &[], &all)
    }

    /// Empties one of them.
    #[track_caller]
    pub fn reset(&self, emulator: Emulator) {
        let path = match emulator {
            Emulator::Ministack => "/_ministack/reset",
            Emulator::Moto => "/moto-api/reset",
        };
        let asked = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let mut answer = String::new();
        let mut stream = self.server(emulator).connect().expect("a connection");
        stream.write_all(asked.as_bytes()).expect("a request");
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.split(' ').nth(1).is_some_and(|status| status == "200"), "{answer}");
    }

    fn server(&self, emulator: Emulator) -> &Server {
        match emulator {
            Emulator::Ministack => &self.ministack,
            Emulator::Moto => &self.moto,
        }
    }

    /// What makes an AWS tool work on them.
    fn environment(&self) -> [(&'static str, String); 7] {
        [
            ("AWS_ENDPOINT_URL", self.ministack.url()),
            ("AWS_ENDPOINT_URL_PIPES", self.moto.url()),
            ("AWS_ENDPOINT_URL_SCHEMAS", self.schemas.url()),
            ("AWS_ACCESS_KEY_ID", ACCOUNT.into()),
            ("AWS_SECRET_ACCESS_KEY", "none".into()),
            ("AWS_REGION", REGION.into()),
            ("AWS_DEFAULT_REGION", REGION.into()),
        ]
    }

    /// What makes an AWS tool work on moto wherever that checks permissions: it takes no signature of
    /// a service whose protocol is REST. Without credentials.
    pub fn checked(&self) -> Vec<(&'static str, String)> {
        const REST: [&str; 5] = [
            "AWS_ENDPOINT_URL_API_GATEWAY",
            "AWS_ENDPOINT_URL_LAMBDA",
            "AWS_ENDPOINT_URL_PIPES",
            "AWS_ENDPOINT_URL_S3",
            "AWS_ENDPOINT_URL_SCHEDULER",
        ];
        let rest = REST.map(|variable| (variable, self.ministack.url()));
        let moto = [
            ("AWS_ENDPOINT_URL", self.moto.url()),
            ("AWS_ENDPOINT_URL_SCHEMAS", self.schemas.url()),
            ("AWS_REGION", REGION.into()),
        ];
        moto.into_iter().chain(rest).collect()
    }

    /// The same for a Python program.
    #[track_caller]
    pub fn python_on_moto(&self, program: &Path, args: &[&str]) -> Value {
        self.python_with(program, args, &[("AWS_ENDPOINT_URL", self.moto.url())])
    }

    /// Runs the program in a folder against them.
    pub fn run(&self, folder: &Folder, args: &[&str], more: &[(&str, &str)]) -> Ran {
        let environment = self.environment();
        let mut variables: Vec<(&str, &str)> =
            environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        variables.extend(more);
        folder.run_with(args, &variables)
    }

    /// Everything that the account holds, by kind and name, past the program.
    #[track_caller]
    pub fn inventory(&self) -> Value {
        self.python(&support("inventory.py"), &[])
    }

    /// What a Python program says about them, as JSON.
    #[track_caller]
    pub fn python(&self, program: &Path, args: &[&str]) -> Value {
        self.python_with(program, args, &[])
    }

    #[track_caller]
    fn python_with(&self, program: &Path, args: &[&str], more: &[(&str, String)]) -> Value {
        let more = more.iter().map(|(name, value)| (*name, value.as_str()));
        told(python().arg(program).args(args).envs(self.environment()).envs(more))
    }
}

/// One emulator, running.
struct Server {
    module: &'static str,
    port: String,
    child: Child,
    folder: tempfile::TempDir,
}

impl Server {
    fn start(module: &'static str, args: &[&str], variables: &[(&str, &str)], port: &str) -> Server {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = std::fs::File::create(folder.path().join("log")).expect("a log");
        let child = python()
            .arg(support("server.py"))
            .arg(module)
            .args(args)
            .envs(variables.iter().copied())
            .env("TMPDIR", folder.path())
            .current_dir(folder.path())
            // It ends when this end of the pipe goes, however the test ends.
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .process_group(0)
            .spawn()
            .expect("an emulator");
        Server { module, port: port.to_owned(), child, folder }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    #[track_caller]
    fn wait(&mut self) {
        let began = Instant::now();
        loop {
            let ended = self.child.try_wait().expect("its state").is_some();
            if !ended && self.answers() {
                break;
            }
            if ended || began.elapsed() > START {
                let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                panic!("{} does not answer on port {}:\n{log}", self.module, self.port);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn connect(&self) -> std::io::Result<TcpStream> {
        TcpStream::connect(("127.0.0.1", self.port.parse().expect("a port")))
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = self.connect() else { return false };
        let asked = stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        asked.is_ok() && stream.read(&mut [0]).is_ok_and(|read| read > 0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // Nothing can be done about a child that cannot be waited for.
        let _ = self.child.wait();
    }
}

/// Ports of the loopback interface that nobody listens on.
fn free_ports<const N: usize>() -> [String; N] {
    let listeners = [(); N].map(|()| TcpListener::bind(("127.0.0.1", 0)).expect("a port"));
    listeners.map(|listener| listener.local_addr().expect("its address").port().to_string())
}

/// A port of the loopback interface that nobody listens on.
pub fn free_port() -> String {
    let [port] = free_ports();
    port
}

/// Python with the emulators in it, and nothing of this environment but the path.
#[track_caller]
fn python() -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let venv = std::env::var_os("GATEWAYCTL_TEST_VENV")
        .map_or_else(|| root.join("target/venv"), |path| root.join(PathBuf::from(path)));
    let python = venv.join("bin/python");
    assert!(python.exists(), "{} is missing: `tests/run` installs the emulators", python.display());
    let mut command = Command::new(python);
    // Compiled once for all tests, and beside no source.
    let compiled = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pycache");
    command.env_clear().env("PYTHONPYCACHEPREFIX", compiled);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// What a program beside this file says without any emulator, as JSON.
#[track_caller]
pub fn run_python(program: &str, args: &[&str]) -> Value {
    told(python().arg(support(program)).args(args))
}

#[track_caller]
fn told(program: &mut Command) -> Value {
    let output = program.stdin(Stdio::null()).output().expect("Python");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program:?}: {stderr}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A file beside this one.
pub fn support(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support").join(file)
}
