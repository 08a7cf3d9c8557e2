/**
 * Spans: what a run spends its time on, for an OpenTelemetry collector. Off unless somebody names one
 * (`OTEL_EXPORTER_OTLP_ENDPOINT`): then nothing of OpenTelemetry is loaded, and what is here calls through.
 *
 * Invariant: a span holds names of phases and jobs, numbers, hosts, routes and codes; never a value of a row or a client,
 * a query, a header or the message of an error.
 */

import type { Telemetry } from 'bullmq';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  /** `client`: somebody else answers. */
  readonly kind?: 'internal' | 'client';
  readonly attributes?: SpanAttributes;
}

export interface TraceIds {
  readonly trace_id: string;
  readonly span_id: string;
}

/** What makes spans while tracing is on (otel.ts). */
export interface Tracer {
  span<Result>(name: string, options: SpanOptions, use: () => Promise<Result>): Promise<Result>;
  describe(attributes: SpanAttributes): void;
  fail(type: string): void;
  ids(): TraceIds | null;
  readonly queue: Telemetry;
}

let tracer: Tracer | null = null;

/** From now on, everywhere in this process. */
export function useTracer(next: Tracer | null): void {
  tracer = next;
}

export function isTracing(): boolean {
  return tracer !== null;
}

/** What `use` does, as one span below the one around it. It ends with `use`; what that throws is thrown. */
export function inSpan<Result>(name: string, use: () => Promise<Result>, options: SpanOptions = {}): Promise<Result> {
  return tracer === null ? use() : tracer.span(name, options, use);
}

/** Says more of the innermost span. */
export function describeSpan(attributes: SpanAttributes): void {
  tracer?.describe(attributes);
}

/** @param type of the error, from a closed list */
export function failSpan(type: string): void {
  tracer?.fail(type);
}

/** Of the innermost span, as logs carry them. */
export function traceIds(): TraceIds | null {
  return tracer?.ids() ?? null;
}

/** For BullMQ: joins whoever enqueues a run with the worker that takes it. */
export function queueTelemetry(): Telemetry | undefined {
  return tracer?.queue;
}

/** What tells one run from another. */
export function describeRun(run: { readonly id: number; readonly job: string; readonly target: string }): void {
  tracer?.describe({
    'ninja_sync.run.id': run.id,
    'ninja_sync.job': run.job,
    'server.address': URL.canParse(run.target) ? new URL(run.target).hostname : '',
  });
}
