import { keptCache } from '../app/offline/kept-files';

const RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * A kept file, whole or the part that is asked for (RFC 9110, 14): media elements seek by parts, and Safari plays
 * nothing without them. The file stays on the disk; only the part is read.
 */
export async function keptAudio(person: string, request: Request): Promise<Response> {
  const cache = await caches.open(keptCache(person));
  const stored = await cache.match(new URL(request.url).pathname);
  if (!stored) return new Response(null, { status: 404 });
  return answered(
    await stored.blob(),
    stored.headers.get('Content-Type') ?? '',
    request.headers.get('Range'),
  );
}

/** `Cache-Control` keeps the browser from a copy of its own, which would outlive the sign-out. */
export function answered(file: Blob, kind: string, range: string | null): Response {
  const headers = { 'Content-Type': kind, 'Accept-Ranges': 'bytes', 'Cache-Control': 'no-store' };
  const part = partOf(range, file.size);
  if (part === null)
    return new Response(file, { headers: { ...headers, 'Content-Length': String(file.size) } });
  if (part.from >= file.size || part.from >= part.to)
    return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${String(file.size)}` } });
  return new Response(file.slice(part.from, part.to, kind), {
    status: 206,
    headers: {
      ...headers,
      'Content-Length': String(part.to - part.from),
      'Content-Range': `bytes ${String(part.from)}-${String(part.to - 1)}/${String(file.size)}`,
    },
  });
}

/** Bytes from … to, `to` not included; null is the whole file. A range that can't be read is as good as none. */
function partOf(range: string | null, size: number): { from: number; to: number } | null {
  const [, first = '', last = ''] = RANGE.exec(range?.replaceAll(' ', '') ?? '') ?? [];
  if (!first && !last) return null;
  if (!first) return { from: Math.max(0, size - Number(last)), to: last === '0' ? 0 : size };
  if (last && Number(last) < Number(first)) return null;
  return { from: Number(first), to: last ? Math.min(size, Number(last) + 1) : size };
}
