import { SandboxError } from '../../core/errors.ts';
import { explainEngine, type EngineFault } from './engine.ts';

/** Why an image could not be built, and what to do, in one to three lines. */
export function explainBuild(
  error: unknown,
  build: { baseImage: string; python: string; tag: string },
): SandboxError {
  const { code, message = String(error) } = error as EngineFault;
  if (typeof code === 'string') return explainEngine(error, `build the image ${build.tag}`);
  const { baseImage, python, tag } = build;
  const advice = `Set BENCH_BASE_IMAGE to an image with ${python}, sqlite3 and ssl`;
  if (
    /pull access denied|manifest unknown|not found: manifest|no such host|Client\.Timeout|failed to resolve|dial tcp|i\/o timeout/i.test(
      message,
    )
  ) {
    return new SandboxError(
      `Expected the base image ${baseImage}, the engine could not fetch it: ${firstLine(message)}\n` +
        `${advice} that the engine has or can fetch (docker pull).`,
      { cause: error },
    );
  }
  if (/set -eu/.test(message)) {
    return new SandboxError(
      `Expected ${python} with sqlite3 and ssl in the base image ${baseImage}, found none: the build of ${tag} stopped there.\n${advice}.`,
      { cause: error },
    );
  }
  return new SandboxError(`The image ${tag} could not be built on ${baseImage}: ${firstLine(message)}`, {
    cause: error,
  });
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 300) ?? '';
}
