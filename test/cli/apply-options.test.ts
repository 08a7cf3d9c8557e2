/** The options of the commands that send changes. */

import { describe, expect, it } from 'vitest';
import { readSendOptions } from '../../src/cli/apply-options.js';

describe('the options of a push', () => {
  it.each([
    [{}, { allow: [], waitMs: 0, patienceMs: 600_000 }],
    [
      { allow: ['archive'], wait: '30s', patience: '1h30m' },
      { allow: ['archive'], waitMs: 30_000, patienceMs: 5_400_000 },
    ],
    [
      { wait: '7d', patience: '0s' },
      { allow: [], waitMs: 604_800_000, patienceMs: 0 },
    ],
  ])('%j', (options, expected) => {
    expect(readSendOptions(options)).toEqual(expected);
  });

  it.each([[{ wait: 'soon' }], [{ wait: '10' }], [{ patience: '-1s' }], [{ patience: '8d' }], [{ wait: '' }]])(
    '%j is refused with what would be right',
    (options) => {
      const [name = ''] = Object.keys(options);
      expect(() => readSendOptions(options)).toThrow(
        expect.objectContaining({
          code: 'usage',
          message: expect.stringContaining(`--${name} "`),
          hint: expect.stringContaining('30s'),
        }),
      );
    },
  );
});
