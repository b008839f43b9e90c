/** A file that another app hands over waits here until the upload screen takes it. */
const CACHE = 'melody-shared';
const ADDRESS = '/shared/file';

/** Only the last one: what was handed over before and never sent is not wanted any more. */
export async function leaveShared(file: File): Promise<void> {
  const cache = await caches.open(CACHE);
  const headers = {
    'Content-Type': file.type || 'application/octet-stream',
    'X-File-Name': encodeURIComponent(file.name),
  };
  await cache.put(ADDRESS, new Response(file, { headers }));
}

/** The file, once; null where none waits. */
export async function takeShared(): Promise<File | null> {
  if (!('caches' in globalThis) || !(await caches.has(CACHE))) return null;
  const left = await (await caches.open(CACHE)).match(ADDRESS);
  if (!left) return null;
  const name = decodeURIComponent(left.headers.get('X-File-Name') ?? '');
  const file = new File([await left.blob()], name || 'recording', {
    type: left.headers.get('Content-Type') ?? '',
  });
  await caches.delete(CACHE);
  return file;
}
