/** The second half of the error table: how the network failed, to a `SyncError` that names the address and what to do. */

import { SyncError } from '../errors.js';
import { nameOf, placeOf } from './errors.js';
import type { Asked, Failure, Verdict } from './errors.js';

const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const TIMED_OUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
/** The server does not speak TLS here; nothing was sent yet. */
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL/;
const TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

/** No answer, or none to the end. */
export function explainNetwork(asked: Asked, cause: unknown): Failure {
  const { code, syscall } = networkCode(cause);
  const tls = TLS.test(code);
  const connecting = NOT_SENT.has(code) || syscall === 'connect' || syscall === 'getaddrinfo';
  const [errorCode, what, hint] = judgeNetwork(asked, code, tls, connecting);
  const error = new SyncError(errorCode, `${nameOf(asked)}: ${what}.`, {
    retry: tls ? 'never' : 'later',
    hint,
    details: { ...placeOf(asked), network: code },
    cause,
  });
  // Certificates are checked before anything is sent; other TLS errors may come in the middle of an answer.
  const beforeSending = connecting || (tls && !/^(ERR_SSL_|EPROTO)/.test(code)) || NO_TLS.test(code);
  return { error, acted: beforeSending ? 'no' : 'maybe', again: !tls };
}

function judgeNetwork(asked: Asked, code: string, tls: boolean, connecting: boolean): Verdict {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return [
      'target-unreachable',
      `the host's name is not known (${code})`,
      `Check the spelling of ${asked.url} and DNS.`,
    ];
  }
  if (code === 'ECONNREFUSED') {
    return ['target-unreachable', 'the connection was refused', `Is the server of ${asked.url} running, on this port?`];
  }
  if (NO_TLS.test(code) || code === 'EPROTO') {
    return [
      'target-tls',
      `no TLS on this port (${code})`,
      'The server may speak plain http here: check http or https.',
    ];
  }
  if (tls) {
    return [
      'target-tls',
      `the server's certificate is not accepted (${code})`,
      'Mend the certificate, or name its issuer in NODE_EXTRA_CA_CERTS.',
    ];
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || TIMED_OUT.has(code)) {
    const what = connecting ? 'no connection in time' : 'no complete answer in time';
    return [
      'target-timeout',
      `${what} (${code})`,
      `Is ${asked.url} overloaded, or behind a firewall? Try again later.`,
    ];
  }
  return [
    'target-unreachable',
    `the connection broke (${code})`,
    `Is ${asked.url} up, and a web server? Try again later.`,
  ];
}

interface NetworkCode {
  readonly code: string;
  readonly syscall: string;
}

/** Node tries several addresses of a host at once and then reports them in one `AggregateError`. */
function networkCode(cause: unknown): NetworkCode {
  if (!(cause instanceof Error)) return { code: 'unknown', syscall: '' };
  const { code, syscall, errors } = cause as Error & { code?: unknown; syscall?: unknown; errors?: unknown };
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const inner = first === undefined ? { code: '', syscall: '' } : networkCode(first);
  return {
    code: typeof code === 'string' ? code : inner.code || cause.name,
    syscall: typeof syscall === 'string' ? syscall : inner.syscall,
  };
}
