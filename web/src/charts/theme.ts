/**
 * The colours of the theme as a canvas needs them. CSS variables hold light-dark() pairs, which only a painted property
 * resolves: so each is put on a hidden element and read back.
 */
export interface ChartTheme {
  text: string;
  quiet: string;
  line: string;
  lineStrong: string;
  surface: string;
  raised: string;
  font: string;
  /** The colour of a CSS variable, such as `--input`. */
  colour: (variable: string) => string;
}

/** Read the theme as it is on screen now. */
export function readTheme(): ChartTheme {
  const probe = document.createElement('span');
  const found = new Map<string, string>();
  const colour = (variable: string): string => {
    const known = found.get(variable);
    if (known !== undefined) return known;
    probe.style.color = `var(${variable})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    found.set(variable, value);
    return value;
  };
  return {
    text: colour('--text'),
    quiet: colour('--quiet'),
    line: colour('--line'),
    lineStrong: colour('--line-strong'),
    surface: colour('--surface'),
    raised: colour('--raised'),
    font: getComputedStyle(document.body).fontFamily,
    colour,
  };
}
