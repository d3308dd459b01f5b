import { Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import classes from "./MessageScreen.module.css";

/** A whole page with one message: not found, failed, nothing to manage. */
export function MessageScreen({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Usher`;
  }, [title]);
  return (
    <main className={classes.screen} id="main" tabIndex={-1}>
      <Title order={1} size="h2">
        {title}
      </Title>
      {children}
    </main>
  );
}
