/** Sizes of files as people write them: `200 MB`, `2 GB`. */

const UNIT_BYTES: Readonly<Record<string, number>> = { kb: 1000, mb: 1000 ** 2, gb: 1000 ** 3 };

/** Bytes; `null` for anything else. */
export function parseSize(text: string): number | null {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?(kb|mb|gb)$/i.exec(text.trim()) ?? [];
  return amount === undefined ? null : Math.round(Number(amount) * (UNIT_BYTES[unit.toLowerCase()] ?? 0));
}

/** `1.2 GB`, `340 MB`, `12 kB`. */
export function showSize(bytes: number): string {
  for (const [unit, name] of [
    [1000 ** 3, 'GB'],
    [1000 ** 2, 'MB'],
  ] as const)
    if (bytes >= unit) return `${Math.round((bytes / unit) * 10) / 10} ${name}`;
  return `${Math.ceil(bytes / 1000)} kB`;
}
