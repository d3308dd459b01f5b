import { Anchor, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type Props = ButtonProps & Omit<ComponentPropsWithRef<"a">, keyof ButtonProps>;

/** A link to a screen that looks like a button. */
export const ButtonLink = createLink((props: Props) => <Button component="a" {...props} />);

/** A link to a screen within a text. */
export const TextLink = createLink(Anchor<"a">);
