import type { ReactNode } from "react";
import classes from "./integrations.module.css";

interface Props {
  name: string;
  /** Whether it takes the whole width. */
  wide?: boolean;
  children: ReactNode;
}

/** A fact within a `dl`. */
export function Fact({ name, wide, children }: Props) {
  return (
    <div className={wide ? classes.wide : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
