// Verifies a signed call (argv[2], JSON) with standardwebhooks at the time it was signed: prints "verified" or the
// reason, once for each secret.
import {readFileSync} from 'node:fs';
import {Webhook} from 'standardwebhooks';

const {headers, body, secrets} = JSON.parse(readFileSync(process.argv[2], 'utf8'));
Date.now = () => Number(headers['webhook-timestamp']) * 1000;
for (const secret of secrets) {
  try {
    new Webhook(secret).verify(body, headers, {jsonParse: false});
    console.log('verified');
  } catch (error) {
    console.log(error.message);
  }
}
