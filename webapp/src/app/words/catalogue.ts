import type { en } from './catalogues/en';
import type { Text } from './text';

export type Key = keyof typeof en;

export type Catalogue = Readonly<Record<Key, Text>>;
