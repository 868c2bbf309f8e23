// Starts judge_host and talks to its control interface.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

/** @param {string} botUrl where the judged traffic to the bot goes */
export async function startSandbox(botUrl = 'http://127.0.0.1:9/') {
  const host = spawn(process.env.JUDGE_HOST, [botUrl], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: host.stdout }), 'line');
  const { url, bot_token: token, signing_secret: signingSecret } = JSON.parse(line);

  const read = async (response) => {
    const body = await response.json();
    if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(body)}`);
    return body;
  };
  const look = async (path) => read(await fetch(`${url}/sandbox/${path}`));
  const order = async (path, body) => read(await fetch(`${url}/sandbox/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }));
  return {
    url,
    token,
    signingSecret,
    look,
    order,
    /** Plays an action and waits for what became of it. */
    play: async (path, body) => look(`exchanges/${(await order(path, body)).exchange}?wait=1`),
    /** What a member sees after a time stamp, as soon as there is something. */
    seen: async (user, after = '') => (await look(`messages?user=${user}&after=${after}&wait=1`)).messages,
    stop: async () => {
      host.stdin.end();
      await once(host, 'exit');
    },
  };
}

export const text = (words) => ({ type: 'plain_text', text: words });

export const modal = (title, blocks) => ({
  type: 'modal',
  callback_id: 'judged',
  title: text(title),
  submit: text('Send'),
  blocks,
});

export const input = (blockId) => ({
  type: 'input',
  block_id: blockId,
  label: text(blockId),
  element: { type: 'plain_text_input', action_id: 'value' },
});
