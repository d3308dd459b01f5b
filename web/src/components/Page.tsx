import { Group, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useOrganizationIfAny } from "~/shell/organization";
import classes from "./Page.module.css";
import { ZoneScope } from "./ZoneScope";

interface Props {
  title: string;
  /** One sentence on what the screen is for. */
  lead?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** Whether the first screen was shown: the focus of a page that has just been loaded stays at its top. */
let navigated = false;

/** A screen: its title in the document and as its heading, which is given the focus after navigation. */
export function Page({ title, lead, actions, children }: Props) {
  const organization = useOrganizationIfAny();
  const heading = useRef<HTMLHeadingElement>(null);
  const place = organization?.name ?? "Usher";
  useEffect(() => {
    document.title = `${title} · ${place}`;
  }, [title, place]);
  useEffect(() => {
    if (navigated) heading.current?.focus({ preventScroll: true });
    navigated = true;
  }, []);
  return (
    <ZoneScope
      place={(zone) => (
        <Group className={classes.head} justify="space-between" align="flex-start" gap="md">
          <div>
            <Title order={1} size="h2" ref={heading} tabIndex={-1}>
              {title}
            </Title>
            {lead && (
              <Text c="dimmed" mt={4} maw="46rem">
                {lead}
              </Text>
            )}
            {zone}
          </div>
          {actions && <Group gap="sm">{actions}</Group>}
        </Group>
      )}
    >
      {children}
    </ZoneScope>
  );
}
