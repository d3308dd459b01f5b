/** Refusals of the API (RFC 9457), and failures to reach it, as errors that say what to do now. */

export interface FieldError {
  field: string;
  reason: string;
}

interface ProblemDocument {
  code?: unknown;
  title?: unknown;
  detail?: unknown;
  next_action?: unknown;
  errors?: unknown;
  retry_after?: unknown;
  request_id?: unknown;
}

/** A refusal: what the API answered in place of what was asked for. */
export class ApiProblem extends Error {
  override name = "ApiProblem";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly nextAction: string,
    readonly fields: readonly FieldError[] = [],
    readonly retryAfter: number | null = null,
    readonly requestId: string | null = null,
    /** What the refusal says beyond its code, such as a `shortfall`. */
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || title);
  }

  /** The reason why a field of the request was refused; undefined for a field that was not. */
  reasonFor(field: string): string | undefined {
    return this.fields.find((one) => one.field === field)?.reason;
  }

  /** Whether somebody else was quicker, so that what is shown is out of date. */
  get isStale(): boolean {
    return this.status === 409 || this.status === 412;
  }

  get isServerError(): boolean {
    return this.status >= 500;
  }
}

/** The API could not be reached at all. */
export class ConnectionFailed extends Error {
  override name = "ConnectionFailed";
}

/** The session is over, and the person left instead of signing in again. */
export class SessionOver extends Error {
  override name = "SessionOver";
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function fieldErrors(errors: unknown): FieldError[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((one: { field?: unknown; reason?: unknown } | null) =>
    one && typeof one.field === "string" ? [{ field: one.field, reason: text(one.reason) }] : [],
  );
}

/** Read an answer's body as a problem; a proxy's own error page has none of its members. */
export function problemOf(status: number, body: unknown): ApiProblem {
  const document = (typeof body === "object" && body !== null ? body : {}) as ProblemDocument &
    Record<string, unknown>;
  return new ApiProblem(
    status,
    text(document.code) || `http_${status}`,
    text(document.title),
    text(document.detail),
    text(document.next_action),
    fieldErrors(document.errors),
    typeof document.retry_after === "number" ? document.retry_after : null,
    text(document.request_id) || null,
    document,
  );
}

/** Whether to ask again by itself: only what failed on the way, never what was refused. */
export function isWorthRetrying(failures: number, error: unknown): boolean {
  if (failures >= 2) return false;
  if (error instanceof ApiProblem) return error.isServerError;
  return error instanceof ConnectionFailed;
}
