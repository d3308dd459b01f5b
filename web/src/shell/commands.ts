/** What the command palette finds. A screen adds what it has in a `commands.ts` (docs/console.md). */

import type { ParseKeys, TFunction } from "i18next";
import type { ComponentType } from "react";
import type { CurrentOrganization } from "./organization";

export interface Command {
  id: string;
  label: string;
  description?: string;
  icon?: ComponentType<{ size?: number; stroke?: number }>;
  /** The address that it leads to, or what it does. */
  run: string | (() => void);
}

export interface CommandContext {
  organization: CurrentOrganization;
  /** The texts of the source's area. */
  t: TFunction;
}

export interface CommandSource {
  /** The area of its texts, and the heading of its results: the text `commands.heading`. */
  area: string;
  /** What can always be done, found by its label. */
  actions?: (context: CommandContext) => Command[];
  /** What the API finds; called once the person stops typing. */
  search?: (query: string, context: CommandContext & { signal: AbortSignal }) => Promise<Command[]>;
}

interface OperatorContext {
  /** The texts of the operators' screens. */
  t: TFunction<"operator">;
}

/** What the palette finds in the operators' area. */
export interface OperatorCommandSource {
  area: "operator";
  /** The heading of its results, among the operators' texts. */
  heading: ParseKeys<"operator">;
  actions?: (context: OperatorContext) => Command[];
  search?: (query: string, context: OperatorContext & { signal: AbortSignal }) => Promise<Command[]>;
}

/** Return the commands that have every word of the query in label or description, in any order. */
export function matching(commands: readonly Command[], query: string): Command[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  return commands.filter((command) => {
    const text = folded(`${command.label} ${command.description ?? ""}`);
    return words.every((word) => text.includes(word));
  });
}

/** Without marks and case, so that "lucke" finds "Lücke". */
const folded = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
