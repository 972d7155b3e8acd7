// Addresses below /console.
export const customerAddress = (id: string) => `/customers/${encodeURIComponent(id)}`;
export const ALL_STATES = "open,paused,kept,broken,excused,void";
export const ledgerOfCustomer = (id: string) =>
  `/ledger?customer=${encodeURIComponent(id)}&state=${encodeURIComponent(ALL_STATES)}`;
