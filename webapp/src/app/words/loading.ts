import type { Catalogue } from './catalogue';
import type { Language } from './languages';

/** One lazily loaded file a language. */
export const CATALOGUES: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: () => import('./catalogues/en').then((file) => file.en),
  hi: () => import('./catalogues/hi').then((file) => file.hi),
  ta: () => import('./catalogues/ta').then((file) => file.ta),
  te: () => import('./catalogues/te').then((file) => file.te),
  bn: () => import('./catalogues/bn').then((file) => file.bn),
  mr: () => import('./catalogues/mr').then((file) => file.mr),
  gu: () => import('./catalogues/gu').then((file) => file.gu),
  kn: () => import('./catalogues/kn').then((file) => file.kn),
  ml: () => import('./catalogues/ml').then((file) => file.ml),
  pa: () => import('./catalogues/pa').then((file) => file.pa),
  ur: () => import('./catalogues/ur').then((file) => file.ur),
};
