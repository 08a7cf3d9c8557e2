/** An OpenTelemetry collector for tests: takes spans over HTTP, as protobuf or JSON, and shows them. */

import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** `''`: it begins its trace. */
  readonly parentId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Names of its events. */
  readonly events: readonly string[];
  readonly isError: boolean;
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface TestCollector {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Everything that was sent, readable as text where it is text. */
  payload(): string;
  readonly headers: readonly IncomingMessage['headers'][];
  close(): Promise<void>;
}

/** @param hangs takes what is sent and never answers */
export async function startCollector(hangs = false): Promise<TestCollector> {
  const spans: ReceivedSpan[] = [];
  const bodies: Buffer[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      bodies.push(body);
      headers.push(request.headers);
      const isJson = request.headers['content-type'] === 'application/json';
      if (request.url === '/v1/traces') spans.push(...(isJson ? fromJson(body) : fromProtobuf(body)));
      if (!hangs)
        response.writeHead(200, { 'content-type': request.headers['content-type'] ?? '' }).end(isJson ? '{}' : '');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    payload: () => bodies.map(String).join('\n'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface JsonValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}
interface JsonAttribute {
  readonly key: string;
  readonly value: JsonValue;
}
interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes?: readonly JsonAttribute[];
  readonly events?: readonly { readonly name: string }[];
  readonly status?: { readonly code?: number };
}
interface JsonRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly JsonAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly JsonSpan[] }[];
  }[];
}

const STATUS_ERROR = 2;

function fromJson(body: Buffer): ReceivedSpan[] {
  const { resourceSpans } = JSON.parse(String(body)) as JsonRequest;
  const read = (list: readonly JsonAttribute[] = []): Record<string, unknown> =>
    Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ traceId, spanId, parentSpanId = '', name, attributes, events = [], status }) => ({
        traceId,
        spanId,
        parentId: parentSpanId,
        name,
        attributes: read(attributes),
        events: events.map((event) => event.name),
        isError: status?.code === STATUS_ERROR,
        resource: read(resource.attributes),
      })),
  );
}

/** Numbers of fields as in opentelemetry-proto: trace/v1/trace.proto, common/v1/common.proto, resource/v1/resource.proto. */
function fromProtobuf(body: Buffer): ReceivedSpan[] {
  return fields(body)
    .bytes(1)
    .flatMap((resourceSpans) => {
      const [resource = Buffer.alloc(0)] = fields(resourceSpans).bytes(1);
      const spans = fields(resourceSpans)
        .bytes(2)
        .flatMap((scope) => fields(scope).bytes(2));
      return spans.map((span) => {
        const field = fields(span);
        const [status = Buffer.alloc(0)] = field.bytes(15);
        return {
          traceId: field.bytes(1)[0]?.toString('hex') ?? '',
          spanId: field.bytes(2)[0]?.toString('hex') ?? '',
          parentId: field.bytes(4)[0]?.toString('hex') ?? '',
          name: String(field.bytes(5)[0]),
          attributes: readAttributes(field.bytes(9)),
          events: field.bytes(11).map((event) => String(fields(event).bytes(2)[0])),
          isError: fields(status).numbers(3)[0] === BigInt(STATUS_ERROR),
          resource: readAttributes(fields(resource).bytes(1)),
        };
      });
    });
}

function readAttributes(list: readonly Buffer[]): Record<string, unknown> {
  return Object.fromEntries(
    list.map((attribute) => {
      const [key, value = Buffer.alloc(0)] = [fields(attribute).bytes(1)[0], fields(attribute).bytes(2)[0]];
      const text = fields(value).bytes(1)[0];
      const number = fields(value).numbers(3)[0];
      return [String(key), text === undefined ? Number(number ?? fields(value).numbers(2)[0]) : String(text)];
    }),
  );
}

interface Fields {
  bytes(number: number): readonly Buffer[];
  numbers(number: number): readonly bigint[];
}

/** One message of protobuf's wire format. */
function fields(message: Buffer): Fields {
  const found: { readonly number: number; readonly value: Buffer | bigint }[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => message.subarray(at, (at += length));
  while (at < message.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const value = wire === 0 ? varint() : take(wire === 2 ? Number(varint()) : wire === 1 ? 8 : 4);
    found.push({ number: tag >> 3, value });
  }
  const of = (number: number): readonly (Buffer | bigint)[] =>
    found.filter((field) => field.number === number).map(({ value }) => value);
  return {
    bytes: (number) => of(number).filter((value) => typeof value !== 'bigint'),
    numbers: (number) => of(number).filter((value) => typeof value === 'bigint'),
  };
}
