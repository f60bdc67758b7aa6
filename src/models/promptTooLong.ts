/** How servers say that a prompt does not fit; OpenAI and those that copy it, vLLM, SGLang, LiteLLM, llama.cpp, TGI … */
const phrases = [
  /context_length_exceeded|exceed_context_size_error|ContextWindowExceededError|string_above_max_length/i,
  /maximum context length/i,
  /exceeds? the (available |model's )?(context|maximum) (size|length|window)/i,
  /longer than the (model's |maximum )?(context|allowed|model) ?length/i,
  /context (length|window|size) (is |was )?exceeded/i,
  /context length of only \d+/i,
  /`inputs`.{0,40}must (be|have)/i,
  /prompt is too long|input is too long|too many (input )?tokens/i,
  /prompt length.{0,40}exceeds? max/i,
  /input token count.{0,40}exceeds/i,
  /reduce the length of the (messages|prompt|input)/i,
];

const contextLength = /(?:maximum context length (?:is|of)|context length \() ?(\d+)/i;

/** Does the server say that the prompt does not fit the model's context? */
export function saysPromptTooLong(body: string): boolean {
  return phrases.some((phrase) => phrase.test(body));
}

/** The model's context length in tokens where the server's words give it, else null. */
export function readContextLength(body: string): number | null {
  const found = contextLength.exec(body)?.[1];
  return found === undefined ? null : Number(found);
}
