// The company's name and logo, as the server wrote them into the page's head; who changes them sees it at once.
import { useSyncExternalStore } from "react";

export interface Brand {
  name: string;
  logo: string; // an address; empty: none
}

const meta = (name: string) => document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";
let brand: Brand = { name: meta("brand") || "Troth", logo: meta("brand-logo") };
const listeners = new Set<() => void>();

export function setBrand(next: Brand) {
  brand = next;
  const style = document.getElementById("brand-style");
  style?.setAttribute("href", `/brand.css?${Date.now()}`);
  for (const listener of listeners) listener();
}

export function useBrand(): Brand {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => brand,
  );
}

export const brandName = () => brand.name;

// Of a window: what it shows, and whose it is.
export const windowTitle = (title: string) => `${title} · ${brand.name}`;
