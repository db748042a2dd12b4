"""The look of an HTML transcript: dark and light are equals, and follow what the reader's system asks for."""

STYLE = """
:root {
  color-scheme: light dark;
  --page: #ffffff; --raised: #f6f7f9; --line: #d9dde3; --text: #1b1f24; --quiet: #59636e;
  --user: #0b7285; --agent: #7c3aed; --failed: #c92a2a; --added: #2b6e2f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101215; --raised: #181b20; --line: #2c3138; --text: #e4e7eb; --quiet: #9aa4b0;
    --user: #22d3ee; --agent: #c084fc; --failed: #ff8787; --added: #69db7c;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 16px 64px; max-width: 960px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 12px; font-size: 20px; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; font-size: 13px; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
section { margin-top: 16px; padding-top: 12px; border-top: 1px solid var(--line); }
h2, summary { margin: 0 0 4px; font-size: 13px; font-weight: 400; color: var(--quiet); }
summary { cursor: pointer; }
.who { font-weight: 600; color: var(--text); }
.user .who { color: var(--user); }
.assistant .who { color: var(--agent); }
.error .who { color: var(--failed); }
.when { float: right; color: var(--quiet); text-decoration: none; font-variant-numeric: tabular-nums; }
.words { white-space: pre-wrap; overflow-wrap: anywhere; }
pre { margin: 8px 0; padding: 8px 12px; overflow-x: auto; background: var(--raised); border: 1px solid var(--line);
  border-radius: 4px; font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.file { margin-top: 8px; font: 600 13px ui-monospace, monospace; overflow-wrap: anywhere; }
ins { color: var(--added); text-decoration: none; }
del { color: var(--failed); text-decoration: none; }
.thinking .words { color: var(--quiet); }
section:target { outline: 2px solid var(--user); outline-offset: 4px; }
@media print { details:not([open]) { display: none; } }
"""
