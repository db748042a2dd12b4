/** The doctor's report as plain text, to be pasted where one asks for help. */
import type { Finding } from '../../api/schema.d.ts';

/** Write findings as `dashcam doctor` lists them: level, topic and what; examples and the next step below. */
export function reportText(findings: readonly Finding[]): string {
  return findings
    .map(({ level, topic, what, examples, next }) =>
      [`${level}  ${topic}: ${what}`, ...(examples ?? []).filter(Boolean).map((one) => `    ${one}`), ...(next ? [`  -> ${next}`] : [])].join('\n'),
    )
    .join('\n');
}
