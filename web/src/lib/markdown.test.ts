import { expect, test } from 'vitest';
import { render } from './markdown.ts';

test('raw HTML stays text', () => {
  expect(render('<script>alert(1)</script> <img src=x onerror=alert(1)>')).not.toMatch(/<script|<img/);
});

test.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', '//evil.example', 'src/a.py'])(
  'a link to %s leads nowhere and shows where it would have led',
  (target) => {
    const html = render(`[words](<${target}>)`);
    expect(html).toContain('<span class="target"');
    expect(html).toContain('words</span>');
    expect(html).not.toContain('href');
  },
);

test('a link to the web opens elsewhere and does not tell where from', () => {
  expect(render('[words](https://example.com/a?b=c&d)')).toContain(
    '<a href="https://example.com/a?b=c&amp;d" target="_blank" rel="noopener noreferrer" title="https://example.com/a?b=c&amp;d">words</a>',
  );
});

test('an image is a link, so that nothing is fetched', () => {
  expect(render('![words](https://example.com/p.png)')).toMatch(/<a href="https:\/\/example.com\/p.png"[^>]*>words \(image\)<\/a>/);
  expect(render('![words](javascript:x)')).not.toContain('href');
});

test('an image inside a link is its words', () => {
  expect(render('[![badge](https://a.example/b.svg)](https://c.example)').match(/<a /g)).toHaveLength(1);
});

test('a title cannot break out of its attribute', () => {
  expect(render('[x](<a"onmouseover="alert(1)>)')).not.toMatch(/"onmouseover="/);
});

test('code is coloured by its language, and one that nobody knows is plain', () => {
  expect(render('```python\ndef f(): pass\n```')).toContain('<span class="hljs-keyword">def</span>');
  expect(render('```nolang"onx="1\n<b>\n```')).toBe('<pre class="code" data-language="nolang&quot;onx=&quot;1"><code>&lt;b&gt;\n</code></pre>\n');
});

test('headings lie below those of the page', () => {
  expect(render('# One\n\n#### Four')).toBe('<h3>One</h3>\n<h6>Four</h6>\n');
});

test('signs that turn the text round are visible', () => {
  expect(render('a\u202Eb')).toBe('<p>a‹U+202E›b</p>\n');
});

test('a bare address is a link, the name of a file is none', () => {
  expect(render('https://example.com/x and README.md')).toMatch(/<a href="https:\/\/example.com\/x"[^>]*>[^<]*<\/a> and README.md/);
});
