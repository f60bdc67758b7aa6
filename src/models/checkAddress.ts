import { APIError } from 'openai';
import type { Dispatcher } from 'undici';
import { ModelError } from '../core/errors.ts';
import type { Address } from './address.ts';
import { hideSecrets } from './cleanWords.ts';
import { toModelError } from './faults.ts';
import { sendOnce } from './httpClient.ts';
import { describeMissingModel, isListed, parseModelList } from './modelList.ts';

const timeoutSeconds = 30;

export interface CheckInput {
  readonly address: Address;
  readonly dispatcher: Dispatcher;
  readonly model: string;
  readonly signal: AbortSignal;
}

/** Asks an endpoint for its models, which costs nothing. Throws ModelError `fatal` or `endpoint`. */
export async function checkAddress({ address, dispatcher, model, signal }: CheckInput): Promise<void> {
  const hide = hideSecrets([address.key]);
  const body = await listModels({ address, dispatcher, model, signal });
  if (body === null) return;
  if (/^\s*<(!doctype|html)/i.test(body)) {
    const message = `The model endpoint ${address.shown} answers with an HTML page.\nCheck the base URL: it usually ends in /v1.`;
    throw new ModelError(message, { fault: 'fatal' });
  }
  const ids = parseModelList(body) ?? [];
  if (ids.length === 0 || isListed(model, ids) || listsOtherThings(address)) return;
  const missing = describeMissingModel({ model, ids, hide });
  throw new ModelError(`The model endpoint ${address.shown} does not have ${model}.\n${missing}`, {
    fault: 'fatal',
  });
}

/** Null when the server has no list: that alone says nothing. */
async function listModels({ address, dispatcher, signal }: CheckInput): Promise<string | null> {
  const hide = hideSecrets([address.key]);
  try {
    const call = { dispatcher, address, signal, timeoutSeconds };
    return (await sendOnce({ ...call, method: 'get', path: '/models' })).text;
  } catch (error) {
    signal.throwIfAborted();
    const status = error instanceof APIError ? error.status : undefined;
    if (status === 404 || status === 405 || status === 501) return null;
    const context = {
      address: address.shown,
      keyVariable: address.keyVariable,
      hasKey: address.key !== null,
      maxTokens: null,
      hide,
    };
    const fault = toModelError(error, context);
    if (fault.fault === 'fatal' || fault.fault === 'endpoint') throw fault;
    return null;
  }
}

/** Azure lists the models one may deploy, not the names of the deployments. */
function listsOtherThings({ shown }: Address): boolean {
  return new URL(shown).hostname.endsWith('.azure.com');
}
