/**
 * OpenTelemetry's SDK behind `tracing.ts`. Imported when tracing is on, and only then. The standard variables (`OTEL_*`)
 * are read by the SDK itself: service name, resource attributes, headers, sampler, limits, certificates, time-outs.
 *
 * Invariant: a collector that is away, slow or wrong costs spans and nothing else. They wait in a buffer of a fixed size,
 * nobody waits for them but `stop`, and that for a given time only.
 */

import { hostname } from 'node:os';
import {
  context,
  diag,
  DiagLogLevel,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Context, Span } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Telemetry } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import type { TracingConfig } from './config.js';
import { SyncError } from './errors.js';
import { useTracer } from './tracing.js';
import type { SpanAttributes, SpanOptions, TraceIds, Tracer } from './tracing.js';
import { VERSION } from './version.js';
import { within } from './worker/within.js';

export interface Tracing {
  /**
   * Hands over what is left.
   *
   * @param deadline on the clock of `performance.now()`; who waits longer would be killed
   * @returns whether the collector has it; if not, the SDK may keep the process alive for some seconds
   */
  stop(deadline: number): Promise<boolean>;
}

const NAME = 'ninja-sync';
/** The most that somebody waits at the end for a collector. */
const FLUSH_MS = 1500;
/** A collector that is away says so at each attempt. */
const REPEAT_MS = 60_000;

/** @param onTrouble told at most once a minute that spans are lost */
export function startTracing({ protocol }: TracingConfig, onTrouble: () => void): Tracing {
  const tell = oncePerMinute(onTrouble);
  diag.setLogger(troubleLogger(tell), DiagLogLevel.ERROR);
  const given = resourceFromAttributes({
    'service.name': NAME,
    'service.version': VERSION,
    'host.name': hostname(),
    'process.pid': process.pid,
  });
  const exporter = protocol === 'http/json' ? new JsonExporter() : new ProtobufExporter();
  const provider = new NodeTracerProvider({
    // Not the process detector: a command line may hold a token.
    resource: defaultResource()
      .merge(given)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  useTracer(createTracer());
  return {
    async stop(deadline) {
      useTracer(null);
      const isThrough = await within(provider.shutdown(), Math.min(performance.now() + FLUSH_MS, deadline));
      if (!isThrough) tell();
      for (const api of [trace, context, propagation, diag]) api.disable();
      return isThrough;
    },
  };
}

function createTracer(): Tracer {
  const tracer = trace.getTracer(NAME, VERSION);
  return {
    queue: queueTelemetry(),
    span: (name: string, { kind, attributes = {} }: SpanOptions, use) =>
      tracer.startActiveSpan(
        name,
        { kind: kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL, attributes },
        async (span) => {
          try {
            return await use();
          } catch (error) {
            failOf(span, error instanceof SyncError ? error.code : 'internal');
            throw error;
          } finally {
            span.end();
          }
        },
      ),
    describe: (attributes: SpanAttributes) => void trace.getActiveSpan()?.setAttributes(attributes),
    fail: (type) => failOf(trace.getActiveSpan(), type),
    ids: (): TraceIds | null => {
      const span = trace.getActiveSpan()?.spanContext();
      return span === undefined ? null : { trace_id: span.traceId, span_id: span.spanId };
    },
  };
}

/** The message of an error may hold what a row holds. Being stopped is no error. */
function failOf(span: Span | undefined, type: string): void {
  span?.setAttribute('error.type', type);
  if (type !== 'interrupted') span?.setStatus({ code: SpanStatusCode.ERROR });
}

type QueueTracer = Telemetry<Context>['tracer'];
type QueueSpan = ReturnType<QueueTracer['startSpan']>;

/**
 * BullMQ's own spans, as far as they are about a run: who added it and who took it. Left out are its chores (looking for
 * the next job, for stalled ones), some in each second, and what makes the next date of a schedule: each date is a trace
 * of its own, or all runs of a job would be one.
 */
function queueTelemetry(): Telemetry<Context> {
  const { contextManager, tracer } = new BullMQOtel({ tracerName: 'bullmq' });
  return {
    contextManager,
    tracer: {
      startSpan: (name, options, parent) => {
        if (name.endsWith('.scheduled')) return silent(() => ROOT_CONTEXT);
        const isOfRun = /^(add|process) /.test(name);
        return isOfRun ? tracer.startSpan(name, options, parent) : silent((around) => around);
      },
    },
  };
}

function silent(setSpanOnContext: (around: Context) => Context): QueueSpan {
  const nothing = (): void => undefined;
  return {
    setSpanOnContext,
    setAttribute: nothing,
    setAttributes: nothing,
    addEvent: nothing,
    recordException: nothing,
    end: nothing,
  };
}

/** What the SDK says may hold the collector's address with its key. */
function troubleLogger(error: () => void): Parameters<typeof diag.setLogger>[0] {
  const nothing = (): void => undefined;
  return { error, warn: nothing, info: nothing, debug: nothing, verbose: nothing };
}

function oncePerMinute(tell: () => void): () => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - toldAt < REPEAT_MS) return;
    toldAt = performance.now();
    tell();
  };
}
