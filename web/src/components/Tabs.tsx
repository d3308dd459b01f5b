import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef, ReactNode } from "react";
import classes from "./Tabs.module.css";

/** Links to the parts of one thing, each a screen with an address of its own. */
export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {children}
    </nav>
  );
}

const Tab = (props: ComponentPropsWithRef<"a">) => <a {...props} className={classes.tab} />;

/** One of them; the router marks the present one. */
export const TabLink = createLink(Tab);
