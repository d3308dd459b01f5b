/** The learner's pages as pictures, which tests/browser/test_guide.py takes of the real ones in each language. */

/** The steps of each way: of somebody who has no account yet, and of somebody who has one. */
export const WAYS = {
  new: ["invitation", "courses"],
  known: ["invitation", "courses"],
} as const;

export type Way = keyof typeof WAYS;
export type Step = (typeof WAYS)[Way][number];

const ADDRESSES = import.meta.glob<string>("./pictures/*/*.png", { eager: true, import: "default" });

/** The name of the file of a picture. */
export const fileOf = (way: Way, number: number, step: Step) => `${way}-${number}-${step}.png`;

/** The address of a picture in a language of the console. */
export function addressOf(file: string, language: string): string {
  const address = ADDRESSES[`./pictures/${language}/${file}`];
  if (!address) throw new Error(`there is no picture ${file} in the language ${language}`);
  return address;
}
