// Judge: an app made with @slack/bolt answers the sandbox. Its receiver checks every signature with Slack's own code.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import bolt from '@slack/bolt';
import { input, modal, startSandbox, text } from './sandbox.mjs';

const { App, LogLevel } = bolt;
let port;
let sandbox;
let app;

/** A port that was free a moment ago: app and sandbox have to know each other's address before either starts. */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: found } = probe.address();
  probe.close();
  await once(probe, 'close');
  return found;
}

before(async () => {
  port = await freePort();
  sandbox = await startSandbox(`http://127.0.0.1:${port}/slack/events`);
  app = new App({
    token: sandbox.token,
    signingSecret: sandbox.signingSecret,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: `${sandbox.url}/api/`, retryConfig: { retries: 0 } },
  });
  script(app);
  await app.start({ port, host: '127.0.0.1' });
});
after(async () => {
  await app.stop();
  await sandbox.stop();
});

/** What the judged app does. */
function script(on) {
  on.command('/echo', async ({ ack, respond, command }) => {
    await ack('one moment');
    await respond({ text: `you said ${command.text}`, replace_original: false });
  });
  on.command('/form', async ({ ack, client, body }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: modal('Form', [input('name')]) });
  });
  on.view('judged', async ({ ack, view, body, client }) => {
    const { value } = view.state.values.name.value;
    if (value === 'wrong') {
      await ack({ response_action: 'errors', errors: { name: 'try another one' } });
      return;
    }
    await ack();
    await client.chat.postMessage({
      channel: body.user.id,
      text: `thank you ${value}`,
      blocks: [{
        type: 'actions',
        block_id: 'choices',
        elements: [{ type: 'button', action_id: 'more', text: text('More'), value: 'page 2' }],
      }],
    });
  });
  on.action('more', async ({ ack, respond, action }) => {
    await ack();
    await respond({ text: `here is ${action.value}`, replace_original: true });
  });
  on.event('app_mention', async ({ event, client }) => {
    await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: `hello <@${event.user}>` });
  });
  on.options('choice', async ({ ack, payload }) => {
    await ack({ options: [{ text: text(`after ${payload.value}`), value: 'v1' }] });
  });
  on.shortcut('look', async ({ ack, shortcut, client }) => {
    await ack();
    await client.views.open({
      trigger_id: shortcut.trigger_id,
      view: modal('Choose', [{
        type: 'input',
        block_id: 'menu',
        label: text('Menu'),
        element: { type: 'external_select', action_id: 'choice', min_query_length: 0 },
      }]),
    });
  });
}

const lastSeen = async (user) => (await sandbox.look(`messages?user=${user}`)).messages.at(-1)?.ts ?? '';

test('a signed command is acknowledged and answered through its response_url', async () => {
  const before = await lastSeen('U0ANA');
  const done = await sandbox.play('command', { user: 'U0ANA', channel: 'C0OUTSIDE', command: '/echo', text: 'a & b' });
  assert.equal(done.outcome, 'ok');
  const [first] = await sandbox.seen('U0ANA', before);
  assert.match(first.shown, /one moment|you said a & b/);
  const [second] = (await sandbox.seen('U0ANA', first.ts));
  assert.equal(first.is_ephemeral && second.is_ephemeral, true);
  assert.deepEqual([first.source, second.source].sort(), ['ack', 'response_url']);
  assert.equal((await sandbox.look('messages?user=U0BEN')).messages.length, 0);
});

test('a command without a listener fails visibly', async () => {
  const done = await sandbox.play('command', { user: 'U0BEN', channel: 'C0INTEL', command: '/nobody' });
  // Bolt answers 404 after three seconds, just when Slack stops waiting.
  assert.match(done.outcome, /^failed: http_(error|timeout)$/);
  const { messages } = await sandbox.look('messages?user=U0BEN');
  assert.match(messages.at(-1).shown, /^\/nobody failed because the app did not respond/);
});

test('a dialog is opened, corrected, accepted, and its button pressed', async () => {
  const before = await lastSeen('U0ANA');
  assert.equal((await sandbox.play('command', { user: 'U0ANA', channel: 'C0INTEL', command: '/form' })).outcome, 'ok');
  const { view } = await sandbox.look('view?user=U0ANA&wait=1');
  assert.equal(view.body.title.text, 'Form');
  await assert.rejects(sandbox.order('submit', { user: 'U0ANA', values: {} }), /required field/);
  assert.equal((await sandbox.play('submit', { user: 'U0ANA', values: { name: 'wrong' } })).outcome, 'errors');
  assert.match((await sandbox.look('view?user=U0ANA')).view.shown, /! try another one/);
  assert.equal((await sandbox.play('submit', { user: 'U0ANA', values: { name: 'ana' } })).outcome, 'closed');
  const [message] = await sandbox.seen('U0ANA', before);
  assert.equal(message.content.text, 'thank you ana');
  const posted = (await sandbox.look('calls')).calls.at(-1).sequence;
  const press = { user: 'U0ANA', channel: message.channel, ts: message.ts, action: 'more' };
  assert.equal((await sandbox.play('press', press)).outcome, 'ok');
  await sandbox.look(`calls?method=response_url&after=${posted}&wait=1`);
  const { messages } = await sandbox.look('messages?user=U0ANA');
  assert.equal(messages.find((m) => m.ts === message.ts).shown, 'here is page 2\n');
});

test('an event is delivered once the address is verified', async () => {
  assert.equal((await sandbox.play('verify', {})).outcome, 'ok');
  const said = await sandbox.order('say', { user: 'U0BEN', channel: 'C0INTEL', text: '@trustar good morning' });
  assert.equal((await sandbox.look(`exchanges/${said.exchange}?wait=1`)).outcome, 'ok');
  const [reply] = await sandbox.seen('U0BEN', said.ts);
  assert.equal(reply.shown, 'hello @ben\n');
  assert.equal(reply.thread_ts, said.ts);
});

test('a shortcut opens a dialog whose menu loads its options', async () => {
  assert.equal((await sandbox.play('shortcut', { user: 'U0BEN', callback_id: 'look' })).outcome, 'ok');
  await sandbox.look('view?user=U0BEN&wait=1');
  assert.equal((await sandbox.play('options', { user: 'U0BEN', block: 'menu', text: 'abc' })).outcome, 'options');
  assert.equal((await sandbox.look('view?user=U0BEN')).view.loaded.menu[0].text.text, 'after abc');
});

test('a request with another secret is refused by bolt', async () => {
  const body = 'command=%2Fecho&text=x';
  const refused = await fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Slack-Request-Timestamp': String(Math.floor(Date.now() / 1000)),
      'X-Slack-Signature': `v0=${'0'.repeat(64)}`,
    },
    body,
  });
  assert.equal(refused.status, 401);
});
