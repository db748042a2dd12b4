/** Which Prometheus server is asked, as a form holds it. Secrets are never told: an empty field keeps what is kept. */
import type { PrometheusChange, PrometheusChosen } from '../../api/schema.d.ts';
import { href } from '../../lib/route.svelte.ts';

export type Credentials = 'none' | 'token' | 'password';

export const CREDENTIALS: { name: Credentials; title: string }[] = [
  { name: 'none', title: 'None' },
  { name: 'token', title: 'Bearer token' },
  { name: 'password', title: 'Password' },
];

export interface Form {
  url: string;
  credentials: Credentials;
  token: string;
  username: string;
  password: string;
  ca_file: string;
  /** As it was written. */
  timeout: string;
  delta: boolean;
}

/** Where the settings of Prometheus are. */
export function settingsAddress(): string {
  return href('settings', {}, new URLSearchParams({ part: 'prometheus' }));
}

/** Fill the form with what is set. */
export function formOf(chosen: PrometheusChosen): Form {
  return {
    url: chosen.url,
    credentials: chosen.username ? 'password' : chosen.has_token ? 'token' : 'none',
    token: '',
    username: chosen.username,
    password: '',
    ca_file: chosen.ca_file,
    timeout: String(chosen.timeout_seconds),
    delta: chosen.delta,
  };
}

/** Make of the form what the API takes: null keeps a secret, an empty one takes it away. */
export function changeOf(form: Form): PrometheusChange {
  return {
    url: form.url.trim(),
    username: form.credentials === 'password' ? form.username.trim() : '',
    token: form.credentials === 'token' ? form.token.trim() || null : '',
    password: form.credentials === 'password' ? form.password || null : '',
    ca_file: form.ca_file.trim(),
    timeout_seconds: Number(form.timeout),
    delta: form.delta,
  };
}

/** What the API takes to ask no server any more. */
export const NO_SERVER: PrometheusChange = { url: '', username: '', ca_file: '', timeout_seconds: 10, delta: false };

/** Whether a form says something else than what is set. */
export function isChanged(form: Form, chosen: PrometheusChosen): boolean {
  return JSON.stringify(changeOf(form)) !== JSON.stringify(changeOf(formOf(chosen)));
}

/** Whether two addresses are of one server: a secret that was given for one goes to no other. */
export function isSameServer(one: string, other: string): boolean {
  const server = (address: string): string | undefined => /^https?:\/\/[^/?#]+/.exec(address.trim().toLowerCase())?.[0];
  return server(one) !== undefined && server(one) === server(other);
}

/** Whether a secret is kept that would be sent to the server of the form. */
export function isKept(secret: 'token' | 'password', form: Form, chosen: PrometheusChosen): boolean {
  return (secret === 'token' ? chosen.has_token : chosen.has_password) && isSameServer(form.url, chosen.url);
}
