import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { queryClient } from "./api";
import { App } from "./frame/App";
import { styleNonce } from "./nonce";
import { ConfirmProvider } from "./parts/Confirm";
import { PreferencesProvider } from "./preferences";
import { resolveVariables, theme } from "./theme";

// What locks scrolling behind a dialog looks for it there.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

const root = document.getElementById("console");
if (root) {
  createRoot(root).render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <PreferencesProvider>
        <QueryClientProvider client={queryClient}>
          <Router base="/console">
            <ConfirmProvider>
              <Notifications position="bottom-right" limit={4} transitionDuration={120} />
              <App />
            </ConfirmProvider>
          </Router>
        </QueryClientProvider>
      </PreferencesProvider>
    </MantineProvider>,
  );
}

if ("serviceWorker" in navigator && window.isSecureContext) {
  void navigator.serviceWorker.register("/console-worker.js", { scope: "/console" }).catch(() => {});
}
