import { leaveShared } from '../app/upload/shared-file';
import { placeFor } from '../app/upload/shared-words';

/** Where other apps hand things over (`share_target` of the manifest). */
export const SHARE = '/share';

/** Leaves a file for the upload screen, or leads words and links to a search; the answer is the way there. */
export async function takeIn(request: Request): Promise<Response> {
  const form = await request.formData();
  const file = form.getAll('file').find((one): one is File => one instanceof File && one.size > 0);
  if (file) await leaveShared(file);
  const word = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : null;
  };
  const words = { title: word('title'), text: word('text'), url: word('url') };
  const place = file ? '/upload?shared=file' : placeFor(words, location.origin);
  return Response.redirect(new URL(place, location.origin), 303);
}
