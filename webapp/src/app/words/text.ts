/** A text, or one for each number that the language tells apart (`Intl.PluralRules`). */
export type Text =
  | string
  | ({ readonly other: string } & Partial<Readonly<Record<Intl.LDMLPluralRule, string>>>);
