// Asks the server: unary calls of the Connect protocol, and nothing else. No request goes to another host.
import { signal } from '@preact/signals';

// The token lives in this variable and nowhere else: see docs/explorer.md, "Sign in".
export const token = signal('');
// Counts sign-ins and sign-outs, so that what was answered to somebody else is not shown.
export const session = signal(0);

export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly reason = '',
  ) {
    super(message);
  }
}

interface ErrorBody {
  code?: unknown;
  message?: unknown;
  details?: { debug?: { reason?: unknown } }[];
}

// What an HTTP status means where the body says nothing that can be read: a proxy's answer.
function codeOfStatus(status: number): string {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'permission_denied';
  if (status === 404) return 'not_found';
  if (status === 429) return 'resource_exhausted';
  if (status === 502 || status === 503) return 'unavailable';
  if (status === 504) return 'deadline_exceeded';
  return 'unknown';
}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as ErrorBody;
    const reason = body.details?.find((detail) => detail.debug?.reason)?.debug?.reason;
    if (typeof body.code === 'string') {
      return new ApiError(body.code, typeof body.message === 'string' ? body.message : '', typeof reason === 'string' ? reason : '');
    }
  } catch {
    // No JSON: the status has to do.
  }
  return new ApiError(codeOfStatus(response.status), '');
}

export async function call<Answer>(method: string, body: unknown, abort?: AbortSignal): Promise<Answer> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json', 'Connect-Protocol-Version': '1' };
  if (token.value) headers['Authorization'] = `Bearer ${token.value}`;
  let response: Response;
  try {
    response = await fetch(`/lineage.v1.${method}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      signal: abort ?? null,
    });
  } catch (error) {
    if (abort?.aborted) throw error;
    throw new ApiError('unreachable', '');
  }
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as Answer;
}
