import type { Schemas } from '@app/api/api';

export interface Chat {
  readonly name: string;
  readonly link: string;
}

/** Links that open the studio's chats with this text written, ready to be sent. */
export function chatsOf(info: Schemas['StudioInfo'] | null, text: string): readonly Chat[] {
  const written = encodeURIComponent(text);
  const chats: Chat[] = [];
  if (info?.telegram) chats.push({ name: 'Telegram', link: `https://t.me/${info.telegram}?text=${written}` });
  if (info?.whatsapp) {
    chats.push({ name: 'WhatsApp', link: `https://wa.me/${info.whatsapp.replace('+', '')}?text=${written}` });
  }
  return chats;
}
