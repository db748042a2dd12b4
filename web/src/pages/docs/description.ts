/**
 * The OpenAPI document as the page shows it: routes in groups, parameters as rows, shapes as trees.
 *
 * Only what this server's schema uses is read: references, lists, objects, unions with null, enums and pairs.
 */
import { groupBy } from '../../lib/group.ts';

export interface Schema {
  $ref?: string;
  type?: string;
  description?: string;
  title?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  items?: Schema;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
}

export interface Parameter {
  name: string;
  in: 'query' | 'path' | 'header' | 'cookie';
  required?: boolean;
  description?: string;
  schema: Schema;
}

type Content = Record<string, { schema?: Schema }>;

export interface Operation {
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { description?: string; content?: Content }>;
}

export interface OpenApi {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** One route, and all that the page says of it. */
export interface Route {
  /** METHOD /path: what it is known by, also in the address of the page. */
  id: string;
  method: string;
  path: string;
  group: string;
  operation: Operation;
}

/** A part of a shape: its name, its type in words, and what it is made of. */
export interface Node {
  name: string;
  type: string;
  description: string;
  optional: boolean;
  /** Looked up when it is opened, since a shape may hold itself. */
  children: () => Node[];
  hasChildren: boolean;
}

export type Schemas = Record<string, Schema>;

/** List the routes by group, in the order of the document. */
export function routesOf(document: OpenApi): Route[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const name = method.toUpperCase();
      return { id: `${name} ${path}`, method: name, path, group: groupOf(path), operation };
    }),
  );
}

/** Routes by what they are about; those that are alone stand together at the end. */
export function groupsOf(routes: readonly Route[]): [string, Route[]][] {
  const groups = [...groupBy(routes, ({ group }) => group)];
  const alone = groups.filter(([, members]) => members.length === 1).flatMap(([, members]) => members);
  const several = groups.filter(([, members]) => members.length > 1);
  return alone.length ? [...several, ['More', alone]] : several;
}

/** The routes whose path, method or words hold every word of a text. */
export function matching(routes: readonly Route[], text: string): Route[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return routes.filter(({ id, operation }) => {
    const parameters = (operation.parameters ?? []).map(({ name }) => name).join(' ');
    const held = `${id} ${operation.summary ?? ''} ${operation.description ?? ''} ${parameters}`.toLowerCase();
    return words.every((word) => held.includes(word));
  });
}

/** The shape of what a route answers when all went well, its media type, and its status. */
export function answerOf(operation: Operation): { status: string; media: string; schema: Schema } | null {
  const found = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
  const content = Object.entries(found?.[1].content ?? {})[0];
  return found && content ? { status: found[0], media: content[0], schema: content[1].schema ?? {} } : null;
}

/** The shape of what a route is sent. */
export function bodyOf(operation: Operation): Schema | null {
  return Object.values(operation.requestBody?.content ?? {})[0]?.schema ?? null;
}

/** The parts of a shape: the fields of an object, or of what a list holds. */
export function partsOf(schema: Schema, schemas: Schemas): Node[] {
  const whole = object(schema, schemas);
  if (!whole) return [];
  const required = new Set(whole.required ?? []);
  const named = Object.entries(whole.properties ?? {}).map(([name, part]) => node(name, part, schemas, !required.has(name)));
  const rest = whole.additionalProperties;
  return typeof rest === 'object' ? [...named, node('(any name)', rest, schemas, true)] : named;
}

/** A type in words: text, list of SessionAnswer, number or null. */
export function typeOf(schema: Schema, schemas: Schemas): string {
  const one = single(schema);
  if (one.$ref) return refName(one.$ref);
  if (one.enum) return one.enum.map((value) => (value === null ? 'null' : String(value))).join(' | ');
  if (one.const !== undefined) return String(one.const);
  const choices = one.oneOf ?? one.anyOf;
  if (choices) return choices.map((choice) => typeOf(choice, schemas)).join(' or ');
  if (one.prefixItems) return `(${one.prefixItems.map((part) => typeOf(part, schemas)).join(', ')})`;
  if (one.type === 'array') return `list of ${typeOf(one.items ?? {}, schemas)}`;
  if (typeof one.additionalProperties === 'object') return `object of ${typeOf(one.additionalProperties, schemas)}`;
  return one.type ?? 'anything';
}

/** What may be said of a parameter beside its type: its default and its limits. */
export function limitsOf(schema: Schema): string {
  const said: string[] = [];
  const { default: usual, minimum, maximum } = single(schema);
  if (usual !== undefined && usual !== null && usual !== '') said.push(`default ${String(usual)}`);
  if (minimum !== undefined && maximum !== undefined) said.push(`${minimum} to ${maximum}`);
  else if (minimum !== undefined) said.push(`at least ${minimum}`);
  else if (maximum !== undefined) said.push(`at most ${maximum}`);
  return said.join(', ');
}

/** The address of a request: the path with its parameters, and the query that was written. */
export function addressOf(route: Route, values: Record<string, string>): string {
  const query = new URLSearchParams();
  let path = route.path;
  for (const { name, in: place } of route.operation.parameters ?? []) {
    const value = values[name]?.trim() ?? '';
    if (place === 'path') path = path.replace(`{${name}}`, value ? encodeURIComponent(value) : `{${name}}`);
    else if (place === 'query' && value) query.append(name, value);
  }
  const words = query.toString();
  return words ? `${path}?${words}` : path;
}

/** The parameters that must be given and are not yet. */
export function missingOf(route: Route, values: Record<string, string>): string[] {
  return (route.operation.parameters ?? []).filter(({ name, required }) => required && !values[name]?.trim()).map(({ name }) => name);
}

function node(name: string, schema: Schema, schemas: Schemas, optional: boolean): Node {
  const whole = object(schema, schemas);
  return {
    name,
    type: typeOf(schema, schemas),
    description: schema.description ?? '',
    optional,
    hasChildren: Boolean(whole?.properties && Object.keys(whole.properties).length) || typeof whole?.additionalProperties === 'object' && object(whole.additionalProperties, schemas) !== null,
    children: () => partsOf(schema, schemas),
  };
}

/** The object that a shape is, refers to, lists, or may be; null where there is none. */
function object(schema: Schema, schemas: Schemas): Schema | null {
  const one = single(schema);
  if (one.$ref) return object(schemas[refName(one.$ref)] ?? {}, schemas);
  if (one.items) return object(one.items, schemas);
  for (const choice of one.oneOf ?? one.anyOf ?? []) {
    const found = object(choice, schemas);
    if (found) return found;
  }
  return one.properties || typeof one.additionalProperties === 'object' ? one : null;
}

/** Unwrap what is wrapped only to carry a description. */
function single(schema: Schema): Schema {
  return schema.allOf?.length === 1 ? single(schema.allOf[0]!) : schema;
}

function refName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** What a path is about: the word after /api. */
function groupOf(path: string): string {
  const word = path.split('/').filter(Boolean)[1] ?? '';
  return word.charAt(0).toUpperCase() + word.slice(1);
}
