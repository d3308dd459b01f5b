import { Anchor, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

/** Mantine's button is a `<button>`, unless it is told that it leads somewhere. */
const LinkedButton = (props: ButtonProps & Omit<ComponentPropsWithRef<"a">, keyof ButtonProps>) => (
  <Button component="a" {...props} />
);

/** A link to a screen that looks like a button. */
export const ButtonLink = createLink(LinkedButton);

/** A link to a screen within a text. */
export const TextLink = createLink(Anchor<"a">);
