import { describe, expect, it } from 'vitest';
import type { PrometheusChosen } from '../../api/schema.d.ts';
import { changeOf, formOf, isChanged, isKept, isSameServer } from './settings.ts';

const chosen: PrometheusChosen = {
  url: 'https://mine.example/prometheus',
  username: '',
  has_token: true,
  has_password: false,
  ca_file: '',
  timeout_seconds: 10,
  delta: false,
  settings_file: '/home/me/.dashcam/settings.toml',
};

describe('the form of the Prometheus server', () => {
  it('shows what is set and no secret; as it is it keeps everything', () => {
    const form = formOf(chosen);
    expect(form).toMatchObject({ credentials: 'token', token: '', timeout: '10' });
    expect(changeOf(form)).toEqual({ url: chosen.url, username: '', token: null, password: '', ca_file: '', timeout_seconds: 10, delta: false });
    expect(isChanged(form, chosen)).toBe(false);
  });
  it('has changed as soon as a secret is written', () => {
    const form = { ...formOf(chosen), token: ' new ' };
    expect(changeOf(form).token).toBe('new');
    expect(isChanged(form, chosen)).toBe(true);
  });
  it('takes away the secrets of the credentials that are not chosen', () => {
    const form = { ...formOf(chosen), credentials: 'password' as const, token: 'left over', username: ' me ', password: ' a b ' };
    expect(changeOf(form)).toMatchObject({ token: '', username: 'me', password: ' a b ' });
    expect(changeOf({ ...form, credentials: 'none' })).toMatchObject({ token: '', username: '', password: '' });
  });
  it('keeps a secret for the server that it was given for', () => {
    const form = formOf(chosen);
    expect(isKept('token', { ...form, url: 'https://mine.example/elsewhere' }, chosen)).toBe(true);
    expect(isKept('token', { ...form, url: 'https://other.example' }, chosen)).toBe(false);
    expect(isKept('password', form, chosen)).toBe(false);
  });
});

describe('a server', () => {
  it('is the same one where scheme, name and port are', () => {
    expect(isSameServer('http://A.example:9090/x', ' http://a.example:9090')).toBe(true);
    for (const other of ['https://a.example:9090', 'http://a.example', 'http://a.example:9091', '']) {
      expect(isSameServer('http://a.example:9090', other)).toBe(false);
    }
    expect(isSameServer('', '')).toBe(false);
  });
});
