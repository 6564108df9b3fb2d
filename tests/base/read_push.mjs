// Reads what a push service and a browser would get (argv[2], JSON, bytes as base64url) with http_ece and node's own
// crypto: prints the plaintext's bytes as base64url, then the claims of each authorization whose signature holds.
import {createECDH, createPublicKey, verify} from 'node:crypto';
import {readFileSync} from 'node:fs';
import ece from 'http_ece';

const given = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const bytes = (text) => Buffer.from(text, 'base64url');

const browser = createECDH('prime256v1');
browser.setPrivateKey(bytes(given.private));
for (const body of given.bodies) {
  const plaintext = ece.decrypt(bytes(body), {version: 'aes128gcm', privateKey: browser, authSecret: bytes(given.auth)});
  console.log('plaintext', plaintext.toString('base64url'));
}
for (const authorization of given.authorizations) {
  const [, token, key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization);
  const point = bytes(key);
  const publicKey = createPublicKey({
    format: 'jwk',
    key: {kty: 'EC', crv: 'P-256', x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33, 65)},
  });
  const [header, claims, signature] = token.split('.');
  const isSigned = verify('sha256', Buffer.from(`${header}.${claims}`), {key: publicKey, dsaEncoding: 'ieee-p1363'},
    bytes(signature));
  if (!isSigned) throw new Error('the signature does not hold');
  console.log('header', bytes(header).toString(), 'claims', bytes(claims).toString());
}
