/**
 * Markdown as HTML: loaded on demand, by lib/typeset.svelte.ts alone.
 *
 * The text is hostile. Raw HTML stays text, links lead to http, https and mail only and tell nobody where they were
 * clicked, images are links: nothing is fetched because somebody wrote an address into a conversation.
 */
import markdownIt, { type MarkdownIt, type Token } from 'markdown-it';
import { highlighted } from './highlight.ts';
import { visible } from './visible.ts';

const SAFE = /^(?:https?:\/\/|mailto:)/i;
const KEPT = 300;
const kept = new Map<string, string>();
const engine: MarkdownIt = build();

/** Turn Markdown into HTML. */
export function render(text: string): string {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const html = engine.render(visible(text));
  kept.set(text, html);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return html;
}

function build(): MarkdownIt {
  const made = markdownIt({ html: false, linkify: true, typographer: false, breaks: true });
  // Else parser.py and README.md would become addresses in Paraguay and Moldova.
  made.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  // Every target is taken here and judged where it is written: an address that leads nowhere stays readable.
  made.validateLink = () => true;
  const { rules, renderToken } = made.renderer;
  const plain = renderToken.bind(made.renderer);
  rules['link_open'] = (tokens, place) => opened(tokens[place]!);
  rules['link_close'] = (tokens, place) => (isSafe(openerOf(tokens, place)) ? '</a>' : '</span>');
  rules['image'] = (tokens, place) => image(tokens, place);
  rules['fence'] = (tokens, place) => code(tokens[place]!.content, tokens[place]!.info);
  rules['code_block'] = (tokens, place) => code(tokens[place]!.content, '');
  for (const rule of ['heading_open', 'heading_close']) {
    rules[rule] = (tokens, place, options) => {
      // A conversation's headings lie below those of the page.
      const token = tokens[place]!;
      token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 2)}`;
      return plain(tokens, place, options);
    };
  }
  return made;
}

function opened(token: Token): string {
  const target = String(token.attrGet('href') ?? '');
  if (isSafe(token)) return `<a href="${escaped(target)}" target="_blank" rel="noopener noreferrer" title="${escaped(target)}">`;
  return `<span class="target" title="${escaped(target)}">`;
}

function image(tokens: Token[], place: number): string {
  const token = tokens[place]!;
  const words = escaped(token.content || 'image');
  const target = String(token.attrGet('src') ?? '');
  const insideLink = openLinks(tokens, place) > 0;
  if (insideLink || !SAFE.test(target)) return `<span class="target" title="${escaped(target)}">${words}</span>`;
  return `<a href="${escaped(target)}" target="_blank" rel="noopener noreferrer" title="${escaped(target)}">${words} (image)</a>`;
}

function openLinks(tokens: Token[], place: number): number {
  return tokens.slice(0, place).reduce((open, token) => open + (token.type === 'link_open' ? 1 : token.type === 'link_close' ? -1 : 0), 0);
}

function openerOf(tokens: Token[], place: number): Token {
  let depth = 0;
  for (let at = place; at >= 0; at--) {
    if (tokens[at]!.type === 'link_close') depth += 1;
    if (tokens[at]!.type === 'link_open' && --depth === 0) return tokens[at]!;
  }
  return tokens[place]!;
}

function isSafe(token: Token): boolean {
  return SAFE.test(String(token.attrGet('href') ?? ''));
}

function code(text: string, info: string): string {
  const language = info.trim().split(/\s+/)[0]?.toLowerCase() ?? '';
  const label = language ? ` data-language="${escaped(language)}"` : '';
  return `<pre class="code"${label}><code>${highlighted(text, language) ?? escaped(text)}</code></pre>\n`;
}

function escaped(text: string): string {
  return engine.utils.escapeHtml(text);
}
