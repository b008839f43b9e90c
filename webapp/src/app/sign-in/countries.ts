import { nameOfCountry } from '@app/words/languages';

/** Calling codes by ISO 3166 region, as the ITU assigns them (E.164); of regions with one code the main one first. */
const TABLE = `
  AD376 AE971 AF93 AL355 AM374 AO244 AR54 AT43 AU61 AW297 AZ994 BA387 BD880 BE32 BF226 BG359 BH973
  BI257 BJ229 BN673 BO591 BR55 BT975 BW267 BY375 BZ501 CD243 CF236 CG242 CH41 CI225 CK682 CL56 CM237
  CN86 CO57 CR506 CU53 CV238 CW599 CY357 CZ420 DE49 DJ253 DK45 DZ213 EC593 EE372 EG20 ER291 ES34 ET251
  FI358 FJ679 FK500 FM691 FO298 FR33 GA241 GB44 GE995 GF594 GH233 GI350 GL299 GM220 GN224 GP590 GQ240
  GR30 GT502 GW245 GY592 HK852 HN504 HR385 HT509 HU36 ID62 IE353 IL972 IN91 IO246 IQ964 IR98 IS354 IT39
  JO962 JP81 KE254 KG996 KH855 KI686 KM269 KP850 KR82 KW965 LA856 LB961 LI423 LK94 LR231 LS266 LT370
  LU352 LV371 LY218 MA212 MC377 MD373 ME382 MG261 MH692 MK389 ML223 MM95 MN976 MO853 MQ596 MR222 MT356
  MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NF672 NG234 NI505 NL31 NO47 NP977 NR674 NU683
  NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92 PL48 PM508 PS970 PT351 PW680 PY595 QA974 RE262 RO40 RS381
  RU7 RW250 SA966 SB677 SC248 SD249 SE46 SG65 SH290 SI386 SK421 SL232 SM378 SN221 SO252 SR597 SS211
  ST239 SV503 SY963 SZ268 TD235 TG228 TH66 TJ992 TK690 TL670 TM993 TN216 TO676 TR90 TV688 TW886 TZ255
  UA380 UG256 US1 UY598 UZ998 VE58 VN84 VU678 WF681 WS685 XK383 YE967 ZA27 ZM260 ZW263 AG1 AI1 AS1
  AX358 BB1 BL590 BM1 BQ599 BS1 CA1 CC61 CX61 DM1 DO1 EH212 GD1 GG44 GU1 IM44 JE44 JM1 KN1 KY1 KZ7 LC1
  MF590 MP1 MS1 PR1 SJ47 SX1 TC1 TT1 VA39 VC1 VG1 VI1 YT262
`;

export interface Country {
  readonly region: string;
  /** Without the plus. */
  readonly code: string;
}

export const COUNTRIES: readonly Country[] = TABLE.trim()
  .split(/\s+/)
  .map((entry) => ({ region: entry.slice(0, 2), code: entry.slice(2) }));

export const HOME = COUNTRIES.find(({ region }) => region === 'IN') as Country;

/** Where most of our people are, then all by their names in the person's language. */
export function countriesIn(language: string): readonly (Country & { name: string })[] {
  const named = COUNTRIES.map((country) => ({ ...country, name: nameOfCountry(country.region, language) }));
  const order = new Intl.Collator(language);
  return named.sort(
    (one, other) =>
      Number(other.region === HOME.region) - Number(one.region === HOME.region) ||
      order.compare(one.name, other.name),
  );
}

/** What was typed or filled in with its country, taken apart: `+44 7911 123456`, `0044…`; null without a known one. */
export function takenApart(typed: string): { country: Country; rest: string } | null {
  const international = /^\s*(?:\+|00)\s*(.*)$/s.exec(typed)?.[1];
  if (international === undefined) return null;
  const digits = international.replace(/\D/g, '');
  for (const length of [3, 2, 1]) {
    const country = COUNTRIES.find(({ code }) => code === digits.slice(0, length) && code.length === length);
    if (country) return { country, rest: digits.slice(length) };
  }
  return null;
}
