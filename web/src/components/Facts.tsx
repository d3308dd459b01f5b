import type { CSSProperties, ReactNode } from "react";
import classes from "./Facts.module.css";

interface FactsProps {
  /** The least width of a fact; as many stand beside each other as have room. */
  least?: string;
  children: ReactNode;
}

/** What is known of one thing: names, each with its value below. */
export function Facts({ least = "12rem", children }: FactsProps) {
  return (
    <dl className={classes.facts} style={{ "--least": least } as CSSProperties}>
      {children}
    </dl>
  );
}

interface FactProps {
  name: string;
  /** Whether it takes the whole width. */
  wide?: boolean;
  children: ReactNode;
}

/** One of `Facts`. */
export function Fact({ name, wide, children }: FactProps) {
  return (
    <div className={wide ? classes.wide : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface HandOutCardProps {
  label: string;
  /** The QR code of the address, where there is one. */
  code: ReactNode;
  children: ReactNode;
}

/** What is handed out to people, such as a code or a page: its facts and address, and beside them its QR code. */
export function HandOutCard({ label, code, children }: HandOutCardProps) {
  return (
    <section className={classes.card} aria-label={label}>
      <div className={classes.main}>{children}</div>
      {code}
    </section>
  );
}
