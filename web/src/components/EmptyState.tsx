import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./EmptyState.module.css";

interface Props {
  title: string;
  /** What the next step is, and what comes of it. */
  text: string;
  /** The button of the next step. */
  children?: ReactNode;
}

/** What stands where nothing is yet: it teaches the next step. */
export function EmptyState({ title, text, children }: Props) {
  return (
    <section className={classes.empty}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text c="dimmed" maw="30rem">
        {text}
      </Text>
      {children}
    </section>
  );
}
