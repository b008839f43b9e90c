import type { Schemas } from '@app/api/api';

export type CodeWish = Schemas['CodeWish'];
export type CodeChannel = CodeWish['channel'];

/** The messengers go by their own names everywhere. */
export const CHATS: Readonly<Record<string, string>> = { telegram: 'Telegram', whatsapp: 'WhatsApp' };
