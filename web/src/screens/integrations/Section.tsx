import { Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "./integrations.module.css";

interface Props {
  title: string;
  lead: string;
  action?: ReactNode;
  children: ReactNode;
}

/** One kind of integration: what it is for, what there is, and the button for another. */
export function Section({ title, lead, action, children }: Props) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <div className={classes.head}>
        <div>
          <Title order={2} size="h3" id={id}>
            {title}
          </Title>
          <Text c="dimmed" size="sm" mt={2} maw="44rem">
            {lead}
          </Text>
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}
