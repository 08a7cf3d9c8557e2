/** The tags of a name go exactly as PHP's strip_tags takes them out, since the server does so after us. */

import { describe, expect, it } from 'vitest';
import { stripTags } from '../../../src/mapping/normalise/html.js';

describe('stripTags', () => {
  it.each([
    ['no tag', 'Müller & Söhne', 'Müller & Söhne'],
    ['a pair of tags', 'Full <b>Bold</b> & Söhne', 'Full Bold & Söhne'],
    ['a script keeps its text', '<script>alert(1)</script>x', 'alert(1)x'],
    ['a word in angle brackets', 'Foo <Bar> GmbH', 'Foo  GmbH'],
    ['a comment', 'a<!-- <b>hidden</b> -->b', 'ab'],
    ['a comment with a quote', "a<!-- don't -->b", 'ab'],
    ['a doctype', '<!DOCTYPE html>a', 'a'],
    ['PHP code', 'a<?php echo (1 > 0); ?>b', 'ab'],
    ['an XML declaration', '<?xml version="1.0"?>a', 'a'],
    ['a lone < before a blank', 'a < b', 'a < b'],
    ['a lone < before a letter takes the rest with it', 'a <b', 'a '],
    ['a < at the end', 'a <', 'a '],
    ['a lone >', 'a > b', 'a > b'],
    ['a quoted > inside a tag', '<a title=">">b</a>', 'b'],
    ['a tag inside a tag', '<<b>script>x', 'x'],
    ['entities stay', 'A &amp; B &lt;c&gt;', 'A &amp; B &lt;c&gt;'],
    ['a number in angle brackets', '5 <3 hearts', '5 '],
  ])('%s', (_, text, stripped) => {
    expect(stripTags(text)).toBe(stripped);
  });
});
