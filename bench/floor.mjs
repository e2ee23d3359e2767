// The least that a program can do to read the users: fetch a page, parse it, print its rows, fetch the next one. With the word
// gzip behind the tenant's address, the pages come compressed.
import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { request } from 'undici';

const [, , tenant, encoding = 'identity'] = process.argv;
const headers = { authorization: `Bearer ${process.env.API_KEY}`, 'accept-encoding': encoding };
let url = `${tenant}/api/v1/users?limit=100&sort=%2BcreatedAt`;
while (url) {
  const { body } = await request(url, { headers });
  const { data, links } = encoding === 'gzip' ? JSON.parse(gunzipSync(await body.arrayBuffer())) : await body.json();
  let lines = '';
  for (const row of data) {
    const record = { stream: 'users', data: row, emitted_at: Date.now() };
    lines += `${JSON.stringify({ type: 'RECORD', record })}\n`;
  }
  if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
  url = links.next?.href;
}
