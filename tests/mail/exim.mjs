// A mail server under test: Debian's Exim, its package unpacked and not installed (so that it neither runs as a service nor
// takes the place of another mail server), with a configuration, a spool, ports and a certificate of its own, as a user
// without rights. nss_wrapper shows it the user that Debian's build asks for.
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const USER = "troth";
export const PASSWORD = "correct horse";
const isRoot = process.getuid() === 0;
const uid = isRoot ? 65534 : process.getuid();

// The program, fetched once.
function eximProgram() {
  const folder = process.env.EXIM_FOLDER;
  const program = join(folder, "usr/sbin/exim4");
  if (!existsSync(program)) {
    mkdirSync(join(folder, ".."), { recursive: true });
    const fetching = mkdtempSync(`${folder}-`);
    execFileSync("apt-get", ["download", "-q", "exim4-daemon-light"], { cwd: fetching, stdio: "pipe" });
    const [archive] = readdirSync(fetching);
    execFileSync("dpkg-deb", ["-x", archive, "root"], { cwd: fetching });
    chmodSync(join(fetching, "root/usr/sbin/exim4"), 0o755);
    try {
      renameSync(join(fetching, "root"), folder);
    } catch {
      // Another test was quicker.
    }
    rmSync(fetching, { recursive: true });
  }
  return program;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.on("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// A key, and its certificate for localhost, signed by an authority made for this test.
function makeCertificates(folder) {
  const openssl = (...args) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-days", "2", "-subj", "/CN=Test", "-keyout", "ca.key", "-out", "ca.pem");
  openssl(
    "req",
    ...key,
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost",
    "-keyout",
    "key.pem",
    "-out",
    "req.pem",
  );
  const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-copy_extensions", "copy"];
  openssl("x509", "-req", "-in", "req.pem", ...signed, "-out", "cert.pem");
}

// refused@ is refused for good and grey@ for now, while files of these names stand in the folder.
const configuration = (folder, program, port, tlsPort) => `
exim_path = ${program}
exim_user = Debian-exim
exim_group = Debian-exim
keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
spool_directory = ${folder}/spool
log_file_path = ${folder}/%slog
pid_file_path = ${folder}/pid
primary_hostname = localhost
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port} : ${tlsPort}
tls_on_connect_ports = ${tlsPort}
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
auth_advertise_hosts = \${if def:tls_in_cipher {*}}
deliver_drop_privilege = true
never_users =
# Every mail of a connection is delivered at once, not only the first ten.
smtp_accept_queue_per_connection = 0
host_lookup =
rfc1413_hosts =
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  deny message = 5.1.1 Nobody of this name
       local_parts = refused
       condition = \${if exists{${folder}/refused}}
  defer message = 4.2.0 Greylisted, come back later
       local_parts = grey
       condition = \${if exists{${folder}/grey}}
  accept authenticated = *
  deny message = 5.7.1 Authenticate first
begin routers
all:
  driver = accept
  transport = store
begin transports
store:
  driver = appendfile
  directory = ${folder}/mails
  maildir_format
  create_directory
  envelope_to_add
begin retry
* * F,2h,15m
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${USER}}}{eq{$auth3}{${PASSWORD}}}}}
  server_set_id = $auth2
`;

export class Exim {
  static async open() {
    const exim = new Exim();
    exim.program = eximProgram();
    exim.folder = mkdtempSync(join(tmpdir(), "troth-exim-"));
    exim.port = await freePort();
    exim.tlsPort = await freePort();
    makeCertificates(exim.folder);
    const file = (name, text) => writeFileSync(join(exim.folder, name), text);
    file("passwd", `root:x:0:0::/:/bin/sh\nDebian-exim:x:${uid}:${uid}::/:/bin/sh\n`);
    file("group", `root:x:0:\nDebian-exim:x:${uid}:\nmail:x:${uid}:\n`);
    file("exim.conf", configuration(exim.folder, exim.program, exim.port, exim.tlsPort));
    file("password", `${PASSWORD}\n`);
    mkdirSync(join(exim.folder, "spool"));
    if (isRoot) execFileSync("chown", ["-R", `${uid}:${uid}`, exim.folder]);
    chmodSync(exim.folder, 0o755);
    await exim.start();
    return exim;
  }

  async start() {
    const drop = isRoot ? ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"] : ["env"];
    const wrapper = [
      "env",
      "LD_PRELOAD=libnss_wrapper.so",
      `NSS_WRAPPER_PASSWD=${this.folder}/passwd`,
      `NSS_WRAPPER_GROUP=${this.folder}/group`,
    ];
    const [command, ...args] = [...drop, ...wrapper, this.program, "-C", `${this.folder}/exim.conf`, "-bdf"];
    this.process = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    this.process.stderr.on("data", (bytes) => {
      said += bytes;
    });
    for (;;) {
      if (this.process.exitCode !== null) throw new Error(`exim ended: ${said}`);
      if (await this.listens()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  listens() {
    return new Promise((resolve) => {
      const socket = connect(this.port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.on("exit", resolve));
    this.process.kill("SIGTERM");
    await ended;
  }

  async close() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  // Options of `troth serve` that lead here.
  options({ scheme = "smtp", host = "localhost", port = this.port, password = join(this.folder, "password") } = {}) {
    const url = `${scheme}://${USER}@${host}:${port}`;
    return [
      "--mail-from",
      "troth@example.org",
      "--smtp",
      url,
      "--smtp-password-file",
      password,
      "--smtp-ca",
      join(this.folder, "ca.pem"),
    ];
  }

  set(name, on) {
    if (on) writeFileSync(join(this.folder, name), "");
    else rmSync(join(this.folder, name));
  }

  // The mails that have arrived for an address, parsed.
  mails(address) {
    const folder = join(this.folder, "mails/new");
    const names = existsSync(folder) ? readdirSync(folder).sort() : [];
    return names
      .map((name) => parseMail(readFileSync(join(folder, name), "latin1")))
      .filter((mail) => !address || mail.headers["envelope-to"] === address);
  }
}

// -- reading a mail --

const utf8 = (latin1) => Buffer.from(latin1, "latin1").toString("utf8");

function unquote(text) {
  return text
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

// Words of RFC 2047.
function decodeHeader(value) {
  const joined = value.replace(/\?=\s+=\?/g, "?==?");
  return joined.replace(/=\?([^?]+)\?([QB])\?([^?]*)\?=/gi, (_, charset, encoding, text) => {
    const bytes =
      encoding.toUpperCase() === "B"
        ? Buffer.from(text, "base64").toString("latin1")
        : unquote(text.replace(/_/g, " "));
    return /utf-8/i.test(charset) ? utf8(bytes) : bytes;
  });
}

function parseEntity(text) {
  const gap = text.match(/\r?\n\r?\n/);
  const head = text.slice(0, gap.index).replace(/\r?\n[ \t]+/g, " ");
  const headers = {};
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = decodeHeader(line.slice(colon + 1).trim());
  }
  return { headers, body: text.slice(gap.index + gap[0].length) };
}

export function parseMail(raw) {
  const mail = parseEntity(raw);
  mail.raw = raw;
  const boundary = mail.headers["content-type"].match(/boundary="([^"]+)"/)?.[1];
  const parts = mail.body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => parseEntity(part.replace(/^\r?\n/, "")));
  const words = (type) => {
    const part = parts.find((one) => one.headers["content-type"].startsWith(type));
    return part && utf8(unquote(part.body)).replace(/\r\n/g, "\n");
  };
  return { ...mail, text: words("text/plain"), html: words("text/html") };
}
