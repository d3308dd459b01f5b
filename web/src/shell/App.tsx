import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { session } from "~/api/session";
import { applyShades, shadesOf, USHER_COLOR } from "./brand";
import { FullPageLoader } from "./FullPageLoader";
import { queries } from "./queries";
import { router } from "./router";
import { themeIn } from "./theme";

applyShades(shadesOf(USHER_COLOR), document.documentElement);

const theme = themeIn();

export function App() {
  useEffect(
    () =>
      session.subscribe(() => {
        // Nothing of one person's may be shown to the next.
        if (session.state.status === "signed-out") queries.clear();
      }),
    [],
  );
  return (
    // What it would write into <style> elements stands in theme.css (decision 65).
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-center" limit={4} />
        <Suspense fallback={<FullPageLoader />}>
          <RouterProvider router={router} />
        </Suspense>
      </QueryClientProvider>
    </MantineProvider>
  );
}
