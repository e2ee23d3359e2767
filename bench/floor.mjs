// The least that a program can do to read the users: fetch a page, parse it, print its rows, fetch the next one.
import { once } from 'node:events';
import { request } from 'undici';

let url = `${process.argv[2]}/api/v1/users?limit=100&sort=%2BcreatedAt`;
while (url) {
  const { body } = await request(url, { headers: { authorization: `Bearer ${process.env.API_KEY}` } });
  const { data, links } = await body.json();
  let lines = '';
  for (const row of data) {
    const record = { stream: 'users', data: row, emitted_at: Date.now() };
    lines += `${JSON.stringify({ type: 'RECORD', record })}\n`;
  }
  if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
  url = links.next?.href;
}
