import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef, ReactNode } from "react";
import classes from "./Tabs.module.css";

interface TabsProps {
  label: string;
  /** `line` for screens of one thing, `pills` for what a list is narrowed to. */
  shape?: "line" | "pills";
  children: ReactNode;
}

/** Links to the parts of one thing, or to parts of a list, each with an address of its own. */
export function Tabs({ label, shape = "line", children }: TabsProps) {
  return (
    <nav className={classes.tabs} data-shape={shape} aria-label={label}>
      {children}
    </nav>
  );
}

interface TabProps extends ComponentPropsWithRef<"a"> {
  /** A number beside the name; none where it is left out. */
  count?: ReactNode;
  /** Whether what is counted asks for something. */
  asks?: boolean;
}

const Tab = ({ count, asks, children, ...link }: TabProps) => (
  <a {...link} className={classes.tab} data-asks={asks || undefined}>
    {children}
    {count !== undefined && <span className={classes.count}>{count}</span>}
  </a>
);

/** One of them; the router marks the present one. */
export const TabLink = createLink(Tab);

/** Marks the present one of tabs that differ by one filter of several in the address, which the router cannot tell. */
export const whereCurrent = (isCurrent: boolean) => ({
  "aria-current": isCurrent ? ("page" as const) : undefined,
  activeProps: {},
  activeOptions: { exact: true },
});
