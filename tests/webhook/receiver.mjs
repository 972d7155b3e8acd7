// A program that is called by webhooks: what came, and what it answers.
import { createServer } from "node:http";

export class Receiver {
  static async open() {
    const receiver = new Receiver();
    receiver.calls = [];
    receiver.answer = () => ({ status: 204 });
    receiver.server = createServer((request, reply) => receiver.#take(request, reply));
    receiver.server.listen(0, "127.0.0.1");
    await new Promise((resolve) => receiver.server.on("listening", resolve));
    receiver.port = receiver.server.address().port;
    receiver.url = `http://127.0.0.1:${receiver.port}/hook`;
    return receiver;
  }

  #take(request, reply) {
    let body = "";
    request.on("data", (bytes) => {
      body += bytes;
    });
    request.on("end", () => {
      const call = { path: request.url, method: request.method, headers: request.headers, body };
      this.calls.push(call);
      const { status, headers = {}, text = "" } = this.answer(call);
      reply.writeHead(status, headers);
      reply.end(text);
    });
  }

  of(type) {
    return this.calls.filter((call) => JSON.parse(call.body).type === type);
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
