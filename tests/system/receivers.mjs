// Those who are told: a mail server, a push service that reads what it gets as a browser would, a webhook's receiver
// that checks what it gets. Each with a library that is not ours.
import {spawn} from 'node:child_process';
import {createECDH, randomBytes} from 'node:crypto';
import {createServer} from 'node:http';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import ece from 'http_ece';
import {Webhook} from 'standardwebhooks';

export async function mailServer() {
  const script = fileURLToPath(new URL('smtp_sink.py', import.meta.url));
  const child = spawn('/usr/bin/python3', [script], {stdio: ['pipe', 'pipe', 'inherit']});
  const lines = createInterface({input: child.stdout});
  const [port] = await once(lines, 'line');
  const mails = [];
  lines.on('line', (line) => mails.push(JSON.parse(line)));
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    to: (address) => mails.filter((mail) => mail.to === address),
    async stop() { child.stdin.end(); await once(child, 'exit'); },
  };
}

// Answers by `answer(request, body)`, or 201.
async function httpServer(answer) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const status = answer(request, Buffer.concat(chunks)) ?? 201;
      response.writeHead(status, {Connection: 'close'}).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {url: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((done) => server.close(done))};
}

export async function pushService() {
  const browser = createECDH('prime256v1');
  browser.generateKeys();
  const auth = randomBytes(16);
  const messages = [];
  let status = 201;
  const server = await httpServer((request, body) => {
    if (status < 300) {
      const text = ece.decrypt(body, {version: 'aes128gcm', privateKey: browser, authSecret: auth.toString('base64url')});
      messages.push({headers: request.headers, message: JSON.parse(text.toString())});
    }
    return status;
  });
  return {
    messages,
    subscription: {endpoint: server.url + '/browser/1', expirationTime: null, label: 'A test',
                   keys: {p256dh: browser.getPublicKey().toString('base64url'), auth: auth.toString('base64url')}},
    answerWith(given) { status = given; },
    stop: server.stop,
  };
}

// Calls that carry no good signature are kept in `forged`.
export async function webhookReceiver() {
  const calls = [], forged = [];
  let verifier = null;
  const server = await httpServer((request, body) => {
    try {
      const event = verifier ? verifier.verify(body.toString(), request.headers) : JSON.parse(body.toString());
      calls.push({id: request.headers['webhook-id'], event});
    } catch (failure) {
      forged.push(String(failure));
      return 400;
    }
    return 204;
  });
  return {
    url: server.url + '/hook', calls, forged,
    types: () => calls.map(({event}) => event.type),
    verifyWith(secret) { verifier = new Webhook(secret); },
    stop: server.stop,
  };
}
