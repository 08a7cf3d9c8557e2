import { describe, expect, it } from 'vitest';
import { addRepeats, describeLate, describeRun, describeStillborn } from '../../src/notify/message.js';
import { renderHtml, renderSlack, renderText, renderWebhook } from '../../src/notify/render.js';
import { buildRowOutcomes, buildSummary } from '../run/build.js';
import { AT, buildRun } from './builders.js';

describe('the message of a run', () => {
  it('that waits says what would change and what to type', () => {
    const run = buildRun({ status: 'awaiting-approval', message: 'The job wants a person to look at each plan.' });
    const link = 'https://ops.example/{job}/runs/{run}';
    expect(describeRun('awaiting-approval', run, AT, [], link)).toMatchObject({
      title: 'crm: run 7 waits for approval',
      text: 'The job wants a person to look at each plan.',
      numbers: { 'rows': 50, 'changes': 44, 'to create': 12, 'to update': 30, 'to archive': 2, 'rejected': 3 },
      next: expect.arrayContaining([expect.stringContaining('`ninja-sync approve 7`')]),
      link: 'https://ops.example/crm/runs/7',
    });
  });

  it('that crosses a limit says which, and the command that allows it', () => {
    const guards = [
      { guard: 'archive', ok: false, measured: 205, limit: 50, message: '205 of 500 clients would be archived.' },
      { guard: 'rows', ok: true, measured: 1, limit: 2, message: 'All rows are there.' },
    ];
    const run = buildRun({ status: 'breached', summary: buildSummary({ guards }), message: 'It says less.' });
    const message = describeRun('breached', run, AT, [], null);
    expect(message.text).toBe('205 of 500 clients would be archived.');
    expect(message.next[0]).toContain('ninja-sync approve 7 --allow archive');
  });

  it('that failed before it sent anything says why, with addresses and numbers of people masked', () => {
    const message = 'No file matches "exports/jane@acme.example.csv"; call +49 170 1234567.';
    const run = buildRun({ status: 'failed', summary: null, message });
    const { text, next } = describeRun('failed', run, AT, [], null);
    expect(text).toBe('No file matches "exports/j***@acme.example.csv"; call ***67.');
    expect(next).toEqual(['When the cause is gone, a worker goes on with it: `ninja-sync resume 7`.']);
  });

  it.each([
    [buildRowOutcomes({ failed: 4 }), 'done'],
    [buildRowOutcomes({ failed: 4 }), 'failed'],
    [buildRowOutcomes(), 'failed'],
  ] as const)('that failed at a client does not say which one', (rowOutcomes, status) => {
    const message =
      'Of the changes that go first, the update of Jane Doe is not as it was meant: the rest was not sent. Jane Doe has no e-mail';
    const told = describeRun('failed', buildRun({ status, rowOutcomes, message }), AT, [], null);
    for (const text of [renderWebhook(told, 1), renderSlack(told), renderText(told), renderHtml(told)]) {
      expect(text).not.toContain('Jane');
      expect(text).toContain('ninja-sync show 7');
    }
  });

  it('that lost its target in the middle says so', () => {
    const rowOutcomes = buildRowOutcomes({ failed: 0, rejected: 3 });
    const run = buildRun({ status: 'failed', rowOutcomes, message: 'The server does not answer.' });
    expect(describeRun('failed', run, AT, [], null).text).toBe('The server does not answer.');
  });

  it('is told with the number of its repeats', () => {
    const message = describeStillborn('crm', AT, 'No file.', null);
    expect(addRepeats(message, 1)).toBe(message);
    expect(addRepeats(message, 59)).toMatchObject({
      title: 'crm: no run could begin (59 times)',
      text: 'This is the last of 59 times since it was told before. No file.',
    });
  });
});

describe('a late export', () => {
  it('is told with the time of the last one', () => {
    const missed = { at: AT, expected: 'by 06:00 UTC', last: '2026-03-01T05:58:00.000Z' };
    expect(describeLate('crm', missed, 'https://ops.example/runs/{run}')).toMatchObject({
      title: 'crm: the export did not come in time',
      text: 'It was expected by 06:00 UTC. The last one came on 2026-03-01 05:58 UTC.',
      // There is no run that it could lead to.
      link: null,
    });
  });
});

describe('the forms of a message', () => {
  const message = describeStillborn('crm', AT, 'No file "<!channel> @here & <b>.csv".', null);

  it('call nobody in Slack, and say all in the text for those who know no blocks', () => {
    const body = JSON.parse(renderSlack(message)) as { text: string; blocks: readonly { text: { text: string } }[] };
    expect(body.text).toBe('*crm: no run could begin*\nNo file "&lt;!channel&gt; @\u200Bhere &amp; &lt;b&gt;.csv".');
    expect(body.blocks.map(({ text }) => text.text)).toEqual(['crm: no run could begin', body.text.split('\n')[1]]);
  });

  it('lead nobody elsewhere in Mattermost and Discord', () => {
    const name = 'No file "[acme.csv](https://evil.example)".';
    expect(renderSlack(describeStillborn('crm', AT, name, null))).not.toContain('](');
  });

  it('are as short as Slack and Discord want them', () => {
    const next = Array.from({ length: 30 }, () => '&'.repeat(100));
    const long = { ...message, title: 'x'.repeat(400), next };
    const body = JSON.parse(renderSlack(long)) as { text: string; blocks: readonly { text: { text: string } }[] };
    expect(body.text).toHaveLength(2000);
    expect(body.blocks.map(({ text }) => text.text.length)).toEqual([150, 3000]);
  });

  it('are no HTML but ours', () => {
    expect(renderHtml(message)).toContain('&lt;!channel&gt; @here &amp; &lt;b&gt;.csv');
  });

  it('are JSON with type, time and data for machines', () => {
    expect(JSON.parse(renderWebhook(message, 3))).toMatchObject({
      type: 'run.failed',
      timestamp: AT,
      data: { job: 'crm', run: null, count: 3, title: 'crm: no run could begin' },
    });
  });
});
