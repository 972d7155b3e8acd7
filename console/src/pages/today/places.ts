import { pages } from "../index";

const has = (path: string) => pages.some((page) => page.path === path);

// Where an obligation is read; nothing while the console has no such page.
export const obligationAddress = has("/ledger/:id") ? (id: string) => `/ledger/${id}` : undefined;
export const brokenAddress = has("/ledger") ? "/ledger?state=broken" : undefined;
export const promiseAddress = has("/adherence")
  ? (name: string) => `/adherence?promise=${encodeURIComponent(name)}`
  : undefined;
