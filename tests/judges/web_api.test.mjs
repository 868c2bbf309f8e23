// Judge: @slack/web-api calls every method the bot uses and reads the answers with its own code.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ErrorCode, LogLevel, WebClient } from '@slack/web-api';
import { input, modal, startSandbox } from './sandbox.mjs';

let sandbox;
let client;

before(async () => {
  sandbox = await startSandbox();
  client = connect();
});
after(() => sandbox.stop());

const connect = (token = sandbox.token, options = {}) => new WebClient(token, {
  slackApiUrl: `${sandbox.url}/api/`,
  logLevel: LogLevel.ERROR,
  retryConfig: { retries: 0 },
  ...options,
});

const refusedAs = (name) => (failure) => {
  assert.equal(failure.code, ErrorCode.PlatformError);
  assert.equal(failure.data.error, name);
  return true;
};

const triggerOf = async (user) => (await sandbox.order('handles', { user })).trigger_id;

test('auth.test names the app, wrong and missing tokens are refused', async () => {
  const me = await client.auth.test();
  assert.equal(me.user_id, 'U0BOT');
  assert.ok(me.team_id && me.bot_id && me.url);
  assert.ok(me.response_metadata.scopes.includes('chat:write'));
  await assert.rejects(connect('xoxb-wrong').auth.test(), refusedAs('invalid_auth'));
  await assert.rejects(connect('').auth.test(), refusedAs('not_authed'));
});

test('chat.postMessage, chat.update, chat.getPermalink and chat.delete work on one message', async () => {
  const posted = await client.chat.postMessage({
    channel: 'C0INTEL',
    text: 'old & <new>',
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'x', verbatim: true } }],
    unfurl_links: false,
    unfurl_media: false,
  });
  assert.match(posted.ts, /^\d{10}\.\d{6}$/);
  assert.equal(posted.message.text, 'old & <new>');
  assert.ok(posted.message.blocks[0].block_id);
  const changed = await client.chat.update({ channel: posted.channel, ts: posted.ts, text: 'new', blocks: [] });
  assert.equal(changed.text, 'new');
  const link = await client.chat.getPermalink({ channel: posted.channel, message_ts: posted.ts });
  assert.match(link.permalink, /\/archives\/C0INTEL\/p\d{16}$/);
  await client.chat.delete({ channel: posted.channel, ts: posted.ts });
  await assert.rejects(client.chat.update({ channel: posted.channel, ts: posted.ts, text: 'x' }), refusedAs('message_not_found'));
});

test('chat.postEphemeral reaches one member, and only where both are', async () => {
  const { message_ts: ts } = await client.chat.postEphemeral({ channel: 'C0INTEL', user: 'U0ANA', text: 'for ana' });
  const [seen] = (await sandbox.seen('U0ANA')).filter((m) => m.ts === ts);
  assert.equal(seen.is_ephemeral, true);
  assert.equal((await sandbox.look('messages?user=U0BEN')).messages.length, 0);
  const to = (channel, user) => client.chat.postEphemeral({ channel, user, text: 'x' });
  await assert.rejects(to('C0INTEL', 'U0GUS'), refusedAs('user_not_in_channel'));
  await assert.rejects(to('C0OUTSIDE', 'U0ANA'), refusedAs('not_in_channel'));
  await assert.rejects(to('C0SECRET', 'U0ANA'), refusedAs('channel_not_found'));
});

test('broken blocks come back with a pointer', async () => {
  await assert.rejects(
    client.chat.postMessage({ channel: 'C0INTEL', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] }),
    (failure) => {
      refusedAs('invalid_blocks')(failure);
      assert.match(failure.data.response_metadata.messages[0], /json-pointer:\/blocks\/0\/text\/text/);
      return true;
    },
  );
  await assert.rejects(client.chat.postMessage({ channel: 'C0INTEL', text: '' }), refusedAs('no_text'));
});

test('views open once, push three deep, and update by hash', async () => {
  const trigger = await triggerOf('U0ANA');
  const { view } = await client.views.open({ trigger_id: trigger, view: modal('First', [input('a')]) });
  assert.equal(view.type, 'modal');
  assert.deepEqual(view.state.values, {});
  await assert.rejects(client.views.open({ trigger_id: trigger, view: modal('Again', [input('a')]) }), refusedAs('exchanged_trigger_id'));
  await assert.rejects(client.views.open({ trigger_id: '1.2.3', view: modal('Never', [input('a')]) }), refusedAs('invalid_trigger_id'));
  for (const title of ['Second', 'Third']) {
    const pushed = await client.views.push({ trigger_id: await triggerOf('U0ANA'), view: modal(title, [input('a')]) });
    assert.equal(pushed.view.root_view_id, view.id);
  }
  await assert.rejects(
    client.views.push({ trigger_id: await triggerOf('U0ANA'), view: modal('Fourth', [input('a')]) }),
    refusedAs('push_limit_reached'),
  );
  const updated = await client.views.update({ view_id: view.id, hash: view.hash, view: modal('Changed', [input('a')]) });
  assert.notEqual(updated.view.hash, view.hash);
  await assert.rejects(
    client.views.update({ view_id: view.id, hash: view.hash, view: modal('Late', [input('a')]) }),
    refusedAs('hash_conflict'),
  );
  await assert.rejects(client.views.update({ view_id: 'V0NONE', view: modal('None', [input('a')]) }), refusedAs('not_found'));
});

test('views.publish shows a home tab', async () => {
  const home = { type: 'home', blocks: [{ type: 'divider' }] };
  const { view } = await client.views.publish({ user_id: 'U0ANA', view: home });
  assert.equal(view.type, 'home');
  assert.equal((await sandbox.look('home?user=U0ANA')).view.id, view.id);
});

test('conversations and users are looked up', async () => {
  const { channel } = await client.conversations.open({ users: 'U0ANA' });
  assert.match(channel.id, /^D/);
  assert.equal((await client.conversations.open({ users: 'U0ANA' })).already_open, true);
  assert.equal((await client.chat.postMessage({ channel: channel.id, text: 'hello' })).channel, channel.id);
  assert.equal((await client.conversations.info({ channel: 'C0OUTSIDE' })).channel.is_member, false);
  assert.equal((await client.users.info({ user: 'U0GUS' })).user.is_restricted, true);
  await assert.rejects(client.users.info({ user: 'U0NONE' }), refusedAs('user_not_found'));
});

test('a rate limit is obeyed, then reported when retries are off', async () => {
  await sandbox.order('faults', { method: 'auth.test', retry_after: 1 });
  const started = Date.now();
  await connect(sandbox.token, { retryConfig: { retries: 1, minTimeout: 1 } }).auth.test();
  assert.ok(Date.now() - started >= 1000);
  await sandbox.order('faults', { method: 'auth.test', retry_after: 30 });
  await assert.rejects(connect(sandbox.token, { rejectRateLimitedCalls: true }).auth.test(), (failure) => {
    assert.equal(failure.code, ErrorCode.RateLimitedError);
    assert.equal(failure.retryAfter, 30);
    return true;
  });
});

test('an HTTP failure is one to the client too', async () => {
  await sandbox.order('faults', { method: 'auth.test', status: 503 });
  await assert.rejects(client.auth.test(), (failure) => {
    assert.equal(failure.code, ErrorCode.HTTPError);
    assert.equal(failure.statusCode, 503);
    return true;
  });
});

test('every call was recorded, without the token', async () => {
  const { calls } = await sandbox.look('calls?method=chat.postMessage');
  assert.ok(calls.length >= 4);
  assert.equal(JSON.stringify(calls).includes(sandbox.token), false);
});
