import { isGrpcServiceError } from '@temporalio/client';
import { ConfigError } from '../core/errors.ts';
import type { Server } from './connection.ts';

/** Codes of gRPC. */
const codes = {
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** What a server's refusal means to a user, wherever in an error it is; null where the error is none. */
export function serverFault({ address, namespace }: Server, error: unknown): ConfigError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const said = explain(cause);
    if (said !== null) return new ConfigError(said, { cause: error });
  }
  return null;

  function explain(cause: Error): string | null {
    if (isNamespaceMissing(cause))
      return (
        `Temporal at ${address} has no namespace ${namespace}: create it with ` +
        `\`temporal operator namespace create --namespace ${namespace} --retention 30d\`,\n` +
        'or correct temporal.namespace in the config, TEMPORAL_NAMESPACE, or the profile in temporal.toml.'
      );
    if (!isGrpcServiceError(cause)) return null;
    const words = cause.details || cause.message;
    switch (Number(cause.code)) {
      case codes.unauthenticated:
      case codes.permissionDenied:
        return (
          `Temporal at ${address} refuses the login to namespace ${namespace}: ${words}.\n` +
          'Check api_key (TEMPORAL_API_KEY) or the client certificate of the profile in temporal.toml, and what they may do.'
        );
      case codes.unimplemented:
        return `Another service than Temporal answers at ${address}, or a server older than 1.28: ${words}.\nCorrect the address, or upgrade it.`;
      case codes.unavailable:
        return `The Temporal server at ${address} is gone: ${words}.\nNothing is lost: give the command again when it is back.`;
      case codes.deadlineExceeded:
        return `Temporal at ${address} did not answer in time: ${words}.\nLook with \`bench doctor --cluster\` whether server and workers are well.`;
      default:
        return null;
    }
  }
}

/** The client's own error, the server's, or the words of a worker's engine. */
function isNamespaceMissing(error: Error): boolean {
  if (error.name === 'NamespaceNotFoundError') return true;
  if (error.name === 'TransportError')
    return /^Namespace \S+ was not found/.test(error.message) && /NotFound/.test(error.message);
  return (
    isGrpcServiceError(error) &&
    Number(error.code) === codes.notFound &&
    /^Namespace \S+ is not found/.test(error.details)
  );
}
