import { describe, expect, it } from 'vitest';
import { addressOf, answerOf, groupsOf, limitsOf, matching, missingOf, partsOf, routesOf, typeOf, type OpenApi, type Schemas } from './description.ts';

const DOCUMENT: OpenApi = {
  info: { title: 'dashcam', version: '1' },
  paths: {
    '/api/sessions/{session_id}': {
      get: {
        summary: 'One session',
        parameters: [
          { name: 'session_id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'tz', in: 'query', schema: { type: 'string', default: '' }, description: 'Time zone.' },
        ],
        responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Session' } } } }, default: {} },
      },
    },
    '/api/scan': { post: { summary: 'Read', responses: { 202: { content: { 'application/json': { schema: {} } } } } } },
  },
};
const SCHEMAS: Schemas = {
  Session: {
    type: 'object',
    required: ['id'],
    properties: {
      id: { type: 'string', description: 'Its name.' },
      cost: { oneOf: [{ type: 'number' }, { type: 'null' }] },
      children: { type: 'array', items: { $ref: '#/components/schemas/Session' } },
      totals: { type: 'object', additionalProperties: { type: 'integer' } },
      marks: { type: 'array', items: { prefixItems: [{ type: 'integer' }, { type: 'integer' }] } },
      work: { allOf: [{ $ref: '#/components/schemas/Work' }], description: 'What goes on.' },
      level: { enum: ['ok', 'broken'] },
    },
  },
  Work: { type: 'object', properties: { doing: { type: 'string' } } },
};

describe('routes', () => {
  const routes = routesOf(DOCUMENT);
  it('are known by method and path and grouped by what they are about', () => {
    expect(routes.map(({ id, group }) => [id, group])).toEqual([
      ['GET /api/sessions/{session_id}', 'Sessions'],
      ['POST /api/scan', 'Scan'],
    ]);
  });
  it('that are alone stand together at the end', () => {
    const [first, second] = [{ ...routes[0]!, id: 'other' }, routes[0]!];
    expect(groupsOf([routes[1]!, first, second]).map(([group, members]) => [group, members.length])).toEqual([
      ['Sessions', 2],
      ['More', 1],
    ]);
  });
  it('are found by any of their words, parameters too', () => {
    expect(['one get', 'tz', 'post', 'nothing'].map((text) => matching(routes, text).map(({ method }) => method).join())).toEqual(['GET', 'GET', 'POST', '']);
  });
  it('make an address of what was written', () => {
    const route = routes[0]!;
    expect(missingOf(route, {})).toEqual(['session_id']);
    expect(addressOf(route, {})).toBe('/api/sessions/{session_id}');
    expect(addressOf(route, { session_id: 'a/b', tz: ' Europe/Berlin ' })).toBe('/api/sessions/a%2Fb?tz=Europe%2FBerlin');
  });
  it('say with which status they answer', () => {
    expect(answerOf(routes[1]!.operation)?.status).toBe('202');
    expect(answerOf(routes[0]!.operation)?.media).toBe('application/json');
  });
});

describe('shapes', () => {
  const parts = partsOf({ $ref: '#/components/schemas/Session' }, SCHEMAS);
  it('say the type of every field in words', () => {
    expect(parts.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'id: string',
      'cost: number or null',
      'children: list of Session',
      'totals: object of integer',
      'marks: list of (integer, integer)',
      'work: Work',
      'level: ok | broken',
    ]);
    expect(parts.map(({ optional }) => optional)).toEqual([false, true, true, true, true, true, true]);
  });
  it('keep the description of a field that is wrapped for it', () => {
    const work = parts.find(({ name }) => name === 'work')!;
    expect([work.description, work.children().map(({ name }) => name)]).toEqual(['What goes on.', ['doing']]);
  });
  it('may hold themselves', () => {
    const child = parts.find(({ name }) => name === 'children')!;
    expect(child.children().map(({ name }) => name)).toEqual(parts.map(({ name }) => name));
  });
  it('open only where there is something inside', () => {
    expect(parts.filter(({ hasChildren }) => hasChildren).map(({ name }) => name)).toEqual(['children', 'work']);
  });
  it('say defaults and limits', () => {
    expect([limitsOf({ default: 50, minimum: 1, maximum: 500 }), limitsOf({ default: '' }), limitsOf({ minimum: 0 })]).toEqual(['default 50, 1 to 500', '', 'at least 0']);
    expect(typeOf({}, {})).toBe('anything');
  });
});
