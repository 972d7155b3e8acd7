// A mail server that can be slow or rude: one that answers as it is told.
import net from "node:net";

export class RoughServer {
  // knowsEhlo: whether it greets in today's way. data(answer): what it does once a whole mail has come; answer(words)
  // says something. body(socket): what it does when a mail begins to come, if anything.
  static async open({ knowsEhlo = true, data = (answer) => answer("250 taken"), body } = {}) {
    const server = new RoughServer();
    server.mails = 0;
    server.sockets = new Set();
    server.net = net.createServer((socket) => server.talk(socket, { knowsEhlo, data, body }));
    await new Promise((resolve) => server.net.listen(0, "127.0.0.1", resolve));
    return server;
  }

  options() {
    const url = `smtp://127.0.0.1:${this.net.address().port}`;
    return ["--mail-from", "troth@example.org", "--smtp", url, "--smtp-without-tls"];
  }

  talk(socket, { knowsEhlo, data, body }) {
    this.sockets.add(socket);
    socket.on("error", () => {});
    const answer = (words) => socket.write(`${words}\r\n`);
    let said = "";
    let inMail = false;
    answer("220 rough.example.org");
    socket.on("data", (bytes) => {
      said += bytes;
      for (let end = 0; end >= 0; ) {
        const mark = inMail ? "\r\n.\r\n" : "\r\n";
        if (inMail && body) body(socket);
        end = said.indexOf(mark);
        if (end < 0) return;
        const line = said.slice(0, end);
        said = said.slice(end + mark.length);
        if (inMail) {
          inMail = false;
          this.mails += 1;
          data(answer);
        } else if (line === "DATA") {
          inMail = true;
          answer("354 go on");
        } else answer(/^EHLO/.test(line) && !knowsEhlo ? "502 what?" : "250 fine");
      }
    });
  }

  close() {
    for (const socket of this.sockets) socket.destroy();
    this.net.close();
  }
}
