// Addresses below /console.
export const customerAddress = (id: string) => `/customers/${encodeURIComponent(id)}`;
export const ALL_STATES = "open,paused,kept,broken,excused,void";
export const ledgerOfCustomer = (id: string) =>
  `/ledger?customer=${encodeURIComponent(id)}&state=${encodeURIComponent(ALL_STATES)}`;
// A thread's, or whatever else a promise is kept for.
export const ledgerOfKey = (key: string) =>
  `/ledger?about=${encodeURIComponent(key)}&state=${encodeURIComponent(ALL_STATES)}`;
