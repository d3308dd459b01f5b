import { createTheme, type MantineColorsTuple, Menu, Modal, Notification, Tooltip } from "@mantine/core";
import { type Shades, shadesOf, USHER_COLOR } from "./brand";

/** The theme in an organization's shades. What it changes of Mantine's custom properties stands in theme.css. */
export function themeIn(shades: Shades = shadesOf(USHER_COLOR)) {
  return createTheme({
    primaryColor: "brand",
    primaryShade: 6,
    colors: { brand: shades as unknown as MantineColorsTuple },
    fontFamily: '"Inter Variable", system-ui, sans-serif',
    headings: { fontFamily: '"Inter Variable", system-ui, sans-serif', fontWeight: "650" },
    defaultRadius: 8,
    cursorType: "pointer",
    respectReducedMotion: true,
    components: {
      // To lock the page behind a dialog Mantine writes a <style> element; theme.css locks it by a rule.
      Modal: Modal.extend({ defaultProps: { lockScroll: false, radius: 12, padding: "lg" } }),
      // Its placeholder takes the focus within a menu, where only items may; so the first item is given it.
      Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
      Drawer: { defaultProps: { lockScroll: false } },
      Notification: Notification.extend({ defaultProps: { withBorder: true, radius: 10 } }),
      Tooltip: Tooltip.extend({
        defaultProps: { withArrow: true, events: { hover: true, focus: true, touch: true } },
      }),
    },
  });
}
