import { keptAddress } from './kept-files';
import type { Keepable } from './kept-playback';

/** Where a link is not good any more, or the file is not what was promised. */
export class BadFile extends Error {}

/**
 * Brings a file into the cache as it comes, so that no song is ever in memory. What breaks off leaves nothing behind.
 * Rejects with a BadFile, a QuotaExceededError where the device is full, a TypeError where the network broke, or the
 * signal's AbortError.
 */
export async function fetchInto(
  cache: Cache,
  person: string,
  { file, hash, size }: Keepable,
  arrived: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(file.url, { signal });
  if (answer.status >= 500) throw new TypeError('The studio does not answer');
  if (!answer.ok || !answer.body) throw new BadFile(`Status ${String(answer.status)}`);
  let bytes = 0;
  const counted = answer.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(block, controller) {
        bytes += block.byteLength;
        arrived(block.byteLength);
        controller.enqueue(block);
      },
    }),
  );
  const headers = { 'Content-Type': file.media_type, 'Content-Length': String(size) };
  const address = keptAddress(person, hash);
  await cache.put(address, new Response(counted, { headers }));
  if (bytes === size) return;
  await cache.delete(address);
  throw new BadFile(`${String(bytes)} bytes instead of ${String(size)}`);
}
